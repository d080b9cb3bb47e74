"""Markdown files: front matter apart, the body kept as it is written. Knows nothing of other formats."""

from __future__ import annotations

import re

from corpus.decoding import clean_text, decode_text
from corpus.heading_patterns import opens_place
from corpus.outline import Table
from corpus.readers.raw import Raw

_FRONT = re.compile(r"---[ \t]*\n(.{0,20000}?\n)---[ \t]*(?:\n+|$)", re.DOTALL)
_UNCLOSED = re.compile(r"---[ \t]*\n([^\n:]{1,40}):")
# Keys of front matter that people write, in either language, and what they mean here.
_KEYS = {
    "title": "title",
    "标题": "title",
    "issuer": "issuer",
    "author": "issuer",
    "发文机关": "issuer",
    "来源": "issuer",
    "number": "number",
    "发文字号": "number",
    "文号": "number",
    "date": "issued",
    "issued": "issued",
    "成文日期": "issued",
    "发布日期": "issued",
    "effective": "effective",
    "施行日期": "effective",
    "expires": "expires",
    "有效期至": "expires",
    "status": "status",
    "效力": "status",
    "region": "region",
    "地区": "region",
}


_TABLE = re.compile(
    r"^[ \t]*\|.*\|[ \t]*\n[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?)?[ \t]*\n(?P<rows>(?:[ \t]*\|.*(?:\n|$))+)",
    re.MULTILINE,
)
_CAPTION_LIMIT = 60


def read_raw(data: bytes) -> Raw:
    """The body as text and the front matter as properties. Raises ReadError for data that is no text."""
    text, _, warning = decode_text(data)
    text = clean_text(text)
    warnings = (warning,) if warning else ()
    match = _FRONT.match(text)
    if match is None:
        unclosed = _UNCLOSED.match(text)
        if unclosed and unclosed[1].strip().lower() in _KEYS:
            warnings = (*warnings, "the front matter is not closed with --- and was left in the text")
        return Raw(text, tables=_find_tables(text), markdown=True, warnings=warnings)
    properties, problem = _read_properties(match[1])
    if problem:
        return Raw(text, tables=_find_tables(text), markdown=True, warnings=(*warnings, problem))
    body = text[match.end() :]
    title = properties.pop("title", "")
    return Raw(body, title, tables=_find_tables(body), properties=properties, markdown=True, warnings=warnings)


def _find_tables(text: str) -> tuple[Table, ...]:
    """Pipe tables. Their rows stay as written, so the caption carries the header: 表1 差旅标准（职级、住宿标准）."""
    if "|" not in text or "-|" not in text.replace(" ", "").replace(":", ""):
        return ()
    found = []
    for match in _TABLE.finditer(text):
        names = [cell.strip() for cell in match[0].split("\n", 1)[0].strip().strip("|").split("|")]
        above = text[: match.start()].rstrip()
        start = above.rfind("\n") + 1
        line = above[start:].strip("#* \t：:")
        opening = opens_place(line) and not line.startswith("附表")  # a part of the document, which holds the table
        captioned = not opening and (
            0 < len(line) <= _CAPTION_LIMIT and not line.endswith(("。", "；", "，", "|")) and "#" not in above[start:]
        )
        caption = (line if captioned else "") + f"（{'、'.join(filter(None, names))}）"
        rows = []
        offset = match.start("rows")
        for row in match["rows"].split("\n"):
            if row.strip():
                rows.append((offset + len(row) - len(row.lstrip()), offset + len(row.rstrip())))
            offset += len(row) + 1
        found.append(Table(start if captioned else match.start(), rows[-1][1], caption, tuple(rows)))
    return tuple(found)


def _read_properties(front: str) -> tuple[dict[str, str], str]:
    """Known keys with their values as text, and a warning when the front matter is not YAML (then it is left in the text)."""
    import yaml

    try:
        loaded = yaml.load(front, Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader makes nothing but text, lists and maps
    except (yaml.YAMLError, RecursionError):
        return {}, "the front matter is not YAML and was left in the text"
    if not isinstance(loaded, dict):
        return {}, "the front matter has no keys and was left in the text"
    known: dict[str, str] = {}
    for key, value in loaded.items():
        name = _KEYS.get(str(key).strip().lower())
        if name and isinstance(value, str) and value.strip():
            known.setdefault(name, clean_text(value).strip())
    return known, ""

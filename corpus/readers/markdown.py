"""Markdown files: front matter apart, the body kept as it is written. Knows nothing of other formats."""

from __future__ import annotations

import re

from corpus.decoding import clean, decode
from corpus.readers.raw import Raw

_FRONT = re.compile(r"---[ \t]*\n(.{0,20000}?\n)---[ \t]*(?:\n+|$)", re.DOTALL)
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


def read(data: bytes) -> Raw:
    """The body as text and the front matter as properties. Raises ReadError for data that is no text."""
    text, _, warning = decode(data)
    text = clean(text)
    warnings = (warning,) if warning else ()
    match = _FRONT.match(text)
    if match is None:
        return Raw(text, markdown=True, warnings=warnings)
    properties, problem = _properties(match[1])
    if problem:
        return Raw(text, markdown=True, warnings=(*warnings, problem))
    return Raw(
        text[match.end() :], title=properties.pop("title", ""), properties=properties, markdown=True, warnings=warnings
    )


def _properties(front: str) -> tuple[dict[str, str], str]:
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
            known.setdefault(name, clean(value).strip())
    return known, ""

"""Saved web pages (.html, .mhtml): the article without the page around it. Knows nothing of other formats."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

from corpus.decoding import decode_text
from corpus.heading_patterns import opens_place
from corpus.readers import page_parts
from corpus.readers.raw import Raw, Writer
from errors import ReadError

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_META = {
    "articletitle": "title",
    "pubdate": "published",
    "publishdate": "published",
    "contentsource": "publisher",
    "source": "publisher",
}
_SPAN_LIMIT = 50
# Of the facts above an article, those that hold where its text says nothing else; its number is read from the line itself.
_BELIEVED = frozenset(("published", "publisher", "issued", "effective", "expires", "status"))
_STATUS = {
    "有效": "现行",
    "现行有效": "现行",
    "是": "现行",
    "失效": "废止",
    "已失效": "废止",
    "已废止": "废止",
    "否": "废止",
}


def read_raw(data: bytes) -> Raw:
    """The article of a saved page. Raises ReadError for an archive without a page and for data that is no text."""
    if _is_archive(data):
        data, charset = _page_of_archive(data)
    else:
        match = _CHARSET.search(data[:4096])
        charset = match[1].decode() if match else ""
    text, warning = _decode_declared(data, charset)
    return _read_article(text, warning)


def _is_archive(data: bytes) -> bool:
    head = data[:2048].lower()
    return b"mime-version:" in head and b"content-type:" in head and not head.lstrip().startswith(b"<")


def _page_of_archive(data: bytes) -> tuple[bytes, str]:
    message = message_from_bytes(data, policy=default)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload.strip():
                return payload, part.get_content_charset() or ""
    raise ReadError("the web archive holds no page", None, "save the page again")


def _decode_declared(data: bytes, charset: str) -> tuple[str, str]:
    """A declared charset is believed when it reads without a fault; a page declared as gb2312 is often wider."""
    name = {"gb2312": "gb18030", "gbk": "gb18030"}.get(charset.lower(), charset)
    if name:
        try:
            return data.decode(name), ""
        except (LookupError, UnicodeError):
            pass
    text, _, warning = decode_text(data)
    return text, warning


def _read_article(html: str, warning: str) -> Raw:
    from selectolax.lexbor import LexborHTMLParser

    writer = Writer()
    if warning:
        writer.warn(warning)
    if page_parts.is_too_deep(html):
        for line in page_parts.without_tags(html):
            writer.write_line(line)
        return writer.to_raw()
    tree = LexborHTMLParser(html)
    for meta in tree.css("meta[name]"):
        key = _META.get((meta.attributes.get("name") or "").lower())
        value = (meta.attributes.get("content") or "").strip()
        if key and value:
            writer.properties.setdefault(key, value)
    body = tree.body
    if body is None:
        return writer.to_raw()
    writer.title = writer.properties.pop("title", "") or page_parts.title_of_page(tree)
    page_parts.strip_surroundings(body)
    root = page_parts.main_box(body)
    for label, value, name in page_parts.facts_above(body, root):
        writer.write_line(f"{label}：{value}" if label else value)
        if name in _BELIEVED:
            writer.properties.setdefault(name, _STATUS.get(value, value))
    above = writer.length
    _Walk(writer).walk_block(root, 0)
    if writer.length == above and root is not body:
        _Walk(writer).walk_block(body, 0)
    return writer.to_raw()


class _Walk:
    """Writes a tree's blocks in order; text outside a block is gathered until the next one."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._pending: list[str] = []
        self._mark = ""  # the number of a list item whose text has not come yet

    def walk_block(self, node: LexborNode, depth: int) -> None:
        level = _HEADINGS.get(node.tag or "")
        self._walk_children(node, depth)
        self._write_pending(level)

    def _walk_children(self, node: LexborNode, depth: int) -> None:
        if depth > page_parts.DEPTH_LIMIT:
            self._pending.append(node.text())
            return
        number = _first_number(node)
        for child in node.iter(include_text=True):
            tag = child.tag or ""
            if tag == "li":  # the number that a browser puts before it
                self._write_pending()
                self._mark = f"{number}. " if number and not opens_place(child.text()) else ""
                number += 1 if number else 0
            if tag == "-text":
                self._pending.append(child.text_content or "")
            elif tag == "br":
                self._write_pending()
            elif tag == "table" and page_parts.is_data(child):
                self._write_pending()
                self._write_table(child)
            elif tag in page_parts.BLOCKS:
                self._write_pending()
                self.walk_block(child, depth + 1)
            else:
                self._walk_children(child, depth + 1)

    def _write_pending(self, level: int | None = None) -> None:
        text = page_parts.without_counters(" ".join("".join(self._pending).split()))
        self._pending.clear()
        if text and not page_parts.is_tool(text):
            self._writer.write_line(self._mark + text, level)
            self._mark = ""

    def _write_table(self, table: LexborNode) -> None:
        caption = table.css_first("caption")
        rows = list(table.css("tr"))
        header = 0
        for row in rows:
            cells = row.css("th, td")
            if not cells or any(cell.tag != "th" for cell in cells):
                break
            header += 1
        words = " ".join(caption.text().split()) if caption is not None else ""
        if words:
            self._writer.write_line(words)
        self._writer.write_table(_grid_of_rows(rows), header or None, words)


def _first_number(node: LexborNode) -> int:
    """The first number of a list that is numbered 1, 2, 3; 0 for every other element."""
    if node.tag != "ol" or (node.attributes.get("type") or "1") != "1":
        return 0
    start = node.attributes.get("start") or "1"
    return int(start) if start.isascii() and start.isdigit() and len(start) < 5 else 1


def _grid_of_rows(rows: list[LexborNode]) -> list[list[str]]:
    """Cells by row, with row and column spans repeated."""
    held: dict[int, tuple[int, str]] = {}
    grid = []
    for row in rows:
        line: list[str] = []
        cells = iter(row.css("th, td"))
        cell = next(cells, None)
        while cell is not None or len(line) in held:
            place = len(line)
            if place in held:
                left, text = held.pop(place)
                line.append(text)
                if left > 1:
                    held[place] = (left - 1, text)
                continue
            if cell is None:
                break
            text = " ".join(cell.text(separator=" ").split())
            down = _span_of_cell(cell, "rowspan")
            for _ in range(_span_of_cell(cell, "colspan")):
                if down > 1:
                    held[len(line)] = (down - 1, text)
                line.append(text)
            cell = next(cells, None)
        grid.append(line)
    return grid


def _span_of_cell(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or "1"
    return min(_SPAN_LIMIT, max(1, int(value))) if value.isascii() and value.isdigit() else 1

"""Word documents (.docx): headings, numbers that Word computes, tables, footnotes. Knows nothing of other formats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from corpus.readers.numbering import Numbering
from corpus.readers.package import open_package, parse_xml, part_bytes
from corpus.readers.raw import Raw, Writer
from errors import ReadError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_HEADING = re.compile(r"(?:heading|标题)\s*([1-6])$", re.IGNORECASE)
# Deleted and moved-away text, and the second copy of a text box.
_SKIPPED = frozenset((f"{W}del", f"{W}moveFrom", f"{_MC}Fallback", f"{W}instrText", f"{W}delText"))
_DEPTH_LIMIT = 60
_SPAN_LIMIT = 100


def read_raw(data: bytes) -> Raw:
    """Paragraphs, tables and footnotes in order. Raises ReadError when the file is damaged, encrypted or no .docx."""
    package = open_package(data)
    try:
        document = part_bytes(package, "word/document.xml")
    except KeyError:
        raise ReadError(
            "the file is damaged or not of the kind its name says", None, "save it again as .docx"
        ) from None
    root = parse_xml(document.replace(_STRICT, W[1:-1].encode()))
    optional: dict[str, Any] = {}
    for name in ("styles", "numbering", "footnotes"):
        try:
            optional[name] = parse_xml(part_bytes(package, f"word/{name}.xml").replace(_STRICT, W[1:-1].encode()))
        except (KeyError, ReadError):
            optional[name] = None
    return _Reader(optional).read_body(root)


class _Reader:
    def __init__(self, parts: dict[str, Any]) -> None:
        self._writer = Writer()
        self._styles = _read_styles(parts["styles"])
        self._numbering = Numbering(parts["numbering"], self._styles)
        self._notes = _read_footnotes(parts["footnotes"])

    def read_body(self, root: Any) -> Raw:
        body = root.find(f"{W}body")
        for block in _blocks_within(body if body is not None else root, 0):
            if block.tag == f"{W}p":
                self._write_paragraph(block)
            else:
                self._write_table(block)
        return self._writer.to_raw()

    def _write_paragraph(self, paragraph: Any) -> None:
        style = self._style_of(paragraph)
        text = self._numbering.label_of(paragraph, style) + _text_of_paragraph(paragraph)
        if not text.strip():
            return
        if self._styles.get(style, {}).get("name", "").lower() in ("title", "标题") and not self._writer.title:
            self._writer.title = " ".join(text.split())
        self._writer.write_line(text, self._heading_level(paragraph, style))
        for reference in paragraph.iter(f"{W}footnoteReference"):
            note = self._notes.get(reference.get(f"{W}id"))
            if note:
                self._writer.write_line(f"（脚注：{note}）")

    def _style_of(self, paragraph: Any) -> str:
        found = paragraph.find(f"{W}pPr/{W}pStyle")
        return str(found.get(f"{W}val") or "") if found is not None else ""

    def _heading_level(self, paragraph: Any, style: str) -> int | None:
        """The heading level: the paragraph's own outline level, its style's name, its style's outline level."""
        own = paragraph.find(f"{W}pPr/{W}outlineLvl")
        if own is not None:
            return _outline_level(own.get(f"{W}val"))
        for _ in range(_DEPTH_LIMIT):
            known = self._styles.get(style)
            if known is None:
                return None
            match = _HEADING.match(known["name"])
            if match:
                return int(match[1])
            if known["outline"]:
                return _outline_level(known["outline"])
            style = known["base"]
        return None

    def _write_table(self, table: Any) -> None:
        rows: list[list[str]] = []
        header = 0
        above: list[str] = []
        for row in _elements_within(table, f"{W}tr"):
            cells: list[str] = []
            for cell in _elements_within(row, f"{W}tc"):
                span, merged = _merge_of_cell(cell)
                text = " ".join(filter(None, (self._text_of_block(block) for block in _blocks_within(cell, 0))))
                if merged and len(cells) < len(above):
                    text = above[len(cells)]
                cells += [text] * span
            if row.find(f"{W}trPr/{W}tblHeader") is not None and header == len(rows):
                header += 1
            rows.append(cells)
            above = cells
        if len(rows) == 1 and len(set(rows[0])) == 1:
            self._writer.write_line(rows[0][0])
        else:
            self._writer.write_table(rows, header or None)

    def _text_of_block(self, block: Any) -> str:
        if block.tag == f"{W}p":
            return (self._numbering.label_of(block, self._style_of(block)) + _text_of_paragraph(block)).strip()
        return " ".join(_text_of_paragraph(paragraph).strip() for paragraph in block.iter(f"{W}p"))


def _outline_level(value: str | None) -> int | None:
    return int(value) + 1 if value and value.isdigit() and int(value) < 6 else None


def _blocks_within(parent: Any, depth: int) -> Iterator[Any]:
    """Paragraphs and tables in order, those inside content controls, insertions and custom XML too."""
    if depth > _DEPTH_LIMIT:
        return
    for child in parent:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"):
            yield from _blocks_within(child, depth + 1)


def _elements_within(parent: Any, tag: str, depth: int = 0) -> Iterator[Any]:
    """Rows of a table or cells of a row, those inside content controls too."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml") and depth < _DEPTH_LIMIT:
            yield from _elements_within(child, tag, depth + 1)


def _text_of_paragraph(paragraph: Any) -> str:
    """The words of a paragraph as shown: insertions in, deletions out, tabs and line breaks kept."""
    parts: list[str] = []
    stack = [iter(paragraph)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
        elif element.tag == f"{W}t":
            parts.append(element.text or "")
        elif element.tag == f"{W}tab":
            # A tab stop's definition has a position; a tab in the text has none.
            parts.append("" if element.get(f"{W}pos") else "\t")
        elif element.tag in (f"{W}br", f"{W}cr"):
            parts.append("\n")
        elif element.tag in (f"{W}noBreakHyphen",):
            parts.append("-")
        elif element.tag not in _SKIPPED and isinstance(element.tag, str) and not _is_hidden(element):
            if element.tag == f"{W}p":
                parts.append("\n")  # a paragraph of a text box
            stack.append(iter(element))
    return "".join(parts)


def _is_hidden(element: Any) -> bool:
    """Whether it is a run that Word keeps and does not show."""
    mark = element.find(f"{W}rPr/{W}vanish") if element.tag == f"{W}r" else None
    return mark is not None and mark.get(f"{W}val") not in ("0", "false", "off")


def _merge_of_cell(cell: Any) -> tuple[int, bool]:
    """How many columns a cell takes, and whether it goes on from the row above."""
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    value = span.get(f"{W}val") if span is not None else "1"
    down = cell.find(f"{W}tcPr/{W}vMerge")
    goes_on = down is not None and down.get(f"{W}val", "continue") == "continue"
    return min(_SPAN_LIMIT, int(value)) if value and value.isdigit() and int(value) else 1, goes_on


def _read_styles(root: Any) -> dict[str, dict[str, str]]:
    """Each paragraph style's name, base, outline level and numbering."""
    found: dict[str, dict[str, str]] = {}
    if root is None:
        return found
    for style in root.iter(f"{W}style"):
        values = {
            "name": "name",
            "base": "basedOn",
            "outline": "pPr/outlineLvl",
            "num": "pPr/numPr/numId",
            "ilvl": "pPr/numPr/ilvl",
        }
        entry = {}
        for key, path in values.items():
            element = style.find("/".join(W + step for step in path.split("/")))
            entry[key] = str(element.get(f"{W}val") or "") if element is not None else ""
        found[str(style.get(f"{W}styleId"))] = entry
    return found


def _read_footnotes(root: Any) -> dict[str, str]:
    if root is None:
        return {}
    notes = {}
    for note in root.iter(f"{W}footnote"):
        if note.get(f"{W}type") in (None, "normal"):
            notes[note.get(f"{W}id")] = " ".join(
                " ".join(_text_of_paragraph(p).split()) for p in note.iter(f"{W}p")
            ).strip()
    return notes

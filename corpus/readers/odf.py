"""OpenDocument files (.odt, .ods, .odp and WPS's copies): headings, list numbers, tables, notes. Knows nothing of other formats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from corpus.readers.grids import write_sheet
from corpus.readers.numbering import list_number
from corpus.readers.package import open_package, parse_xml, part_bytes
from corpus.readers.raw import Raw, Writer
from errors import ReadError

_NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
OFFICE, TEXT, TABLE, STYLE = (_NS % name for name in ("office", "text", "table", "style"))
DRAW, PRESENTATION = (_NS % name for name in ("drawing", "presentation"))
_SKIPPED = frozenset(
    (f"{TEXT}tracked-changes", f"{OFFICE}annotation", f"{TEXT}note", f"{TEXT}ruby-text", f"{DRAW}image")
)
_DEPTH_LIMIT = 60
_COLUMN_LIMIT = 200
_ROW_LIMIT = 100_000
_REPEAT_LIMIT = 1000
_FORMATS = {
    "1": "decimal", "i": "lowerRoman", "I": "upperRoman", "a": "lowerLetter", "A": "upperLetter",
    "一, 二, 三, ...": "chineseCounting", "①, ②, ③, ...": "decimalEnclosedCircle", "甲, 乙, 丙, ...": "ideographTraditional",
    "子, 丑, 寅, ...": "ideographZodiac",
}  # fmt: skip


def read_raw(data: bytes) -> Raw:
    """A text, the sheets of a workbook or the slides of a presentation. Raises ReadError: damaged or encrypted."""
    package = open_package(data)
    try:
        root = parse_xml(part_bytes(package, "content.xml"))
    except KeyError:
        raise ReadError("the file is damaged or not of the kind its name says", None, "save it again") from None
    try:
        styles = parse_xml(part_bytes(package, "styles.xml"))
    except (KeyError, ReadError):
        styles = None
    body = root.find(f"{OFFICE}body")
    content = next((child for child in body if isinstance(child.tag, str)), None) if body is not None else None
    if content is None:
        # A package with a password keeps its declaration and encrypts its parts.
        raise ReadError("the file holds no document", None, "save it again without a password")
    reader = _Reader(root, styles)
    if content.tag == f"{OFFICE}spreadsheet":
        return reader.read_sheets(content)
    return reader.read_slides(content) if content.tag == f"{OFFICE}presentation" else reader.read_document(content)


class _Reader:
    def __init__(self, root: Any, styles: Any) -> None:
        self._writer = Writer()
        self._lists: dict[str, dict[int, Any]] = {}
        self._paragraphs: dict[str, tuple[str, str]] = {}  # a style's base and its list
        for tree in (styles, root):
            if tree is None:
                continue
            for style in tree.iter(f"{TEXT}list-style"):
                levels = {
                    _number_or(level.get(f"{TEXT}level"), 1): level for level in style if isinstance(level.tag, str)
                }
                self._lists[str(style.get(f"{STYLE}name"))] = levels
            for style in tree.iter(f"{STYLE}style"):
                base, own = style.get(f"{STYLE}parent-style-name") or "", style.get(f"{STYLE}list-style-name") or ""
                self._paragraphs[str(style.get(f"{STYLE}name"))] = (base, own)
            for outline in tree.iter(f"{TEXT}outline-style"):
                self._lists[""] = {_number_or(level.get(f"{TEXT}level"), 1): level for level in outline}
        self._counters: dict[str, dict[int, int]] = {}

    def read_document(self, content: Any) -> Raw:
        self._write_blocks(content, 0)
        return self._writer.to_raw()

    def read_sheets(self, content: Any) -> Raw:
        tables = list(content.iter(f"{TABLE}table"))
        for table in tables:
            name = table.get(f"{TABLE}name") or ""
            write_sheet(self._writer, name, self._grid_of_table(table), several=len(tables) > 1, hidden=False)
        return self._writer.to_raw()

    def read_slides(self, content: Any) -> Raw:
        for page in content.iter(f"{DRAW}page"):
            self._writer.start_page()
            frames = [child for child in page if isinstance(child.tag, str)]
            frames.sort(key=lambda frame: frame.get(f"{PRESENTATION}class") != "title")
            for frame in frames:
                if frame.tag == f"{PRESENTATION}notes":
                    notes = " ".join(filter(None, (_words_of_paragraph(p) for p in frame.iter(f"{TEXT}p"))))
                    self._writer.write_line(f"备注：{notes}" if notes else "")
                elif frame.get(f"{PRESENTATION}class") == "title":
                    title = " ".join(filter(None, (_words_of_paragraph(p) for p in frame.iter(f"{TEXT}p"))))
                    self._writer.title = self._writer.title or title
                    self._writer.write_line(title, 1)
                else:
                    self._write_blocks(frame, 0)
        return self._writer.to_raw()

    def _write_blocks(self, parent: Any, depth: int) -> None:
        """Paragraphs, headings, lists and tables in order, wherever they are held."""
        if depth > _DEPTH_LIMIT:
            return
        for child in parent:
            if child.tag == f"{TEXT}h":
                self._write_heading(child)
            elif child.tag == f"{TEXT}p":
                self._write_paragraph(child, "", depth)
            elif child.tag == f"{TEXT}list":
                self._write_list(child, "", 1, depth)
            elif child.tag == f"{TABLE}table":
                self._write_table(child)
            elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
                self._write_blocks(child, depth + 1)

    def _write_heading(self, heading: Any) -> None:
        level = _number_or(heading.get(f"{TEXT}outline-level"), 1)
        self._write_paragraph(heading, "", 0, level if level <= 6 else None)

    def _write_paragraph(self, paragraph: Any, mark: str, depth: int, level: int | None = None) -> None:
        words = _words_of_paragraph(paragraph)
        style = paragraph.get(f"{TEXT}style-name") or ""
        if words and self._is_title(style) and not self._writer.title:
            self._writer.title = " ".join(words.split())
        self._writer.write_line(mark + words if words else "", level)
        for note in paragraph.iter(f"{TEXT}note"):
            body = note.find(f"{TEXT}note-body")
            said = (
                " ".join(filter(None, (_words_of_paragraph(p) for p in body.iter(f"{TEXT}p"))))
                if body is not None
                else ""
            )
            self._writer.write_line(f"（脚注：{said}）" if said else "")
        for box in paragraph.iter(f"{DRAW}text-box"):
            self._write_blocks(box, depth + 1)

    def _is_title(self, style: str) -> bool:
        for _ in range(20):
            if style == "Title":
                return True
            if style not in self._paragraphs:
                return False
            style = self._paragraphs[style][0]
        return False

    def _write_list(self, node: Any, style: str, level: int, depth: int) -> None:
        style = node.get(f"{TEXT}style-name") or style
        if node.get(f"{TEXT}continue-numbering") != "true" and level == 1 and not node.get(f"{TEXT}continue-list"):
            self._restart_list(style, node)
        for item in node:
            if item.tag not in (f"{TEXT}list-item", f"{TEXT}list-header") or depth > _DEPTH_LIMIT:
                continue
            counted = item.tag == f"{TEXT}list-item"
            for child in item:
                if child.tag in (f"{TEXT}p", f"{TEXT}h"):
                    mark = self._mark_of_item(style, level, item) if counted and _words_of_paragraph(child) else ""
                    counted = counted and not mark and not _words_of_paragraph(child)
                    heading = _number_or(child.get(f"{TEXT}outline-level"), 1) if child.tag == f"{TEXT}h" else None
                    self._write_paragraph(child, mark, depth, heading if heading is None or heading <= 6 else None)
                elif child.tag == f"{TEXT}list":
                    self._write_list(child, style, level + 1, depth + 1)
                elif child.tag == f"{TABLE}table":
                    self._write_table(child)

    def _restart_list(self, style: str, node: Any) -> None:
        """A list of its own counts from its start, but LibreOffice goes on where the same list goes on after other text."""
        first = next((item for item in node if item.tag == f"{TEXT}list-item"), None)
        if first is not None and first.get(f"{TEXT}start-value"):
            self._counters.pop(style, None)

    def _mark_of_item(self, style: str, level: int, item: Any) -> str:
        """The number before an item with a space where it has one, "" for bullets."""
        form = self._lists.get(style, {}).get(level)
        if form is None or form.tag == f"{TEXT}list-level-style-bullet":
            return ""
        counters = self._counters.setdefault(style, {})
        start = _number_or(form.get(f"{TEXT}start-value"), 1)
        own = item.get(f"{TEXT}start-value")
        counters[level] = _number_or(own, 1) if own else counters.get(level, start - 1) + 1
        for deeper in [other for other in counters if other > level]:
            del counters[deeper]
        if not form.get(f"{STYLE}num-format"):
            return ""
        above = _number_or(form.get(f"{TEXT}display-levels"), 1)
        numbers = []
        for each in range(max(1, level - above + 1), level + 1):
            other = self._lists[style].get(each)
            if other is not None and other.get(f"{STYLE}num-format"):
                kind = _FORMATS.get(other.get(f"{STYLE}num-format"), "decimal")
                numbers.append(list_number(counters.get(each, 1), kind))
        mark = (form.get(f"{STYLE}num-prefix") or "") + ".".join(numbers) + (form.get(f"{STYLE}num-suffix") or "")
        return mark if mark.endswith(("、", "）", ")", ".", "．")) else f"{mark} "

    def _write_table(self, table: Any) -> None:
        header = 0
        head = table.find(f"{TABLE}table-header-rows")
        if head is not None:
            header = len(list(head.iter(f"{TABLE}table-row")))
        grid = self._grid_of_table(table)
        if len(grid) == 1 and len(set(grid[0])) == 1:
            self._writer.write_line(grid[0][0])
        else:
            self._writer.write_table(grid, header or None)

    def _grid_of_table(self, table: Any) -> list[list[str]]:
        """Cells by row with spans repeated; rows and columns that are repeated empty to the sheet's end are left out."""
        rows: list[list[str]] = []
        down: dict[int, tuple[int, str]] = {}
        for row in _rows_of_table(table, 0):
            line: list[str] = []
            over = 0
            across = ""
            for cell in row:
                covered = cell.tag == f"{TABLE}covered-table-cell"
                if not covered and cell.tag != f"{TABLE}table-cell":
                    continue
                repeat = _number_or(cell.get(f"{TABLE}number-columns-repeated"), 1)
                text = self._text_of_cell(cell)
                for _ in range(min(repeat, _COLUMN_LIMIT - len(line))):
                    place = len(line)
                    if covered and not text:
                        left, above = down.pop(place, (0, ""))
                        line.append(across if over else above)
                        if left > 1:
                            down[place] = (left - 1, above)
                        over = max(0, over - 1)
                        continue
                    line.append(text)
                    wide = min(_COLUMN_LIMIT, _number_or(cell.get(f"{TABLE}number-columns-spanned"), 1))
                    high = _number_or(cell.get(f"{TABLE}number-rows-spanned"), 1)
                    over, across = wide - 1, text
                    if high > 1:
                        down.update(dict.fromkeys(range(place, place + wide), (high - 1, text)))
            repeat = min(_number_or(row.get(f"{TABLE}number-rows-repeated"), 1), _REPEAT_LIMIT)
            if any(line):
                rows += [line] * min(repeat, _ROW_LIMIT - len(rows))
        width = max((place + 1 for row in rows for place, cell in enumerate(row) if cell), default=0)
        return [(row + [""] * width)[:width] for row in rows]

    def _text_of_cell(self, cell: Any) -> str:
        parts = [_words_of_paragraph(p) for p in cell.iter(f"{TEXT}p", f"{TEXT}h") if not _in_annotation(p, cell)]
        return " ".join(" ".join(filter(None, parts)).split())


def _in_annotation(node: Any, cell: Any) -> bool:
    parent = node.getparent()
    while parent is not None and parent is not cell:
        if parent.tag in _SKIPPED:
            return True
        parent = parent.getparent()
    return False


def _rows_of_table(table: Any, depth: int) -> Iterator[Any]:
    """Rows of a table, those of its groups and of its header too."""
    for child in table:
        if child.tag == f"{TABLE}table-row":
            yield child
        elif depth < _DEPTH_LIMIT and child.tag in (
            f"{TABLE}table-header-rows",
            f"{TABLE}table-rows",
            f"{TABLE}table-row-group",
        ):
            yield from _rows_of_table(child, depth + 1)


def _words_of_paragraph(paragraph: Any) -> str:
    """The words of a paragraph: spaces and tabs as written, notes, comments and text boxes left out."""
    parts: list[str] = []
    stack: list[Iterator[Any]] = [iter(())]
    _enter_element(paragraph, parts, stack)
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
            continue
        if element.tag == f"{TEXT}s":
            parts.append(" " * min(100, _number_or(element.get(f"{TEXT}c"), 1)))
        elif element.tag == f"{TEXT}tab":
            parts.append("\t")
        elif element.tag == f"{TEXT}line-break":
            parts.append("\n")
        elif isinstance(element.tag, str) and element.tag not in _SKIPPED and element.tag != f"{DRAW}text-box":
            tail = element.tail or ""
            _enter_element(element, parts, stack, tail)
            continue
        parts.append(element.tail or "")
    return "".join(parts).strip(" \t\n")


def _enter_element(element: Any, parts: list[str], stack: list[Iterator[Any]], tail: str = "") -> None:
    parts.append(element.text or "")

    def walk_inside() -> Iterator[Any]:
        yield from element
        parts.append(tail)

    stack.append(walk_inside())


def _number_or(value: str | None, default: int) -> int:
    return int(value) if value is not None and value.isascii() and value.isdigit() and len(value) < 8 else default

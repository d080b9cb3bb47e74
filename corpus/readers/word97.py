"""Word documents of 1997 to 2003 (.doc, .wps): headings, list numbers, tables, footnotes, text boxes.

Knows nothing of other formats. Written after the public specification [MS-DOC]; names of records are those of its text.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from corpus.readers.numbering import Numbering
from corpus.readers.ole import Compound
from corpus.readers.raster import Cell, rows_to_grid
from corpus.readers.raw import Raw, Writer
from errors import ReadError, ReadRefused

CHARACTER_LIMIT = 20_000_000
_FIRST_UNICODE = 0xC1  # nFib of Word 97: earlier files store text and properties in another way
_PAGE = 512
_STYLE_DEPTH = 30
_HEADINGS = range(1, 7)  # sti of heading 1 to 6; the deeper ones are no headings for a reader
_TITLE_STYLE = 62
# Places of (offset, length) pairs in FibRgFcLcb97.
_STSHF, _FOOTNOTE_REF, _FOOTNOTE_TEXT, _CHPX, _PAPX, _CLX = 1, 2, 3, 12, 13, 33
_ENDNOTE_REF, _ENDNOTE_TEXT, _LISTS, _LIST_FORMATS = 46, 47, 73, 74
# Single property modifiers with an operand of their own form, and those of characters.
_T_DEFINITION, _T_VERTICAL, _P_TABS, _P_DEPTH = 0xD608, 0xD62B, 0xC615, 0x6649
# Modifiers that set a number or a mark of a paragraph: sprmPIstd, PIlvl, PIlfo, POutLvl; PFInTable, PFTtp, PFInnerTtp, TTableHeader.
_NUMBERS = {0x4600: "style", 0x260A: "level", 0x460B: "list", 0x2640: "outline"}
_FLAGS = {0x2416: "in_table", 0x2417: "row_end", 0x244C: "inner_end", 0x3404: "header"}
_C_DELETED, _C_HIDDEN, _C_SPECIAL = 0x0800, 0x083C, 0x0855
_OPERANDS = (1, 1, 2, 4, 2, 2, 0, 3)
_GONE = "\0"  # stands for a character that is not shown, so that offsets stay
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_FIELD = re.compile("[\x13\x14\x15]")
_MARKS = re.compile("[\r\x07\x0c]")
_SHOWN = str.maketrans({"\x0b": "\n", "\x0e": "\n", "\x1e": "-", "\x1f": "", "\xa0": " ", "\x02": "\x02"})
_UNSHOWN = re.compile("[\0\x01\x03-\x06\x08\x0f-\x1d]")
_FORMATS = {
    0: "decimal", 1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter", 10: "ideographDigital",
    11: "japaneseCounting", 18: "decimalEnclosedCircle", 22: "decimalZero", 23: "bullet", 28: "decimalEnclosedCircleChinese",
    30: "ideographTraditional", 31: "ideographZodiac", 33: "taiwaneseCounting", 35: "taiwaneseCountingThousand",
    37: "chineseCounting", 38: "chineseLegalSimplified", 39: "chineseCountingThousand", 255: "none",
}  # fmt: skip


def read_raw(data: bytes) -> Raw:
    """Paragraphs, tables, footnotes in order, text boxes after them. Raises ReadError: damaged, encrypted, or before Word 97."""
    compound = Compound(data)
    try:
        main = compound.read_stream("WordDocument")
    except KeyError:
        raise ReadError("the file is no Word document", None, "save it again from its own program") from None
    try:
        return _Document(main, compound).read_stories()
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ReadError("the Word document is damaged", str(error)[:100], "save it again") from None


@dataclass(slots=True)
class _Style:
    builtin: int
    base: int
    properties: bytes


@dataclass(slots=True)
class _Properties:
    """What a paragraph's modifiers say, in the order they were applied."""

    style: int = 0
    level: int | None = None
    list: int | None = None
    outline: int | None = None
    in_table: bool = False
    row_end: bool = False
    inner_end: bool = False
    header: bool = False
    edges: tuple[int, ...] = ()
    vertical: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Row:
    texts: list[str]
    properties: _Properties


class _Document:
    def __init__(self, main: bytes, compound: Compound) -> None:
        magic, version = struct.unpack_from("<HH", main)
        flags = struct.unpack_from("<H", main, 10)[0]
        if magic not in (0xA5EC, 0xA5DC):
            raise ReadError("the Word document is damaged", f"begins with {magic:#x}", "save it again")
        if flags & 0x0100:
            raise ReadError("the file is encrypted", None, "save it without a password")
        if version < _FIRST_UNICODE:
            raise ReadError("the file is older than Word 97", f"version {version}", "save it as .docx")
        self._main = main
        self._table = _read_stream(compound, "1Table" if flags & 0x0200 else "0Table")
        words = struct.unpack_from("<H", main, 0x20)[0]
        longs_at = 0x22 + 2 * words
        longs = struct.unpack_from("<H", main, longs_at)[0]
        # Characters of the main text, footnotes, headers, (macros,) comments, endnotes and text boxes, one after the other.
        counts = struct.unpack_from("<6i", main, longs_at + 2 + 4 * 3)
        boxes = struct.unpack_from("<i", main, longs_at + 2 + 4 * 9)[0]
        self._lengths = [counts[0], counts[1], counts[2], counts[4], counts[5], boxes]
        self._pairs_at = longs_at + 2 + 4 * longs + 2
        self._pairs = struct.unpack_from("<H", main, self._pairs_at - 2)[0]
        if any(length < 0 for length in self._lengths) or sum(self._lengths) > CHARACTER_LIMIT:
            raise ReadRefused(
                "the document claims more text than a document has", sum(self._lengths), "check its origin"
            )
        self._writer = Writer()
        self._modifiers: list[bytes] = []
        self._pieces = self._read_pieces()
        self._papx = self._read_bins(_PAPX)
        self._styles = self._read_styles()
        self._numbering = self._read_lists()
        self._text = self._read_text()

    def read_stories(self) -> Raw:
        main, footnotes, headers, comments, endnotes, boxes = self._lengths
        notes = self._read_notes(_FOOTNOTE_REF, _FOOTNOTE_TEXT, main)
        notes |= self._read_notes(_ENDNOTE_REF, _ENDNOTE_TEXT, main + footnotes + headers + comments)
        self._write_story(0, main, notes)
        box = main + footnotes + headers + comments + endnotes
        self._write_story(box, box + boxes, {})
        return self._writer.to_raw()

    def _read_part(self, place: int) -> bytes:
        """A part of the table stream, empty when the file has none."""
        if place >= self._pairs:
            return b""
        offset, length = struct.unpack_from("<II", self._main, self._pairs_at + 8 * place)
        return self._table[offset : offset + length] if length else b""

    def _read_pieces(self) -> list[tuple[int, int, int, bool, int]]:
        """Where runs of characters stand: first and last character, offset in the stream, one byte each or two, modifier."""
        clx = self._read_part(_CLX)
        at = 0
        while at + 3 <= len(clx) and clx[at] == 1:
            size = struct.unpack_from("<H", clx, at + 1)[0]
            self._modifiers.append(clx[at + 3 : at + 3 + size])
            at += 3 + size
        if at + 5 > len(clx) or clx[at] != 2:
            raise ReadError("the Word document is damaged", "no piece table", "save it again")
        size = min(struct.unpack_from("<I", clx, at + 1)[0], len(clx) - at - 5)
        count = max(0, (size - 4) // 12)
        places = struct.unpack_from(f"<{count + 1}I", clx, at + 5)
        pieces = []
        for number in range(count):
            _, offset, modifier = struct.unpack_from("<HIH", clx, at + 5 + 4 * (count + 1) + 8 * number)
            narrow = bool(offset & 0x40000000)
            start = (offset & 0x3FFFFFFF) // 2 if narrow else offset & 0x3FFFFFFF
            if places[number] < places[number + 1] <= CHARACTER_LIMIT:
                pieces.append((places[number], places[number + 1], start, narrow, modifier))
        return pieces

    def _read_text(self) -> str:
        """All characters; those that are deleted, hidden or only stand for a thing are NUL."""
        unshown = self._unshown_runs()
        starts = [first for first, _ in unshown]
        parts: list[str] = []
        for first, last, offset, narrow, _ in self._pieces:
            width = 1 if narrow else 2
            data = self._main[offset : offset + (last - first) * width]
            text = data.decode("cp1252", "replace") if narrow else data.decode("utf-16-le", "surrogatepass")
            text = _ASTRAL.sub(lambda match: match[0] + _GONE, text)  # places count units of UTF-16
            text = text.ljust(last - first, _GONE)
            end = offset + len(data)
            place = max(0, bisect_right(starts, offset) - 1)
            while place < len(unshown) and unshown[place][0] < end:
                left, right = ((min(max(at, offset), end) - offset) // width for at in unshown[place])
                if left < right:
                    # A mark of a paragraph or cell stays: what it ends would run into the next.
                    text = text[:left] + re.sub("[^\r\x07\x02\x0c\x13\x14\x15]", _GONE, text[left:right]) + text[right:]
                place += 1
            parts.append(text)
        return "".join(parts)[: sum(self._lengths) + 1]

    def _unshown_runs(self) -> list[tuple[int, int]]:
        found = []
        for first, last, modifiers in self._formatted_runs(_CHPX):
            for code, operand in _read_modifiers(modifiers):
                if code in (_C_DELETED, _C_HIDDEN, _C_SPECIAL) and operand[:1] == b"\1":
                    found.append((first, last))
                    break
        return sorted(found)

    def _read_bins(self, place: int) -> tuple[list[int], list[bytes]]:
        """Runs of a paragraph's properties: where each starts in the stream, and its modifiers."""
        runs = sorted((first, modifiers) for first, _, modifiers in self._formatted_runs(place))
        return [first for first, _ in runs], [modifiers for _, modifiers in runs]

    def _formatted_runs(self, place: int) -> Iterator[tuple[int, int, bytes]]:
        """Start, end and modifiers of every run of characters (CHPX) or paragraph (PAPX), as the formatted pages give them."""
        plc = self._read_part(place)
        count = max(0, (len(plc) - 4) // 8)
        pages = set(struct.unpack_from(f"<{count}I", plc, 4 * (count + 1)) if count else ())
        step = 1 if place == _CHPX else 13
        for number in pages:
            page = self._main[(number & 0x3FFFFF) * _PAGE :][:_PAGE]
            if len(page) < _PAGE:
                continue
            runs = min(page[-1], (_PAGE - 5) // (4 + step))
            offsets = struct.unpack_from(f"<{runs + 1}I", page)
            for run in range(runs):
                at = 2 * page[4 * (runs + 1) + step * run]
                if not at:
                    modifiers = b"" if place == _CHPX else b"\0\0"
                elif place == _CHPX:
                    modifiers = page[at + 1 : at + 1 + page[at]]
                elif page[at]:
                    modifiers = page[at + 1 : at + 2 * page[at]]
                else:
                    modifiers = page[at + 2 : at + 2 + 2 * page[at + 1]]
                yield offsets[run], offsets[run + 1], modifiers

    def _read_styles(self) -> list[_Style | None]:
        sheet = self._read_part(_STSHF)
        if len(sheet) < 6:
            return []
        head, count, base_size = struct.unpack_from("<HHH", sheet)
        at = 2 + head
        styles: list[_Style | None] = []
        for _ in range(min(count, 4096)):
            if at + 2 > len(sheet):
                break
            size = struct.unpack_from("<H", sheet, at)[0]
            styles.append(_read_style(sheet[at + 2 : at + 2 + size], base_size) if size else None)
            at += 2 + size + size % 2
        return styles

    def _read_lists(self) -> Numbering:
        """Lists by their number in the document, with the levels that a paragraph's property names."""
        offset, length = (0, 0)
        if self._pairs > _LIST_FORMATS:
            offset, length = struct.unpack_from("<II", self._main, self._pairs_at + 8 * _LISTS)
        definitions: dict[int, dict[int, dict[str, str]]] = {}
        try:
            definitions = _read_list_definitions(self._table, offset) if length else {}
        except (struct.error, IndexError):  # numbers are lost, the text is not
            self._writer.warn("the numbers of lists could not be read")
        levels: dict[str, dict[int, dict[str, str]]] = {}
        counted: dict[str, str] = {}
        try:
            for number, identity, starts in _list_formats(self._read_part(_LIST_FORMATS)):
                own = {level: dict(values) for level, values in definitions.get(identity, {}).items()}
                for level, start in starts.items():
                    own.setdefault(level, {})["start"] = str(start)
                levels[str(number)] = own
                counted[str(number)] = f"{identity}/{number}" if starts else str(identity)
        except (struct.error, IndexError):
            pass
        return Numbering.of_lists(levels, counted)

    def _read_notes(self, references: int, texts: int, base: int) -> dict[int, str]:
        """The text of each footnote or endnote by the character that refers to it."""
        plc, spans = self._read_part(references), self._read_part(texts)
        count, bounds = max(0, (len(plc) - 4) // 6), max(0, len(spans) // 4)
        if not count or bounds < 2:
            return {}
        places = struct.unpack_from(f"<{count}I", plc)
        ends = struct.unpack_from(f"<{bounds}I", spans)
        notes = {}
        for number, place in enumerate(places[: bounds - 1]):
            text = self._text[base + ends[number] : base + ends[number + 1]]
            notes[place] = " ".join(_without_controls(_without_codes(text)).split()).strip("\x02 ")
        return notes

    def _write_story(self, first: int, last: int, notes: dict[int, str]) -> None:
        """One of the document's texts, paragraph by paragraph, table by table."""
        rows: list[_Row] = []
        cells: list[str] = []
        words: list[str] = []
        codes = _Codes()
        for start, end, mark in self._paragraph_spans(first, last):
            properties = self._properties_at(end - 1)
            text = codes.shown_text(self._text[start : end - 1])
            text = _without_controls(text)
            if not properties.in_table:
                if cells or words:
                    rows.append(_Row([*cells, " ".join(words)], _Properties()))
                    cells, words = [], []
                self._write_table(rows)
                self._write_paragraph(text, properties, notes, start, end)
                continue
            if properties.row_end and mark == "\x07":
                rows.append(_Row(cells, properties))
                cells, words = [], []
                continue
            if not properties.inner_end:
                words.append(self._with_number(text, properties).replace("\x02", "").strip())
            if mark == "\x07":
                cells.append(" ".join(filter(None, words)))
                words = []
        if cells or words:
            rows.append(_Row([*cells, " ".join(words)], _Properties()))
        self._write_table(rows)

    def _paragraph_spans(self, first: int, last: int) -> Iterator[tuple[int, int, str]]:
        start = first
        for match in _MARKS.finditer(self._text, first, last):
            yield start, match.end(), match[0]
            start = match.end()
        if start < min(last, len(self._text)):
            yield start, min(last, len(self._text)) + 1, ""

    def _write_paragraph(self, text: str, properties: _Properties, notes: dict[int, str], start: int, end: int) -> None:
        if not text.replace("\x02", "").strip():
            return
        level, builtin = self._heading_level(properties)
        whole = self._with_number(text, properties).replace("\x02", "")
        if builtin == _TITLE_STYLE and not self._writer.title:
            self._writer.title = " ".join(whole.split())
        self._writer.write_line(whole, level)
        if "\x02" in text:
            for place in range(start, end):
                if notes.get(place):
                    self._writer.write_line(f"（脚注：{notes[place]}）")

    def _with_number(self, text: str, properties: _Properties) -> str:
        """The text with the number that Word computes for it."""
        number, level = properties.list, properties.level
        style = properties.style
        for _ in range(_STYLE_DEPTH):
            found = self._styles[style] if 0 <= style < len(self._styles) else None
            if found is None or (number is not None and level is not None):
                break
            own = _apply_modifiers(found.properties, _Properties())
            number = own.list if number is None else number
            level = own.level if level is None else level
            style = found.base
        if not number or number >= 0x7FF or not text.strip():
            return text
        return self._numbering.next_mark(str(number), min(level or 0, 8)) + text.lstrip()

    def _heading_level(self, properties: _Properties) -> tuple[int | None, int]:
        """The heading level of a paragraph (None: it is none), and what built-in style it has."""
        style = properties.style
        known = self._styles[style] if 0 <= style < len(self._styles) else None
        builtin = known.builtin if known else 0
        if properties.outline is not None:
            return (properties.outline + 1 if properties.outline < 6 else None), builtin
        for _ in range(_STYLE_DEPTH):
            if known is None:
                break
            if known.builtin in _HEADINGS:
                return known.builtin, builtin
            own = _apply_modifiers(known.properties, _Properties())
            if own.outline is not None:
                return (own.outline + 1 if own.outline < 6 else None), builtin
            known = self._styles[known.base] if known.base < len(self._styles) else None
        return None, builtin

    def _properties_at(self, place: int) -> _Properties:
        """What holds of the paragraph that the character at `place` ends."""
        index = bisect_right(self._pieces, place, key=lambda piece: piece[0]) - 1
        if index < 0:
            return _Properties()
        first, _, offset, narrow, modifier = self._pieces[index]
        at = offset + (place - first) * (1 if narrow else 2)
        starts, modifiers = self._papx
        run = bisect_right(starts, at) - 1
        own = modifiers[run] if run >= 0 else b"\0\0"
        found = _Properties(style=struct.unpack_from("<H", own.ljust(2, b"\0"))[0])
        _apply_modifiers(own[2:], found)
        if modifier & 1 and modifier >> 1 < len(self._modifiers):
            _apply_modifiers(self._modifiers[modifier >> 1], found)
        return found

    def _write_table(self, rows: list[_Row]) -> None:
        """The table that ends here."""
        if not rows:
            return
        header = 0
        while header < len(rows) and rows[header].properties.header:
            header += 1
        grid = rows_to_grid([list(_cells_with_edges(row)) for row in rows])
        if len(grid) == 1 and len(set(grid[0])) == 1:
            self._writer.write_line(grid[0][0])
        else:
            self._writer.write_table(grid, header or None)
        rows.clear()


def _cells_with_edges(row: _Row) -> Iterator[Cell]:
    edges = row.properties.edges
    for place, text in enumerate(row.texts):
        span = (edges[place], edges[place + 1]) if place + 1 < len(edges) else None
        yield Cell(text, span, goes_on=row.properties.vertical.get(place) == 1)


class _Codes:
    """Takes the instructions of fields out of a text and leaves their results; a field may end in a later paragraph."""

    def __init__(self) -> None:
        self._open: list[bool] = []  # for each field that is open, whether its result has begun

    def shown_text(self, text: str) -> str:
        parts: list[str] = []
        at = 0
        for match in _FIELD.finditer(text):
            if all(self._open):
                parts.append(text[at : match.start()])
            at = match.end()
            if match[0] == "\x13":
                self._open.append(False)
            elif self._open and match[0] == "\x14":
                self._open[-1] = True
            elif self._open:
                self._open.pop()
        if all(self._open):
            parts.append(text[at:])
        return "".join(parts)


def _without_codes(text: str) -> str:
    return _Codes().shown_text(text)


def _without_controls(text: str) -> str:
    return _UNSHOWN.sub("", text.translate(_SHOWN))


def _read_stream(compound: Compound, name: str) -> bytes:
    try:
        return compound.read_stream(name)
    except KeyError:
        raise ReadError("the Word document is damaged", f"no {name}", "save it again") from None


def _read_style(data: bytes, base_size: int) -> _Style | None:
    """A paragraph style's built-in number, base and modifiers; None for styles of characters and for damaged ones."""
    if len(data) < base_size + 2 or base_size < 8:
        return None
    builtin, kind = struct.unpack_from("<HH", data)
    if kind & 0xF != 1:
        return None
    length = struct.unpack_from("<H", data, base_size)[0]
    at = base_size + 2 + 2 * length + 2
    at += at % 2
    properties = b""
    if at + 2 <= len(data):
        size = struct.unpack_from("<H", data, at)[0]
        properties = data[at + 4 : at + 2 + size]
    return _Style(builtin & 0xFFF, kind >> 4, properties)


def _read_modifiers(modifiers: bytes) -> Iterator[tuple[int, bytes]]:
    """Each modifier's code and operand; ends where the data does."""
    at = 0
    while at + 2 <= len(modifiers):
        code = modifiers[at] | modifiers[at + 1] << 8
        at += 2
        size = _OPERANDS[code >> 13]
        if not size:
            if code == _T_DEFINITION:
                size = int.from_bytes(modifiers[at : at + 2], "little") - 1
                at += 2
            elif code == _P_TABS and modifiers[at : at + 1] == b"\xff":
                return
            else:
                size = modifiers[at] if at < len(modifiers) else 0
                at += 1
        if size < 0:
            return
        yield code, modifiers[at : at + size]
        at += size


def _apply_modifiers(modifiers: bytes, found: _Properties) -> _Properties:
    for code, operand in _read_modifiers(modifiers):
        value = int.from_bytes(operand[:4], "little") if len(operand) <= 4 else 0
        if code in _NUMBERS:
            setattr(found, _NUMBERS[code], value)
        elif code in _FLAGS:
            setattr(found, _FLAGS[code], bool(value))
        elif code == _P_DEPTH:
            found.in_table = value > 0
        elif code == _T_DEFINITION:
            _define_row(operand, found)
        elif code == _T_VERTICAL and len(operand) >= 2:
            found.vertical[operand[0]] = operand[1] & 3
    return found


def _define_row(operand: bytes, found: _Properties) -> None:
    """The edges of a row's cells in twentieths of a point, and which go on from the row above."""
    if not operand or len(operand) < 1 + 2 * (operand[0] + 1):
        return
    count = operand[0]
    found.edges = struct.unpack_from(f"<{count + 1}h", operand, 1)
    for cell in range(count):
        at = 1 + 2 * (count + 1) + 20 * cell
        if at + 2 <= len(operand):
            found.vertical[cell] = (struct.unpack_from("<H", operand, at)[0] >> 5) & 3


def _read_list_definitions(table: bytes, offset: int) -> dict[int, dict[int, dict[str, str]]]:
    """The levels of each list of PlfLst, whose levels stand behind it."""
    count = struct.unpack_from("<H", table, offset)[0]
    at = offset + 2 + 28 * count
    found: dict[int, dict[int, dict[str, str]]] = {}
    for number in range(count):
        identity = struct.unpack_from("<i", table, offset + 2 + 28 * number)[0]
        simple = table[offset + 2 + 28 * number + 26] & 1
        levels: dict[int, dict[str, str]] = {}
        for level in range(1 if simple else 9):
            levels[level], at = _read_level(table, at)
        found[identity] = levels
    return found


def _read_level(table: bytes, at: int) -> tuple[dict[str, str], int]:
    """A level's start, format, text and suffix, and where the next begins."""
    start, form = struct.unpack_from("<iB", table, at)
    follow, character_size, paragraph_size = table[at + 15], table[at + 24], table[at + 25]
    at += 28 + character_size + paragraph_size
    length = struct.unpack_from("<H", table, at)[0]
    text = table[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
    text = re.sub("[\0-\x08]", lambda mark: f"%{ord(mark[0]) + 1}", text.replace("%", "％"))
    values = {"start": str(max(0, start)), "format": _FORMATS.get(form, "decimal"), "text": text}
    return values | ({"suffix": "nothing"} if follow == 2 else {}), at + 2 + 2 * length


def _list_formats(data: bytes) -> Iterator[tuple[int, int, dict[int, int]]]:
    """Each list of the document (numbered from 1), the definition it follows, and levels that start at a number of their own."""
    if len(data) < 4:
        return
    count = min(struct.unpack_from("<I", data)[0], (len(data) - 4) // 16)
    at = 4 + 16 * count
    for number in range(count):
        identity = struct.unpack_from("<i", data, 4 + 16 * number)[0]
        overrides = data[4 + 16 * number + 12]
        starts: dict[int, int] = {}
        at += 4
        for _ in range(overrides):
            if at + 8 > len(data):
                break
            start, flags = struct.unpack_from("<iI", data, at)
            at += 8
            if flags & 0x10:
                starts[flags & 0xF] = start
            if flags & 0x20:
                values, at = _read_level(data, at)
                starts.setdefault(flags & 0xF, int(values["start"]))
        yield number + 1, identity, starts

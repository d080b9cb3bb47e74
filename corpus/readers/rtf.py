"""Rich Text Format (.rtf, and .doc files that are it): headings, list numbers as written, tables. Knows nothing of other formats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from corpus.readers.raster import Cell, rows_to_grid
from corpus.readers.raw import Raw, Writer
from errors import ReadError

_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+"
)
# Groups whose words are not the document's.
_UNSHOWN = frozenset(
    (
        "colortbl", "info", "pict", "object", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr",
        "footerf", "fldinst", "listtable", "listoverridetable", "revtbl", "rsidtbl", "generator", "xmlnstbl", "themedata",
        "datastore", "latentstyles", "annotation", "atnid", "atnauthor", "bkmkstart", "bkmkend", "objdata", "nonshppict",
        "pgdsctbl", "template", "xe", "tc", "filetbl", "mmathPr", "nonesttables", "shpinst_", "sp", "pntxtb", "pntxta",
    )
)  # fmt: skip
# Groups with a star before them that hold words of the document all the same.
_STARRED = frozenset(("shpinst", "shptxt", "nesttableprops", "pn"))
_CHARSETS = {0: "cp1252", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 204: "cp1251", 238: "cp1250"}
_PAGES = {936: "gb18030", 950: "cp950", 932: "cp932", 949: "cp949", 65001: "utf-8", 1200: "cp1252"}
_SIGNS = {
    "par": "\n", "line": "\n", "tab": "\t", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": "\u2003", "enspace": "\u2002", "page": "\n", "sect": "\n",
}  # fmt: skip
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
_DEPTH_LIMIT = 2000
_BINARY_LIMIT = 256 << 20


def read_raw(data: bytes) -> Raw:
    """Paragraphs and tables in order. Raises ReadError for a file that is no RTF or is nested too deep."""
    if not data.startswith(b"{\\rtf"):
        raise ReadError("the file is damaged or not of the kind its name says", None, "save it again")
    return _Reader(data).read_all()


@dataclass(slots=True)
class _State:
    """What holds in a group."""

    shown: bool = True
    hidden: bool = False
    table: str = ""  # the table of fonts or styles that this group is, where it is one
    font: int = 0
    skip: int = 1
    starred: bool = False


@dataclass(slots=True)
class _Paragraph:
    style: int = 0
    outline: int | None = None
    in_table: bool = False
    depth: int = 0


@dataclass(slots=True)
class _RowShape:
    edges: list[int] = field(default_factory=list)
    down: list[bool] = field(default_factory=list)  # goes on from the row above
    across: list[bool] = field(default_factory=list)  # goes on from the cell to the left
    header: bool = False


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._writer = Writer()
        self._state = _State()
        self._stack: list[_State] = []
        self._fonts: dict[int, str] = {}
        self._default = "cp1252"
        self._styles: dict[int, str] = {}
        self._style_levels: dict[int, int] = {}
        self._now = 0  # the font or style that is being declared
        self._bytes = bytearray()
        self._words: list[str] = []
        self._waiting = 0  # characters that stand for a \u before them
        self._paragraph = _Paragraph()
        self._cell: list[str] = []
        self._cells: list[str] = []
        self._shape = _RowShape()
        self._rows: list[tuple[list[str], _RowShape]] = []
        self._vertical = self._horizontal = False

    def read_all(self) -> Raw:
        at = 0
        while at < len(self._data):
            match = _TOKEN.match(self._data, at)
            if match is None:
                at += 1
                continue
            at = match.end()
            if match[1]:
                self._read_byte(int(match[1], 16))
            elif match[2]:
                word = match[2].decode("ascii")
                number = int(match[3]) if match[3] else None
                if word == "bin":
                    at += min(max(0, number or 0), _BINARY_LIMIT)
                else:
                    self._read_control(word, number)
            elif match[4]:
                self._read_symbol(match[4])
            elif match[5]:
                self._read_brace(match[5])
            elif match[6]:
                self._read_plain(match[6])
        self._end_paragraph()
        self._write_table()
        return self._writer.to_raw()

    def _read_brace(self, brace: bytes) -> None:
        self._decode_bytes()
        if brace == b"{":
            if len(self._stack) >= _DEPTH_LIMIT:
                raise ReadError("the file is nested deeper than a document is", len(self._stack), "check its origin")
            self._stack.append(self._state)
            self._state = replace(self._state, starred=False)
        elif self._stack:
            self._state = self._stack.pop()

    def _read_symbol(self, sign: bytes) -> None:
        if sign == b"*":
            self._state.starred = True
        elif sign in (b"\\", b"{", b"}"):
            self._read_plain(sign)
        elif sign == b"~":
            self._add_words("\xa0")
        elif sign == b"_":
            self._add_words("-")
        elif sign in (b"\n", b"\r"):
            self._read_control("par", None)

    def _read_byte(self, value: int) -> None:
        if self._waiting:
            self._waiting -= 1
        else:
            self._bytes.append(value)

    def _read_plain(self, data: bytes) -> None:
        gone = min(self._waiting, len(data))
        self._waiting -= gone
        self._bytes += data[gone:]

    def _decode_bytes(self) -> None:
        """The bytes so far as words of the font they are set in."""
        if self._bytes:
            name = self._fonts.get(self._state.font) or self._default
            text = self._bytes.decode("ascii" if self._bytes.isascii() else name, "replace")
            self._bytes.clear()
            self._say_now(text)

    def _add_words(self, text: str) -> None:
        self._decode_bytes()
        self._say_now(text)

    def _say_now(self, text: str) -> None:
        if self._state.table == "styles":
            self._styles[self._now] = self._styles.get(self._now, "") + text
        elif self._state.table == "title":
            self._writer.title += text
        elif self._state.shown and not self._state.hidden:
            self._words.append(text)

    def _read_control(self, word: str, number: int | None) -> None:
        if word == "u" and number is not None:
            self._add_words(chr(number % 0x10000))
            self._waiting = self._state.skip
            return
        self._decode_bytes()
        self._waiting = 0
        state = self._state
        if state.starred and word not in _STARRED:
            state.starred, state.shown = False, False
        if word in _UNSHOWN:
            state.shown = False
            return
        value = number if number is not None else 1
        if word in _SIGNS and word not in ("par", "sect", "page"):
            self._add_words(_SIGNS[word])
        elif word in ("par", "sect", "page"):
            if state.shown:
                self._end_paragraph()
        elif not (self._read_declaration(word, value, number) or self._read_format(word, value)) and state.shown:
            self._read_table_word(word, value)

    def _read_declaration(self, word: str, value: int, number: int | None) -> bool:
        """Tables of fonts and styles, and how bytes are to be read. Returns whether the word was one of these."""
        state = self._state
        if word in ("fonttbl", "stylesheet", "title"):
            state.table = {"fonttbl": "fonts", "stylesheet": "styles", "title": "title"}[word]
            state.shown = False
            self._now = 0
        elif word == "ansicpg":
            self._default = _PAGES.get(value, f"cp{value}")
            try:
                "".encode(self._default)
            except LookupError:
                self._default = "gb18030"
        elif word == "f":
            self._now = value if number is not None else 0
            state.font = state.font if state.table else self._now
        elif word == "fcharset" and state.table == "fonts":
            self._fonts[self._now] = _CHARSETS.get(value, "")
        elif word == "uc":
            state.skip = max(0, min(value, 8))
        elif word in ("s", "cs", "ts", "ds") and state.table == "styles":
            self._now = value if word == "s" else -1 - value
        elif word == "outlinelevel" and state.table == "styles":
            self._style_levels[self._now] = value
        else:
            return False
        return True

    def _read_format(self, word: str, value: int) -> bool:
        """What a paragraph or run is. Returns whether the word was about that."""
        if not self._state.shown:
            return False
        if word == "pard":
            self._paragraph = _Paragraph()
        elif word == "s":
            self._paragraph.style = value
        elif word == "outlinelevel":
            self._paragraph.outline = value
        elif word == "intbl":
            self._paragraph.in_table = True
        elif word == "itap":
            self._paragraph.depth = value
        elif word in ("v", "deleted"):
            self._state.hidden = value != 0
        elif word == "plain":
            self._state.hidden = False
        else:
            return False
        return True

    def _read_table_word(self, word: str, value: int) -> None:
        if word == "trowd":
            self._shape = _RowShape()
            self._vertical = self._horizontal = False
        elif word == "trhdr":
            self._shape.header = True
        elif word == "clvmrg":
            self._vertical = True
        elif word == "clmrg":
            self._horizontal = True
        elif word == "cellx":
            self._shape.edges.append(value)
            self._shape.down.append(self._vertical)
            self._shape.across.append(self._horizontal)
            self._vertical = self._horizontal = False
        elif word == "nestcell":
            self._cell.append(self._take_words())
        elif word == "cell":
            self._cell.append(self._take_words())
            self._cells.append(" ".join(filter(None, self._cell)))
            self._cell = []
        elif word == "row":
            self._rows.append((self._cells, self._shape))
            self._cells = []

    def _take_words(self) -> str:
        text = "".join(self._words).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        self._words.clear()
        return text.strip()

    def _end_paragraph(self) -> None:
        self._decode_bytes()
        text = self._take_words()
        if self._paragraph.in_table or self._paragraph.depth:
            self._cell.append(text)
            return
        if self._cell or self._cells:
            self._rows.append(([*self._cells, " ".join(filter(None, self._cell))], _RowShape()))
            self._cell, self._cells = [], []
        if not text and not self._rows:
            return
        self._write_table()
        self._writer.write_line(text, self._heading_level())

    def _heading_level(self) -> int | None:
        if self._paragraph.outline is not None:
            return self._paragraph.outline + 1 if self._paragraph.outline < 6 else None
        match = _HEADING.match(self._styles.get(self._paragraph.style, "").split(";")[0].strip())
        if match:
            return int(match[1]) if int(match[1]) <= 6 else None
        level = self._style_levels.get(self._paragraph.style)
        return level + 1 if level is not None and level < 6 else None

    def _write_table(self) -> None:
        if self._cells or self._cell:
            self._rows.append(([*self._cells, " ".join(filter(None, self._cell))], self._shape))
            self._cells, self._cell = [], []
        if not self._rows:
            return
        header = 0
        while header < len(self._rows) and self._rows[header][1].header:
            header += 1
        grid = rows_to_grid([list(_cells_with_edges(cells, shape)) for cells, shape in self._rows])
        self._rows = []
        if len(grid) == 1 and len(set(grid[0])) == 1:
            self._writer.write_line(grid[0][0])
        else:
            self._writer.write_table(grid, header or None)


def _cells_with_edges(texts: list[str], shape: _RowShape) -> Iterator[Cell]:
    """A row's cells with their edges; one that goes on from its left gives it its width."""
    if len(shape.edges) < len(texts):
        yield from (Cell(text) for text in texts)
        return
    left = min(0, shape.edges[0]) if shape.edges else 0
    waiting: Cell | None = None
    for text, right, down, across in zip(texts, shape.edges, shape.down, shape.across, strict=False):
        if across and waiting is not None and waiting.span is not None:
            waiting.span = (waiting.span[0], right)
        else:
            if waiting is not None:
                yield waiting
            waiting = Cell(text, (left, right), down)
        left = right
    if waiting is not None:
        yield waiting

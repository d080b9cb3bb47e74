"""What a reader hands on: text, and what only the file's format knows about it. Knows nothing of any format."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from corpus.decoding import clean_text
from corpus.heading_patterns import opens_place
from corpus.outline import Heading, Table
from corpus.readers.tables import row_lines, title_rows

# The longest line that still reads as a table's caption; and a line that stands between a caption and its table.
_CAPTION_LIMIT = 60
_UNIT = re.compile(r"[（(]?(?:金额|计量|数量)?单位[ \u3000]*[:：]")
# What a line under a table begins with when it says something of the table, and the next one when that was the first of several.
_NOTE = re.compile(r"(?:附?注|备注|说明)[ \u3000]*[0-9①]?[ \u3000]*[:：]|※")
_FIRST_NOTE = re.compile(r"[^:：]{0,6}[:：]?[ \u3000]*(?:1[.．、)）]|①|[（(]1[)）])")
_NEXT_NOTE = re.compile(r"(?:[2-9][.．、)）]|[\u2461-\u2468]|[（(][2-9][)）])")


@dataclass(slots=True)
class Raw:
    """A file's text as read. Offsets count characters of `text`, which is clean already (see corpus.decoding.clean_text).

    title: what the format says the title is ("" when it does not say); headings: lines that the format marks as headings;
    tables: where tables and their rows stand; pages: where each page starts; properties: facts the file states outside its
    text (title, issuer, number, issued, published, publisher, ...).
    """

    text: str
    title: str = ""
    headings: tuple[Heading, ...] = ()
    tables: tuple[Table, ...] = ()
    pages: tuple[int, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    markdown: bool = False
    warnings: tuple[str, ...] = ()


Reader = Callable[[bytes], Raw]


class Writer:
    """Collects lines, headings, tables and pages into a Raw, and keeps the offsets."""

    def __init__(self) -> None:
        self.title = ""
        self.properties: dict[str, str] = {}
        self._parts: list[str] = []
        self._length = 0
        self._headings: list[Heading] = []
        self._tables: list[Table] = []
        self._pages: list[int] = []
        self._warnings: list[str] = []
        self._above: list[
            tuple[str, int]
        ] = []  # the last two lines that may be a table's caption, and where they start
        self._several_notes = False

    @property
    def length(self) -> int:
        """How many characters have been written."""
        return self._length

    def start_page(self) -> None:
        """A new page starts here."""
        self._pages.append(self._length)

    def warn(self, warning: str) -> None:
        """Something a person should know; said once."""
        if warning not in self._warnings:
            self._warnings.append(warning)

    def write_line(self, text: str, level: int | None = None) -> None:
        """One paragraph; `level` makes its first line a heading. Blank text is left out."""
        text = clean_text(text).strip(" \t\n\u3000\xa0")
        if not text:
            return
        if level is not None:
            self._headings.append(Heading(self._length, level))
        # A line that opens a part of the document is a node of its own and holds the table; 附表1 is the table's name.
        opening = level is not None or (opens_place(text[: _CAPTION_LIMIT + 1]) and not text.startswith("附表"))
        self._above = [] if opening else [*self._above[-1:], (text, self._length)]
        noted = level is None and self._is_table_note(text)
        self._append_line(text)
        if noted:
            self._tables[-1] = self._tables[-1]._replace(end=self._length - 1)

    def _is_table_note(self, text: str) -> bool:
        """Whether a line right under a table, or under a note of it, says something of the table: it is part of it."""
        if not self._tables or self._tables[-1].end != self._length - 1:
            return False
        if _NOTE.match(text):
            self._several_notes = _FIRST_NOTE.match(text) is not None
            return True
        return self._several_notes and _NEXT_NOTE.match(text) is not None

    def write_table(self, grid: Sequence[Sequence[str]], header_rows: int | None = None, caption: str = "") -> None:
        """A table as one line a row, each carrying its header.

        grid: cells by row, merged cells repeated; header_rows: how many rows are header (None: found out). First rows that are
        merged across become lines before the table. Without a caption a short line just above is it.
        """
        cells = [[" ".join(clean_text(cell).split()) for cell in row] for row in grid if any(map(str.strip, row))]
        titles = title_rows(cells)
        for title in titles:
            self.write_line(title)
        left = None if header_rows is None or header_rows <= len(titles) else header_rows - len(titles)
        rows = row_lines(cells[len(titles) :], left)
        if not rows:
            return
        start = self._length
        found, place = self._caption_above()
        if not caption or found.startswith(caption):
            caption, start = found or caption, place if found else start
        spans = []
        for row in rows:
            spans.append((self._length, self._length + len(row)))
            self._append_line(row)
        self._tables.append(Table(start, self._length - 1, caption, tuple(spans)))
        self._several_notes = False
        self._above = []

    def _caption_above(self) -> tuple[str, int]:
        """The short line above, with the unit that stands between it and the table, and where it starts; "" for none."""
        lines = [
            (text.rstrip("：:"), start)
            for text, start in self._above
            if len(text) <= _CAPTION_LIMIT and not text.endswith(("。", "；", "，", ";"))
        ]
        if len(lines) == 2 and _UNIT.match(lines[1][0]):
            return f"{lines[0][0]}（{lines[1][0].strip('（）()')}）", lines[0][1]
        return lines[-1] if lines and self._above[-1][1] == lines[-1][1] else ("", self._length)

    def _append_line(self, text: str) -> None:
        self._parts.append(text + "\n")
        self._length += len(text) + 1

    def to_raw(self) -> Raw:
        """Everything written."""
        return Raw(
            "".join(self._parts),
            title=clean_text(self.title).strip(),
            headings=tuple(self._headings),
            tables=tuple(self._tables),
            pages=tuple(self._pages),
            properties=self.properties,
            warnings=tuple(self._warnings),
        )

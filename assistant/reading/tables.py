"""The tables of a document as rows of cells, each with the name of its column. Knows no question.

Rows come in three forms: between bars (Markdown), as 列：值；列：值, which readers of office files write, and as bare cells 甲；乙；丙,
where no header was found; text files hold the second form too, without anything that marks them as a table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.reading.blanks import is_blank_field
from corpus.types import Document

Span = tuple[int, int]

NAME = 40  # characters up to which what stands before a colon names a column
SHORT = 12  # characters of a cell of a header, and of a column's name that only one row has
NEAR = 6000  # characters round a passage in which a table without a mark is looked for
_NAMED = re.compile(rf"(?P<name>[^：:；;\n]{{1,{NAME}}})[：:](?P<value>.*)", re.DOTALL)
_BETWEEN = re.compile(r"[；;]")
_RULE = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?)?\s*")
_LINE = re.compile(r"[^\n]+")
_LABELLED_LINE = re.compile(r"[^：:；;\n]{1,20}[：:][^；;\n]+[；;]\s?[^：:；;\n]{1,20}[：:]")
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Row:
    """A row that says something: ``document.text[start:end]``, and its cells by the number of their column, blank ones left out."""

    start: int
    end: int
    cells: dict[int, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it stands in its document.

    columns: their names, "" for one without; rows: without headers; header: where the names stand, when the rows do not carry
    them; headers: every row that only names columns; caption: what the table is called.
    """

    start: int
    end: int
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    header: Span | None = None
    headers: tuple[Span, ...] = ()


def tables_near(document: Document, start: int, end: int) -> list[Table]:
    """The tables that touch ``document.text[start:end]``."""
    nodes = [node for node in document.outline if node.kind == "table" and node.start < end and node.end > start]
    rows = [node for node in document.outline if node.kind == "row"] if nodes else []
    found = [
        _parse_rows(
            document.text,
            (node.start, node.end),
            [(row.start, row.end) for row in rows if node.start <= row.start < node.end],
            node.title,
        )
        for node in nodes
    ]
    if not nodes:
        found = [
            _parse_rows(document.text, (lines[0][0], lines[-1][1]), lines, "")
            for lines in _labelled_runs(document.text, start, end)
        ]
    return [table for table in found if table.rows or table.headers]


def _labelled_runs(text: str, start: int, end: int) -> list[list[Span]]:
    """The runs of two and more lines 列：值；列：值 that begin with the same column, of those that touch the span."""
    runs: list[list[Span]] = [[]]
    name = ""
    for line in _LINE.finditer(text, max(0, start - NEAR), min(len(text), end + NEAR)):
        opens = re.split("[：:]", line.group(), maxsplit=1)[0] if _LABELLED_LINE.match(line.group()) else ""
        if not opens or opens != name:
            runs.append([])
        if opens:
            runs[-1].append(line.span())
        name = opens
    return [run for run in runs if len(run) > 1 and run[0][0] < end and run[-1][1] > start]


def _parse_rows(text: str, whole: Span, spans: Sequence[Span], caption: str) -> Table:
    """The table whose rows stand at the spans, in whichever form they have; the fields of a form say nothing."""
    filled = [(start, start + len(text[start:end].rstrip())) for start, end in spans if text[start:end].strip()]
    rows = [span for span in filled if not is_blank_field(text[slice(*span)], in_table=True)]
    blank = tuple(span for span in filled if span not in rows)
    if not rows:
        return Table(*whole, caption, (), (), headers=blank)
    table = _of_rows(text, whole, rows, caption)
    return replace(table, headers=(*table.headers, *blank))


def _of_rows(text: str, whole: Span, rows: Sequence[Span], caption: str) -> Table:
    """The table of rows that say something."""
    lines = [text[start:end] for start, end in rows]
    if sum(line.startswith("|") for line in lines) * 2 > len(lines):
        return _between_bars(text, whole, rows, caption)
    openings = [_NAMED.match(_BETWEEN.split(line, maxsplit=1)[0]) for line in lines]
    several = Counter(match["name"] for match in openings if match)
    if several and sum(several.values()) * 2 >= len(lines) and (len(lines) == 1 or max(several.values()) > 1):
        return _parse_labelled_rows(text, whole, rows, caption)
    return _parse_plain_rows(text, whole, rows, caption)


def _between_bars(text: str, whole: Span, rows: Sequence[Span], caption: str) -> Table:
    """A Markdown table; its header is the line above the rule."""
    above = [line.span() for line in _LINE.finditer(text, whole[0], rows[0][0])]
    rule = next((at for at, span in enumerate(above) if _RULE.fullmatch(text[slice(*span)])), 0)
    header = (above[rule - 1][0], above[rule][1]) if rule else None
    names = _cells_between_bars(text[slice(*above[rule - 1])]) if rule else []
    made = [Row(start, end, _filled_cells(_cells_between_bars(text[start:end]))) for start, end in rows]
    width = max([len(names), *(max(row.cells, default=-1) + 1 for row in made)])
    columns = tuple(names) + ("",) * (width - len(names))
    return Table(*whole, caption.partition("（")[0], columns, tuple(made), header, (header,) if header else ())


def _cells_between_bars(line: str) -> list[str]:
    """The cells of a line between bars."""
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def _filled_cells(cells: Sequence[str]) -> dict[int, str]:
    return {at: cell for at, cell in enumerate(cells) if cell}


def _parse_labelled_rows(text: str, whole: Span, rows: Sequence[Span], caption: str) -> Table:
    """Rows that carry the names of their columns. A piece that opens with no known name goes on with the cell before it."""
    names = Counter(
        match["name"].strip()
        for start, end in rows
        for piece in _BETWEEN.split(text[start:end])
        if (match := _NAMED.match(piece))
    )
    columns: dict[tuple[str, int], int] = {}
    made, headers = [], []
    for start, end in rows:
        pairs = _column_cell_pairs(text[start:end], names, alone=len(rows) == 1)
        if all(not name for name, _ in pairs) and len(pairs) > 1:
            headers.append((start, end))
            continue
        seen: Counter[str] = Counter()
        cells: dict[int, str] = {}
        for name, value in pairs:
            at = columns.setdefault((name, seen[name]), len(columns))
            seen[name] += 1
            if value:
                cells[at] = value
        made.append(Row(start, end, cells))
    return Table(*whole, caption, tuple(name for name, _ in columns), tuple(made), headers=tuple(headers))


def _column_cell_pairs(line: str, names: Counter[str], *, alone: bool) -> list[tuple[str, str]]:
    """(column, cell) in the order of the line."""
    pairs: list[tuple[str, str]] = []
    for piece in _BETWEEN.split(line):
        match = _NAMED.match(piece)
        name = match["name"].strip() if match else ""
        known = name and (alone or names[name] > 1 or (len(name) <= SHORT and len(pairs[-1:] and pairs[-1][1]) <= NAME))
        if match and known:
            pairs.append((name, match["value"].strip()))
        elif pairs and pairs[-1][0]:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]}；{piece.strip()}".strip("；"))
        elif piece.strip():
            pairs.append(("", piece.strip()))
    return pairs


def _parse_plain_rows(text: str, whole: Span, rows: Sequence[Span], caption: str) -> Table:
    """Rows of bare cells; the first one names the columns of those that are as long, or longer by a cell that both begin with."""
    split = [_bare_cells(text[start:end]) for start, end in rows]
    first = split[0]
    heads = len(first) > 1 and all(0 < len(cell) <= SHORT and not _FIGURE.search(cell) for cell in first)
    heads = heads and (len(first) > 2 or len(rows) > 1) and not any(cells[0] == "" for cells in split)
    fits = [_cells_under_columns(first, cells) for cells in split[1:]] if heads else []
    if heads and len(rows) > 1 and not any(fits):
        heads = False
    if not heads:
        made = [Row(start, end, _filled_cells(cells)) for (start, end), cells in zip(rows, split, strict=True)]
        width = max(max(row.cells, default=-1) + 1 for row in made)
        return Table(*whole, caption, ("",) * width, tuple(made))
    loose = [{0: cells[0], len(first): "；".join(cells[1:])} for cells in split[1:]]
    named = [
        Row(start, end, fit or {at: cell for at, cell in other.items() if cell})
        for (start, end), fit, other in zip(rows[1:], fits, loose, strict=True)
    ]
    return Table(*whole, caption, (*first, ""), tuple(named), rows[0], (rows[0],))


def _bare_cells(line: str) -> list[str]:
    """The cells between semicolons; of a line without any, what stands before and after its first colon."""
    cells = [cell.strip() for cell in _BETWEEN.split(line)]
    match = _NAMED.match(line) if len(cells) == 1 else None
    return [match["name"].strip(), match["value"].strip()] if match and len(match["name"]) <= 20 else cells


def _cells_under_columns(header: Sequence[str], cells: Sequence[str]) -> dict[int, str]:
    """The cells under their columns; empty where nothing tells which stands under which."""
    if len(cells) == len(header) and cells[0] != header[0]:
        return _filled_cells(cells)
    if (
        len(cells) == len(header) + 1 and cells[0] == header[0]
    ):  # 论文；第一作者 over 论文；核心刊物；8: the corner is merged
        return {0: cells[1], **{at: cell for at, cell in enumerate(cells[2:], 1) if cell}}
    return {}

"""Rows of a table as lines that carry their header. Knows nothing of file formats."""

from __future__ import annotations

import re
from collections.abc import Sequence

_FIGURE = re.compile(r"[-+]?[0-9][0-9,，. %％/:年月日-]*[元万亿]?")
_NOTE = re.compile(r"(?:注|备注|说明)[0-9]?[:：]")
# Longer cells are text, not the name of a row or column.
_LABEL_LIMIT = 60
_HEADER_LIMIT = 3
_DIGITS = re.compile("[0-9一二三四五六七八九十]+")
_LABEL_END = ("：", ":")


def row_lines(grid: Sequence[Sequence[str]], header_rows: int | None = None) -> list[str]:
    """One line for each row that is not header: `列：值；列：值`. Blank rows and columns are left out.

    header_rows: how many rows are header; None to find out: a first row of words over rows with figures or more words, up to
    three where the ones above have merged cells. A form (cells ending in a colon) and a table without header give `左：右` or `甲；乙；丙`.
    """
    rows = [list(row) for row in grid if any(cell.strip() for cell in row)]
    if not rows:
        return []
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]
    columns = [place for place in range(width) if any(row[place].strip() for row in rows)]
    rows = [[row[place].strip() for place in columns] for row in rows]
    if _is_form(rows):
        return [_form_line(row) for row in rows]
    count = _header_rows(rows) if header_rows is None else min(header_rows, len(rows) - 1)
    if count <= 0 or len(rows) == 1:
        return [line for line in map(_plain_line, _said_once(rows)) if line]
    names = _column_names(rows[:count])
    return [line for line in (_row_line(names, row) for row in _said_once(rows[count:])) if line]


def title_rows(grid: Sequence[Sequence[str]]) -> list[str]:
    """What the first rows say that are one cell or merged across: the table's title, its unit."""
    titles: list[str] = []
    for row in grid[: max(0, len(grid) - 2)]:
        words = {cell.strip() for cell in row if cell.strip()}
        if len(words) != 1 or len(row) < 2:
            break
        titles += words
    return titles


def _is_form(rows: list[list[str]]) -> bool:
    """Whether most cells that can be labels (every second one) end in a colon."""
    labels = [cell for row in rows for cell in row[::2] if cell]
    return bool(labels) and sum(cell.endswith(_LABEL_END) for cell in labels) * 2 > len(labels)


def _form_line(row: list[str]) -> str:
    pairs = [f"{row[place].rstrip('：:')}：{row[place + 1]}" for place in range(0, len(row) - 1, 2) if row[place]]
    rest = [row[-1]] if len(row) % 2 and row[-1] else []
    return "\n".join(pairs + rest)


def _header_rows(rows: list[list[str]]) -> int:
    first = rows[0]
    # The corner may be empty: what the rows and what the columns are is often left out.
    if len(rows) < 2 or len(first) < 2 or not all(first[1:]) or any(map(_FIGURE.fullmatch, first)):
        return 0
    if len(set(first)) == 1 or max(map(len, first)) > _LABEL_LIMIT:
        return 0
    # 第1天 over 第2天: the first row is one of the others.
    if _DIGITS.search(first[0]) and _DIGITS.sub("#", first[0]) == _DIGITS.sub("#", rows[1][0]):
        return 0
    # Merged cells repeat their words: 标准 | 标准 over 处级 | 科级 makes two header rows, and 省内 | 省外 under one of these a third.
    merged = len(set(first)) < len(first)
    if not merged:
        return 1
    count = 1
    while count < min(_HEADER_LIMIT, len(rows) - 1) and len(set(zip(*rows[:count], strict=True))) < len(first):
        following = rows[count]
        if not all(following[1:]) or any(map(_FIGURE.fullmatch, following)):
            break
        count += 1
    return count if count > 1 else 0


def _said_once(rows: list[list[str]]) -> list[list[str]]:
    """Without the repetitions of long cells that are merged over rows or columns: a paragraph is no label of the others."""
    kept = []
    above: list[str] = []
    for row in rows:
        line = list(row)
        for place, cell in enumerate(row):
            if len(cell) > _LABEL_LIMIT and (cell in row[:place] or (place < len(above) and above[place] == cell)):
                line[place] = ""
        kept.append(line)
        above = row
    return kept


def _column_names(header: list[list[str]]) -> list[str]:
    names = []
    for cells in zip(*header, strict=True):
        unique = list(dict.fromkeys(cell.rstrip("：:") for cell in cells if cell))
        names.append("/".join(unique))
    return names


def _row_line(names: list[str], row: list[str]) -> str:
    filled = [(name, cell) for name, cell in zip(names, row, strict=True) if cell]
    # A row merged across the table is a heading within it (一、基础指标): it stands as it is.
    if len({cell for _, cell in filled}) == 1 and len(filled) > 1:
        return filled[0][1]
    if len(filled) == 1 and _NOTE.match(filled[0][1]):
        return filled[0][1]
    return "；".join(f"{name}：{cell}" if name and name != cell else cell for name, cell in filled)


def _plain_line(row: list[str]) -> str:
    cells = list(dict.fromkeys(cell for cell in row if cell))
    if len(row) == 2 and len(cells) == 2 and len(cells[0]) <= 20:
        return f"{cells[0].rstrip('：:')}：{cells[1]}"
    return "；".join(cells)

"""Sheets of a workbook as tables, and values of cells as a sheet shows them. Knows nothing of file formats."""

from __future__ import annotations

import datetime

from corpus.readers.raw import Writer


def write_sheet(writer: Writer, name: str, grid: list[list[str]], *, several: bool, hidden: bool) -> None:
    """One sheet: its name or the caption in its first row as a heading, then its table. A sheet without cells is left out.

    several: whether the workbook has more sheets than this one, so that the name says something.
    """
    grid = [row for row in grid if any(row)]
    if not grid:
        return
    caption = _caption_of_grid(grid)
    if several or not caption:
        writer.write_line(name, 1)
    if caption:
        writer.write_line(caption, 2 if several else 1)
        writer.title = writer.title or caption
        grid = grid[1:]
    if hidden:
        writer.warn(f"the sheet {name} is hidden in the workbook")
    writer.write_table(grid, caption=caption or name)


def shown_value(value: object) -> str:
    """A value as a sheet shows it: a date as 2021-03-09, 3.0 as 3, truth as 是 or 否."""
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time(0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.10g}" if abs(value) < 1e15 else repr(value)
    return " ".join(str(value).split())


def _caption_of_grid(grid: list[list[str]]) -> str:
    """The first row, when it is one cell or one merged across."""
    words = {cell for cell in grid[0] if cell}
    return words.pop() if len(words) == 1 and len(grid) > 1 else ""

"""Excel workbooks (.xlsx): each sheet a table whose rows carry their header. Knows nothing of other formats."""

from __future__ import annotations

import datetime
import io
import warnings
from typing import Any

from corpus.readers.package import open_package
from corpus.readers.raw import Raw, Writer
from errors import ReadError

_ROW_LIMIT = 100_000
_COLUMN_LIMIT = 200
_MERGED_CELL_LIMIT = 100_000


def read(data: bytes) -> Raw:
    """Every sheet with cells in it. Raises ReadError when the file is damaged, encrypted or no .xlsx."""
    open_package(data).close()
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of extensions it leaves out; none of them holds text
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except Exception as error:  # damaged workbooks fail in many ways inside the library
        raise ReadError("the workbook is damaged", f"{type(error).__name__}: {error}"[:120], "save it again") from error
    writer = Writer()
    for sheet in book.worksheets:
        grid = _grid(sheet, writer)
        if not grid:
            continue
        caption = _caption(grid)
        if len(book.worksheets) > 1 or not caption:
            writer.line(sheet.title, 1)
        if caption:
            writer.line(caption, 2 if len(book.worksheets) > 1 else 1)
            writer.title = writer.title or caption
            grid = grid[1:]
        if sheet.sheet_state != "visible":
            writer.warn(f"the sheet {sheet.title} is hidden in the workbook")
        writer.table(grid, caption=caption or sheet.title)
    return writer.raw()


def _grid(sheet: Any, writer: Writer) -> list[list[str]]:
    rows = min(sheet.max_row or 0, _ROW_LIMIT)
    columns = min(sheet.max_column or 0, _COLUMN_LIMIT)
    if (sheet.max_row or 0) > rows or (sheet.max_column or 0) > columns:
        writer.warn(f"of the sheet {sheet.title} the first {rows} rows and {columns} columns were read")
    # Cells that exist, not the rectangle they span: a stray cell far away must not cost a million empty ones.
    filled: dict[int, dict[int, str]] = {}
    for (row, column), cell in sorted(sheet._cells.items()):
        if row <= rows and column <= columns and cell.value is not None:
            filled.setdefault(row, {})[column] = _shown(cell)
    room = _MERGED_CELL_LIMIT
    for area in sheet.merged_cells.ranges:
        text = filled.get(area.min_row, {}).get(area.min_col, "")
        size = (area.max_row - area.min_row + 1) * (area.max_col - area.min_col + 1)
        if not text or size > room:
            continue
        room -= size
        for row in range(area.min_row, min(area.max_row, rows) + 1):
            for column in range(area.min_col, min(area.max_col, columns) + 1):
                filled.setdefault(row, {})[column] = text
    width = max((column for cells in filled.values() for column in cells), default=0)
    return [[cells.get(column, "") for column in range(1, width + 1)] for _, cells in sorted(filled.items())]


def _shown(cell: Any) -> str:
    """A cell's value as the sheet shows it: 0.125 in a cell of percentages is 12.5%."""
    value = cell.value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and "%" in str(cell.number_format):
        return f"{value * 100:.10g}%"
    return _value(value)


def _value(value: object) -> str:
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


def _caption(grid: list[list[str]]) -> str:
    """The first row, when it is one cell or one merged across."""
    words = {cell for cell in grid[0] if cell}
    return words.pop() if len(words) == 1 and len(grid) > 1 else ""

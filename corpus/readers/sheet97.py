"""Excel workbooks of 1993 to 2003 (.xls, .et): each sheet a table whose rows carry their header. Knows nothing of other formats."""

from __future__ import annotations

import io
from typing import Any

from corpus.readers.grids import shown_value, write_sheet
from corpus.readers.raw import Raw, Writer
from errors import ReadError

_COLUMN_LIMIT = 200
_MERGED_CELL_LIMIT = 100_000


def read_raw(data: bytes) -> Raw:
    """Every sheet with cells in it. Raises ReadError when the file is damaged or encrypted."""
    import xlrd

    try:
        # Damage that the cells do not suffer from (a wrong length in the container) is not worth losing a workbook.
        book = xlrd.open_workbook(
            file_contents=data,
            logfile=io.StringIO(),
            formatting_info=True,
            ignore_workbook_corruption=True,
            ragged_rows=True,  # else a stray cell in the last row costs 16 million empty ones
        )
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise ReadError("the file is encrypted", None, "save it without a password") from None
        raise ReadError("the workbook is damaged", str(error)[:120], "save it again") from None
    except Exception as error:  # damaged workbooks fail in many ways inside the library
        raise ReadError("the workbook is damaged", f"{type(error).__name__}: {error}"[:120], "save it again") from error
    writer = Writer()
    for sheet in book.sheets():
        hidden = sheet.visibility != 0
        write_sheet(writer, sheet.name, _grid_of_sheet(book, sheet, writer), several=book.nsheets > 1, hidden=hidden)
    return writer.to_raw()


def _grid_of_sheet(book: Any, sheet: Any, writer: Writer) -> list[list[str]]:
    columns = min(sheet.ncols, _COLUMN_LIMIT)
    if sheet.ncols > columns:
        writer.warn(f"of the sheet {sheet.name} the first {columns} columns were read")
    grid = [
        [_cell_as_shown(book, cell) for cell in sheet.row(row)[:columns]] + [""] * (columns - sheet.row_len(row))
        for row in range(sheet.nrows)
    ]
    room = _MERGED_CELL_LIMIT
    for top, bottom, left, right in sheet.merged_cells:
        size = max(0, bottom - top) * max(0, right - left)
        if top >= len(grid) or left >= columns or not grid[top][left] or size > room:
            continue
        room -= size
        for row in range(top, min(bottom, len(grid))):
            for column in range(left, min(right, columns)):
                grid[row][column] = grid[top][left]
    return grid


def _cell_as_shown(book: Any, cell: Any) -> str:
    """A cell's value as the sheet shows it."""
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return shown_value(xlrd.xldate_as_datetime(cell.value, book.datemode))
        except (ValueError, OverflowError):
            return shown_value(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return shown_value(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        form = book.format_map.get(book.xf_list[cell.xf_index].format_key) if cell.xf_index is not None else None
        if form is not None and "%" in form.format_str:
            return f"{cell.value * 100:.10g}%"
        return shown_value(cell.value)
    return shown_value(cell.value) if cell.ctype == xlrd.XL_CELL_TEXT else ""

"""Excel workbooks (.xlsx): each sheet a table whose rows carry their header. Knows nothing of other formats."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from typing import Any

from corpus.readers.grids import shown_value, write_sheet
from corpus.readers.package import member_bytes, open_package
from corpus.readers.raw import Raw, Writer
from errors import ReadError, ReadRefused

_ROW_LIMIT = 100_000
_COLUMN_LIMIT = 200
_MERGED_CELL_LIMIT = 100_000
# Three whole columns merged into one; the library takes a gigabyte for as many.
_COVERED_LIMIT = 4_000_000
_AREA_LIMIT = 200_000
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]{0,200}?ref=[\"']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")


def read_raw(data: bytes) -> Raw:
    """Every sheet with cells in it. Raises ReadError when the file is damaged, encrypted or no .xlsx."""
    with open_package(data) as package:
        _check_merged(package)
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of extensions it leaves out; none of them holds text
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except Exception as error:  # damaged workbooks fail in many ways inside the library
        raise ReadError("the workbook is damaged", f"{type(error).__name__}: {error}"[:120], "save it again") from error
    writer = Writer()
    for sheet in book.worksheets:
        hidden = sheet.sheet_state != "visible"
        write_sheet(writer, sheet.title, _grid_of_sheet(sheet, writer), several=len(book.worksheets) > 1, hidden=hidden)
    return writer.to_raw()


def _check_merged(package: zipfile.ZipFile) -> None:
    """The library makes a cell of every place that merged cells cover. Raises ReadRefused for more than a workbook has."""
    covered = areas = 0
    for info in package.infolist():
        if not info.filename.startswith("xl/worksheets/"):
            continue
        for left, top, right, bottom in _MERGED.findall(member_bytes(package, info)):
            covered += (abs(_column_number(right) - _column_number(left)) + 1) * (abs(int(bottom) - int(top)) + 1)
            areas += 1
            if covered > _COVERED_LIMIT or areas > _AREA_LIMIT:
                raise ReadRefused(
                    "the workbook merges more cells than one has",
                    f"{covered} in {areas} areas",
                    "save it without merged cells",
                )


def _column_number(letters: bytes) -> int:
    """A column's number from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _grid_of_sheet(sheet: Any, writer: Writer) -> list[list[str]]:
    rows = min(sheet.max_row or 0, _ROW_LIMIT)
    columns = min(sheet.max_column or 0, _COLUMN_LIMIT)
    if (sheet.max_row or 0) > rows or (sheet.max_column or 0) > columns:
        writer.warn(f"of the sheet {sheet.title} the first {rows} rows and {columns} columns were read")
    # Cells that exist, not the rectangle they span: a stray cell far away must not cost a million empty ones.
    filled: dict[int, dict[int, str]] = {}
    for (row, column), cell in sorted(sheet._cells.items()):
        if row <= rows and column <= columns and cell.value is not None:
            filled.setdefault(row, {})[column] = _cell_as_shown(cell)
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


def _cell_as_shown(cell: Any) -> str:
    """A cell's value as the sheet shows it: 0.125 in a cell of percentages is 12.5%."""
    value = cell.value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and "%" in str(cell.number_format):
        return f"{value * 100:.10g}%"
    return shown_value(value)

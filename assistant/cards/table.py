"""Cards as an .xlsx workbook: a row a document, and a sheet with every quote and where it stands. Knows nothing of screens."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.cards.fields import FIELDS, NAMES
from assistant.cards.types import CardField, PolicyCard

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

LONGEST_CELL = 32_000  # characters; a spreadsheet's cell holds 32,767
LONGEST_COMMENT = 2_000  # characters of a comment that people still read
CUT = "……（其余见“出处”）"
_SOURCES = ("文件", "项目", "序号", "位置", "原文", "起", "止", "来源文件", "sha256")


def write_workbook(cards: Sequence[PolicyCard]) -> bytes:
    """The workbook: every cell of a field holds its units with their markers, its comment says where each stands."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    _overview(book.create_sheet("政策速览"), cards)
    _sources(book.create_sheet("出处"), cards)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _overview(sheet: Worksheet, cards: Sequence[PolicyCard]) -> None:
    from openpyxl.comments import Comment

    _head(sheet, ("文件", *(NAMES[rule.key] for rule in FIELDS)), (36, *[44] * len(FIELDS)))
    for row, card in enumerate(cards, 2):
        _write(sheet, row, 1, card.title)
        for column, field in enumerate(card.fields, 2):
            _write(sheet, row, column, _text(field))
            if field.citations:
                where = "\n".join(f"[{c.marker}] {c.locator}" for c in field.citations)[:LONGEST_COMMENT]
                sheet.cell(row, column).comment = Comment(_clean(where), "Suyuan", width=420, height=160)
    sheet.auto_filter.ref = sheet.dimensions
    sheet.freeze_panes = "B2"


def _sources(sheet: Worksheet, cards: Sequence[PolicyCard]) -> None:
    _head(sheet, _SOURCES, (36, 16, 6, 48, 80, 8, 8, 36, 20))
    row = 2
    for card in cards:
        for field in card.fields:
            for c in field.citations:
                values: list[str | int] = [c.title, NAMES[field.key], c.marker, c.locator, c.quote, c.start, c.end]
                values += [c.source, c.sha256]
                for column, value in enumerate(values, 1):
                    _write(sheet, row, column, value)
                row += 1
    sheet.auto_filter.ref = sheet.dimensions
    sheet.freeze_panes = "A2"


def _text(field: CardField) -> str:
    """The units of a field with their markers, a line each, as many as a cell holds."""
    text = ""
    for citation in field.citations:
        line = f"{citation.quote} [{citation.marker}]\n"
        if len(text) + len(line) > LONGEST_CELL:
            return text + CUT
        text += line
    return text.rstrip("\n")


def _head(sheet: Worksheet, names: Sequence[str], widths: Sequence[int]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for column, (name, width) in enumerate(zip(names, widths, strict=True), 1):
        sheet.cell(1, column, name).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width


def _write(sheet: Worksheet, row: int, column: int, value: str | int) -> None:
    """A value as it is: words that begin with = are words, never a formula."""
    from openpyxl.styles import Alignment

    cell = sheet.cell(row, column)
    cell.value = _clean(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _clean(text: str) -> str:
    """The text without the control characters that a workbook cannot hold, and no longer than a cell."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return str(ILLEGAL_CHARACTERS_RE.sub("", text))[:LONGEST_CELL]

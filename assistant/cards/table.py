"""Cards as an .xlsx workbook, one below the other or side by side, with every quote and where it stands. Knows nothing of screens."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.cards.comparing import Comparison, Span, pieces_of_quote
from assistant.cards.fields import FIELDS, NAMES
from assistant.cards.types import CardField, PolicyCard

if TYPE_CHECKING:
    from openpyxl import Workbook as WorkbookType
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
    _write_overview(book.create_sheet("政策速览"), cards)
    _write_sources(book.create_sheet("出处"), cards)
    return _workbook_bytes(book)


def comparison_workbook(compared: Comparison) -> bytes:
    """Documents side by side, a row a field: numbers that differ are bold and red, each cell's comment says where it stands."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    _side_by_side(book.create_sheet("对比"), compared)
    _write_sources(book.create_sheet("出处"), compared.cards)
    return _workbook_bytes(book)


def _workbook_bytes(book: WorkbookType) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _side_by_side(sheet: Worksheet, compared: Comparison) -> None:
    titles = [_fit_for_cell(card.title) for card in compared.cards]
    _write_head(sheet, ("项目", *titles, "有无差别"), (18, *[56] * len(titles), 12))
    for row, each in enumerate(compared.rows, 2):
        _write_cell(sheet, row, 1, NAMES[each.key])
        for column, (cell, differing) in enumerate(zip(each.cells, each.differing, strict=True), 2):
            _write_marked(sheet, row, column, cell, differing)
            _say_where(sheet, row, column, cell)
        _write_cell(sheet, row, len(titles) + 2, "有" if each.differs else "无")
    sheet.freeze_panes = "B2"


def _write_marked(sheet: Worksheet, row: int, column: int, field: CardField, differing: Sequence[Span]) -> None:
    """The units of a field with their markers, the numbers that differ bold and red."""
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont
    from openpyxl.styles.colors import Color

    if not any(differing) or len(_text_of_field(field)) > LONGEST_CELL - len(CUT):
        return _write_cell(sheet, row, column, _text_of_field(field))
    red = InlineFont(b=True, color=Color(rgb="FFB3261E"))
    words: list[str | TextBlock] = []
    for citation in field.citations:
        cut = pieces_of_quote(citation, differing)
        words += [TextBlock(red, _fit_for_cell(text)) if differs else _fit_for_cell(text) for text, differs in cut]
        words.append(f" [{citation.marker}]" + ("" if citation is field.citations[-1] else "\n"))
    _write_cell(sheet, row, column, "")
    sheet.cell(row, column).value = CellRichText(*words)
    return None


def _say_where(sheet: Worksheet, row: int, column: int, field: CardField) -> None:
    """The places of a cell's quotes as its comment."""
    from openpyxl.comments import Comment

    if field.citations:
        where = "\n".join(f"[{c.marker}] {c.locator}" for c in field.citations)[:LONGEST_COMMENT]
        sheet.cell(row, column).comment = Comment(_fit_for_cell(where), "Suyuan", width=420, height=160)


def _write_overview(sheet: Worksheet, cards: Sequence[PolicyCard]) -> None:
    _write_head(sheet, ("文件", *(NAMES[rule.key] for rule in FIELDS)), (36, *[44] * len(FIELDS)))
    for row, card in enumerate(cards, 2):
        _write_cell(sheet, row, 1, card.title)
        for column, field in enumerate(card.fields, 2):
            _write_cell(sheet, row, column, _text_of_field(field))
            _say_where(sheet, row, column, field)
    sheet.auto_filter.ref = sheet.dimensions
    sheet.freeze_panes = "B2"


def _write_sources(sheet: Worksheet, cards: Sequence[PolicyCard]) -> None:
    _write_head(sheet, _SOURCES, (36, 16, 6, 48, 80, 8, 8, 36, 20))
    row = 2
    for card in cards:
        for field in card.fields:
            for c in field.citations:
                values: list[str | int] = [c.title, NAMES[field.key], c.marker, c.locator, c.quote, c.start, c.end]
                values += [c.source, c.sha256]
                for column, value in enumerate(values, 1):
                    _write_cell(sheet, row, column, value)
                row += 1
    sheet.auto_filter.ref = sheet.dimensions
    sheet.freeze_panes = "A2"


def _text_of_field(field: CardField) -> str:
    """The units of a field with their markers, a line each, as many as a cell holds."""
    text = ""
    for citation in field.citations:
        line = f"{citation.quote} [{citation.marker}]\n"
        if len(text) + len(line) > LONGEST_CELL:
            return text + CUT
        text += line
    return text.rstrip("\n")


def _write_head(sheet: Worksheet, names: Sequence[str], widths: Sequence[int]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for column, (name, width) in enumerate(zip(names, widths, strict=True), 1):
        sheet.cell(1, column, name).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width


def _write_cell(sheet: Worksheet, row: int, column: int, value: str | int) -> None:
    """A value as it is: words that begin with = are words, never a formula."""
    from openpyxl.styles import Alignment

    cell = sheet.cell(row, column)
    cell.value = _fit_for_cell(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _fit_for_cell(text: str) -> str:
    """The text without the control characters that a workbook cannot hold, and no longer than a cell."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return str(ILLEGAL_CHARACTERS_RE.sub("", text))[:LONGEST_CELL]

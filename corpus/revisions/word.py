"""A Revision as a Word document: 条文对照表 in three columns, changed words coloured. Knows nothing of how they were found."""

from __future__ import annotations

import io
import re
from typing import Any

from corpus.revisions.report import STATUS, cell_pieces, row_summary
from corpus.revisions.types import Cell, Change, Revision

_COLUMNS = ("原条文", "新条文", "变化")
_OUT, _IN = "C0281C", "1A6B3C"  # words left out, words put in
# What XML 1.0 cannot hold.
_UNKEEPABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def revision_to_docx(revision: Revision) -> bytes:
    """The table as a .docx file, landscape, its header repeated on every page."""
    from docx import Document
    from docx.enum.section import WD_ORIENT

    document = Document()
    _set_fonts(document)
    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, page.page_height, page.page_width
    document.core_properties.title = _without_controls(f"{revision.new.title} 条文对照表")[:250]
    document.add_heading("条文对照表", level=1)
    for name, side in zip(_COLUMNS[:2], (revision.old, revision.new), strict=True):
        number = side.metadata.number
        document.add_paragraph(
            _without_controls(f"{name[0]}：《{side.title}》{f'（{number.value}）' if number else ''}")
        )
    counts = "，".join(f"{STATUS[status]} {count} 处" for status, count in revision.count_statuses().items() if count)
    document.add_paragraph(counts)
    _fill_table(document.add_table(rows=1, cols=3, style="Table Grid"), revision)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _fill_table(table: Any, revision: Revision) -> None:
    for cell, name in zip(table.rows[0].cells, _COLUMNS, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    _repeat_on_pages(table.rows[0])
    for row in revision.rows:
        cells = table.add_row().cells
        _write_provision(cells[0], row.old, row.changes, "old", whole=row.status == "dropped")
        _write_provision(cells[1], row.new, row.changes, "new", whole=row.status == "added")
        cells[2].text = _without_controls("\n".join(row_summary(revision, row)))


def _write_provision(place: Any, cell: Cell | None, changes: tuple[Change, ...], side: str, *, whole: bool) -> None:
    """A provision in its cell; words that changed are coloured, those left out struck through."""
    from docx.shared import RGBColor

    if cell is None:
        return
    paragraph = place.paragraphs[0]
    for words, kind in cell_pieces(cell, changes, side):
        run = paragraph.add_run(_without_controls(re.sub(r"\n\s*\n", "\n", words)))
        if kind or whole:
            run.font.color.rgb = RGBColor.from_string(_OUT if side == "old" else _IN)
            run.font.strike = side == "old"
            run.font.bold = side == "new"


def _repeat_on_pages(row: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _set_fonts(document: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    for name, font in (("Normal", "宋体"), ("Heading 1", "黑体")):
        document.styles[name].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    document.styles["Normal"].font.size = Pt(10.5)


def _without_controls(text: str) -> str:
    return _UNKEEPABLE.sub("", text)

"""PDF files: text layer, tables with rules, and pages without text through OCR. Knows nothing of other formats."""

from __future__ import annotations

import contextlib
import io
import re
import time
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

from corpus.readers import layout, pdf_forms
from corpus.readers.layout import Grid, Line, Page
from corpus.readers.raw import Raw, Writer
from corpus.text.garbled import is_better_reading, may_be_garbled
from errors import ReadError

if TYPE_CHECKING:
    import pypdfium2

# A page takes some milliseconds, a scanned one some seconds; what is not read by then is said, not waited for.
SECONDS = 240.0
_PAGE_LIMIT = 5000
_RULES = 6
# So few characters on a picture of so much of a page are not what the page says.
_LITTLE, _FILLS = 80, 0.5
# So many paths on a page without text or picture may be characters drawn as outlines.
_DRAWN = 30
# pdfplumber prepares every page of a document before it gives one.
_TABLE_DOCUMENT = 1000
_TABLE_PAGES = 300
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]")


def read_raw(data: bytes) -> Raw:
    """Pages in order. Raises ReadError for a damaged or encrypted file."""
    document, count, data = _open_document(data)
    try:
        return _Reader(document, data, count).read_pages()
    finally:
        document.close()


def read_scanned_page(data: bytes, number: int) -> Page | None:
    """A page (from 1) with its lines by OCR, None for one with a text layer or that is not there. Raises ReadError."""
    document, count, _ = _open_document(data)
    try:
        if not 1 <= number <= min(count, _PAGE_LIMIT):
            return None
        page = document[number - 1]
        width, height = page.get_size()
        found = Page(width, height, _lines_of_page(page, height))
        seen = _read_again(page, found) if _is_readable(found.lines) else _recognise_page(page, found)
        page.close()
        return None if seen is None or seen[1] else seen[0]
    finally:
        document.close()


def _open_document(data: bytes) -> tuple[pypdfium2.PdfDocument, int, bytes]:
    """The document, its number of pages, and its bytes with the fields of a form as text."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        if pdf_forms.has_fields(document):
            data = pdf_forms.with_fields_as_text(document, min(len(document), _PAGE_LIMIT))
            document.close()
            document = pypdfium2.PdfDocument(data)
        return document, len(document), data
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise ReadError("the PDF is encrypted", None, "save it without a password") from None
        raise ReadError("the PDF is damaged", " ".join(str(error).split()), "save it again") from None


def _is_readable(lines: list[Line]) -> bool:
    """Whether a page's text layer gives its words."""
    text = "".join(line.text for line in lines)
    return len(_UNREADABLE.findall(text)) * 5 <= len(text) and len("".join(text.split())) >= 8


def _read_again(page: Any, found: Page) -> tuple[Page, int] | None:
    """A page whose text layer may be none, because its font maps letters wrongly, by OCR; None where that does not read better."""
    layer = _text_of_page(found)
    seen = _recognise_page(page, found) if may_be_garbled(layer) else None
    return seen if seen is not None and is_better_reading(_text_of_page(seen[0]), layer) else None


def _text_of_page(page: Page) -> str:
    return "\n".join(line.text for line in page.lines)


def _is_over_scan(page: Any, found: Page) -> bool:
    """Whether the little text of a page (a stamp of a scanner, a page number) lies on a picture that fills the page."""
    from pypdfium2 import raw

    if _count_characters(found.lines) > _LITTLE:
        return False
    area = found.width * found.height
    for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        if (right - left) * (top - bottom) > _FILLS * area:
            return True
    return False


def _count_characters(lines: list[Line]) -> int:
    return sum(len(line.text) for line in lines)


def _recognise_page(page: Any, found: Page) -> tuple[Page, int] | None:
    """The page by OCR, when there is a picture, unreadable text or enough drawing for words on it and OCR finds any.

    Also by how many quarters the page was turned to be read: the boxes are those of the turned page.
    """
    from pypdfium2 import raw

    from corpus.readers import ocr

    pictures = any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    if not pictures and not found.lines:
        # Some programs print characters as outlines: each is a path, and a page of them has no text and no picture.
        paths = page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING], max_depth=3)
        if sum(1 for _ in islice(paths, _DRAWN)) < _DRAWN:
            return None
    scale = min(ocr.DPI / 72, (ocr.PIXEL_LIMIT / max(1.0, found.width * found.height)) ** 0.5)
    seen = ocr.recognise_page(page.render(scale=scale, rev_byteorder=True).to_numpy())
    return (seen.to_page(scale), seen.quarters) if seen.lines else None


class _Reader:
    def __init__(self, document: pypdfium2.PdfDocument, data: bytes, count: int) -> None:
        self._document, self._data, self._count = document, data, count
        self._writer = Writer()
        self._plumber: Any = None
        self._tables = 0
        self._by_ocr = self._again = 0  # pages

    def read_pages(self) -> Raw:
        end = time.monotonic() + SECONDS
        pages: list[Page] = []
        if pdf_forms.is_xfa(self._document):
            self._writer.warn(pdf_forms.XFA_WARNING)
        for number in range(min(self._count, _PAGE_LIMIT)):
            if time.monotonic() > end:
                break
            pages.append(self._read_page(number))
        if len(pages) < self._count:
            self._writer.warn(f"only the first {len(pages)} of {self._count} pages were read")
        if self._by_ocr:
            self._writer.warn(
                f"{self._by_ocr} of {self._count} pages have no text layer and were read by OCR: check figures against the original"
            )
        if self._again:
            self._writer.warn(
                f"{self._again} of {self._count} pages have a garbled text layer and were read by OCR: check figures against the original"
            )
        if self._plumber is not None:
            with contextlib.suppress(Exception):  # closing walks the page tree, which may be damaged
                self._plumber.close()
        layout.write_pages(pages, self._writer)
        return self._writer.to_raw()

    def _read_page(self, number: int) -> Page:
        import pypdfium2

        try:
            page = self._document[number]
        except pypdfium2.PdfiumError:
            self._writer.warn(f"page {number + 1} is damaged and was left out")
            return Page(595.0, 842.0)
        try:
            width, height = page.get_size()
            lines = _lines_of_page(page, height)
            found = Page(width, height, lines)
            if not _is_readable(lines):
                return self._read_scan(page, found)
            again = _read_again(page, found)
            if again is not None:
                self._again += 1
                return again[0]
            if _is_over_scan(page, found):
                scan = self._read_scan(page, found)
                return scan if _count_characters(scan.lines) > 2 * _count_characters(lines) else found
            return Page(width, height, lines, self._find_grids(page, number))
        finally:
            page.close()

    def _read_scan(self, page: Any, found: Page) -> Page:
        seen = _recognise_page(page, found)
        if seen is None:
            return found
        self._by_ocr += 1
        return seen[0]

    def _find_grids(self, page: Any, number: int) -> list[Grid]:
        """Tables with ruled cells; looked for only where the page has rules, because finding them is slow."""
        from pypdfium2 import raw

        rules = 0
        for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=2):
            rules += 1
            if rules >= _RULES:
                break
        if rules < _RULES:
            return []
        if self._count > _TABLE_DOCUMENT or self._tables >= _TABLE_PAGES:
            self._writer.warn("a PDF of this size has its tables read as plain text")
            return []
        self._tables += 1
        try:
            return self._ruled_grids(number)
        except Exception as error:  # a table is an extra: pdfminer fails on files that pdfium reads
            self._writer.warn(f"the tables of page {number + 1} were read as plain text ({type(error).__name__})")
            return []

    def _ruled_grids(self, number: int) -> list[Grid]:
        import logging

        import pdfplumber

        logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every font it does not like
        if self._plumber is None:
            self._plumber = pdfplumber.open(io.BytesIO(self._data))
        page = self._plumber.pages[number]
        found = [_grid_of_table(table) for table in page.find_tables()]
        page.close()
        return [grid for grid in found if len(grid.rows) > 1 and len(grid.rows[0]) > 1]


def _grid_of_table(table: Any) -> Grid:
    """The table's cells on the raster of all its edges, so that a merged cell stands in every place it covers."""
    texts: dict[tuple[float, float, float, float], str] = {}
    for row, words in zip(table.rows, table.extract(), strict=True):
        for cell, text in zip(row.cells, words, strict=True):
            if cell is not None:
                texts[cell] = layout.unify_ideographs("".join((text or "").split("\n")))
    xs, ys = (
        _distinct_edges([(cell[0], cell[2]) for cell in texts]),
        _distinct_edges([(cell[1], cell[3]) for cell in texts]),
    )
    rows = []
    for top, bottom in pairwise(ys):
        row = []
        for left, right in pairwise(xs):
            x, y = (left + right) / 2, (top + bottom) / 2
            row.append(next((t for c, t in texts.items() if c[0] <= x <= c[2] and c[1] <= y <= c[3]), ""))
        rows.append(tuple(row))
    return Grid(tuple(rows), *table.bbox)


def _distinct_edges(pairs: list[tuple[float, float]]) -> list[float]:
    edges: list[float] = []
    for edge in sorted(edge for pair in pairs for edge in pair):
        if not edges or edge - edges[-1] > 3:
            edges.append(edge)
    return edges


def _lines_of_page(page: Any, height: float) -> list[Line]:
    """The page's lines as pdfium groups its characters, with their boxes."""
    textpage = page.get_textpage()
    try:
        text = textpage.get_text_range()
        lines = []
        offset = 0
        for piece in text.split("\r\n"):
            stripped = piece.strip()
            if stripped:
                start = offset + len(piece) - len(piece.lstrip())
                first = textpage.get_charbox(_utf16_offset(text, start), loose=True)
                last = textpage.get_charbox(_utf16_offset(text, start + len(stripped) - 1), loose=True)
                y0, y1 = height - max(first[3], last[3]), height - min(first[1], last[1])
                lines.append(Line(layout.unify_ideographs(stripped.replace("\ufffe", "-")), first[0], y0, last[2], y1))
            offset += len(piece) + 2
        return lines
    finally:
        textpage.close()


def _utf16_offset(text: str, offset: int) -> int:
    """Pdfium counts UTF-16 units; the difference is zero in nearly every text."""
    return offset if text.isascii() or max(text) <= "\uffff" else len(text[:offset].encode("utf-16-le")) // 2

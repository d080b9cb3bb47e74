"""A page of a PDF, a scan or a picture file as a picture, the cited words boxed. Knows nothing of documents or of screens."""

from __future__ import annotations

import io
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

# pdfium is not safe to use from several threads at once
_ONE = threading.Lock()
WIDTH = 1100  # pixels
BOX = (255, 200, 40, 90)
MOST_PIXELS = 200_000_000
Shares = tuple[
    float, float, float, float
]  # left, top, right, bottom of a page's width and height, from its upper left corner


def _compatibility_form(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _letters_with_places(text: str) -> tuple[str, list[int]]:
    """The text without white space, and where each of its characters was."""
    kept: list[str] = []
    places: list[int] = []
    for at, char in enumerate(text):
        for each in _compatibility_form(char):
            if not each.isspace() and each.isprintable():
                kept.append(each)
                places.append(at)
    return "".join(kept), places


def quote_spans(page: str, quote: str) -> list[tuple[int, int]]:
    """Where the words of a quote stand in a page's characters, line by line of the quote; white space does not count."""
    letters, places = _letters_with_places(page)
    out = []
    for line in quote.splitlines():
        wanted = _letters_with_places(line)[0]
        at = letters.find(wanted) if len(wanted) > 1 else -1
        if at >= 0:
            out.append((places[at], places[at + len(wanted) - 1] + 1))
    return out


def page_picture(path: Path, page: int, quote: str = "") -> bytes:
    """A page (from 1) of a PDF or a picture file as PNG, the lines of the quote boxed; on a scan the words are found by OCR.

    Raises KeyError for a page that is not there, ValueError for a file that has no page pictures or is damaged.
    """
    from PIL import Image, ImageDraw

    image, boxes = (
        _pdf_picture(path, page, quote) if path.suffix.lower() == ".pdf" else (_frame_picture(path, page), [])
    )
    if quote and not boxes:
        boxes = _boxes_of_scan(path, page, quote)
    layer = Image.new("RGBA", image.size)
    pen = ImageDraw.Draw(layer)
    for left, top, right, bottom in boxes:
        place = left * image.width - 2, top * image.height - 2, right * image.width + 2, bottom * image.height + 2
        pen.rectangle(place, fill=BOX)
    out = io.BytesIO()
    Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB").save(out, "PNG", optimize=False)
    return out.getvalue()


def is_scanned_page(path: Path, page: int) -> bool:
    """Whether a page (from 1) is only a picture: that of a picture file, or of a PDF without a text layer."""
    from corpus.readers import SCANS, suffix_of

    if suffix_of(path.name) != ".pdf":
        return suffix_of(path.name) in SCANS
    with suppress(KeyError, ValueError), _open_page(path, page) as leaf:
        text = leaf.get_textpage()
        try:
            return not text.count_chars() or not text.get_text_range().strip()
        finally:
            text.close()
    return False


@contextmanager
def _open_page(path: Path, page: int) -> Iterator[Any]:
    """A page of a PDF, alone in pdfium. Raises KeyError and ValueError as `page_picture` does."""
    import pypdfium2

    with _ONE:
        try:
            document = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError:
            raise ValueError(f"not a PDF: {path.name}") from None
        try:
            if not 1 <= page <= len(document):
                raise KeyError(page)
            yield document[page - 1]
        finally:
            document.close()


def _pdf_picture(path: Path, page: int, quote: str) -> tuple[Image, list[Shares]]:
    with _open_page(path, page) as leaf:
        width, height = leaf.get_size()
        image = leaf.render(scale=WIDTH / width).to_pil()
        found = _boxes_of_quote(leaf, quote) if quote else []
        return image, [(x0 / width, 1 - y1 / height, x1 / width, 1 - y0 / height) for x0, y0, x1, y1 in found]


def _frame_picture(path: Path, page: int) -> Image:
    """A frame of a picture file, as wide as a page is shown."""
    from PIL import Image, ImageSequence, UnidentifiedImageError

    from corpus.readers import SCANS, suffix_of

    if suffix_of(path.name) not in SCANS or page < 1:
        raise ValueError(f"no page pictures: {path.name}")
    try:
        with Image.open(path) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValueError(f"too large: {path.name}")
            frame = next(islice(ImageSequence.Iterator(opened), page - 1, page), None)
            if frame is None:
                raise KeyError(page)
            return frame.convert("RGB").resize((WIDTH, max(1, round(frame.height * WIDTH / frame.width))))
    except (UnidentifiedImageError, OSError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise ValueError(f"damaged: {path.name}") from error


def _boxes_of_scan(path: Path, page: int, quote: str) -> list[Shares]:
    from corpus import scans
    from errors import ReadError

    try:
        return list[Shares](scans.find_quote_boxes(path, page, quote))
    except ReadError:  # the picture is there all the same
        return []


def _boxes_of_quote(leaf: Any, quote: str) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right, top in points, from the words of the text layer."""
    text = leaf.get_textpage()
    # one character at a time, so that a place in the text is a place on the page
    chars = [text.get_text_range(at, 1) or " " for at in range(text.count_chars())]
    page = "".join(char[0] for char in chars)
    boxes: list[tuple[float, float, float, float]] = []
    for start, end in quote_spans(page, quote):
        text.get_text_range(start, end - start)
        boxes += [text.get_rect(i) for i in range(text.count_rects(start, end - start))]
    text.close()
    return boxes

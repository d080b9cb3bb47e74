"""A page of a PDF as a picture, the cited words boxed. Knows nothing of documents or of screens."""

from __future__ import annotations

import io
import threading
import unicodedata
from pathlib import Path

# pdfium is not safe to use from several threads at once
_ONE = threading.Lock()
WIDTH = 1100  # pixels
BOX = (255, 200, 40, 90)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _letters(text: str) -> tuple[str, list[int]]:
    """The text without white space, and where each of its characters was."""
    kept: list[str] = []
    places: list[int] = []
    for at, char in enumerate(text):
        for each in _plain(char):
            if not each.isspace() and each.isprintable():
                kept.append(each)
                places.append(at)
    return "".join(kept), places


def spans(page: str, quote: str) -> list[tuple[int, int]]:
    """Where the words of a quote stand in a page's characters, line by line of the quote; white space does not count."""
    letters, places = _letters(page)
    out = []
    for line in quote.splitlines():
        wanted = _letters(line)[0]
        at = letters.find(wanted) if len(wanted) > 1 else -1
        if at >= 0:
            out.append((places[at], places[at + len(wanted) - 1] + 1))
    return out


def picture(path: Path, page: int, quote: str = "") -> bytes:
    """A page (from 1) as PNG. Raises KeyError for a page that is not there, ValueError for a file that is not a PDF."""
    import pypdfium2
    from PIL import Image, ImageDraw

    with _ONE:
        try:
            document = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError:
            raise ValueError(f"not a PDF: {path.name}") from None
        try:
            if not 1 <= page <= len(document):
                raise KeyError(page)
            leaf = document[page - 1]
            scale = WIDTH / leaf.get_width()
            image = leaf.render(scale=scale).to_pil().convert("RGBA")
            boxes = _boxes(leaf, quote) if quote else []
            height = leaf.get_height()
        finally:
            document.close()
    layer = Image.new("RGBA", image.size)
    pen = ImageDraw.Draw(layer)
    for left, bottom, right, top in boxes:
        pen.rectangle(
            (left * scale - 2, (height - top) * scale - 2, right * scale + 2, (height - bottom) * scale + 2), fill=BOX
        )
    out = io.BytesIO()
    Image.alpha_composite(image, layer).convert("RGB").save(out, "PNG", optimize=False)
    return out.getvalue()


def _boxes(leaf: object, quote: str) -> list[tuple[float, float, float, float]]:
    text = leaf.get_textpage()  # type: ignore[attr-defined]
    # one character at a time, so that a place in the text is a place on the page
    chars = [text.get_text_range(at, 1) or " " for at in range(text.count_chars())]
    page = "".join(char[0] for char in chars)
    boxes: list[tuple[float, float, float, float]] = []
    for start, end in spans(page, quote):
        text.get_text_range(start, end - start)
        boxes += [text.get_rect(i) for i in range(text.count_rects(start, end - start))]
    text.close()
    return boxes

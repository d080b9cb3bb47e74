"""Scanned pages as pictures (.png, .jpg, .tif, .bmp, .webp), read by OCR. Knows nothing of other formats."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from corpus.readers import layout, ocr
from corpus.readers.layout import Page
from corpus.readers.raw import Raw, Writer
from errors import ReadError

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_FRAME_LIMIT = 500
_PIXELS_AT_ALL = 200_000_000


def read_raw(data: bytes) -> Raw:
    """The picture's text, one page a frame. Raises ReadError for a damaged picture or one of a size no scan has."""
    writer = Writer()
    pages: list[Page] = []
    for frame in _read_frames(data):
        if len(pages) >= _FRAME_LIMIT:
            writer.warn(f"only the first {_FRAME_LIMIT} pages were read")
            break
        pages.append(_read_frame(frame)[0])
    writer.warn("this is a picture read by OCR: check figures against the original")
    layout.write_pages(pages, writer)
    return writer.to_raw()


def read_scanned_page(data: bytes, number: int) -> Page | None:
    """A frame (from 1) with its lines by OCR, None for one that is not there or lies on its side. Raises ReadError."""
    frame = next(islice(_read_frames(data), number - 1, min(number, _FRAME_LIMIT)), None) if number > 0 else None
    if frame is None:
        return None
    page, turned = _read_frame(frame)
    return None if turned else page


def _read_frames(data: bytes) -> Iterator[Picture]:
    """The frames in colour, no larger than OCR takes."""
    from PIL import Image, ImageSequence, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data))
            if picture.width * picture.height > _PIXELS_AT_ALL:
                raise ReadError(
                    "the picture is larger than a scan", f"{picture.width}x{picture.height}", "make it smaller"
                )
            for frame in ImageSequence.Iterator(picture):
                frame.draft("RGB", frame.size) if hasattr(frame, "draft") else None
                whole = frame.convert("RGB")
                limit = (ocr.PIXEL_LIMIT / (whole.width * whole.height)) ** 0.5
                if limit < 1:
                    whole = whole.resize((max(1, int(whole.width * limit)), max(1, int(whole.height * limit))))
                yield whole
    except Image.DecompressionBombError as error:
        raise ReadError("the picture is larger than a scan", _pixels_told(error), "make it smaller") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise ReadError("the picture is damaged", type(error).__name__, "save it again") from None


def _pixels_told(error: Exception) -> str:
    """How many pixels the library says that a picture has, which it does not open."""
    found = re.search(r"[0-9]{4,}", str(error))
    return f"{found[0]} pixels" if found else "too many pixels"


def _read_frame(frame: Picture) -> tuple[Page, int]:
    """The page as read, and by how many quarters it was turned for that: its boxes are those of the turned page."""
    import numpy

    found = ocr.recognise_page(numpy.asarray(frame))
    return found.to_page(), found.quarters

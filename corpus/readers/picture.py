"""Scanned pages as pictures (.png, .jpg, .tif, .bmp, .webp), read by OCR. Knows nothing of other formats."""

from __future__ import annotations

import io
import warnings

from corpus.errors import ReadError
from corpus.readers import layout, ocr
from corpus.readers.layout import Line, Page
from corpus.readers.raw import Raw, Writer

_FRAME_LIMIT = 500
_PIXELS_AT_ALL = 200_000_000


def read(data: bytes) -> Raw:
    """The picture's text, one page a frame. Raises ReadError for a damaged picture or one of a size no scan has."""
    import numpy
    from PIL import Image, ImageSequence, UnidentifiedImageError

    writer = Writer()
    pages = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data))
            if picture.width * picture.height > _PIXELS_AT_ALL:
                raise ReadError(
                    "the picture is larger than a scan", f"{picture.width}x{picture.height}", "make it smaller"
                )
            for number, frame in enumerate(ImageSequence.Iterator(picture)):
                if number >= _FRAME_LIMIT:
                    writer.warn(f"only the first {_FRAME_LIMIT} pages were read")
                    break
                frame.draft("RGB", frame.size) if hasattr(frame, "draft") else None
                whole = frame.convert("RGB")
                limit = (ocr.PIXEL_LIMIT / (whole.width * whole.height)) ** 0.5
                if limit < 1:
                    whole = whole.resize((max(1, int(whole.width * limit)), max(1, int(whole.height * limit))))
                found = [Line(*line) for line in ocr.lines(numpy.asarray(whole))]
                pages.append(Page(float(whole.width), float(whole.height), found))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise ReadError("the picture is damaged", type(error).__name__, "save it again") from None
    writer.warn("this is a picture read by OCR: check figures against the original")
    layout.write(pages, writer)
    return writer.raw()

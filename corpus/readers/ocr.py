"""Pictures to lines of text with their boxes. Knows nothing of files or pages."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from corpus.readers.layout import Line
from errors import ReadError

DPI = 200
# An A3 page at 200 dpi has 7.7 million pixels.
PIXEL_LIMIT = 16_000_000
_LEAST_SCORE = 0.4


@lru_cache(maxsize=1)
def _engine() -> Any:
    try:
        from rapidocr_onnxruntime import RapidOCR
    except ImportError:
        raise ReadError("reading scans needs rapidocr-onnxruntime", None, "pip install rapidocr-onnxruntime") from None
    return RapidOCR()


def lines(picture: Any) -> list[Line]:
    """Lines from top to bottom with boxes in pixels. picture: array of shape (height, width) or (height, width, 3), uint8."""
    found, _ = _engine()(picture)
    result = []
    for box, text, score in found or ():
        if float(score) >= _LEAST_SCORE and text.strip():
            xs, ys = [float(point[0]) for point in box], [float(point[1]) for point in box]
            result.append(Line(_tidy(text), min(xs), min(ys), max(xs), max(ys)))
    return sorted(result, key=lambda line: (line.y0, line.x0))


def _tidy(text: str) -> str:
    """Half-width marks between ideographs are full-width in print; the recogniser often gives the half-width form.

    The brackets of a year are a pair (〔2021〕), and the one that opens an item at the start of a line is often cut off: 二）.
    """
    text = re.sub(r"^([一二三四五六七八九十]{1,3})[)）][ ]?", r"（\1）", text)
    text = re.sub(r"〔([12][0-9]{3})[\])]|[\[(]([12][0-9]{3})〕", lambda year: f"〔{year[1] or year[2]}〕", text)
    marks = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
    return re.sub(
        r"(?<=[\u4e00-\u9fff）》”])[,;:?!](?![0-9])|(?<=[\u4e00-\u9fff])\((?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\)",
        lambda mark: marks[mark[0]],
        text,
    )

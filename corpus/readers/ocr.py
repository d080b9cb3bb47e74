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
# A page that is read with less is upside down, or no page of Chinese.
_LEGIBLE = 0.75


@lru_cache(maxsize=1)
def _engine() -> Any:
    try:
        from rapidocr_onnxruntime import RapidOCR
    except ImportError:
        raise ReadError("reading scans needs rapidocr-onnxruntime", None, "pip install rapidocr-onnxruntime") from None
    return RapidOCR()


def recognise_lines(picture: Any) -> list[Line]:
    """Lines from top to bottom with boxes in pixels. picture: array of shape (height, width) or (height, width, 3), uint8."""
    return sorted(_recognise(picture)[0], key=lambda line: (line.y0, line.x0))


def recognise_upright(picture: Any) -> tuple[list[Line], int]:
    """The lines of a page that may lie on its side or stand on its head, and by how many quarters it was turned for that.

    The boxes are those of the turned page. A page is turned only where its lines are upright columns or hardly legible.
    """
    import numpy as np

    found, sureness, upright = _recognise(picture)
    quarters = 0
    turns = (1, 3) if upright else (2,) if found and sureness < _LEGIBLE else ()
    best = sum(len(line.text) for line in found) * sureness
    for turn in turns:
        other, surer, _ = _recognise(np.ascontiguousarray(np.rot90(picture, turn)))
        worth = sum(len(line.text) for line in other) * surer
        if worth > best * (1 if upright else 1.2):
            found, quarters, best = other, turn, worth
    return sorted(found, key=lambda line: (line.y0, line.x0)), quarters


def _recognise(picture: Any) -> tuple[list[Line], float, bool]:
    """Lines, how sure the recogniser is of them (0 to 1), and whether most of what it found is taller than wide."""
    # Its classifier of upside-down lines turns long lines that a margin cuts off, and they are lost: pages are turned as a whole.
    found, _ = _engine()(picture, use_cls=False)
    result: list[Line] = []
    weight = sure = 0.0
    tall = wide = 0
    for box, text, score in found or ():
        xs, ys = [float(point[0]) for point in box], [float(point[1]) for point in box]
        width, height = max(xs) - min(xs), max(ys) - min(ys)
        tall, wide = tall + (height > 3 * width), wide + (width > 3 * height)
        weight, sure = weight + len(text), sure + len(text) * float(score)
        if float(score) >= _LEAST_SCORE and text.strip():
            result.append(Line(_tidy(text), min(xs), min(ys), max(xs), max(ys)))
    return result, sure / weight if weight else 0.0, tall > max(2, 2 * wide)


def _tidy(text: str) -> str:
    """Half-width marks between ideographs are full-width in print; the recogniser often gives the half-width form.

    The brackets of a year are a pair (〔2021〕), and the one that opens an item at the start of a line is often cut off: 二）.
    """
    text = text.replace("引I", "引")  # one character that the recogniser reads as two
    text = re.sub(r"^([一二三四五六七八九十]{1,3})[)）][ ]?", r"（\1）", text)
    text = re.sub(r"〔([12][0-9]{3})[\])]|[\[(]([12][0-9]{3})〕", lambda year: f"〔{year[1] or year[2]}〕", text)
    marks = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
    return re.sub(
        r"(?<=[\u4e00-\u9fff）》”])[,;:?!](?![0-9])|(?<=[\u4e00-\u9fff])\((?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\)",
        lambda mark: marks[mark[0]],
        text,
    )

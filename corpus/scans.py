"""Where quoted words stand on a scanned page, read again by OCR when somebody looks. Knows nothing of documents or screens."""

from __future__ import annotations

import math
import threading
import unicodedata
from collections import OrderedDict
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from corpus.readers import SCANS, suffix_of
from corpus.readers.layout import Line, Page, reading_order
from corpus.worker import Worker

SECONDS = 60.0
_KEPT = 64
# The shortest run of characters, out of a quote that is not on the page as a whole, that is taken for a part of it.
_LEAST = 6

Key = tuple[str, int, int, int]
_pages: OrderedDict[Key, Page | None] = OrderedDict()
_lock = threading.Lock()


class Box(NamedTuple):
    """Where a line's words stand, as shares of the page's width and height from its upper left corner: 0 to 1."""

    left: float
    top: float
    right: float
    bottom: float


def find_quote_boxes(path: Path, page: int, quote: str) -> list[Box]:
    """The boxes of a quote's lines on a page (from 1) of a scanned PDF or a picture, from top to bottom.

    Empty where the page has a text layer, is not there, or does not hold the words. The page goes through OCR in a child
    process, some seconds for the first quote on it; the last pages are remembered. Raises ReadError for a damaged file.
    """
    if suffix_of(path.name) not in SCANS or not quote.strip():
        return []
    found = _recognised_page(path, page)
    if found is None:
        return []
    return [
        Box(*(min(1.0, max(0.0, share)) for share in (x0 / found.width, y0 / found.height, x1 / found.width, y1 / found.height)))
        for x0, y0, x1, y1 in (_as_it_lies(found, box) for box in _boxes_of_quote(reading_order(found), quote))
    ]  # fmt: skip


def _as_it_lies(page: Page, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """The box around a box of the page set upright, on the page as it lies there."""
    if not page.slant:
        return box
    turn, x, y = math.radians(page.slant), page.width / 2, page.height / 2
    corners = [(left - x, top - y) for left in (box[0], box[2]) for top in (box[1], box[3])]
    xs = [x + left * math.cos(turn) - top * math.sin(turn) for left, top in corners]
    ys = [y + left * math.sin(turn) + top * math.cos(turn) for left, top in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _recognised_page(path: Path, number: int) -> Page | None:
    state = path.stat()
    key = (str(path), state.st_mtime_ns, state.st_size, number)
    with _lock:  # one page at a time: OCR takes a core of its own
        if key not in _pages:
            with Worker(SECONDS) as worker:
                _pages[key] = worker.read_scanned_page(path, number)
            while len(_pages) > _KEPT:
                _pages.popitem(last=False)
        _pages.move_to_end(key)
        return _pages[key]


def _boxes_of_quote(lines: list[Line], quote: str) -> list[tuple[float, float, float, float]]:
    """The part of each line that the quote covers, in points; a character's share of its line goes by its width."""
    letters = [
        (character, place, at) for place, line in enumerate(lines) for at, character in _letters_with_places(line.text)
    ]
    page = "".join(character for character, _, _ in letters)
    covered: dict[int, list[int]] = {}
    for wanted in filter(None, ("".join(c for _, c in _letters_with_places(part)) for part in quote.split("\n"))):
        for start, end in _runs_of_words(page, wanted):
            for _, place, at in letters[start:end]:
                covered.setdefault(place, []).append(at)
    if not covered and "：" in quote:
        return [(line.x0, line.y0, line.x1, line.y1) for line in _cells_of_row(lines, quote)]
    return [_part_of_line(lines[place], min(found), max(found) + 1) for place, found in sorted(covered.items())]


def _cells_of_row(lines: list[Line], quote: str) -> list[Line]:
    """The cells of a table's row that is quoted with the names of its columns (职级：处级；标准：500元); [] for none that fits."""
    values = {"".join(c for _, c in _letters_with_places(part.rpartition("：")[2])) for part in quote.split("；")} - {
        ""
    }
    cells = [line for line in lines if "".join(c for _, c in _letters_with_places(line.text)) in values]
    rows = [[other for other in cells if abs(other.y0 - one.y0) < 0.6 * one.size] for one in cells]
    best = max(rows, key=len, default=[])
    return best if len(best) >= min(2, len(values)) else []


def _letters_with_places(text: str) -> list[tuple[int, str]]:
    """What is left of a text without white space, each character in its compatibility form, and where it was."""
    forms = [(at, unicodedata.normalize("NFKC", character)) for at, character in enumerate(text)]
    return [(at, each) for at, form in forms for each in form if not each.isspace()]


def _runs_of_words(page: str, wanted: str) -> list[tuple[int, int]]:
    """Where the words stand: whole; else, over a page end or between columns, their longer pieces."""
    at = page.find(wanted)
    if at >= 0:
        return [(at, at + len(wanted))]
    matcher = SequenceMatcher(None, page, wanted, autojunk=False)
    return [(found.a, found.a + found.size) for found in matcher.get_matching_blocks() if found.size >= _LEAST]


def _part_of_line(line: Line, start: int, end: int) -> tuple[float, float, float, float]:
    widths = [1.0 if unicodedata.east_asian_width(character) in "WF" else 0.5 for character in line.text]
    unit = (line.x1 - line.x0) / (sum(widths) or 1.0)
    return line.x0 + unit * sum(widths[:start]), line.y0, line.x0 + unit * sum(widths[:end]), line.y1

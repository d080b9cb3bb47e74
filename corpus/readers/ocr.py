"""Pictures of pages to lines of text and ruled tables with their boxes. Knows nothing of files.

A page that lies on its side or head is turned, a slanted one set upright, its seals and faint ink retouched before.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from corpus.readers import retouching, ruled
from corpus.readers.layout import Grid, Line, Page, join_pieces
from corpus.readers.ruled import Ruled
from errors import ReadError

DPI = 200
_AT_A_TIME = 2  # children that read at a time
# An A3 page at 200 dpi has 7.7 million pixels.
PIXEL_LIMIT = 16_000_000
# Letters are looked for in a smaller copy of the page, whose longer side has so many pixels, and read from the page itself.
_LOOKED_FOR = 1600
_LEAST_SCORE = 0.5
_NARROW = 8
# A page that is read with less, or of which less than half of the lines says anything, is upside down, or no page of Chinese.
_LEGIBLE = 0.75
# Lines whose reading tells which way round a page is.
_SAMPLE = 8
# Degrees: less is no slant that matters for the order of lines; more is none that a scanner makes.
_SLANTED, _MOST_SLANTED = 0.4, 20.0
_LONG = 4  # a line so many times longer than high tells the slant
_FEWEST_CELLS = 4
_FRAME = 0.7  # a cell with more of a table's words is a frame around a page
_CUT = 0.35  # the share of a line's height that a part of it must have to stand in another cell


class Found(NamedTuple):
    """A line as found: its four corners from the upper left clockwise, its text, how sure that is."""

    corners: Any
    text: str
    score: float


@dataclass(slots=True)
class Recognised:
    """What stands on a page. Boxes are in pixels of the page after it was turned by `quarters` and set upright by `slant` degrees."""

    width: int
    height: int
    lines: list[Line] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    quarters: int = 0
    slant: float = 0.0

    def to_page(self, scale: float = 1.0) -> Page:
        """The same as a page whose units are `scale` pixels."""
        return Page(
            self.width / scale,
            self.height / scale,
            [Line(line.text, *(side / scale for side in line[1:])) for line in self.lines],
            [Grid(grid.rows, *(side / scale for side in grid[1:])) for grid in self.grids],
            self.slant,
        )


@lru_cache(maxsize=1)
def _load_engine() -> Any:
    try:
        from rapidocr_onnxruntime import RapidOCR
    except ImportError:
        raise ReadError("reading scans needs rapidocr-onnxruntime", None, "pip install rapidocr-onnxruntime") from None
    with tempfile.TemporaryDirectory(prefix="suyuan-") as folder:
        settings = Path(folder, "ocr.yaml")
        settings.write_text(_engine_settings(), "utf-8")
        with _memory_kept():
            return RapidOCR(config_path=str(settings))


@contextmanager
def _memory_kept() -> Iterator[None]:
    """Networks loaded here keep the memory of one line for the next.

    The library has them give it back, and taking it anew costs two thirds of the time: 42 seconds for a page of 1,300
    characters at two a time, 14 with it kept, for 170 MB more (`python -m benchmarks.real_files`).
    """
    from rapidocr_onnxruntime.utils.infer_engine import OrtInferSession

    given = OrtInferSession._init_sess_opts

    def keep_memory(*values: Any) -> Any:
        options = given(*values)
        options.enable_cpu_mem_arena = True
        return options

    OrtInferSession._init_sess_opts = staticmethod(keep_memory)
    try:
        yield
    finally:
        OrtInferSession._init_sess_opts = staticmethod(given)


def _engine_settings() -> str:
    """The library's settings with the threads that a child has to itself: with more, two that read at a time wait for each other."""
    import yaml
    from rapidocr_onnxruntime.main import DEFAULT_CFG_PATH

    settings = yaml.safe_load(Path(DEFAULT_CFG_PATH).read_text("utf-8"))
    for part in ("Det", "Cls", "Rec"):
        settings[part]["intra_op_num_threads"] = max(1, (os.cpu_count() or 1) // _AT_A_TIME)
    return str(yaml.safe_dump(settings))


def recognise_lines(picture: Any) -> list[Line]:
    """Lines from top to bottom with boxes in pixels. picture: array of shape (height, width) or (height, width, 3), uint8."""
    return recognise_page(picture, turned=False).lines


def recognise_page(picture: Any, *, turned: bool = True) -> Recognised:
    """The lines and ruled tables of a page. turned: whether it may lie on its side or stand on its head."""
    import numpy as np

    view, quarters = _view_of(_in_colour(picture)), 0
    boxes = _find_boxes(view)
    if turned and _is_upright_columns(boxes):
        view, quarters, boxes = _turned_from_its_side(view)
    found = _read_boxes(view, boxes)
    if turned and boxes and (len(found) * 2 < len(boxes) or _mean_confidence(found) < _LEGIBLE):
        standing = _view_of(np.ascontiguousarray(np.rot90(view.picture, 2)))
        other_boxes = _find_boxes(standing)
        if _mean_confidence(_read_boxes(standing, _widest_boxes(other_boxes))) > _mean_confidence(found) * 1.2:
            view, quarters, found = standing, (quarters + 2) % 4, _read_boxes(standing, other_boxes)
    return _laid_out(view.picture, found, quarters)


def _in_colour(picture: Any) -> Any:
    """Three channels, whatever the picture has."""
    import numpy as np

    if picture.ndim == 2:
        picture = picture[..., None]
    return np.ascontiguousarray(np.repeat(picture[..., :1], 3, axis=2) if picture.shape[2] < 3 else picture[..., :3])


class _View(NamedTuple):
    """A page's picture, the same retouched, and by how many pixels that grew on every side."""

    picture: Any
    clear: Any
    room: int


def _view_of(picture: Any) -> _View:
    return _View(picture, *retouching.retouch_picture(picture))


def _find_boxes(view: _View) -> list[Any]:
    """The corners of everything that looks like a line, from top to bottom."""
    import cv2
    import numpy as np

    share = min(1.0, _LOOKED_FOR / max(view.clear.shape[:2]))
    small = cv2.resize(view.clear, None, fx=share, fy=share, interpolation=cv2.INTER_AREA) if share < 1 else view.clear
    high, wide = small.shape[:2]
    # The detector enlarges what is small on its shorter side: a single line gets paper below it.
    low = max(0, wide // _NARROW - high)
    small = cv2.copyMakeBorder(small, 0, low, 0, 0, cv2.BORDER_REPLICATE) if low else small
    found = _load_engine().text_det(small)[0]
    if found is None or not len(found):
        return []
    height, width = view.picture.shape[:2]
    corners = np.asarray(found, np.float32) / share - view.room
    corners[..., 0] = corners[..., 0].clip(0, width - 1)
    corners[..., 1] = corners[..., 1].clip(0, height - 1)
    return sorted(corners, key=lambda box: (box[:, 1].min(), box[:, 0].min()))


def _read_boxes(view: _View, boxes: list[Any]) -> list[Found]:
    """What each box says; boxes that say nothing for sure are left out."""
    if not boxes:
        return []
    crops = _load_engine().get_crop_img_list(view.clear, [box + view.room for box in boxes])
    texts = _load_engine().text_rec(crops)[0]
    return [
        Found(box, _tidy_marks(text), float(score))
        for box, (text, score) in zip(boxes, texts, strict=True)
        if float(score) >= _LEAST_SCORE and text.strip()
    ]


def _length_and_height(box: Any) -> tuple[float, float]:
    """How long a box is along its line, and how high."""
    import numpy as np

    return float(np.linalg.norm(box[1] - box[0])), float(np.linalg.norm(box[3] - box[0]))


def _widest_boxes(boxes: list[Any]) -> list[Any]:
    return sorted(boxes, key=lambda box: -_length_and_height(box)[0])[:_SAMPLE]


def _mean_confidence(found: list[Found]) -> float:
    """How sure the reading is, by character."""
    length = sum(len(one.text) for one in found)
    return sum(len(one.text) * one.score for one in found) / length if length else 0.0


def _is_upright_columns(boxes: list[Any]) -> bool:
    """Whether most of what was found is taller than wide."""
    sizes = [box.max(axis=0) - box.min(axis=0) for box in boxes]
    tall = sum(float(high) > 3 * float(wide) for wide, high in sizes)
    flat = sum(float(wide) > 3 * float(high) for wide, high in sizes)
    return tall > max(2, 2 * flat)


def _turned_from_its_side(view: _View) -> tuple[_View, int, list[Any]]:
    """The page turned the way in which its longest lines are read best, by how many quarters, and its boxes."""
    import numpy as np

    tried: list[tuple[float, _View, int, list[Any]]] = []
    for quarters in (1, 3):
        turned = _view_of(np.ascontiguousarray(np.rot90(view.picture, quarters)))
        boxes = _find_boxes(turned)
        sample = _read_boxes(turned, _widest_boxes(boxes))
        tried.append((_mean_confidence(sample) * sum(len(one.text) for one in sample), turned, quarters, boxes))
    return max(tried, key=lambda one: one[0])[1:]


def _laid_out(picture: Any, found: list[Found], quarters: int) -> Recognised:
    """Lines with upright boxes, and those of ruled tables in their cells."""
    height, width = picture.shape[:2]
    slant = _measure_slant(found)
    turn = _rotation_matrix(width, height, slant) if slant else None
    lines = [Line(one.text, *_upright_box(one.corners, turn)) for one in found]
    result = Recognised(width, height, lines, quarters=quarters, slant=slant)
    for table in ruled.find_tables(picture, turn):
        grid = _fill_table(table, lines, _Cutter(picture, turn))
        if grid is not None:
            result.grids.append(grid)
    result.lines.sort(key=lambda line: (line.y0, line.x0))
    return result


def _measure_slant(found: list[Found]) -> float:
    """By how many degrees the lines go down to the right; 0 for what does not matter."""
    import numpy as np

    long = [one.corners for one in found if (sides := _length_and_height(one.corners))[0] > _LONG * sides[1]]
    if len(long) < 3:
        return 0.0
    steps = [box[1] - box[0] for box in long]
    degrees = np.degrees([np.arctan2(float(step[1]), float(step[0])) for step in steps])
    order = np.argsort(degrees)
    weights = np.asarray([_length_and_height(box)[0] for box in long])[order].cumsum()
    middle = float(degrees[order][int(np.searchsorted(weights, weights[-1] / 2))])
    return middle if _SLANTED < abs(middle) < _MOST_SLANTED else 0.0


def _rotation_matrix(width: int, height: int, slant: float) -> Any:
    """The matrix that sets a slanted page upright about its middle."""
    import cv2

    return cv2.getRotationMatrix2D((width / 2, height / 2), slant, 1.0)


def _upright_box(corners: Any, turn: Any | None) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a line; of a slanted one as it stands when the page is upright."""
    if turn is None:
        (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
        return float(x0), float(y0), float(x1), float(y1)
    x, y = turn @ [*corners.mean(axis=0), 1.0]
    long, high = _length_and_height(corners)
    return float(x - long / 2), float(y - high / 2), float(x + long / 2), float(y + high / 2)


class _Cutter:
    """Reads a part of a line again: what is found as one line may run through several cells."""

    def __init__(self, picture: Any, turn: Any | None) -> None:
        self._picture, self._turn = picture, turn
        self._upright: Any = None

    def text_in_box(self, x0: float, y0: float, x1: float, y1: float) -> str:
        """What stands in a box of the upright page."""
        import cv2

        if self._upright is None:
            height, width = self._picture.shape[:2]
            self._upright = (
                self._picture
                if self._turn is None
                else cv2.warpAffine(self._picture, self._turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
            )
        crop = self._upright[max(0, int(y0)) : int(y1) + 1, max(0, int(x0)) : int(x1) + 1]
        if min(crop.shape[:2], default=0) < 4:
            return ""
        text, score = _load_engine().text_rec([crop])[0][0]
        return _tidy_marks(text) if float(score) >= _LEAST_SCORE else ""


def _fill_table(table: Ruled, lines: list[Line], cutter: _Cutter) -> Grid | None:
    """The table with the words of its cells, those of merged cells in every place; None for a frame and for an empty one."""
    words: dict[int, list[Line]] = {}
    for line in lines:
        x, y = (line.x0 + line.x1) / 2, (line.y0 + line.y1) / 2
        if table.cell_at(x, y) is None:
            continue
        parts = [part for part in table.columns_between(line.x0, line.x1, y) if part[2] - part[1] > _CUT * line.size]
        if len(parts) < 2:
            words.setdefault(parts[0][0] if parts else table.cell_at(x, y) or 0, []).append(line)
            continue
        for cell, left, right in parts:
            piece = Line(cutter.text_in_box(left + 3, line.y0, right - 3, line.y1), left, line.y0, right, line.y1)
            words.setdefault(cell, []).append(piece)
    texts = {cell: _join_cell_lines(found) for cell, found in words.items()}
    filled = [len(text) for text in texts.values() if text]
    if len(filled) < _FEWEST_CELLS or max(filled) > _FRAME * sum(filled):
        return None
    rows = tuple(tuple(texts.get(cell, "") for cell in row) for row in table.cells)
    return Grid(rows, table.xs[0], table.ys[0], table.xs[-1], table.ys[-1])


def _join_cell_lines(found: list[Line]) -> str:
    """The words of a cell: its lines from top to bottom, pieces of one line from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(found, key=lambda line: (line.y0 + line.y1) / 2):
        middle = (line.y0 + line.y1) / 2
        if rows and middle - (rows[-1][-1].y0 + rows[-1][-1].y1) / 2 < 0.5 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    text = ""
    for row in rows:
        for line in sorted(row, key=lambda line: line.x0):
            text = join_pieces(text, line.text)
    return text


def _tidy_marks(text: str) -> str:
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

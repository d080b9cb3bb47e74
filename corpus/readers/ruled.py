"""Ruled tables in the picture of a page: where their cells are. Knows nothing of letters, OCR or files."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

# A rule is at least so long, as a share of the page; a table at least so wide and high.
_ACROSS, _DOWN = 1 / 28, 1 / 45
_WIDE, _HIGH = 0.12, 0.025
# Pixels within which two edges are one, and the share of a cell's side that a rule has to cover.
_NEAR, _COVERED = 9, 0.6
_MOST_EDGES = 120


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table's edges in pixels, and for every place of the raster between them the number of the cell that covers it."""

    xs: tuple[int, ...]
    ys: tuple[int, ...]
    cells: tuple[tuple[int, ...], ...]

    def cell_at(self, x: float, y: float) -> int | None:
        """The cell at a point, None outside the table."""
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if not (0 <= column < len(self.xs) - 1 and 0 <= row < len(self.ys) - 1):
            return None
        return self.cells[row][column]

    def columns_between(self, x0: float, x1: float, y: float) -> list[tuple[int, float, float]]:
        """The cells that a line from x0 to x1 runs through at the height y, each with its part of the line."""
        parts: list[tuple[int, float, float]] = []
        row = bisect_right(self.ys, y) - 1
        if not 0 <= row < len(self.ys) - 1:
            return []
        for column, (left, right) in enumerate(pairwise(self.xs)):
            start, end = max(x0, left), min(x1, right)
            if end <= start:
                continue
            cell = self.cells[row][column]
            if parts and parts[-1][0] == cell:
                parts[-1] = (cell, parts[-1][1], end)
            else:
                parts.append((cell, start, end))
        return parts


def find_tables(picture: Any, turn: Any | None) -> list[Ruled]:
    """The ruled tables of a page from top to bottom. turn: the matrix that sets a slanted page upright, None for an upright one."""
    import cv2
    import numpy as np

    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    dark = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12)
    height, width = dark.shape
    if turn is not None:
        dark = cv2.warpAffine(dark, turn, (width, height))
    thick = cv2.dilate(dark, np.ones((3, 3), np.uint8))
    across = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, int(width * _ACROSS)), np.uint8))
    down = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((int(height * _DOWN), 1), np.uint8))
    found = []
    for left, top, wide, high, _ in cv2.connectedComponentsWithStats(cv2.bitwise_or(across, down))[2][1:]:
        if wide >= _WIDE * width and high >= _HIGH * height:
            place = (slice(top, top + high), slice(left, left + wide))
            table = _make_table(across[place], down[place], int(left), int(top))
            if table is not None:
                found.append(table)
    return sorted(found, key=lambda table: table.ys[0])


def _make_table(across: Any, down: Any, left: int, top: int) -> Ruled | None:
    """The raster of a table's rules, None for what has not two rows and two columns."""
    high, wide = across.shape
    ys = _edges_of_rules(_rule_centres(across, 0), high)
    xs = _edges_of_rules(_rule_centres(down, 1), wide)
    if not (3 <= len(xs) <= _MOST_EDGES and 3 <= len(ys) <= _MOST_EDGES):
        return None
    cells = _number_cells(across > 0, down > 0, xs, ys)
    if max(map(max, cells)) < 3:
        return None
    return Ruled(tuple(x + left for x in xs), tuple(y + top for y in ys), cells)


def _rule_centres(rules: Any, axis: int) -> list[int]:
    """The rules' places across their length."""
    import cv2

    stats = cv2.connectedComponentsWithStats(rules)[2][1:]
    start, size, length = (1, 3, 2) if axis == 0 else (0, 2, 3)
    return sorted(int(one[start] + one[size] // 2) for one in stats if one[length] > one[size])


def _edges_of_rules(centres: list[int], end: int) -> list[int]:
    """Rules that are one edge put together; the table's own sides are edges also where no rule is drawn."""
    edges: list[int] = []
    for centre in [0, *centres, end - 1]:
        if not edges or centre - edges[-1] > _NEAR:
            edges.append(centre)
    return edges


def _number_cells(across: Any, down: Any, xs: list[int], ys: list[int]) -> tuple[tuple[int, ...], ...]:
    """For each place of the raster the number of its cell: places that no rule parts are one."""
    rows, columns = len(ys) - 1, len(xs) - 1
    joined = list(range(rows * columns))

    def first_joined(place: int) -> int:
        while joined[place] != place:
            place = joined[place]
        return place

    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            beside = down[ys[row] + 2 : ys[row + 1] - 1, max(0, xs[column + 1] - _NEAR) : xs[column + 1] + _NEAR]
            if column + 1 < columns and beside.size and beside.any(axis=1).mean() < _COVERED:
                joined[first_joined(here + 1)] = first_joined(here)
            below = across[max(0, ys[row + 1] - _NEAR) : ys[row + 1] + _NEAR, xs[column] + 2 : xs[column + 1] - 1]
            if row + 1 < rows and below.size and below.any(axis=0).mean() < _COVERED:
                joined[first_joined(here + columns)] = first_joined(here)
    numbers: dict[int, int] = {}
    return tuple(
        tuple(numbers.setdefault(first_joined(row * columns + column), len(numbers)) for column in range(columns))
        for row in range(rows)
    )

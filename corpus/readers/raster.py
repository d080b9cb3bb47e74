"""Rows whose cells have edges of their own, made into a grid in which merged cells are repeated. Knows nothing of formats."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

_COLUMN_LIMIT = 200


@dataclass(slots=True)
class Cell:
    """A cell's text, its left and right edge (None: not known), and whether it only goes on from the cell above it."""

    text: str
    span: tuple[int, int] | None = None
    goes_on: bool = False


def rows_to_grid(rows: Sequence[Sequence[Cell]], slack: int = 60) -> list[list[str]]:
    """The rows on the columns of all their edges; edges nearer than `slack` (3 points in twentieths) are one.

    A cell over several columns stands in each, one that goes on from above repeats what stands above. Columns that no row
    tells apart are one. Rows without edges, and tables of more than 200 columns, keep their cells side by side.
    """
    edges = _cluster_edges([edge for row in rows for cell in row if cell.span for edge in cell.span], slack)
    known = all(cell.span is not None for row in rows for cell in row)
    grid: list[list[tuple[int, str]]] = []
    serial = 0
    for row in rows:
        line: list[tuple[int, str]] = []
        for cell in row:
            serial += 1
            width = 1
            if known and cell.span is not None and len(edges) <= _COLUMN_LIMIT:
                left, right = (_nearest_edge(edges, edge) for edge in cell.span)
                if right <= left:
                    continue  # a cell of no width: Word keeps them where it merged two
                line += [(-1, "")] * (left - len(line))
                width = right - left
            for _ in range(width):
                above = grid[-1][len(line)] if grid and len(line) < len(grid[-1]) else None
                line.append(above if cell.goes_on and not cell.text and above is not None else (serial, cell.text))
        grid.append(line)
    return _without_repeated_columns(grid)


def _cluster_edges(edges: list[int], slack: int) -> list[int]:
    found: list[int] = []
    for edge in sorted(set(edges)):
        if not found or edge - found[-1] > slack:
            found.append(edge)
    return found


def _nearest_edge(edges: list[int], edge: int) -> int:
    place = bisect_left(edges, edge)
    if place == len(edges) or (place and edge - edges[place - 1] < edges[place] - edge):
        return place - 1
    return place


def _without_repeated_columns(grid: list[list[tuple[int, str]]]) -> list[list[str]]:
    """Without columns that repeat the one before them in every row."""
    width = max(map(len, grid), default=0)
    full = [row + [(-1, "")] * (width - len(row)) for row in grid]
    kept = [place for place in range(width) if not place or any(row[place][0] != row[place - 1][0] for row in full)]
    return [[row[place][1] for place in kept] for row in full]

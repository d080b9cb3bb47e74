"""Small plots as inline SVG: bars, a curve, a distribution. Knows nothing of metrics; text is escaped, nothing is loaded.

Colours are CSS variables of the page, so that light and dark both work. Widths are in the SVG's own units; the page scales it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

WIDTH = 640
ROW = 22
LABEL = 170


def plot_bars(rows: Sequence[tuple[str, float, str]], title: str) -> str:
    """Horizontal bars for (label, share from 0 to 1, note)."""
    span = WIDTH - LABEL - 90
    parts = []
    for i, (label, share, note) in enumerate(rows):
        y = i * ROW
        parts.append(_text_element(LABEL - 8, y + 15, label, "end"))
        parts.append(f'<rect class="track" x="{LABEL}" y="{y + 4}" width="{span}" height="14" rx="3"/>')
        parts.append(
            f'<rect class="bar" x="{LABEL}" y="{y + 4}" width="{_coordinate_text(span * share)}" height="14" rx="3"/>'
        )
        parts.append(_text_element(LABEL + span + 8, y + 15, note, "start"))
    return _svg_element(parts, max(len(rows), 1) * ROW + 4, title)


def plot_curve(lines: Sequence[tuple[str, Sequence[tuple[int, float]]]], title: str) -> str:
    """Named lines through (k, share from 0 to 1) on a logarithmic k; the first one is drawn last and strong."""
    height, left, top = 250, 60, 26
    low = min((value for _, points in lines for _, value in points), default=0.0)
    floor = max(math.floor(low * 10) / 10 - 0.1, 0.0)
    deepest = max((k for _, points in lines for k, _ in points), default=1)

    def x_of(k: int) -> float:
        return left + 20 + (WIDTH - left - 60) * (math.log(k) / math.log(deepest) if deepest > 1 else 0.5)

    def y_of(value: float) -> float:
        return top + (height - top - 40) * (1 - (value - floor) / (1 - floor))

    parts = []
    for step in range(6):
        value = floor + (1 - floor) * step / 5
        parts.append(
            f'<line class="grid" x1="{left}" x2="{WIDTH - 20}" y1="{_coordinate_text(y_of(value))}" y2="{_coordinate_text(y_of(value))}"/>'
        )
        parts.append(_text_element(left - 6, y_of(value) + 4, f"{value:.2f}", "end"))
    for number, (name, points) in reversed(list(enumerate(lines))):
        kind = "line" if number == 0 else "line before"
        path = " ".join(f"{_coordinate_text(x_of(k))},{_coordinate_text(y_of(value))}" for k, value in points)
        parts.append(f'<polyline class="{kind}" points="{path}"/>')
        for k, value in points:
            parts.append(
                f'<circle class="{kind} dot" cx="{_coordinate_text(x_of(k))}" cy="{_coordinate_text(y_of(value))}" r="3.5"/>'
            )
            if number == 0:
                parts.append(_text_element(x_of(k), y_of(value) - 8, f"{value:.3f}", "middle"))
                parts.append(_text_element(x_of(k), height - 22, f"k={k}", "middle"))
        parts.append(_text_element(WIDTH - 24 - 110 * number, height - 4, name, "end", kind))
    return _svg_element(parts, height, title)


def plot_distribution(values: Sequence[float], marks: Sequence[tuple[str, float]], title: str, bins: int = 32) -> str:
    """How often values fall into equal bins up to the 99th percentile, with named marks; later values go to the last bin."""
    height, left, top = 200, 20, 24
    ordered = sorted(values)
    end = ordered[min(math.ceil(0.99 * len(ordered)), len(ordered) - 1)] if ordered else 1.0
    end = max(end, *(value for _, value in marks), 1e-9)
    counts = [0] * bins
    for value in ordered:
        counts[min(int(value / end * bins), bins - 1)] += 1
    step = (WIDTH - 2 * left) / bins
    tallest = max(counts) or 1
    parts = []
    for i, count in enumerate(counts):
        tall = (height - top - 30) * count / tallest
        parts.append(
            f'<rect class="bar" x="{_coordinate_text(left + i * step)}" y="{_coordinate_text(height - 30 - tall)}"'
            f' width="{_coordinate_text(step - 1)}" height="{_coordinate_text(tall)}"/>'
        )
    for row, (name, value) in enumerate(marks):
        at = left + (WIDTH - 2 * left) * value / end
        parts.append(
            f'<line class="mark" x1="{_coordinate_text(at)}" x2="{_coordinate_text(at)}" y1="{top - 8}" y2="{height - 30}"/>'
        )
        side = "end" if at > WIDTH / 2 else "start"
        parts.append(_text_element(at + (-4 if side == "end" else 4), top + 2 + 14 * row, name, side))
    parts.append(_text_element(left, height - 12, "0", "start"))
    parts.append(_text_element(WIDTH - left, height - 12, f"{end:.0f}", "end"))
    return _svg_element(parts, height, title)


def _svg_element(parts: Sequence[str], height: int, title: str) -> str:
    inside = "".join(parts)
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{inside}</svg>"
    )


def _text_element(x: float, y: float, words: str, anchor: str, kind: str = "") -> str:
    return f'<text class="{kind}" x="{_coordinate_text(x)}" y="{_coordinate_text(y)}" text-anchor="{anchor}">{escape(words)}</text>'


def _coordinate_text(value: float) -> str:
    """A coordinate with one digit after the point, so that the bytes do not hang on the last bits of a float."""
    return f"{value:.1f}".removesuffix(".0")

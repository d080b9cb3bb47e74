"""Two results side by side: each metric with an interval of its change, then the questions that changed. Knows nothing of suites.

The interval is the percentile bootstrap of the paired difference over clusters of questions that share a document; win, tie and
loss count the questions whose value got better, stayed, or got worse.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from errors import ResultsError
from eval.gate import TINY, Broken, Change, baseline_notes, common_rows, compare_tables
from eval.metrics import METRICS
from eval.results import RESULTS, Results, read_results
from eval.score_table import bootstrap_difference

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COLUMN = 56  # columns of a terminal for each of the two answers


@dataclass(frozen=True, slots=True)
class MetricChange:
    """One metric in two results: the change, its interval, and on how many questions it won, tied and lost."""

    change: Change
    low: float
    high: float
    win: int
    tie: int
    loss: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two results over the questions whose case is the same in both."""

    before: Results
    after: Results
    questions: int
    metrics: tuple[MetricChange, ...]
    broken: tuple[Broken, ...]
    fixed: tuple[str, ...]
    reworded: tuple[str, ...]
    notes: tuple[str, ...]


def open_results(path: Path) -> Results:
    """The results in a file, or in a folder that a run wrote. Raises ResultsError."""
    return read_results(path / RESULTS if path.is_dir() else path)


def compare_results(before: Results, after: Results) -> Comparison:
    """Compare two results. Raises ResultsError when they share no question."""
    rows, old_rows = common_rows(after.table, before.table)
    if not rows:
        raise ResultsError("the two share no question", f"{before.path} and {after.path}", "compare runs of one suite")
    changes, broken, fixed = compare_tables(after.table, before.table)
    flipped = {b.id for b in broken} | set(fixed)
    reworded = tuple(
        id_
        for id_ in (after.table.ids[row] for row in rows)
        if id_ not in flipped and _answer_line(before, id_) != _answer_line(after, id_)
    )
    metrics = tuple(_compare_metric(change, before, after, rows, old_rows) for change in changes)
    told = baseline_notes(after.header, before.header)
    return Comparison(before, after, len(rows), metrics, broken, fixed, reworded, told)


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """The comparison as text for a terminal, both answers side by side."""
    yield f"{comparison.questions} questions in both; A {comparison.before.path}, B {comparison.after.path}"
    yield from (f"differs: {line}" for line in comparison.notes)
    yield ""
    yield f"{'metric':<22}{'A':>9}{'B':>9}{'change':>9}  {'95 % interval':<19}{'p worse':>8}{'win':>6}{'tie':>6}{'loss':>6}"
    for m in comparison.metrics:
        c = m.change
        span = f"[{m.low:+.3f}, {m.high:+.3f}]"
        yield (
            f"{c.name:<22}{c.before:>9.4f}{c.after:>9.4f}{c.after - c.before:>+9.4f}  {span:<19}"
            f"{c.p:>8.3f}{m.win:>6}{m.tie:>6}{m.loss:>6}"
        )
    for label, ids in (
        ("broke", [(b.id, f"[{b.stage}] {b.reason}") for b in comparison.broken]),
        ("fixed", [(id_, "") for id_ in comparison.fixed]),
        ("other words, same verdict", [(id_, "") for id_ in comparison.reworded]),
    ):
        if ids:
            yield ""
            yield f"{label}: {len(ids)}"
        for id_, why in ids:
            yield from _side_by_side(comparison, id_, why)


def comparison_to_dict(comparison: Comparison) -> dict[str, Any]:
    """The comparison as JSON values, with both answers of each question that changed."""
    kinds: dict[str, tuple[str, str | None, str]] = {b.id: ("broke", b.stage, b.reason) for b in comparison.broken}
    kinds |= dict.fromkeys(comparison.fixed, ("fixed", None, ""))
    kinds |= dict.fromkeys(comparison.reworded, ("reworded", None, ""))
    return {
        "questions": comparison.questions,
        "differs": list(comparison.notes),
        "metrics": {
            m.change.name: {
                "a": round(m.change.before, 6),
                "b": round(m.change.after, 6),
                "gain": round(m.change.gain, 6),
                "change_ci95": [round(m.low, 6), round(m.high, 6)],
                "p_worse": round(m.change.p, 6),
                "win": m.win,
                "tie": m.tie,
                "loss": m.loss,
            }
            for m in comparison.metrics
        },
        "changed": [
            {
                "id": id_,
                "what": what,
                "stage": stage,
                "reason": reason,
                "question": comparison.after.entry_of(id_).get("question"),
                "a": _answer_line(comparison.before, id_),
                "b": _answer_line(comparison.after, id_),
            }
            for id_, (what, stage, reason) in kinds.items()
        ],
    }


def wrap_columns(text: str, columns: int) -> list[str]:
    """The text in lines of at most so many columns of a terminal, an ideograph counting two."""
    made, line, used = [], "", 0
    for character in " ".join(text.split()):
        wide = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if used + wide > columns:
            made.append(line)
            line, used = "", 0
        line += character
        used += wide
    return [*made, line]


def _compare_metric(
    change: Change, before: Results, after: Results, rows: list[int], old_rows: list[int]
) -> MetricChange:
    was = _columns_of(before, change.name, old_rows)
    now = _columns_of(after, change.name, rows)
    clusters = [after.table.clusters[row] for row in rows]
    low, high = bootstrap_difference(was, now, clusters)
    both = (was[1] > 0) & (now[1] > 0)
    gains = now[0][both] / now[1][both] - was[0][both] / was[1][both]
    if METRICS[change.name].better == "lower":
        gains = -gains
    win, loss = int((gains > TINY).sum()), int((gains < -TINY).sum())
    return MetricChange(change, low, high, win, len(gains) - win - loss, loss)


def _columns_of(results: Results, name: str, rows: list[int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    above, below = results.table.column_of(name)
    return above[rows], below[rows]


def _answer_line(results: Results, id_: str) -> str:
    entry = results.entry_of(id_)
    return f"{entry.get('status', '')}: {entry.get('text', '')}"


def _side_by_side(comparison: Comparison, id_: str, why: str) -> Iterator[str]:
    yield f"  {id_} {comparison.after.entry_of(id_).get('question', '')} {why}".rstrip()
    left, right = (
        wrap_columns(_answer_line(results, id_), COLUMN) for results in (comparison.before, comparison.after)
    )
    for i in range(max(len(left), len(right))):
        a, b = (side[i] if i < len(side) else "" for side in (left, right))
        pad = COLUMN - sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in a)
        yield f"    {a}{' ' * pad} | {b}"


def comparison_json(comparison: Comparison) -> str:
    """The comparison as a JSON text."""
    return json.dumps(comparison_to_dict(comparison), ensure_ascii=False, indent=1)

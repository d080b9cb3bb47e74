"""The scores of many questions as arrays, and the figures made from them: values, intervals, by tag. Knows nothing of files.

A figure is the sum of numerators over the sum of denominators. Its interval is the percentile bootstrap over clusters of
questions that share a document (Efron and Tibshirani, 1993; resampling whole clusters, Davison and Hinkley, 1997, 3.8), because
questions about one document succeed or fail together.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from eval.types import Fraction, Score, Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESAMPLES = 1000
SEED = 0
MUST = "must"  # the tag of a question that may never break


@dataclass(frozen=True, slots=True)
class Figure:
    """A value over n (the sum of denominators), with the ends of its 95 % interval; None where nothing applies."""

    value: float | None
    n: float
    low: float | None = None
    high: float | None = None


class ScoreTable:
    """Scores by column, eight bytes a number: five thousand questions take a few megabytes."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.statuses: list[str] = []
        self.clusters: list[str] = []
        self.hashes: list[str] = []
        self.asked: list[str] = []
        self.verdicts: list[Verdict] = []
        self.must: set[str] = set()
        self.outcomes: Counter[str] = Counter()
        self.stages: Counter[str] = Counter()
        self.by_tag: dict[str, array[int]] = {}
        self.passed = 0
        self._columns: dict[str, tuple[array[float], array[float]]] = {}

    def add_score(self, score: Score) -> None:
        """Take in the score of one question."""
        row = len(self.ids)
        self.ids.append(score.id)
        self.statuses.append(score.status)
        self.clusters.append(score.cluster)
        self.hashes.append(score.case_hash)
        self.asked.append(score.asked)
        self.verdicts.append(score.verdict)
        self.outcomes[score.status] += 1
        self.passed += score.verdict.passed
        if score.verdict.stage:
            self.stages[score.verdict.stage] += 1
        if MUST in score.tags:
            self.must.add(score.id)
        for tag in score.tags:
            self.by_tag.setdefault(tag, array("l")).append(row)
        for name, (numerator, denominator) in {**score.values, "passed": (float(score.verdict.passed), 1.0)}.items():
            above, below = self._columns.setdefault(name, (array("d"), array("d")))
            for column in (above, below):
                column.extend([0.0] * (row - len(column)))
            above.append(numerator)
            below.append(denominator)

    def __len__(self) -> int:
        """How many questions."""
        return len(self.ids)

    def values_of(self, row: int) -> dict[str, Fraction]:
        """Every metric that applies to one question."""
        return {
            name: (above[row], below[row])
            for name, (above, below) in self._columns.items()
            if name != "passed" and row < len(below) and below[row]
        }

    def metric_names(self) -> list[str]:
        """The metrics that apply to any of the questions."""
        return list(self._columns)

    def column_of(self, name: str) -> tuple[Floats, Floats]:
        """Numerators and denominators of one metric, shape (questions,); a denominator of 0 where it does not apply."""
        import numpy as np

        made = []
        for column in self._columns.get(name, (array("d"), array("d"))):
            full = np.zeros(len(self), dtype=np.float64)
            full[: len(column)] = np.frombuffer(column, dtype=np.float64) if len(column) else 0.0
            made.append(full)
        return made[0], made[1]

    def overall_figure(self, name: str, *, interval: bool = True) -> Figure:
        """One metric over all questions."""
        above, below = self.column_of(name)
        total = float(below.sum())
        if not total:
            return Figure(None, 0.0)
        value = float(above.sum()) / total
        if not interval:
            return Figure(value, total)
        low, high = bootstrap_interval(above, below, self.clusters)
        return Figure(value, total, low, high)

    def figure_of(self, name: str, rows: Iterable[int]) -> Figure:
        """One metric over some of the questions, without an interval."""
        above, below = self.column_of(name)
        chosen = list(rows)
        total = float(below[chosen].sum())
        return Figure(float(above[chosen].sum()) / total if total else None, total)

    def answered_rows(self) -> list[int]:
        """The rows of the questions that were answered."""
        return [row for row, status in enumerate(self.statuses) if status == "answered"]


def bootstrap_interval(
    above: Floats, below: Floats, clusters: list[str], resamples: int = RESAMPLES
) -> tuple[float, float]:
    """The 2.5 and 97.5 percentiles of the ratio of sums when whole clusters are drawn with replacement, with a fixed seed.

    A resample in which nothing applies is left out.
    """
    import numpy as np

    a, b = by_cluster(above, clusters), by_cluster(below, clusters)
    counts = _cluster_draws(len(b), resamples)
    over, under = counts @ a.astype(np.float32), counts @ b.astype(np.float32)
    low, high = np.percentile(over[under > 0] / under[under > 0], [2.5, 97.5])
    return float(low), float(high)


def bootstrap_difference(
    before: tuple[Floats, Floats], after: tuple[Floats, Floats], clusters: list[str], resamples: int = RESAMPLES
) -> tuple[float, float]:
    """The 2.5 and 97.5 percentiles of `after` minus `before`, both ratios of sums, over the same resampled clusters."""
    import numpy as np

    sums = [by_cluster(values, clusters).astype(np.float32) for values in (*before, *after)]
    counts = _cluster_draws(len(sums[0]), resamples)
    over, under, over_new, under_new = (counts @ values for values in sums)
    possible = (under > 0) & (under_new > 0)
    if not possible.any():
        return 0.0, 0.0
    differences = over_new[possible] / under_new[possible] - over[possible] / under[possible]
    low, high = np.percentile(differences, [2.5, 97.5])
    return float(low), float(high)


def by_cluster(values: Floats, clusters: list[str]) -> Floats:
    """The sum of the values of each cluster, clusters in order of first appearance."""
    import numpy as np

    order: Mapping[str, int] = {name: i for i, name in enumerate(dict.fromkeys(clusters))}
    where = np.fromiter((order[name] for name in clusters), dtype=np.int64, count=len(clusters))
    return np.bincount(where, weights=values, minlength=len(order)).astype(np.float64)


@lru_cache(maxsize=2)
def _cluster_draws(clusters: int, resamples: int) -> NDArray[np.float32]:
    """How often each cluster is drawn in each resample, shape (resamples, clusters)."""
    import numpy as np

    rng = np.random.default_rng(SEED)
    return rng.multinomial(clusters, np.full(clusters, 1 / clusters), size=resamples).astype(np.float32)

"""What a metric is: a name, the stage it watches, which way is better, and its measure for one question. Knows no metric.

A measure gives (numerator, denominator), or None where the metric does not apply to the question. A metric of many
questions is the sum of the numerators over the sum of the denominators, so a mean has denominators of 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from eval.scored_case import ScoredCase
from eval.types import Fraction, Stage


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of the evaluation.

    `margin` is the fall that the gate bears without asking whether chance explains it; `short` says it in one line.
    """

    name: str
    stage: Stage
    short: str
    measure: Callable[[ScoredCase], Fraction | None]
    better: Literal["higher", "lower"] = "higher"
    margin: float = 0.01

    def gain(self, before: float, after: float) -> float:
        """How much better `after` is than `before`; negative when worse."""
        return after - before if self.better == "higher" else before - after

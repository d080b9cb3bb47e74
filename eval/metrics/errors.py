"""Errors: the share of questions that ended in an error or have no answer line at all; an outcome, not a wrong answer.

An error that the case expects (an empty question) is none.
"""

from __future__ import annotations

from eval.metrics.base import Metric
from eval.scored_case import ScoredCase
from eval.types import Fraction


def ended_in_error(view: ScoredCase) -> Fraction | None:
    """Whether the question ended in an error."""
    return (float(view.output.status in {"error", "missing"} and view.output.status not in view.case.expect), 1.0)


METRICS = (Metric("errors", "error", "questions that ended in an error", ended_in_error, better="lower", margin=0.0),)

"""Abstention: how well "not_found" tells the questions that the documents answer from those that they do not.

precision: of the questions refused, those that are not answerable; recall: of those not answerable, the refused ones;
false_refusal: of the answerable ones, the refused. Source: Rajpurkar et al., "Know What You Don't Know" (2018) for the task,
with the status as the decision instead of a threshold. Asking back is not a refusal.
"""

from __future__ import annotations

from eval.metrics.base import Metric
from eval.scored_case import ScoredCase
from eval.types import Fraction


def _is_refused(view: ScoredCase) -> bool:
    return view.output.status == "not_found"


def abstention_precision(view: ScoredCase) -> Fraction | None:
    """Of a refused question, whether it was not answerable."""
    return (float(not view.case.answerable), 1.0) if _is_refused(view) else None


def abstention_recall(view: ScoredCase) -> Fraction | None:
    """Of a question that is not answerable, whether it was refused."""
    return None if view.case.answerable else (float(_is_refused(view)), 1.0)


def false_refusal(view: ScoredCase) -> Fraction | None:
    """Of an answerable question, whether it was refused."""
    return (float(_is_refused(view)), 1.0) if view.case.answerable else None


METRICS = (
    Metric(
        "abstention_precision",
        "refusal",
        "refused questions that are not answerable",
        abstention_precision,
        margin=0.02,
    ),
    Metric("abstention_recall", "refusal", "not answerable questions that are refused", abstention_recall),
    Metric("false_refusal", "refusal", "answerable questions that are refused", false_refusal, better="lower"),
)

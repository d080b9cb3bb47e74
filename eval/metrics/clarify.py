"""Clarify accuracy: whether the assistant asks back when, and only when, a question fits several things.

The project's own. Applies to cases that allow asking back (expect has "clarify") and to those that were asked back. Right is
asking back where it is allowed, or an answer there that holds one of every group (each place with its value).
"""

from __future__ import annotations

from eval.metrics.base import Metric
from eval.scored_case import ScoredCase
from eval.types import Fraction


def clarify_accuracy(view: ScoredCase) -> Fraction | None:
    """Whether asking back, or answering for each, was right."""
    allowed = "clarify" in view.case.expect
    asked = view.output.status == "clarify"
    if not allowed and not asked:
        return None
    if asked:
        return (float(allowed), 1.0)
    whole = view.is_answered and "answered" in view.case.expect and bool(view.gold_answers) and all(view.groups_found)
    return (float(whole), 1.0)


METRICS = (Metric("clarify", "refusal", "asks back when it should and only then", clarify_accuracy, margin=0.02),)

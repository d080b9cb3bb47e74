"""List completeness: the share of the answer groups (items of a list, sides of a comparison) that occur in the answer.

The project's own: containment is all or nothing, this says how much of a list is there. Applies to cases with two answer
groups or more; not answered scores 0.
"""

from __future__ import annotations

from eval.metrics.base import Metric
from eval.scored_case import ScoredCase
from eval.types import Fraction


def list_completeness(view: ScoredCase) -> Fraction | None:
    """Items given over items asked for."""
    if len(view.case.groups) < 2:
        return None
    return (sum(view.groups_found) / len(view.answer_groups) if view.is_answered else 0.0, 1.0)


METRICS = (Metric("list", "reading", "items of a list that the answer gives", list_completeness),)

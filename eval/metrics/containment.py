"""Answer containment: 1 when a gold answer, or one of every answer group, occurs in the answer after normalisation.

The measure of open question answering where answers are sentences and gold answers are spans (Lewis et al., "Retrieval-
Augmented Generation for Knowledge-Intensive NLP Tasks", 2020, appendix; Mallen et al., 2023, call it accuracy). Applies to
cases with gold answers; not answered scores 0.
"""

from __future__ import annotations

from eval.metrics.base import Metric
from eval.scored_case import ScoredCase
from eval.types import Fraction


def answer_containment(view: ScoredCase) -> Fraction | None:
    """Whether the answer holds what it must."""
    if not view.gold_answers:
        return None
    return (float(view.is_answered and all(view.groups_found)), 1.0)


METRICS = (Metric("contains", "reading", "the answer holds a gold answer, or one of each group", answer_containment),)

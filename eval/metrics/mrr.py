"""MRR@10: the mean of 1 / rank of the first hit that holds a piece of evidence, 0 when none of the first ten does.

Source: Voorhees, "The TREC-8 Question Answering Track Report" (1999). Applies to cases with evidence.
"""

from __future__ import annotations

from eval.metrics.base import Metric
from eval.scored_case import ScoredCase
from eval.types import Fraction

DEPTH = 10


def reciprocal_rank(view: ScoredCase) -> Fraction | None:
    """1 / rank of the first hit with evidence."""
    if not view.evidence_items:
        return None
    first = min((rank for rank in view.first_ranks if rank), default=DEPTH + 1)
    return (1 / first if first <= DEPTH else 0.0, 1.0)


METRICS = (Metric("mrr@10", "retrieval", "1 / rank of the first hit with evidence", reciprocal_rank),)

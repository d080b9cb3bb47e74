"""Multi-turn recall: how much of what a hand-written standalone question finds is also found by the follow-up.

followup_recall@5: evidence recall@5 over the cases with a history. followup_kept@5: over those whose standalone question, searched
on its own, finds evidence among its first five hits, the part of it that the follow-up finds too; the second search takes the
blame for a poor index away from the rewriting. The project's own, after the comparison of rewritten with oracle questions in
QReCC (Anantha et al., 2021).
"""

from __future__ import annotations

from eval.metrics.base import Metric
from eval.scored_case import ScoredCase
from eval.types import Fraction

DEPTH = 5


def followup_recall(view: ScoredCase) -> Fraction | None:
    """Evidence that a follow-up finds among its first five hits."""
    if not view.case.history or not view.evidence_items:
        return None
    return (view.share_found(view.first_ranks, DEPTH), 1.0)


def followup_kept(view: ScoredCase) -> Fraction | None:
    """What the follow-up finds of what the standalone question finds."""
    if not view.case.history or not view.evidence_items or view.output.standalone_hits is None:
        return None
    alone = view.share_found(view.ranks_in(view.output.standalone_hits), DEPTH)
    return (min(view.share_found(view.first_ranks, DEPTH), alone), alone) if alone else None


METRICS = (
    Metric("followup_recall@5", "retrieval", "evidence that follow-ups find in 5 hits", followup_recall, margin=0.02),
    Metric("followup_kept@5", "retrieval", "of what the standalone question finds", followup_kept, margin=0.02),
)

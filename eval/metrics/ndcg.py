"""nDCG@10 over spans: discounted gain of the pieces of evidence, each counted once, at the first hit that holds it.

Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (2002), with the discount 1/log2(1 + rank)
and, so that two hits on the same words are not both rewarded, gain for new pieces only (Clarke et al., "Novelty and diversity
in information retrieval evaluation", 2008). The gain of a rank is the number of pieces first found there. The ideal order has
the gains seen, largest first, then one rank for each piece not found; with one piece a hit this is the usual nDCG with binary
relevance. With evidence_mode "any" only the first piece found counts, and the ideal has it at rank 1.
"""

from __future__ import annotations

import math
from collections import Counter

from eval.metrics.base import Metric
from eval.scored_case import ScoredCase
from eval.types import Fraction

DEPTH = 10


def ndcg_at_10(view: ScoredCase) -> Fraction | None:
    """Discounted gain over that of the ideal order."""
    if not view.evidence_items:
        return None
    found = sorted(rank for rank in view.first_ranks if rank and rank <= DEPTH)
    if view.case.mode == "any":
        return (1 / math.log2(1 + found[0]) if found else 0.0, 1.0)
    gains = Counter(found)
    best = sorted(gains.values(), reverse=True) + [1] * (len(view.evidence_items) - len(found))
    ideal = sum(gain / math.log2(1 + rank) for rank, gain in enumerate(best[:DEPTH], 1))
    return (sum(gain / math.log2(1 + rank) for rank, gain in gains.items()) / ideal, 1.0)


METRICS = (Metric("ndcg@10", "retrieval", "discounted gain of the evidence in the first 10 hits", ndcg_at_10),)

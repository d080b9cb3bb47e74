"""Evidence recall@k and document recall@k.

recall@k: the share of the pieces of evidence found among the first k hits (Manning, Raghavan and Schütze, *Introduction to
Information Retrieval*, 8.3, over spans of text instead of document ids); with evidence_mode "any" it is 1 as soon as one is
found. A hit finds a piece when it comes from its document and shares with its quote one unbroken run of at least half of the
shorter of the two and of at least ten characters. The unit is text, so another division into passages voids no case.
doc_recall@k asks only that a hit comes from a document of the evidence. Applies to cases with evidence.
"""

from __future__ import annotations

from eval.metrics.base import Metric
from eval.scored_case import ScoredCase
from eval.types import Fraction

KS = (1, 3, 5, 10)
DOCUMENT_KS = (1, 5, 10)


def recall_at(view: ScoredCase, k: int) -> Fraction | None:
    """Evidence found among the first k hits."""
    return (view.share_found(view.first_ranks, k), 1.0) if view.evidence_items else None


def document_recall_at(view: ScoredCase, k: int) -> Fraction | None:
    """Whether one of the first k hits comes from a document of the evidence."""
    if not view.evidence_items:
        return None
    documents = {doc for alternatives in view.evidence_items for doc, _ in alternatives}
    return (float(any(hit.source in documents for hit in view.output.hits[:k])), 1.0)


def _hits_in_words(k: int) -> str:
    return f"{k} hits" if k > 1 else "hit"


def _evidence_recall(k: int) -> Metric:
    return Metric(
        f"recall@{k}", "retrieval", f"evidence in the first {_hits_in_words(k)}", lambda view: recall_at(view, k)
    )


def _document_recall(k: int) -> Metric:
    short = f"evidence document in the first {_hits_in_words(k)}"
    return Metric(f"doc_recall@{k}", "retrieval", short, lambda view: document_recall_at(view, k))


METRICS = (*(_evidence_recall(k) for k in KS), *(_document_recall(k) for k in DOCUMENT_KS))

"""Whether citations point at the evidence: share of verbatim quotes from an evidence document, and overlapping an evidence quote.

The project's own, the same as the independent scorer of `batch` output uses (precision_doc, precision_span): pooled over the
citations of answered questions that have evidence. Needs the documents.
"""

from __future__ import annotations

from eval.metrics.base import Metric
from eval.scored_case import ScoredCase
from eval.types import Fraction


def _has_citations(view: ScoredCase) -> bool:
    return bool(
        view.output.status == "answered"
        and view.evidence_items
        and view.documents is not None
        and view.output.citations
    )


def document_precision(view: ScoredCase) -> Fraction | None:
    """Verbatim quotes from an evidence document, over all citations."""
    if not _has_citations(view):
        return None
    documents = {doc for alternatives in view.evidence_items for doc, _ in alternatives}
    right = sum(c.source in documents and view.is_verbatim(c) for c in view.output.citations)
    return (float(right), float(len(view.output.citations)))


def span_precision(view: ScoredCase) -> Fraction | None:
    """Verbatim quotes that overlap an evidence quote, over all citations."""
    if not _has_citations(view):
        return None
    right = sum(view.cites_evidence(c) and view.is_verbatim(c) for c in view.output.citations)
    return (float(right), float(len(view.output.citations)))


METRICS = (
    Metric("precision_doc", "citation", "citations from an evidence document", document_precision, margin=0.02),
    Metric("precision_span", "citation", "citations that overlap the evidence", span_precision, margin=0.02),
)

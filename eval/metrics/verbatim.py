"""Whether quotes are the source's words: verbatim rate, exact-span rate, and quotes called verified that are not verbatim.

The project's own. verbatim: the quote occurs in the named document after normalisation. exact_span: the quote equals the
document's text at the citation's offsets, code point for code point. false_verified: among the citations marked verified, those
that are not verbatim. Pooled over the citations of answered questions. Needs the documents.
"""

from __future__ import annotations

from eval.metrics.base import Metric
from eval.scored_case import ScoredCase
from eval.types import Fraction


def _has_citations(view: ScoredCase) -> bool:
    return bool(view.output.status == "answered" and view.documents is not None and view.output.citations)


def verbatim_quotes(view: ScoredCase) -> Fraction | None:
    """Quotes that occur in their document."""
    if not _has_citations(view):
        return None
    return (float(sum(view.is_verbatim(c) for c in view.output.citations)), float(len(view.output.citations)))


def exact_span(view: ScoredCase) -> Fraction | None:
    """Quotes that stand exactly where their offsets say; citations without offsets are left out."""
    if not _has_citations(view):
        return None
    placed = [c for c in view.output.citations if c.start is not None and c.end is not None]
    return (float(sum(view.is_exact(c) for c in placed)), float(len(placed))) if placed else None


def false_verified(view: ScoredCase) -> Fraction | None:
    """Citations marked verified whose quote is not in the document."""
    if not _has_citations(view):
        return None
    marked = [c for c in view.output.citations if c.verified]
    return (float(sum(not view.is_verbatim(c) for c in marked)), float(len(marked))) if marked else None


METRICS = (
    Metric("verbatim", "citation", "quotes that occur in the named document", verbatim_quotes, margin=0.0),
    Metric("exact_span", "citation", "quotes equal to the text at their offsets", exact_span, margin=0.0),
    Metric("false_verified", "citation", "marked verified, not verbatim", false_verified, better="lower", margin=0.0),
)

"""Nuggets: how much of what a whole answer has to state it states, and at what length.

The measures of the definition questions of TREC (Voorhees, "Overview of the TREC 2003 Question Answering Track"), with a nugget
stated when all its strings occur in the answer instead of by an assessor. vital: the share of the vital nuggets that are stated;
complete: whether all of them are; length_precision: 1 while the answer has at most 100 characters a stated nugget (100 at least),
beyond that the allowance over the length; nugget_f: their F with beta = 3, the recall nine times the weight; forbid: whether it
states what it may not (another's figure). Applies to answerable cases with nuggets or `must`; not answered counts as an empty text.
"""

from __future__ import annotations

from eval.metrics.base import Metric
from eval.scored_case import ScoredCase
from eval.types import Fraction

ALLOWANCE = 100  # characters a stated nugget, TREC 2003's
BETA_SQUARED = 9.0


def _has_nuggets(view: ScoredCase) -> bool:
    return bool(view.case.answerable and view.case.nuggets)


def vital_recall(view: ScoredCase) -> float:
    """The share of the vital nuggets that the answer states."""
    return sum(stated for _, stated in view.vital_stated) / len(view.vital_stated)


def length_precision(view: ScoredCase) -> float:
    """What the stated nuggets allow over what the answer takes, at most 1; 0 for an empty answer."""
    allowed = max(ALLOWANCE, ALLOWANCE * sum(view.nuggets_stated))
    return min(1.0, allowed / len(view.bare_text)) if view.bare_text else 0.0


def weighted_f(precision: float, recall: float) -> float:
    """The weighted harmonic mean of precision and recall; 0 when nothing is found."""
    return (1 + BETA_SQUARED) * precision * recall / (BETA_SQUARED * precision + recall) if recall else 0.0


def vital_nuggets(view: ScoredCase) -> Fraction | None:
    """The vital nuggets stated, of those of the case."""
    return (vital_recall(view), 1.0) if _has_nuggets(view) else None


def all_vital_stated(view: ScoredCase) -> Fraction | None:
    """Whether every vital nugget is stated."""
    return (float(all(stated for _, stated in view.vital_stated)), 1.0) if _has_nuggets(view) else None


def nugget_precision(view: ScoredCase) -> Fraction | None:
    """The precision by length."""
    return (length_precision(view), 1.0) if _has_nuggets(view) else None


def nugget_f(view: ScoredCase) -> Fraction | None:
    """The F of precision by length and vital recall."""
    return (weighted_f(length_precision(view), vital_recall(view)), 1.0) if _has_nuggets(view) else None


def states_forbidden(view: ScoredCase) -> Fraction | None:
    """Whether the answer states what it may not."""
    return (float(bool(view.forbidden_stated)), 1.0) if _has_nuggets(view) else None


METRICS = (
    Metric("vital", "reading", "vital facts that the answer states", vital_nuggets),
    Metric("complete", "reading", "answers that state every vital fact", all_vital_stated, margin=0.02),
    Metric("length_precision", "reading", "precision by length (TREC)", nugget_precision, margin=0.02),
    Metric("nugget_f", "reading", "F of vital facts and length, beta 3 (TREC)", nugget_f),
    Metric("forbid", "reading", "answers that state another's figure", states_forbidden, better="lower", margin=0.0),
)

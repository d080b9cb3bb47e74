"""Every metric by name, in the order they are shown: one file a family. Knows nothing of suites or of the gate."""

from __future__ import annotations

from eval.metrics import (
    abstention,
    character_f1,
    citation_evidence,
    citation_support,
    cited,
    clarify,
    containment,
    errors,
    exact_match,
    forbidden,
    list_completeness,
    mrr,
    multi_turn,
    ndcg,
    nuggets,
    recall,
    rouge_l,
    verbatim,
)
from eval.metrics.base import Metric
from eval.scored_case import ScoredCase
from eval.types import Fraction

_FAMILIES = (
    recall.METRICS,
    mrr.METRICS,
    ndcg.METRICS,
    multi_turn.METRICS,
    containment.METRICS,
    exact_match.METRICS,
    character_f1.METRICS,
    rouge_l.METRICS,
    list_completeness.METRICS,
    nuggets.METRICS,
    forbidden.METRICS,
    cited.METRICS,
    citation_support.METRICS,
    citation_evidence.METRICS,
    verbatim.METRICS,
    abstention.METRICS,
    clarify.METRICS,
    errors.METRICS,
)
METRICS: dict[str, Metric] = {metric.name: metric for family in _FAMILIES for metric in family}


def measure_metrics(view: ScoredCase) -> dict[str, Fraction]:
    """Every metric that applies to one question."""
    found = {name: metric.measure(view) for name, metric in METRICS.items()}
    return {name: pair for name, pair in found.items() if pair is not None}

"""Whether anything found answers: one logistic over what the network and the guards say. Knows nothing of what is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence

from assistant.reader import PassageReading
from assistant.reading.expected_answer_type import VALUE_KINDS
from assistant.reading.units import best_span
from assistant.retrieval import ReadHit, features
from assistant.understanding.analysis import Analysis, search_query

WORDING = ("title", "before", "place_missing", "year_missing")  # of the first passage; see retrieval.features.NAMES
NAMES = (
    "relevance", "second", "evidence", "span", "guarded", "span_evidence", "value", "value_evidence", "mass", "cell", *WORDING
)  # fmt: skip
FIRST = 3  # passages whose evidence is summed


def answerability_features(
    analysis: Analysis, found: Sequence[ReadHit], guarded: bool, cell: bool = False
) -> dict[str, float]:
    """The numbers that are weighed, by name.

    relevance and second: the two greatest logits among the passages; evidence: the greatest probability of a character in
    the first passages; span: log-probability of the first one's best span; span_evidence: the mean evidence of that span;
    guarded: whether a guard speaks against every passage; value: whether one value is asked for; value_evidence: both;
    mass: logarithm of the evidence summed over the first passages; cell: whether a table has the very cell;
    WORDING: how the first passage's words fit.
    """
    readings = [one.reading for one in found]
    logits = sorted((reading.relevance for reading in readings), reverse=True)
    span = best_span(readings[0]) if readings else None
    evidence = max((float(r.evidence.max(initial=0)) for r in readings[:FIRST]), default=0.0)
    value = float(analysis.kind in VALUE_KINDS)
    return {
        "relevance": logits[0] if logits else -10.0,
        "second": logits[1] if len(logits) > 1 else -10.0,
        "evidence": evidence,
        "span": max(span[0], -12.0) if span else -12.0,
        "guarded": float(guarded),
        "span_evidence": _mean_evidence(readings[0], *span[1:]) if span else 0.0,
        "value": value,
        "value_evidence": value * evidence,
        "mass": math.log1p(sum(float(r.evidence.sum()) for r in readings[:FIRST])),
        "cell": float(cell),
        **_wording_features(analysis, found),
    }


def _mean_evidence(reading: PassageReading, start: int, end: int) -> float:
    return float(reading.evidence[start:end].mean())


def _wording_features(analysis: Analysis, found: Sequence[ReadHit]) -> dict[str, float]:
    """How the words of the first passage fit the question; none of WORDING depends on the other passages."""
    if not found:
        return dict.fromkeys(WORDING, 0.0)
    row = features.feature_table(search_query(analysis), [found[0].hit.passage], [found[0].hit.score])[0]
    return {name: float(row[features.NAMES.index(name)]) for name in WORDING}

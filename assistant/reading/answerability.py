"""Whether anything found answers: one logistic over what the network and the guards say. Knows nothing of what is shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.reading.units import best_span
from assistant.retrieval import ReadHit

NAMES = ("relevance", "second", "evidence", "span", "guarded")


def answerability_features(found: Sequence[ReadHit], guarded: bool) -> dict[str, float]:
    """The numbers that are weighed, by name.

    relevance and second: the two greatest logits among the passages; evidence: the greatest probability of a character in
    the first passage; span: log-probability of its best span; guarded: whether a guard speaks against every passage.
    """
    readings = [one.reading for one in found]
    logits = sorted((reading.relevance for reading in readings), reverse=True)
    span = best_span(readings[0]) if readings else None
    return {
        "relevance": logits[0] if logits else -10.0,
        "second": logits[1] if len(logits) > 1 else -10.0,
        "evidence": max((float(r.evidence.max(initial=0)) for r in readings[:3]), default=0.0),
        "span": max(span[0], -12.0) if span else -12.0,
        "guarded": float(guarded),
    }


@dataclass(frozen=True, slots=True)
class AnswerabilityWeights:
    """Weights by name with an intercept; log-odds of 0 is the threshold from which a question is answered."""

    weights: Mapping[str, float]

    def log_odds(self, features: Mapping[str, float]) -> float:
        """The weighted sum."""
        return self.weights["intercept"] + sum(self.weights[name] * features[name] for name in NAMES)


def logistic(log_odds: float) -> float:
    """The logistic function."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))

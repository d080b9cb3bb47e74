"""Weights of named features with an intercept, and the probability they come to. Knows nothing of what is weighed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogisticWeights:
    """Weights by name, ``intercept`` among them; log-odds of 0 is the threshold."""

    weights: Mapping[str, float]

    def log_odds(self, features: Mapping[str, float]) -> float:
        """The weighted sum. Raises KeyError for a feature that has no weight."""
        return self.weights["intercept"] + sum(self.weights[name] * value for name, value in features.items())


def probability(log_odds: float) -> float:
    """The logistic function."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))

"""The trained half of the reader: which run of words answers, and whether any does; knows nothing of how it was trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.reading import runs
from assistant.reading.types import read_first
from assistant.understanding.analysis import Analysis, query
from corpus.sentences import sentences
from corpus.text.char_bigrams import adjacent_bigrams
from corpus.text.characters import fold
from index.encoders import models
from index.encoders.windows import built_in
from index.types import Hit

Floats = NDArray[np.float32]

READ, READ_CHARACTERS = 5, 2600  # passages that the network reads for the answer, and how much of them
SIGNS = ("relevance", "second", "run", "start", "end", "inside", "prior")


@dataclass(frozen=True, slots=True)
class Look:
    """The best run, `start`/`end` counting from the start of its passage, and signs (len(SIGNS),) of whether it answers."""

    hit: Hit
    start: int
    end: int
    signs: Floats

    def confidence(self) -> float:
        """Log-probability that the answer starts and ends where the run does, by the network alone."""
        return float(self.signs[SIGNS.index("start")] + self.signs[SIGNS.index("end")])

    def sentences(self) -> str:
        """The whole sentences that the run touches."""
        text = self.hit.passage.text
        touched = [(left, right) for left, right in sentences(text) if left < self.end and right > self.start]
        return text[min(left for left, _ in touched) : max(right for _, right in touched)] if touched else ""


@dataclass(frozen=True, slots=True)
class Weights:
    """A network of one hidden layer over standardised features."""

    mean: Floats
    scale: Floats
    up: Floats
    up_bias: Floats
    down: Floats
    down_bias: Floats

    def __call__(self, features: Floats) -> Floats:
        """One score a row."""
        hidden = np.maximum(((features - self.mean) / self.scale) @ self.up + self.up_bias, 0)
        return np.asarray(hidden @ self.down + self.down_bias, dtype=np.float32)


def weights() -> tuple[Weights, Floats]:
    """The run scorer and the answerability weights, loaded once. Raises FileNotFoundError when the file is missing."""
    return _weights(models() / "extent" / "model.safetensors")


@cache
def _weights(file: Path) -> tuple[Weights, Floats]:
    from safetensors.numpy import load_file

    parts = load_file(str(file))
    names = ("mean", "scale", "up", "up_bias", "down", "down_bias")
    return Weights(*(parts[name] for name in names)), parts["answerable"]


def candidates(analysis: Analysis, hits: Sequence[Hit]) -> tuple[runs.Runs, list[float]]:
    """Every run of the first passages with its features, and the passages' relevance."""
    read = read_first(hits, READ, READ_CHARACTERS)
    network, passages = built_in(), [hit.passage for hit in read]
    scored = network.read(query(analysis), passages)
    priors = [float(np.log(max(hit.score, 1e-6))) for hit in read]
    rarity = {pair: network.rarity(pair) for pair in sorted(adjacent_bigrams(fold(query(analysis))))}
    seen = runs.seen(passages, scored, priors)
    return runs.runs(analysis.kind, rarity, seen), [s.relevance for s in scored]


def signs(found: runs.Runs, scores: Floats, relevance: Sequence[float]) -> Floats:
    """What speaks for an answer: see SIGNS; relevance in log-odds, the rest as in `runs`."""
    best = int(scores.argmax())
    ordered = sorted(relevance, reverse=True)
    row = found.features[best]
    second = ordered[1] if len(ordered) > 1 else -8.0
    return np.array([ordered[0], second, scores[best], row[0], row[1], row[4], row[11]], dtype=np.float32)


def look(analysis: Analysis, hits: Sequence[Hit]) -> Look | None:
    """The run that answers best; None when the passages hold no words."""
    found, relevance = candidates(analysis, hits)
    if not len(found.start):
        return None
    scores = weights()[0](found.features)
    best = int(scores.argmax())
    hit = hits[int(found.passage[best])]
    return Look(hit, int(found.start[best]), int(found.end[best]), signs(found, scores, relevance))


def odds(seen: Look, rules: Floats) -> float:
    """Log-odds that the run answers, 0 where one in twenty-five answerable questions would be refused."""
    return float(np.concatenate([seen.signs, rules, [1.0]]) @ weights()[1])


def probability(log_odds: float) -> float:
    """The logistic function."""
    return float(1 / (1 + np.exp(-log_odds)))

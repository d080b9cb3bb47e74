"""Weighs how much of a question's wording stands in a text. Knows nothing of sentences, kinds of question or answers.

The weight of a character pair is its inverse passage frequency, log(1 + (N - df + .5) / (df + .5)) as in BM25 (Robertson and
Zaragoza 2009), so that rare words decide and common ones hardly count.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from assistant.reading.synonyms import variants
from corpus.normal import fold
from index.types import Index

_SPACE = re.compile(r"[\s\W_]+")


def grams(term: str) -> list[str]:
    """The character pairs of a term; runs of Latin letters and digits stay whole; a single character is itself."""
    found: list[str] = []
    for piece in re.findall(r"[0-9a-z.%]+|[^\s0-9a-z\W_]+", fold(term)):
        if piece[0].isascii() or len(piece) == 1:
            found.append(piece)
        else:
            found.extend(piece[at : at + 2] for at in range(len(piece) - 1))
    return found


class Matcher:
    """The weighted wording of one question, to be looked for in many texts."""

    def __init__(self, terms: Iterable[str], index: Index) -> None:
        self.terms = tuple(terms)
        self.weights: dict[str, float] = {}
        self.unknown: set[str] = set()
        self.alternatives: dict[str, tuple[str, ...]] = {}
        total = index.passage_count
        for term in self.terms:
            for gram in grams(term):
                if gram in self.weights:
                    continue
                frequency = _frequency(gram, index)
                if frequency == 0:
                    self.unknown.add(gram)
                self.weights[gram] = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
        for term in self.terms:
            for word, others in variants(fold(term)):
                for gram in grams(word):
                    self.alternatives[gram] = (*self.alternatives.get(gram, ()), *map(fold, others))
        self.total = sum(self.weights.values()) or 1.0

    def found(self, text: str) -> set[str]:
        """The grams of the question that stand in the text (already folded), synonyms counted."""
        bare = _SPACE.sub("", text)
        return {
            gram
            for gram in self.weights
            if gram in bare or any(other in bare for other in self.alternatives.get(gram, ()))
        }

    def share(self, found: Iterable[str]) -> float:
        """The weight of the grams found, as a share of the whole question's."""
        return sum(self.weights[gram] for gram in found) / self.total

    def weight(self, text: str) -> float:
        """The share of the question's weight that stands in the text."""
        return self.share(self.found(fold(text)))


def _frequency(gram: str, index: Index) -> int:
    """In how many passages it occurs; a run of letters or digits longer than a pair counts by its rarest pair."""
    if len(gram) <= 2:
        return index.passage_frequency(gram)
    return min(index.passage_frequency(gram[at : at + 2]) for at in range(len(gram) - 1))

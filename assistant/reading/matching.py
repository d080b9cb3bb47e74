"""Weighs how much of a question's wording stands in a text. Knows nothing of sentences, kinds of question or answers.

A character pair weighs by its rarity in general text and by its inverse passage frequency in the corpus at hand,
log(1 + (N - df + .5) / (df + .5)) as in BM25 (Robertson and Zaragoza 2009); the larger the corpus, the more the second counts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from corpus.text.char_bigrams import term_bigrams as grams
from corpus.text.characters import fold
from corpus.text.rarity import rarity
from corpus.text.synonyms import variants
from index.types import Index

_SPACE = re.compile(r"[\s\W_]+")
_FOREIGN = 1.5  # weight of a word in Latin letters that the corpus does not have
_SEAM = 0.1  # weight of a pair that only bridges two words of the question


class Matcher:
    """The weighted wording of one question, to be looked for in many texts."""

    def __init__(self, terms: Iterable[str], index: Index) -> None:
        self.terms = tuple(terms)
        self.weights: dict[str, float] = {}
        self.unknown: set[str] = set()
        self.alternatives: dict[str, tuple[str, ...]] = {}
        total = index.passage_count
        trust = 0.5 * total / (total + 1000)
        for term in self.terms:
            for word, others in variants(fold(term)):
                for gram in grams(word):
                    self.alternatives[gram] = (*self.alternatives.get(gram, ()), *map(fold, others))
            pieces = grams(term)
            for gram in pieces:
                if gram not in self.weights:
                    frequency = _frequency(gram, index)
                    if frequency == 0:
                        self.unknown.add(gram)
                    own = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
                    self.weights[gram] = (1 - trust) * rarity(gram) + trust * 1.2 * own
                    if frequency == 0 and gram.isascii() and gram.isalpha():
                        self.weights[gram] = min(self.weights[gram], _FOREIGN)
            self._seams(pieces)
        self.total = sum(self.weights.values()) or 1.0

    def _seams(self, pieces: list[str]) -> None:
        """A pair that occurs nowhere while its neighbours on both sides do bridges two words: it hardly counts."""
        for before, gram, after in zip(pieces, pieces[1:], pieces[2:], strict=False):
            if gram in self.unknown and before not in self.unknown and after not in self.unknown:
                self.weights[gram] = min(self.weights[gram], _SEAM)

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

    def places(self, text: str) -> list[tuple[int, float]]:
        """(offset, weight) of every occurrence in the text of a gram of the question or of a synonym."""
        folded = fold(text)
        found: list[tuple[int, float]] = []
        for gram, weight in self.weights.items():
            for word in (gram, *self.alternatives.get(gram, ())):
                found.extend((match.start(), weight) for match in re.finditer(re.escape(word), folded))
        return found


def _frequency(gram: str, index: Index) -> int:
    """In how many passages it occurs; a run of letters or digits longer than a pair counts by its rarest pair."""
    if len(gram) <= 2:
        return index.passage_frequency(gram)
    return min(index.passage_frequency(gram[at : at + 2]) for at in range(len(gram) - 1))

"""The flow of a search, the same for every index: two lists fused, places, the same words once. Knows nothing of how passages are kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage
from corpus.versions import Link, newest_versions, passages_overlap
from index.fusion import Score, fuse_rankings
from index.localities import Localities
from index.types import DocumentSummary, Filters, Found, Hit

CANDIDATES = 100
FOREIGN = 0.8  # what a passage's score is multiplied by when it holds only for a place that the question does not name

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the two ways found, best first, and each way's score of any other passage by number."""

    words: tuple[Rows, Floats]
    meaning: tuple[Rows, Floats]
    score_words: Score
    score_meaning: Score


class SearchFlow(ABC):
    """One generation of an index whose passages have numbers, ascending by document; a tie goes to the lower number."""

    @property
    @abstractmethod
    def passage_count(self) -> int:
        """How many passages it holds."""

    @property
    @abstractmethod
    def links(self) -> Sequence[Link]:
        """Which of its documents belong together."""

    @abstractmethod
    def summaries(self) -> Iterable[DocumentSummary]:
        """Every document, in any order, without what others say of it."""

    @abstractmethod
    def find_candidates(self, query: str, n: int, filters: Filters | None) -> Candidates:
        """The n best passages by words and the n best by meaning, inside the filters."""

    @abstractmethod
    def localities_of(self, rows: Rows) -> tuple[Rows, Localities]:
        """Of which of the localities' documents each passage is, and the localities of at least those documents."""

    @abstractmethod
    def passages_at(self, rows: Rows) -> list[Passage]:
        """Passages by number, in the order given. Raises IndexDamaged."""

    def search(self, query: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Up to k passages, best first, no two with the same words. An empty query finds nothing."""
        if not query.strip() or k < 1 or not self.passage_count:
            return []
        query = query.encode("utf-8", "replace").decode()  # half a surrogate pair is no text
        wide, depth = max(CANDIDATES, 4 * k), 2 * k
        found = self.find_candidates(query, wide, filters)
        rows, scores = fuse_rankings(
            found.words, found.meaning, 2 * depth, full=len(found.words[0]) == wide,
            score_lexical=found.score_words, score_dense=found.score_meaning,
        )  # fmt: skip
        rows, scores = self._nearest_places(query, rows, scores)
        ways = found_by(found)
        while True:
            passages = self.passages_at(rows[:depth])
            hits = self._without_repeats(passages, scores.tolist(), [ways[row] for row in rows.tolist()], k)
            if len(hits) == k or depth >= len(rows):
                return hits
            depth *= 4  # many say the same: look further down

    def documents(self) -> list[DocumentSummary]:
        """Every document, by source."""
        return list(self._linked_summaries)

    @cached_property
    def _linked_summaries(self) -> list[DocumentSummary]:
        newer, ended = (
            newest_versions(self.links),
            {link.other: link.source for link in self.links if link.kind == "replaces"},
        )
        known = sorted(self.summaries(), key=lambda summary: summary.source)
        return [self._with_links(document, newer, ended) for document in known] if self.links else known

    def _with_links(self, document: DocumentSummary, newer: dict[str, str], ended: dict[str, str]) -> DocumentSummary:
        """With what other documents say of it; of a copy, what they say of the one whose text it is."""
        first = self._first_of_copies.get(document.source, "")
        source = first or document.source
        said = (first, newer.get(source, ""), ended.get(source, ""))
        return replace(document, same_as=said[0], newer=said[1], ended_by=said[2]) if any(said) else document

    @cached_property
    def _first_of_copies(self) -> dict[str, str]:
        """Of each document that is the same text as another, the one whose path comes first."""
        return {link.source: link.other for link in self.links if link.kind == "duplicate"}

    def _nearest_places(self, query: str, rows: Rows, scores: Floats) -> tuple[Rows, Floats]:
        """The same passages with what holds only elsewhere put behind what is about as good; best first."""
        owners, localities = self.localities_of(rows)
        foreign = localities.out_of_region(query, owners)
        scores = np.where(foreign, np.float32(FOREIGN) * scores, scores)
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]

    def _without_repeats(
        self, passages: list[Passage], scores: list[float], ways: list[tuple[Found, ...]], k: int
    ) -> list[Hit]:
        """The k best, the same words once."""
        first: dict[str, int] = {}
        same: dict[int, list[Passage]] = {}
        for place, passage in enumerate(passages):
            words = "".join(passage.text.split())
            leader = first.get(words)
            if leader is None:
                leader = self._leader_copied(passages, list(same), passage)
            first[words] = place if leader is None else leader
            same.setdefault(first[words], [])
            if leader is not None:
                same[leader].append(passage)
        return [
            Hit(passages[at], scores[at], rank, ways[at], tuple(same[at])) for rank, at in enumerate(list(same)[:k], 1)
        ]

    def _leader_copied(self, passages: list[Passage], leaders: list[int], passage: Passage) -> int | None:
        """The leader that a passage repeats because its document is the same text as the leader's, divided otherwise."""
        if not self._first_of_copies:
            return None
        first = self._first_of_copies.get(passage.source, passage.source)
        for leader in leaders:
            other = passages[leader]
            alike = first == self._first_of_copies.get(other.source, other.source) and other.source != passage.source
            if alike and passages_overlap(other.text, passage.text):
                return leader
        return None


def found_by(found: Candidates) -> dict[int, tuple[Found, ...]]:
    """Which ways found each passage."""
    ways: dict[int, tuple[Found, ...]] = dict.fromkeys(found.words[0].tolist(), ("lexical",))
    for row in found.meaning[0].tolist():
        ways[row] = (*ways.get(row, ()), "dense")
    return ways

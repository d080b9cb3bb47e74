"""Orders the candidates of a search: wording for all of them, the network for the first. Knows nothing of how they were found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.reader import Reader
from assistant.retrieval import features
from assistant.retrieval.types import ReadHit
from corpus.types import Passage
from index.types import Hit

Floats = NDArray[np.float32]

# Added to the score of a passage of a document that was spoken of before: enough to stay with it where two say as much,
# too little to keep a passage that says nothing before one that answers.
FAVOUR = 1.0
READ_PASSAGES = 10  # that the network reads, of those that wording puts first


@dataclass(frozen=True, slots=True)
class RankingWeights:
    """Weights of the features of wording by name (see features.NAMES) and of the network's relevance logit.

    The score of wording decides what is read; what was read is ordered by wording * ``wording`` + relevance * ``relevance``.
    """

    lexical: Floats
    wording: float
    relevance: float

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Mapping[str, float]]) -> RankingWeights:
        """Of the reader's description. Raises KeyError where it lacks a weight."""
        lexical = np.array([metadata["lexical"][name] for name in features.NAMES], dtype=np.float32)
        return cls(lexical, metadata["combined"]["wording"], metadata["combined"]["relevance"])


Wording = Callable[[str, Passage], str]  # the question as it is put to a passage


def _as_asked(question: str, passage: Passage) -> str:
    """The question itself."""
    return question


Order = Callable[[str, Sequence[Hit]], Sequence[float]]  # one score a passage, higher is better


@dataclass(frozen=True, slots=True)
class Ranker:
    """The network with the weights of wording and of its relevance; or another's order, where ``order`` gives one."""

    reader: Reader
    weights: RankingWeights
    order: Order | None = None

    def read_hits(self, question: str, hits: Sequence[Hit], worded: Wording = _as_asked) -> list[ReadHit]:
        """The hits in their order, read; each for the question as it is worded for its passage."""
        by_wording: dict[str, list[int]] = defaultdict(list)
        for place, hit in enumerate(hits):
            by_wording[worded(question, hit.passage)].append(place)
        read: dict[int, ReadHit] = {}
        for wording, places in by_wording.items():
            readings = self.reader.read_passages(wording, [hits[place].passage for place in places])
            read |= {place: ReadHit(hits[place], one) for place, one in zip(places, readings, strict=True)}
        return [read[place] for place in range(len(hits))]

    def rank_hits(
        self,
        question: str,
        hits: Sequence[Hit],
        worded: Wording = _as_asked,
        favoured: Collection[str] = (),
        abbreviated: tuple[str, Collection[str]] = ("", ()),
    ) -> list[ReadHit]:
        """The READ_PASSAGES hits whose wording fits best, read and ordered; scores fall from 1 with the ranks.

        favoured: ids of documents whose passages count as FAVOUR better. abbreviated: the question without the name of a body,
        which is what has to fit in the documents with the ids beside it: they are of that body.
        """
        if not hits:
            return []
        if self.order is not None:
            given = self.order(question, hits)
            by_given = sorted(range(len(hits)), key=lambda i: -given[i])[:READ_PASSAGES]
            chosen = [_reranked_hit(hits[i], 1 / (1 + at), at + 1) for at, i in enumerate(by_given)]
            return self.read_hits(question, chosen, worded)
        passages, scores = [hit.passage for hit in hits], [hit.score for hit in hits]
        wording = features.feature_table(question, passages, scores)
        rest, of_body = abbreviated
        if own := [at for at, passage in enumerate(passages) if passage.doc_id in of_body]:
            wording[own] = features.feature_table(rest, passages, scores)[own]
        extra = np.array([FAVOUR * (hit.passage.doc_id in favoured) for hit in hits], dtype=np.float32)
        fit = wording @ self.weights.lexical + extra / self.weights.wording
        first = np.argsort(-fit, kind="stable").tolist()[:READ_PASSAGES]
        read = self.read_hits(question, [hits[i] for i in first], worded)
        total = self.weights.wording * fit[first] + self.weights.relevance * np.array(
            [r.reading.relevance for r in read]
        )
        order = np.argsort(-total, kind="stable").tolist()
        return [
            replace(read[at], hit=_reranked_hit(read[at].hit, float(np.exp((total[at] - total.max()) / 4)), rank))
            for rank, at in enumerate(order, 1)
        ]


def _reranked_hit(hit: Hit, score: float, rank: int) -> Hit:
    return replace(hit, score=score, rank=rank, found_by=(*hit.found_by, "reranked"))

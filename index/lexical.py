"""BM25 over characters and character pairs. Knows nothing of documents, of vectors or of how posting lists are stored.

Nothing that depends on the whole index is stored with a posting list (no inverse document frequency, no mean length), so
blocks can be added and passages struck out without rewriting any, and the scores are those of an index built afresh: BM25
as Lucene has it (Kamphuis et al. 2020),

    score = sum over terms of  ln(1 + (N - df + 0.5) / (df + 0.5)) * tf / (tf + K1 * (1 - B + B * length / mean length))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.postings import Block, Posting
from index.terms import Keys, keys_of, points, terms

K1, B = 1.0, 0.6
MOST_TERMS = 160  # of a question; the rarest are kept

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

__all__ = ["K1", "B", "Lexicon", "Query", "terms"]


class Lexicon:
    """All blocks of a generation, with the passages that no longer count left out.

    A passage's number is its place in the generation: blocks one after the other, struck-out passages included.
    """

    def __init__(self, blocks: Sequence[Block], alive: Mask | None) -> None:
        """`alive` has one entry a passage, None when all count."""
        self.blocks = list(blocks)
        self.starts = np.concatenate([[0], np.cumsum([len(block.lengths) for block in blocks], dtype=np.int64)])
        self.alive = alive
        lengths = np.concatenate([block.lengths for block in blocks]) if blocks else np.zeros(0, np.uint32)
        counted = lengths if alive is None else lengths[alive]
        self.size = len(counted)
        mean = max(float(counted.mean()), 1.0) if len(counted) else 1.0
        self.norms: Floats = (K1 * (1 - B + B * lengths / mean)).astype(np.float32)

    def living(self, number: int) -> Mask | None:
        """The mask of one block, None when all of it counts."""
        if self.alive is None:
            return None
        mask = self.alive[self.starts[number] : self.starts[number + 1]]
        return None if bool(mask.all()) else mask

    def frequency(self, gram: str) -> int:
        """In how many living passages a character or pair of characters occurs; 0 for any other text."""
        found = keys_of(points(gram))[0]
        if len(found) != {1: 1, 2: 3}.get(len(gram)):
            return 0
        return int(Query(self, found[-1:], np.ones(1, np.int64)).frequency[0])

    def query(self, text: str) -> Query:
        """The posting lists of a question's terms, ready to score."""
        keys, repeats = np.unique(keys_of(points(text))[0], return_counts=True)
        if len(keys) > MOST_TERMS:
            held = np.zeros(len(keys), dtype=np.int64)
            for block in self.blocks:
                at = block.find(keys)
                held[at >= 0] += block.counts[at[at >= 0]]
            rarest = np.sort(np.lexsort((keys, np.where(held > 0, held, 1 << 62)))[:MOST_TERMS])
            keys, repeats = keys[rarest], repeats[rarest]
        return Query(self, keys, repeats)


@dataclass(frozen=True, slots=True)
class _List:
    """A posting list with the weight of its term: repeats in the question times inverse document frequency."""

    ids: NDArray[np.intp]
    occurs: Floats
    weight: np.float32


class Query:
    """One question against one lexicon."""

    def __init__(self, lexicon: Lexicon, keys: Keys, repeats: NDArray[np.int64]) -> None:
        """Reads every posting list of `keys`. Raises IndexDamaged when one does not match its checksum."""
        self.lexicon = lexicon
        self.frequency = np.zeros(len(keys), dtype=np.int64)
        self._found: list[list[tuple[int, Posting]]] = []
        for number, block in enumerate(lexicon.blocks):
            mask, mine = lexicon.living(number), list[tuple[int, Posting]]()
            for place, term in enumerate(block.find(keys).tolist()):
                if term >= 0:
                    posting = block.posting(term)
                    if mask is not None:
                        keep = mask[posting.ids]
                        posting = Posting(posting.ids[keep], posting.tallies[keep])
                    self.frequency[place] += len(posting.ids)
                    mine.append((place, posting))
            self._found.append(sorted(mine, key=lambda one: len(one[1].ids)))
        idf = np.log1p((lexicon.size - self.frequency + 0.5) / (self.frequency + 0.5))
        self.weights = (repeats * idf).astype(np.float32)

    def search(self, n: int, allowed: Mask | None = None) -> tuple[Rows, Floats]:
        """The n best passages by number and their scores, best first; only those with a score above 0.

        `allowed` has one entry a passage. Ties go to the lower number.
        """
        every, value = np.zeros(0, np.int64), np.zeros(0, np.float32)
        for number in range(len(self._found)):
            begin, end = self.lexicon.starts[number : number + 2].tolist()
            floor = float(value[n - 1]) if len(value) >= n else 0.0
            rows, values = self._block(number, n, None if allowed is None else allowed[begin:end], floor)
            every, value = np.concatenate([every, rows + begin]), np.concatenate([value, values])
            order = np.lexsort((every, -value))[:n]
            every, value = every[order], value[order]
        return every, value

    def _block(self, number: int, n: int, allowed: Mask | None, floor: float) -> tuple[Rows, Floats]:
        """The n best of one block, in no order; those below `floor`, which n passages reach already, may be missing.

        The lists of all but the very common terms are added at once. Before those, which weigh little, the passages that could
        still come among the n best are singled out by the most that the rest can add (MaxScore, Turtle and Flood 1995), and
        only they are scored further; where they would be many, half of the rest is added first. What comes out is what adding
        every list to every passage gives.
        """
        begin, end = self.lexicon.starts[number : number + 2].tolist()
        norms, total = self.lexicon.norms[begin:end], np.zeros(end - begin, dtype=np.float32)
        rest = self._found[number]
        share = 16 if floor else 4
        little = sum(share * len(one[1].ids) <= len(norms) for one in rest)
        self._add(total, norms, rest[:little])
        rest = rest[little:]
        while rest:
            rows = self._contenders(total, n, allowed, rest, norms, floor=floor)
            if rows is not None:
                values = total[rows]
                for one in rest:
                    values += self._lookup(rows, norms, *one)
                top = best(values, n)
                return rows[top], values[top]
            more = (len(rest) + 1) // 2
            self._add(total, norms, rest[:more])
            rest = rest[more:]
        if allowed is not None:
            total[~allowed] = 0
        rows = best(total, n)
        return rows, total[rows]

    def _add(self, total: Floats, norms: Floats, lists: list[tuple[int, Posting]]) -> None:
        """Add what some terms contribute to every passage."""
        if not lists:
            return
        weights = self.weights[[place for place, _ in lists]]
        ids = np.concatenate([posting.ids for _, posting in lists]).astype(np.intp)
        occurs = np.concatenate([posting.tallies for _, posting in lists]).astype(np.float32)
        below = norms.take(ids)
        below += occurs
        occurs *= weights[0] if len(lists) == 1 else np.repeat(weights, [len(posting.ids) for _, posting in lists])
        occurs /= below
        np.add.at(total, ids, occurs)

    def _contenders(
        self,
        total: Floats,
        n: int,
        allowed: Mask | None,
        rest: list[tuple[int, Posting]],
        norms: Floats,
        *,
        floor: float,
    ) -> Rows | None:
        """The passages that can still be among the n best and reach `floor`, None when that would not be few."""
        if not rest or not len(total):
            return None
        least = float(norms.min())
        most = 0.0
        for place, posting in rest:
            top = float(posting.tallies.max()) if len(posting.tallies) else 0.0
            most += float(self.weights[place]) * top / (top + least)
        seen = total if allowed is None else np.where(allowed, total, np.float32(0))
        if len(seen) <= n:
            return None
        edge = floor if floor > most * 2 else max(floor, nth_best(seen, n))
        if edge <= most * 1.0001:
            return None
        rows = np.flatnonzero(seen >= edge - most * 1.0001)
        return rows if 16 * len(rows) <= len(total) else None

    def _lookup(self, rows: Rows, norms: Floats, place: int, posting: Posting) -> Floats:
        """What one term adds to chosen passages of its block, ascending."""
        out = np.zeros(len(rows), dtype=np.float32)
        if not len(posting.ids):
            return out
        at = np.minimum(np.searchsorted(posting.ids, rows.astype(np.uint16)), len(posting.ids) - 1)
        held = posting.ids[at] == rows
        occurs = posting.tallies[at[held]].astype(np.float32)
        out[held] = self.weights[place] * occurs / (occurs + norms[rows[held]])
        return out

    def scores(self, rows: Rows) -> Floats:
        """The scores of chosen passages by number."""
        out = np.zeros(len(rows), dtype=np.float32)
        for number, found in enumerate(self._found):
            begin, end = self.lexicon.starts[number : number + 2].tolist()
            mine = (rows >= begin) & (rows < end)
            if mine.any():
                norms = self.lexicon.norms[begin:end]
                out[mine] = sum((self._lookup(rows[mine] - begin, norms, *one) for one in found), np.float32(0))
        return out


def nth_best(scores: Floats, n: int) -> float:
    """The n-th highest score, 0 when fewer than n are above 0.

    Only scores above a share of the highest are sorted out: selecting among tens of thousands of equal small ones is slow.
    """
    top = float(scores.max(initial=0))
    for share in (0.5, 0.25, 0.1, 0.0):
        high = scores[scores > share * top]
        if len(high) >= n:
            return float(np.partition(high, len(high) - n)[len(high) - n])
    return 0.0


def best(scores: Floats, n: int) -> Rows:
    """The places of the n highest scores above 0, in no order; the lower place wins a tie at the edge."""
    edge = nth_best(scores, n)
    above = np.flatnonzero(scores > edge)
    if edge == 0:
        return above
    return np.concatenate([above, np.flatnonzero(scores == np.float32(edge))[: n - len(above)]])

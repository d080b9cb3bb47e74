"""BM25 over characters and character pairs. Knows nothing of documents, of vectors or of how posting lists are stored.

Nothing that depends on the whole index is stored with a posting list (no inverse document frequency, no mean length), so
blocks can be added and passages struck out without rewriting any, and the scores are those of an index built afresh.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.local.postings import Block, Posting
from index.scoring import (
    K1,
    MOST_OCCURRENCES,
    MOST_TERMS,
    B,
    gram_key,
    length_norms,
    question_terms,
    question_weights,
    rarest_terms,
)
from index.terms import Keys, terms_of

COMMON = 8  # a term is common when more than one passage of so many in a block holds it
FEW = 256  # passages whose scores are finished in one go

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

__all__ = ["K1", "B", "Lexicon", "Query", "terms_of"]


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
        self.norms = length_norms(lengths, mean)
        self.parts = [self.norms[begin:end] for begin, end in pairwise(self.starts.tolist())]
        self.living = [self._living_in_block(number) for number in range(len(self.blocks))]

    def _living_in_block(self, number: int) -> Mask | None:
        """The mask of one block, None when all of it counts."""
        if self.alive is None:
            return None
        mask = self.alive[self.starts[number] : self.starts[number + 1]]
        return None if bool(mask.all()) else mask

    def passage_frequency(self, gram: str) -> int:
        """In how many living passages a character or pair of characters occurs; 0 for any other text."""
        key = gram_key(gram)
        return 0 if key is None else int(Query(self, key, np.ones(1, np.int64)).frequency[0])

    def query_of(self, text: str) -> Query:
        """The posting lists of a question's terms, ready to score."""
        keys, repeats = question_terms(text)
        if len(keys) > MOST_TERMS:
            held = np.zeros(len(keys), dtype=np.int64)
            for block in self.blocks:
                at = block.find_terms(keys)
                held[at >= 0] += block.counts[at[at >= 0]]
            kept = rarest_terms(keys, held)
            keys, repeats = keys[kept], repeats[kept]
        return Query(self, keys, repeats)


class Query:
    """One question against one lexicon. A posting list is read when a search comes to need it."""

    def __init__(self, lexicon: Lexicon, keys: Keys, repeats: NDArray[np.int64]) -> None:
        """Raises IndexDamaged when a posting list that has to be counted does not match its checksum."""
        self.starts, self._alive = lexicon.starts, lexicon.alive
        self._parts = [_Part(*one, keys) for one in zip(lexicon.blocks, lexicon.parts, lexicon.living, strict=True)]
        self.frequency = np.zeros(len(keys), dtype=np.int64)
        for part in self._parts:
            self.frequency[part.places] += part.counts
        weights = question_weights(repeats, self.frequency, lexicon.size)
        for part in self._parts:
            part.weigh_terms(weights)

    def search(self, n: int, allowed: Mask | None = None) -> tuple[Rows, Floats]:
        """The n best passages by number and their scores, best first; only those with a score above 0.

        `allowed` has one entry a passage, None allows all that count. Ties go to the lower number.
        """
        allowed = self._alive if allowed is None else allowed
        every, value = np.zeros(0, np.int64), np.zeros(0, np.float32)
        for number, part in enumerate(self._parts):
            begin, end = self.starts[number : number + 2].tolist()
            floor = float(value[n - 1]) if len(value) >= n else 0.0
            rows, values = part.best_passages(n, None if allowed is None else allowed[begin:end], floor)
            every, value = np.concatenate([every, rows + begin]), np.concatenate([value, values])
            order = np.lexsort((every, -value))[:n]
            every, value = every[order], value[order]
        return every, value

    def scores_of(self, rows: Rows) -> Floats:
        """The scores of chosen passages by number."""
        out = np.zeros(len(rows), dtype=np.float32)
        for number, part in enumerate(self._parts):
            begin, end = self.starts[number : number + 2].tolist()
            mine = (rows >= begin) & (rows < end)
            if mine.any():
                out[mine] = part.scores_of(rows[mine] - begin)
        return out


class _Part:
    """One block and those of a question's terms that it holds, the rarest first. Passages are numbered within the block.

    The lists of terms that more than one passage in COMMON holds are kept as columns: most questions have some of them.
    """

    def __init__(self, block: Block, norms: Floats, living: Mask | None, keys: Keys) -> None:
        """`living` None when all passages count; else every list is read to count those that do."""
        self.norms, self._block, self._living = norms, block, living
        terms = block.find_terms(keys)
        places = np.flatnonzero(terms >= 0)
        self._sizes: Rows = block.counts[terms[places]].astype(np.int64)
        order = np.argsort(self._sizes, kind="stable")
        self.places, self._sizes = places[order], self._sizes[order]  # of the terms, among the question's
        self._terms = terms[self.places]
        self._rare = int(np.count_nonzero(self._sizes * COMMON <= len(norms)))
        self._lists: dict[int, bytes] = {}
        self.counts = self._sizes if living is None else self._sizes - self._count_tombstoned(np.flatnonzero(~living))

    def _count_tombstoned(self, dead: Rows) -> Rows:
        """How many of the passages that no longer count each term occurs in."""
        return np.asarray(np.count_nonzero(self._tallies_of(dead, 0, len(self._terms)), axis=1), dtype=np.int64)

    def weigh_terms(self, weights: Floats) -> None:
        """Take each term's repeats in the question times its inverse document frequency."""
        self._weights = weights[self.places]
        # The most that a term and those after it can add: tf / (tf + norm) grows with tf, which is counted up to 255.
        top = self._weights * np.float32(
            1.0001 * MOST_OCCURRENCES / (MOST_OCCURRENCES + float(self.norms.min(initial=1)))
        )
        self._most = [*np.cumsum(top[::-1])[::-1].tolist(), 0.0]

    def best_passages(self, n: int, allowed: Mask | None, floor: float) -> tuple[Rows, Floats]:
        """The n best, in no order; those below `floor`, which n passages reach already, may be missing.

        The lists of all but the very common terms are added at once. Before those, which weigh little, the passages that could
        still come among the n best are singled out by the most that the rest can add (MaxScore, Turtle and Flood 1995), and
        only they are scored further; where they would be many, half of the rest is added first. What comes out is what adding
        every list to every passage gives.
        """
        total = np.zeros(len(self.norms), dtype=np.float32)
        done, terms = 0, len(self._terms)
        more = int(np.count_nonzero((16 if floor else 4) * self._sizes <= len(total)))
        while True:
            self._add_lists(total, done, done + more)
            done += more
            if allowed is not None:
                total[~allowed] = 0
            if done == terms:
                rows = best_places(total, n)
                return rows, total[rows]
            most = self._most[done]
            edge = floor if floor > 2 * most else max(floor, nth_best_score(total, n))
            if edge > most:
                rows = np.flatnonzero(total >= edge - most)
                if 16 * len(rows) <= len(total):
                    return self._finish_scores(rows, total[rows], done, n, floor)
            more = (terms - done + 1) // 2

    def _add_lists(self, total: Floats, begin: int, end: int) -> None:
        """Add what some terms contribute to every passage."""
        rare = max(begin, min(end, self._rare))
        if begin < rare:
            sizes = self._sizes[begin:rare]
            lists = list(zip(self._read_lists(begin, rare), (2 * sizes).tolist(), strict=True))
            ids = np.frombuffer(b"".join([data[:half] for data, half in lists]), np.uint16).astype(np.intp)
            occurs = np.frombuffer(b"".join([data[half:] for data, half in lists]), np.uint8).astype(np.float32)
            below = self.norms.take(ids)
            below += occurs
            occurs *= np.repeat(self._weights[begin:rare], sizes)
            occurs /= below
            np.add.at(total, ids, occurs)
        for at in range(rare, end):
            occurs = self._block.column_of(int(self._terms[at])).astype(np.float32)
            below = self.norms + occurs
            occurs *= self._weights[at]
            occurs /= below
            total += occurs

    def _read_lists(self, begin: int, end: int) -> list[bytes]:
        """The lists of some rare terms, as they are kept."""
        missing = [at for at in range(begin, end) if at not in self._lists]
        self._lists.update(zip(missing, self._block.read_lists(self._terms[missing]), strict=True))
        return [self._lists[at] for at in range(begin, end)]

    def _finish_scores(self, rows: Rows, values: Floats, done: int, n: int, floor: float) -> tuple[Rows, Floats]:
        """The n best of chosen passages, ascending, to whose scores the terms from `done` on are still to be added."""
        while done < len(self._terms) and len(rows):
            next_ = len(self._terms) if len(rows) <= FEW else done + 1
            values += self._sum_terms(rows, done, next_)
            edge = max(floor, nth_best_score(values, n)) if len(rows) > n else floor
            keep = values >= edge - self._most[next_]
            rows, values, done = rows[keep], values[keep], next_
        top = best_places(values, n)
        return rows[top], values[top]

    def scores_of(self, rows: Rows) -> Floats:
        """The scores of chosen passages, ascending."""
        return self._sum_terms(rows, 0, len(self._terms))

    def _sum_terms(self, rows: Rows, begin: int, end: int) -> Floats:
        """What some terms add to chosen passages, ascending."""
        occurs = self._tallies_of(rows, begin, end).astype(np.float32)
        occurs /= occurs + self.norms[rows]
        occurs *= self._weights[begin:end, None]
        return np.asarray(occurs.sum(axis=0))

    def _tallies_of(self, rows: Rows, begin: int, end: int) -> NDArray[np.uint8]:
        """How often chosen passages, ascending, hold some terms: (terms, passages)."""
        out = np.zeros((end - begin, len(rows)), dtype=np.uint8)
        rare, short = max(begin, min(end, self._rare)), rows.astype(np.uint16)
        for row, data in zip(out, self._read_lists(begin, rare), strict=False):
            posting = Posting.from_bytes(data)
            place = posting.ids.searchsorted(short)
            held = posting.ids.take(place, mode="clip") == short
            row[held] = posting.tallies[place[held]]
        for at in range(rare, end):
            self._block.column_of(int(self._terms[at])).take(rows, out=out[at - begin])
        return out


def nth_best_score(scores: Floats, n: int) -> float:
    """The n-th highest score, 0 when fewer than n are above 0.

    Only scores above a share of the highest are sorted out: selecting among tens of thousands of equal small ones is slow.
    """
    top = float(scores.max(initial=0))
    for share in (0.5, 0.25, 0.1, 0.0):
        high = scores[scores > share * top]
        if len(high) >= n:
            return float(np.partition(high, len(high) - n)[len(high) - n])
    return 0.0


def best_places(scores: Floats, n: int) -> Rows:
    """The places of the n highest scores above 0, in no order; the lower place wins a tie at the edge."""
    edge = nth_best_score(scores, n)
    above = np.flatnonzero(scores > edge)
    if edge == 0:
        return above
    return np.concatenate([above, np.flatnonzero(scores == np.float32(edge))[: n - len(above)]])

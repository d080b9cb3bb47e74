"""BM25 as inner products of sparse vectors: a passage's weights, a question's. Knows nothing of servers.

The product of a question's vector and a passage's is the score of `index.scoring`. A passage's side depends on the mean
length of all passages, which is therefore fixed for a collection; when the true one has drifted by more than MOST_DRIFT, the
collection is written anew (at 2 % .996 of the ten best are the same, at 10 % .98).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.scoring import MOST_OCCURRENCES, length_norms, question_terms
from index.terms import SHIFT, UNIGRAM, Keys

MOST_DRIFT = 0.02
# of a passage without a letter or digit: servers refuse an empty vector, and no question has this term
NOTHING = {1: 1e-6}
PLANE = 1 << 16
# Pairs with a character beyond the basic plane share the numbers whose upper half is a surrogate, which no character is.
FAR = 0xD800 << 16
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def sparse_ids(keys: Keys) -> NDArray[np.uint32]:
    """Terms as the 32 bits that sparse vectors have: a character is its code point, a pair a << 16 | b.

    Pairs with a character beyond the basic plane are hashed to 27 bits; two of them can come to share a number.
    """
    first, second = keys >> SHIFT, keys & UNIGRAM
    near = np.where(first > 0, first << np.uint64(16) | second, second)
    far = (first > 0) & ((first >= PLANE) | (second >= PLANE))
    hashed = np.uint64(FAR) + ((keys * MULTIPLIER) >> np.uint64(64 - 27))
    return np.where(far, hashed, near).astype(np.uint32)


def as_sparse(keys: Keys, values: NDArray[np.float32]) -> dict[int, float]:
    """A sparse vector; terms that share a number are added."""
    out: dict[int, float] = {}
    for id_, value in zip(sparse_ids(keys).tolist(), values.tolist(), strict=True):
        out[id_] = out.get(id_, 0.0) + value
    return out


def passage_length(text: str) -> int:
    """How many terms a passage has, repeats counted."""
    return int(question_terms(text)[1].sum())


def passage_weights(text: str, mean: float) -> dict[int, float]:
    """A passage's side of the score, by what it is found by and the mean length of the collection."""
    keys, tally = question_terms(text)
    if not len(keys):
        return NOTHING
    occurs = np.minimum(tally, MOST_OCCURRENCES).astype(np.float32)
    return as_sparse(keys, occurs / (occurs + length_norms(np.array([tally.sum()]), mean)))

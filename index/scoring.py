"""BM25 as a formula: what a term weighs in a question and in a passage. Knows nothing of how passages are kept or found.

As Lucene has it (Kamphuis et al. 2020):

    score = sum over terms of  ln(1 + (N - df + 0.5) / (df + 0.5)) * tf / (tf + K1 * (1 - B + B * length / mean length))

The first factor belongs to the question and is worked out when it is asked, the second to the passage: so passages can be
added and taken away without rewriting others.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.terms import Keys, folded_points, keys_of

K1, B = 1.0, 0.6
MOST_TERMS = 160  # of a question; the rarest are kept
MOST_OCCURRENCES = 255  # of a term in a passage that are told apart

Floats = NDArray[np.float32]
Counts = NDArray[np.int64]


def mean_length(total: int, passages: int) -> float:
    """The mean number of terms of a passage, at least 1."""
    return max(total / passages, 1.0) if passages else 1.0


def length_norms(lengths: NDArray[np.integer], mean: float) -> Floats:
    """What is added to a term's occurrences below the line, for passages of so many terms."""
    return np.asarray(K1 * (1 - B + B * lengths / mean), dtype=np.float32)


def question_weights(repeats: Counts, frequency: Counts, passages: int) -> Floats:
    """A question's side of the score: how often it says each term times the term's inverse document frequency."""
    idf = np.log1p((passages - frequency + 0.5) / (frequency + 0.5))
    return np.asarray(repeats * idf, dtype=np.float32)


def question_terms(text: str) -> tuple[Keys, Counts]:
    """A question's terms, ascending, and how often it says each."""
    keys, repeats = np.unique(keys_of(folded_points(text))[0], return_counts=True)
    return keys, repeats


def rarest_terms(keys: Keys, frequency: Counts) -> Counts:
    """The places of the MOST_TERMS terms that the fewest passages hold, ascending; what none holds comes last."""
    return np.sort(np.lexsort((keys, np.where(frequency > 0, frequency, 1 << 62)))[:MOST_TERMS])


def gram_key(gram: str) -> Keys | None:
    """The key of a character or of a pair of characters, None for any other text."""
    found = keys_of(folded_points(gram))[0]
    return found[-1:] if len(found) == {1: 1, 2: 3}.get(len(gram)) else None

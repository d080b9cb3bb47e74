"""Two ranked lists to one, and passages that say the same shown once. Knows nothing of how either list came about."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]
Score = Callable[[Rows], Floats]

DENSE_WEIGHT = 0.1


def fuse(
    lexical: tuple[Rows, Floats], dense: tuple[Rows, Floats], score_lexical: Score, score_dense: Score
) -> tuple[Rows, Floats]:
    """Weighted sum of the BM25 score, divided by the best one, and DENSE_WEIGHT times the cosine; best first.

    A passage that only one way found gets its score of the other way too, so a missing score is never mistaken for a bad
    one. Scores, not ranks: reciprocal rank fusion lets a weak encoder push down what BM25 is sure of.
    """
    rows = np.union1d(lexical[0], dense[0])
    if not len(rows):
        return rows, np.zeros(0, np.float32)
    words = _complete(rows, lexical, score_lexical)
    meaning = _complete(rows, dense, score_dense)
    total = words / max(float(words.max()), 1e-9) + DENSE_WEIGHT * meaning
    order = np.lexsort((rows, -total))
    return rows[order], total[order].astype(np.float32)


def _complete(rows: Rows, known: tuple[Rows, Floats], score: Score) -> Floats:
    values = np.zeros(len(rows), dtype=np.float32)
    values[np.searchsorted(rows, known[0])] = known[1]
    missing = np.flatnonzero(~np.isin(rows, known[0]))
    if len(missing):
        values[missing] = score(rows[missing])
    return values

"""Two ranked lists to one, and passages that say the same shown once. Knows nothing of how either list came about."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]
Score = Callable[[Rows], Floats]

DENSE_WEIGHT = 0.2


def fuse_rankings(
    lexical: tuple[Rows, Floats],
    dense: tuple[Rows, Floats],
    n: int,
    *,
    full: bool,
    score_lexical: Score,
    score_dense: Score,
) -> tuple[Rows, Floats]:
    """Weighted sum of the BM25 score, divided by the best one, and DENSE_WEIGHT times the cosine; best first.

    A passage that only one way found gets its score of the other way too, so a missing score is never mistaken for a bad
    one. Scores, not ranks: reciprocal rank fusion lets a weak encoder push down what BM25 is sure of. `full` says that the
    BM25 list was cut off, so others may have a score up to its last. Passages that cannot come among the n best are left out.
    """
    rows, words = lexical
    scale = max(float(words.max(initial=0)), 1e-9)
    total = words / scale + DENSE_WEIGHT * _scores_of_rows(rows, dense, score_dense)
    new = ~np.isin(dense[0], rows)
    others, meaning = dense[0][new], DENSE_WEIGHT * dense[1][new]
    if full:
        likely = meaning + float(words.min()) / scale >= _nth_highest(total, n)
        others, meaning = others[likely], meaning[likely]
        meaning = meaning + score_lexical(others) / scale
    rows, total = np.concatenate([rows, others]), np.concatenate([total, meaning])
    order = np.lexsort((rows, -total))
    return rows[order], total[order].astype(np.float32)


def _nth_highest(scores: Floats, n: int) -> float:
    """The n-th highest, lower than any when there are fewer."""
    return float(np.partition(scores, len(scores) - n)[len(scores) - n]) if len(scores) >= n else -np.inf


def _scores_of_rows(rows: Rows, found: tuple[Rows, Floats], score: Score) -> Floats:
    """The score of each row, from the list where it is there."""
    values = np.zeros(len(rows), dtype=np.float32)
    _, here, there = np.intersect1d(rows, found[0], assume_unique=True, return_indices=True)
    values[here] = found[1][there]
    missing = np.ones(len(rows), dtype=bool)
    missing[here] = False
    if missing.any():
        values[missing] = score(rows[missing])
    return values

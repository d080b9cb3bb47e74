"""Where a question's words occur in a text, as one small number a character; knows nothing of networks.

The runs of characters that question and text have in common are what a reader trained on little data profits from most
(exact-match features: Chen et al. 2017, "Reading Wikipedia to Answer Open-Domain Questions").
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.encoders.characters import SPECIAL, Ids

LONGEST = 7


def common_runs(question: Ids, texts: Ids, silent: NDArray[np.bool_]) -> tuple[Ids, Ids]:
    """Length of the longest common run through each character, at most LONGEST.

    ``question`` (m,), ``texts`` (n, length), both character numbers; ``silent`` (kinds,) says which characters never
    match (punctuation, spaces). Returns arrays (n, length) for the texts and (n, m) for the question.
    """
    count, length = texts.shape
    quiet = silent[texts]
    equal = np.zeros((len(question), count, length), dtype=bool)
    for i, character in enumerate(question):
        if character >= SPECIAL and not silent[character]:
            equal[i] = (texts == character) & ~quiet
    runs = equal.astype(np.int16)
    for i in range(1, len(question)):
        runs[i, :, 1:] += runs[i - 1, :, :-1] * equal[i, :, 1:]
    for i in range(len(question) - 2, -1, -1):
        longer = runs[i + 1, :, 1:] * equal[i + 1, :, 1:]
        np.maximum(runs[i, :, :-1], longer * equal[i, :, :-1], out=runs[i, :, :-1])
    if not len(question):
        return np.zeros((count, length), dtype=np.int32), np.zeros((count, 0), dtype=np.int32)
    over_text = np.minimum(runs.max(axis=0), LONGEST).astype(np.int32)
    over_question = np.minimum(runs.max(axis=2).T, LONGEST).astype(np.int32)
    return over_text, over_question

"""Question and windows as the arrays the reader's network takes; knows nothing of how windows were found.

Every window goes with its own copy of the question, because the signals differ: of a character of the text the longest run
through it that the question has too, of a character of the question 8 plus the same with that text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.encoders.characters import BREAK, PAD, Alphabet, Ids
from index.encoders.matching import common_runs

QUESTION, HEADING = 64, 28

Side = tuple[Ids, Ids, Ids]


@dataclass(frozen=True, slots=True)
class Rows:
    """Both sides as (characters, pairs, signals), (n, length), pairs one longer, padded at the end.

    A text is its heading, a break and the window; ``begin`` (n,) is where the window starts, ``size`` its length.
    """

    asked: Side
    text: Side
    begin: Ids
    size: Ids


def silent_characters(alphabet: Alphabet) -> NDArray[np.bool_]:
    """Which character numbers are no letters, digits or ideographs."""
    out = np.ones(len(alphabet), dtype=bool)
    for number, character in enumerate(alphabet.characters, 5):
        out[number] = not character.isalnum()
    return out


def pair_rows(alphabet: Alphabet, silent: NDArray[np.bool_], question: str, windows: Sequence[tuple[str, str]]) -> Rows:
    """Rows for one question and its (heading, window) texts. Long questions and headings are cut, windows are not."""
    asked = alphabet.encode(question)[:QUESTION]
    parts = [(alphabet.encode(heading[:HEADING]), alphabet.encode(window)) for heading, window in windows]
    texts = np.full((len(parts), max((len(h) + 1 + len(w) for h, w in parts), default=1)), PAD, dtype=np.int32)
    for row, (heading, window) in zip(texts, parts, strict=True):
        row[: len(heading)] = heading
        row[len(heading)] = BREAK
        row[len(heading) + 1 : len(heading) + 1 + len(window)] = window
    over_text, over_question = common_runs(asked, texts, silent)
    questions = np.tile(asked, (len(parts), 1))
    begin = np.array([len(heading) + 1 for heading, _ in parts], dtype=np.int32)
    size = np.array([len(window) for _, window in parts], dtype=np.int32)
    return Rows(
        (questions, alphabet.pairs(questions), over_question + 8),
        (texts, alphabet.pairs(texts), over_text),
        begin,
        size,
    )

"""The values of reading: sentences of passages with their scores, and what was taken from them. Knows nothing of how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from index.types import Hit


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a passage that was found; `start`/`end` count from the start of the document.

    order: its place among the sentences of its passage; score: how well it fits the question, 0 to about 1.3; coverage: the
    weighted share of the question's terms that stand in it; context: the same with its headings, title and neighbours counted.
    """

    text: str
    start: int
    end: int
    hit: Hit
    order: int
    score: float = 0.0
    coverage: float = 0.0
    context: float = 0.0


@dataclass(frozen=True, slots=True)
class Extract:
    """Words taken from one document as (part of) the answer.

    text: what is shown, made only of words of the source; quote_start/quote_end: the run of whole sentences it stands in;
    label: the place, period or document it holds for, where several are answered side by side; expected: how many items the
    source counts, found: how many were taken, both 0 when nothing is counted.
    """

    text: str
    hit: Hit
    quote_start: int
    quote_end: int
    score: float
    label: str = ""
    expected: int = 0
    found: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading came to.

    extracts: in the order to be shown, empty when nothing answers; answerable: 0 to 1, how sure the reader is that the
    documents answer at all; reason: why it holds that they do not; choices: labels to choose from, when it is better to ask.
    """

    extracts: tuple[Extract, ...] = ()
    answerable: float = 0.0
    reason: str = ""
    choices: tuple[str, ...] = field(default=())


def read_first(hits: Sequence[Hit], most: int, characters: int) -> Sequence[Hit]:
    """The first hits to be read: no more than `most`, and none beyond `characters` of text except the first."""
    length = 0
    for count, hit in enumerate(hits[:most]):
        length += len(hit.passage.text)
        if count and length > characters:
            return hits[:count]
    return hits[:most]

"""The values of reading: units of a passage with their evidence, and what was taken as the answer. Knows nothing of how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.reading.logistic import LogisticWeights
from index.types import Hit


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, or an item of a list, of a passage that was read; ``start``/``end`` count from the start of the passage.

    evidence: the greatest probability of a character to belong to the answer; share: of its letters and digits, the share
    that probably does.
    """

    start: int
    end: int
    evidence: float
    share: float


@dataclass(frozen=True, slots=True)
class RowWords:
    """What one row of a table says: its own cells, with the names of their columns.

    text: 行标签·列名：单元格; start/end: the row in the document; header: where the columns' names stand, when the row does not
    carry them; cells: (column, cell) of what is shown, the row's label first, blank ones too: as many in each row of a table.
    """

    text: str
    start: int
    end: int
    header: tuple[int, int] | None
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Extract:
    """Words taken from one document as (part of) the answer.

    text: what is shown, a run of the source's own words; quote_start/quote_end: the run of whole sentences it stands in, in
    the document; label: the place or document it holds for, where several are answered side by side; expected: how many items
    the source counts, found: how many were taken, both 0 when nothing is counted; rows: of a table, what each chosen row says;
    ``text`` then holds them all, and each is a statement of its own.
    """

    text: str
    hit: Hit
    quote_start: int
    quote_end: int
    label: str = ""
    expected: int = 0
    found: int = 0
    rows: tuple[RowWords, ...] = ()


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


@dataclass(frozen=True, slots=True)
class ReadingWeights:
    """What is measured for the network and travels with it: whether anything answers, and whether a span does by itself."""

    answerability: LogisticWeights
    conciseness: LogisticWeights

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Any]) -> ReadingWeights:
        """Of the reader's description. Raises KeyError where it lacks one."""
        return cls(LogisticWeights(metadata["answerability"]), LogisticWeights(metadata["conciseness"]))

"""The values of a comparison of two versions: rows of two cells, and the changes in them. Knows nothing of how they are found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal, NamedTuple

from corpus.types import Document

Status = Literal["unchanged", "changed", "added", "dropped", "moved"]
STATUSES: tuple[Status, ...] = ("unchanged", "changed", "added", "dropped", "moved")
# text: other words; notation: the same value written another way (六个月, 6个月); label: an item has another number;
# reference: a provision of the same document is named by its new number.
ChangeKind = Literal["text", "notation", "label", "reference"]
OF_TEXT: tuple[ChangeKind, ...] = ("text", "notation")


class Span(NamedTuple):
    """Where words stand in their document: `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One side of a row: `quote == Document.text[start:end]`; `label` is the provision's own mark, "" where it has none."""

    label: str
    locator: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Change:
    """Words of the old version and those that stand for them in the new one; None where nothing stands on that side."""

    kind: ChangeKind
    old: Span | None
    new: Span | None


@dataclass(frozen=True, slots=True)
class Row:
    """One provision in both versions; `old` is None where it was added, `new` where it was dropped.

    A moved one may have changes, too. `renumbered` holds its number before and after where that differs.
    """

    status: Status
    old: Cell | None
    new: Cell | None
    changes: tuple[Change, ...] = ()
    renumbered: tuple[str, str] | None = None

    @property
    def text_changed(self) -> bool:
        """Whether words were changed, beside numbers of provisions."""
        return any(change.kind in OF_TEXT for change in self.changes)


@dataclass(frozen=True, slots=True)
class Revision:
    """Two versions side by side; rows stand in the order of the new version, what was dropped where it stood before."""

    old: Document
    new: Document
    rows: tuple[Row, ...]

    def count_statuses(self) -> dict[Status, int]:
        """How many rows have each status."""
        found = Counter(row.status for row in self.rows)
        return {status: found[status] for status in STATUSES}

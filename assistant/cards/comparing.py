"""Cards side by side, a row a field, with the numbers that only some of the documents have. Knows nothing of how cards are made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.cards.fields import FIELDS
from assistant.cards.types import CardField, FieldKey, PolicyCard
from corpus.text.quantities import Quantity, find_values, unit_family
from errors import QuestionError

LEAST, MOST = 2, 5  # documents that can be read side by side

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One field of every document. `differing` has, cell by cell, the spans in the document of the numbers that some other
    filled cell of the row does not have.
    """

    key: FieldKey
    cells: tuple[CardField, ...]
    differing: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two to five documents side by side."""

    cards: tuple[PolicyCard, ...]
    rows: tuple[ComparisonRow, ...]


def compare_cards(cards: Sequence[PolicyCard]) -> Comparison:
    """The cards side by side. Raises QuestionError for fewer than two or more than five."""
    if not LEAST <= len(cards) <= MOST:
        raise QuestionError("these documents cannot be compared", len(cards), f"name {LEAST} to {MOST} documents")
    return Comparison(tuple(cards), tuple(_row(rule.key, cards) for rule in FIELDS))


def _row(key: FieldKey, cards: Sequence[PolicyCard]) -> ComparisonRow:
    cells = tuple(card.field(key) for card in cards)
    values = [{value for value, _ in _values(cell)} for cell in cells]
    filled = [own for own, cell in zip(values, cells, strict=True) if cell.citations]
    common = set.intersection(*filled) if len(filled) > 1 else set().union(*filled)
    differing = tuple(tuple(span for value, span in _values(cell) if value not in common) for cell in cells)
    return ComparisonRow(key, cells, differing)


def _values(cell: CardField) -> Iterator[tuple[tuple[object, ...], Span]]:
    """The numbers and dates of a cell as they compare (15000元 and 1.5万元 are one), each with its span in the document."""
    for citation in cell.citations:
        for found in find_values(citation.quote):
            if found.kind != "ordinal" and (found.unit or found.kind != "number"):  # a bare number counts items
                yield _comparable(found), (citation.start + found.start, citation.start + found.end)


def _comparable(found: Quantity) -> tuple[object, ...]:
    return found.kind, found.value, unit_family(found.unit)

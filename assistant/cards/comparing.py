"""Cards side by side, a row a field, with the numbers that only some of the documents have. Knows nothing of how cards are made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from assistant.cards.fields import FIELDS
from assistant.cards.types import CardField, FieldKey, PolicyCard
from assistant.types import Citation
from corpus.text.characters import normalise
from corpus.text.quantities import Quantity, find_values, unit_family
from errors import QuestionError

LEAST, MOST = 2, 5  # documents that can be read side by side

Span = tuple[int, int]
# The number of an article or of an item, which says nothing of what it says.
_ARTICLE = re.compile(r"^第[一二三四五六七八九十百零〇\d]+条")
_REFERENCE = re.compile(r"第[一二三四五六七八九十百零〇\d]+条")
_MARK = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百零〇\d０-９]+条|[（(]?(?:[\d０-９]{1,3}|[一二三四五六七八九十]{1,3})[）)、.．])(?![\d０-９])\s*"
)


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One field of every document. `differing` has, cell by cell, the spans in the document of the numbers that some other
    cell of the row does not have.
    """

    key: FieldKey
    cells: tuple[CardField, ...]
    differing: tuple[tuple[Span, ...], ...]

    @property
    def differs(self) -> bool:
        """Whether the documents say other numbers or other words here, or only some of them say anything."""
        return len({_bare_words(cell) for cell in self.cells}) > 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two to five documents side by side."""

    cards: tuple[PolicyCard, ...]
    rows: tuple[ComparisonRow, ...]


def as_one(name: str, cards: Sequence[PolicyCard]) -> PolicyCard:
    """The cards of several documents, of one place say, as one column: each field with the units of all, markers counted anew."""
    marker = count(1)
    fields = tuple(
        CardField(
            rule.key,
            tuple(replace(one, marker=next(marker)) for card in cards for one in card.field(rule.key).citations),
        )
        for rule in FIELDS
    )
    return PolicyCard("", "", name, "", "", fields)


def compare_cards(cards: Sequence[PolicyCard]) -> Comparison:
    """The cards side by side. Raises QuestionError for fewer than two or more than five."""
    if not LEAST <= len(cards) <= MOST:
        raise QuestionError("these documents cannot be compared", len(cards), f"name {LEAST} to {MOST} documents")
    return Comparison(tuple(cards), tuple(_comparison_row(rule.key, cards) for rule in FIELDS))


def _comparison_row(key: FieldKey, cards: Sequence[PolicyCard]) -> ComparisonRow:
    cells = tuple(card.field(key) for card in cards)
    values = [{value for value, _ in _comparable_values(cell)} for cell in cells]
    common = set.intersection(*values)
    differing = tuple(tuple(span for value, span in _comparable_values(cell) if value not in common) for cell in cells)
    return ComparisonRow(key, cells, differing)


def pieces_of_quote(citation: Citation, differing: Sequence[Span]) -> list[tuple[str, bool]]:
    """The quote of a cell cut at its differing numbers: (words, whether they differ), in order, nothing left out."""
    out, at = [], citation.start
    for low, high in sorted(differing):
        if at <= low and high <= citation.end:
            out += [(citation.quote[at - citation.start : low - citation.start], False)]
            out += [(citation.quote[low - citation.start : high - citation.start], True)]
            at = high
    return [piece for piece in (*out, (citation.quote[at - citation.start :], False)) if piece[0]]


def _bare_words(cell: CardField) -> str:
    """What a cell says, however its lines are wrapped, its digits are wide and its articles and items are numbered."""
    lines = [line.strip() for citation in cell.citations for line in citation.quote.split("\n")]
    return _REFERENCE.sub("第条", "".join(_ARTICLE.sub("", normalise(_MARK.sub("", line))) for line in lines))


def _comparable_values(cell: CardField) -> Iterator[tuple[tuple[object, ...], Span]]:
    """The numbers and dates of a cell as they compare (15000元 and 1.5万元 are one), each with its span in the document.

    A number broken over two lines is one.
    """
    for citation in cell.citations:
        places = [at for at, char in enumerate(citation.quote) if char != "\n"]
        for found in find_values("".join(citation.quote[at] for at in places)):
            if found.kind != "ordinal" and (found.unit or found.kind != "number"):  # a bare number counts items
                span = citation.start + places[found.start], citation.start + places[found.end - 1] + 1
                yield _comparison_key(found), span


def _comparison_key(found: Quantity) -> tuple[object, ...]:
    return found.kind, found.value, unit_family(found.unit)

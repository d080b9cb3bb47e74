"""Sees that statements of two documents disagree: nearly the same words with other numbers. Knows nothing of how they were made."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from assistant.types import Citation, Statement
from assistant.verification.text import comparable_text
from corpus.text.char_bigrams import joined_bigrams
from corpus.text.quantities import Quantity, find_quantities

_ALIKE = 0.7  # of the wording of two quotes' sentences round the numbers


def sources_disagree(statements: Sequence[Statement], citations: Sequence[Citation]) -> bool:
    """Whether two statements that rest on different documents say nearly the same with different numbers."""
    by_marker = {citation.marker: citation for citation in citations}
    cited = [(by_marker[s.markers[0]], comparable_text(by_marker[s.markers[0]].quote)) for s in statements if s.markers]
    return any(_values_differ(a, b) for (x, a), (y, b) in combinations(cited, 2) if x.doc_id != y.doc_id)


def _values_differ(one: str, other: str) -> bool:
    """Same frame, other values."""
    mine, theirs = find_quantities(one), find_quantities(other)
    if not mine or not theirs:
        return False
    left, right = joined_bigrams(_without_numbers(one, mine)), joined_bigrams(_without_numbers(other, theirs))
    alike = len(left & right) / max(1, min(len(left), len(right)))
    same = {(number.value, number.unit) for number in mine} == {(number.value, number.unit) for number in theirs}
    return alike >= _ALIKE and not same


def _without_numbers(text: str, numbers: Sequence[Quantity]) -> str:
    """The text with its numbers taken out."""
    kept, position = [], 0
    for number in numbers:
        kept.append(text[position : number.start])
        position = number.end
    return "".join([*kept, text[position:]])

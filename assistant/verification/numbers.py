"""Holds every number of a statement, with its unit, its bound and its subject, to the quotes. Knows nothing of other words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from assistant.verification.text import split_clauses
from assistant.verification.types import ClaimAndEvidence
from corpus.text.char_bigrams import joined_bigrams
from corpus.text.numbers import in_figures
from corpus.text.quantities import Quantity, find_quantities, unit_family

_DASH = re.compile(r"[-—–~]{1,2}|至|到")
_MARGIN = 2  # pairs by which another number's surroundings must fit better to be the one meant
_UPPER_BEFORE = re.compile(
    r"(?:不超过|不高于|不多于|不得超过|不大于|最高|至多|最多|上限为?|低于|少于|不足|未满)(?:人民币|可达|为|达)?$"
)
_LOWER_BEFORE = re.compile(
    r"(?:不少于|不低于|不得少于|不得低于|不小于|最低|至少|最少|下限为?|超过|突破|高于|多于|满|逾|大于)(?:人民币|为|达)?$"
)
_NEGATED = re.compile(r"(?:不|不得|未)(?:超过|高于|多于|低于|少于|突破)$")
_UPPER_AFTER = re.compile(r"^(?:元|人|个|家|项|名|日|号|月|年|天)?(?:以下|以内|之内|之前|以前|前(?!后|款|述|提))")
_LOWER_AFTER = re.compile(r"^(?:元|人|个|家|项|名|日|号|月|年|天)?(?:以上|及以上|之后|以后|后(?!续|者)|起)")


def number_issues(sides: ClaimAndEvidence) -> list[str]:
    """An issue for each number that no quote has in the same magnitude, unit and bound for the same subject."""
    there = find_quantities(sides.quote)
    issues = []
    for number in find_quantities(sides.statement):
        same = [other for other in there if _same_value(number, other) and _same_unit(number, other)]
        shown = sides.statement[number.start : number.end]
        if not same:
            if f"{shown}" not in sides.context:
                issues.append(f"数字“{shown}”不在引文中")
        elif not any(_same_bound(sides, number, other) for other in same):
            issues.append(f"“{shown}”的上下限与引文不同")
        elif _other_subject(sides, number, same, there):
            issues.append(f"引文中“{shown}”说的是别的事")
    return issues + _too_often(sides, there) + _range_issues(sides, there)


def _too_often(sides: ClaimAndEvidence, there: Sequence[Quantity]) -> list[str]:
    """An issue for a number that one clause has more often than all the quotes: one of them stands in another's place."""
    known = Counter((number.value, number.unit) for number in there)
    issues = []
    for clause in split_clauses(sides.statement):
        for (value, unit), times in Counter((n.value, n.unit) for n in find_quantities(clause)).items():
            if times > max(known[value, unit], 1):
                issues.append(f"引文中“{in_figures(value)}{unit}”没有这么多次")
    return issues


def _range_issues(sides: ClaimAndEvidence, there: Sequence[Quantity]) -> list[str]:
    """An issue for each range of which the quotes have one end, in a range, but not both."""
    known = _ends_of_ranges(sides.quote, there)
    mine = _ends_of_ranges(sides.statement, find_quantities(sides.statement))
    return [
        f"引文中没有“{in_figures(low)}至{in_figures(high)}”这一范围"
        for low, high in mine
        if (low, high) not in known and any((low == a) != (high == b) for a, b in known)
    ]


def _ends_of_ranges(text: str, found: Sequence[Quantity]) -> set[tuple[Fraction, Fraction]]:
    """The ends of the ranges in a text."""
    return {(a.value, b.value) for a, b in pairwise(found) if _DASH.fullmatch(text[a.end : b.start])}


def _same_value(one: Quantity, other: Quantity) -> bool:
    """Equal, and neither only about so much: 二十多万 is not 20万."""
    return one.value == other.value and one.vague == other.vague


def _same_unit(one: Quantity, other: Quantity) -> bool:
    """Units agree when they are of one family, or when the statement writes none for what is no share."""
    return (
        unit_family(one.unit) == unit_family(other.unit)
        or (not one.unit and other.unit != "%")
        or (not other.unit and one.unit in ("个", "项", "号"))
    )


def bound_of_number(text: str, number: Quantity) -> str:
    """upper, lower, or empty: the bound that the words round a number set."""
    before, after = text[: number.start], text[number.end :]
    if _UPPER_BEFORE.search(before) and not _NEGATED.search(
        before[-4:] if "低于" in before[-4:] or "少于" in before[-4:] else ""
    ):
        return "upper"
    if _LOWER_BEFORE.search(before):
        return "lower"
    if _UPPER_AFTER.match(after):
        return "upper"
    return "lower" if _LOWER_AFTER.match(after) else ""


def _same_bound(sides: ClaimAndEvidence, number: Quantity, other: Quantity) -> bool:
    """A bound may be left out, never turned round or made up."""
    mine, theirs = bound_of_number(sides.statement, number), bound_of_number(sides.quote, other)
    return mine in ("", theirs)


def _other_subject(
    sides: ClaimAndEvidence, number: Quantity, same: Sequence[Quantity], there: Sequence[Quantity]
) -> bool:
    """Whether a number of the same unit but another value stands where the statement's words stand in the quotes."""
    words = joined_bigrams(_words_before(sides.statement, number))
    if len(words) < 3:
        return False
    own = max(len(words & joined_bigrams(_words_before(sides.quote, other))) for other in same)
    rivals = [
        other for other in there if other.value != number.value and unit_family(other.unit) == unit_family(number.unit)
    ]
    return any(len(words & joined_bigrams(_words_before(sides.quote, rival))) >= own + _MARGIN for rival in rivals)


def _words_before(text: str, number: Quantity) -> str:
    """The words of the clause before a number, back to the number before it, without the number."""
    left = max(text.rfind(mark, 0, number.start) for mark in ",;。!?\n")
    piece = text[left + 1 : number.start]
    return re.split(r"\d[\d.%]*", piece)[-1] if re.search(r"\d", piece) else piece

"""Holds the dates of a statement, whole, to the quotes: 2月24日 is not made of 3月2日 and 2月. Knows nothing of other numbers."""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.verification.types import ClaimAndEvidence
from corpus.text.dates import Parts, find_dates

_DASH = re.compile(r"(?:起)?(?:[-—–~]{1,2}|至|到)")


def date_issues(sides: ClaimAndEvidence) -> list[str]:
    """An issue for each date with two parts or more that no date of the quotes agrees with.

    A part that the source leaves out (the year of a second date, mostly) may be taken from another date of the source.
    """
    there = [date.parts for date in find_dates(sides.quote)]
    known = there + [date.parts for date in find_dates(sides.context)]
    years = {year for year, _, _ in known if year}
    months = {month for _, month, _ in known if month}
    issues = []
    for date in find_dates(sides.statement):
        year, month, day = date.parts
        if sum(part > 0 for part in (year, month, day)) < 2:
            continue
        agreeing = [
            other
            for other in there
            if (not day or other[2] == day)
            and (not month or other[1] == month or (not other[1] and month in months))
            and (not year or other[0] == year or (not other[0] and year in years))
        ]
        if not agreeing:
            issues.append(f"引文中没有日期“{sides.statement[date.start : date.end]}”")
    return issues + _period_issues(sides)


def _period_issues(sides: ClaimAndEvidence) -> list[str]:
    """An issue for each period that the quotes give the same beginning or end but not both."""
    there = _find_periods(sides.quote)
    return [
        f"引文中没有“{written}”这一期间"
        for written, first, last in _find_periods(sides.statement)
        if not any(_dates_agree(first, a) and _dates_agree(last, b) for _, a, b in there)
        and any(_dates_agree(first, a) != _dates_agree(last, b) for _, a, b in there)
    ]


def _find_periods(text: str) -> list[tuple[str, Parts, Parts]]:
    """(as written, first date, last date) of each period."""
    return [
        (text[first.start : last.end], first.parts, last.parts)
        for first, last in pairwise(find_dates(text))
        if _DASH.fullmatch(text, first.end, last.start)
    ]


def _dates_agree(one: Parts, other: Parts) -> bool:
    """Whether two dates differ in no part that both say."""
    return all(a == b or not a or not b for a, b in zip(one, other, strict=True))

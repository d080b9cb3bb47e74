"""Holds the dates of a statement, whole, to the quotes: 2月24日 is not made of 3月2日 and 2月. Knows nothing of other numbers."""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.verification.types import Sides

_DATE = re.compile(
    r"(?<!\d)(?:(?P<year>(?:19|20)\d{2})年)?(?:(?P<month>1[0-2]|0?[1-9])月)?(?:(?P<day>[12]\d|3[01]|0?[1-9])[日号])?"
)

_DASH = re.compile(r"(?:起)?(?:[-—–~]{1,2}|至|到)")

Parts = tuple[int, int, int]


def check(sides: Sides) -> list[str]:
    """An issue for each date with two parts or more that no date of the quotes agrees with.

    A part that the source leaves out (the year of a second date, mostly) may be taken from another date of the source.
    """
    there = [parts for _, parts in dates(sides.quote)]
    known = there + [parts for _, parts in dates(sides.context)]
    years = {year for year, _, _ in known if year}
    months = {month for _, month, _ in known if month}
    issues = []
    for written, (year, month, day) in dates(sides.statement):
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
            issues.append(f"引文中没有日期“{written}”")
    return issues + _spans(sides)


def _spans(sides: Sides) -> list[str]:
    """An issue for each period that the quotes give the same beginning or end but not both."""
    there = _periods(sides.quote)
    return [
        f"引文中没有“{written}”这一期间"
        for written, first, last in _periods(sides.statement)
        if not any(_agree(first, a) and _agree(last, b) for _, a, b in there)
        and any(_agree(first, a) != _agree(last, b) for _, a, b in there)
    ]


def _periods(text: str) -> list[tuple[str, Parts, Parts]]:
    """(as written, first date, last date) of each period."""
    found = list(dates(text))
    periods, position = [], 0
    places = []
    for written, parts in found:
        position = text.index(written, position)
        places.append((position, position + len(written), parts))
        position += len(written)
    for (start, end, first), (begin, stop, last) in pairwise(places):
        if _DASH.fullmatch(text[end:begin]):
            periods.append((text[start:stop], first, last))
    return periods


def _agree(one: Parts, other: Parts) -> bool:
    """Whether two dates differ in no part that both say."""
    return all(a == b or not a or not b for a, b in zip(one, other, strict=True))


def dates(text: str) -> list[tuple[str, Parts]]:
    """The dates of a text in figures: (as written, (year, month, day)), 0 for a part that is not said."""
    found = []
    for match in _DATE.finditer(text):
        if match.group():
            year, month, day = (int(match[name] or 0) for name in ("year", "month", "day"))
            found.append((match.group(), (year, month, day)))
    return found

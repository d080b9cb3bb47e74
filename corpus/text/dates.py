"""Dates and periods written in Chinese or Arabic numerals, found, made ISO and reckoned with. Knows nothing of documents."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

from corpus.text.numbers import parse_integer

YEAR = r"(?:[12][0-9]{3}|[１２][０-９]{3}|[二一][零〇○ＯOo一二三四五六七八九]{3})"
_D = r"(?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})"
_GAP = "[ \u3000\xa0]*"
# With 年月日, or as 2021-02-19 and its kind with the same mark twice.
DATE = re.compile(
    rf"({YEAR}){_GAP}年{_GAP}({_D}){_GAP}月{_GAP}({_D}){_GAP}日|([12][0-9]{{3}})([-/.])([0-9]{{1,2}})\5([0-9]{{1,2}})(?![0-9])"
)
# A date of which parts may be left out. A month that counts (3月内) or names something else (月龄, 月薪) is none.
_PARTIAL = re.compile(
    rf"(?<![\d第零〇一二三四五六七八九十百千万])(?:(?P<year>{YEAR}){_GAP}年(?:度)?"
    rf"(?:{_GAP}(?P<month>{_D}){_GAP}月(?![份]?以?[内上])(?:{_GAP}(?P<day>{_D}){_GAP}[日号])?)?"
    rf"|(?P<month2>{_D}){_GAP}月(?!龄|薪|[份]?以?[内上])(?:{_GAP}(?P<day2>{_D}){_GAP}[日号])?(?:份|底|初|中旬|上旬|下旬)?"
    rf"|(?P<day3>{_D}){_GAP}[日号](?!内|[以之]内)"
    rf"|(?P<isoyear>[12]\d{{3}})(?P<mark>[-/.])(?P<isomonth>\d{{1,2}})(?P=mark)(?P<isoday>\d{{1,2}})(?![\d.]))"
)
_ZEROS = str.maketrans("OoＯ○", "〇〇〇〇")
Parts = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Date:
    """A date at `text[start:end]`; parts: (year, month, day), 0 for a part that is not said."""

    parts: Parts
    start: int
    end: int

    @property
    def iso(self) -> str:
        """The ISO form with missing parts left out: 2021-02-19, 2021-02, 2021, --02-19, --02, ---19."""
        year, month, day = self.parts
        return (
            (f"{year:04d}" if year else "-")
            + (f"-{month:02d}" if month else "-" * (not year))
            + f"-{day:02d}" * (day > 0)
        )


def find_dates(text: str) -> list[Date]:
    """The dates of a text in order, those without year, month or day too."""
    found = []
    for match in _PARTIAL.finditer(text):
        groups = (("year", "isoyear"), ("month", "month2", "isomonth"), ("day", "day2", "day3", "isoday"))
        written = [next((match[name] for name in names if match[name]), "") for names in groups]
        year, month, day = (_part_value(part) for part in written)
        if month <= 12 and day <= 31 and (month or not written[1]) and (day or not written[2]):
            found.append(Date((year, month, day), *match.span()))
    return found


def _part_value(written: str) -> int:
    return parse_integer(written.translate(_ZEROS)) or 0


def iso_date(match: re.Match[str]) -> str:
    """The date of a match of `DATE` as YYYY-MM-DD, "" when there is no such day."""
    year, month, day = (_part_value(part) for part in (match.group(1, 2, 3) if match[1] else match.group(4, 6, 7)))
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return ""


def first_date(text: str) -> str:
    """The first date in `text` as YYYY-MM-DD, "" when there is none."""
    match = DATE.search(text)
    return iso_date(match) if match else ""


def day_after_term(start: str, *, years: int = 0, months: int = 0, days: int = 0) -> str:
    """The day so long after `start` (both YYYY-MM-DD), "" when the calendar has no such year: the last of a shorter month."""
    day = datetime.date.fromisoformat(start)
    total = day.year * 12 + day.month - 1 + years * 12 + months
    year, month = divmod(total, 12)
    if not 1 <= year < 9999:
        return ""
    moved = datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    return (moved + datetime.timedelta(days=days)).isoformat()


def last_day(start: str, years: int = 0, months: int = 0) -> str:
    """The last day of a period of so many years and months that begins on `start` (YYYY-MM-DD): 有效期 counts that day in."""
    return day_after_term(start, years=years, months=months, days=-1)

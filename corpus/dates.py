"""Dates written in Chinese or Arabic numerals, found and made ISO. Knows nothing of documents."""

from __future__ import annotations

import calendar
import datetime
import re

from corpus.numbers import integer

_Y, _D = (
    r"(?:[12][0-9]{3}|[１２][０-９]{3}|[二一][零〇○ＯO一二三四五六七八九]{3})",
    r"(?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})",
)
_GAP = "[ \u3000\xa0]*"
# With 年月日, or as 2021-02-19 and its kind with the same mark twice.
DATE = re.compile(
    rf"({_Y}){_GAP}年{_GAP}({_D}){_GAP}月{_GAP}({_D}){_GAP}日|([12][0-9]{{3}})([-/.])([0-9]{{1,2}})\5([0-9]{{1,2}})(?![0-9])"
)
_KANJI_ZERO = str.maketrans("OＯ○", "〇〇〇")


def iso(match: re.Match[str]) -> str:
    """The date of a match of `DATE` as YYYY-MM-DD, "" when there is no such day."""
    parts = match.group(1, 2, 3) if match[1] else match.group(4, 6, 7)
    year, month, day = (integer(part.translate(_KANJI_ZERO)) or 0 for part in parts)
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return ""


def first_date(text: str) -> str:
    """The first date in `text` as YYYY-MM-DD, "" when there is none."""
    match = DATE.search(text)
    return iso(match) if match else ""


def later(start: str, *, years: int = 0, months: int = 0, days: int = 0) -> str:
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
    return later(start, years=years, months=months, days=-1)

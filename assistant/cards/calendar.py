"""The dates of cards in the order of time: until when to apply, when a document ends; as a list and as an iCalendar file.

Knows nothing of how cards are made. A date without its year is the first such day on or after the day the document was issued.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from assistant.cards.types import PolicyCard
from assistant.types import Citation
from corpus.text.dates import Date, find_dates, last_day
from corpus.types import Metadata

if TYPE_CHECKING:
    from icalendar import Event

DeadlineKind = Literal["opens", "deadline", "expires"]
KIND_NAMES: dict[DeadlineKind, str] = {"opens": "开始", "deadline": "截止", "expires": "有效期届满"}
_RANGE = re.compile(r"[\d：:\s]*(?:时|点|分)?\s*(?:至|到|起|开始|[—\-~～－]+)")
_YEARLY = re.compile(r"(?:每年|各年|每年度)[^。；]{0,20}$")
_MONTH_END = re.compile(r"底|末|(?<=月)前|(?<=月)份?(?:以|之)前")
_NEAR = 24  # characters before a date in which 每年 makes it one of every year


@dataclass(frozen=True, slots=True)
class Deadline:
    """One day of the calendar with the words that name it.

    date: YYYY-MM-DD, of a yearly one the next; kind: a day on which something opens, the last day to do it, or the last day a
    document holds; expired: the day is past; citation: None where the day stands in the file's properties alone.
    """

    date: str
    kind: DeadlineKind
    yearly: bool
    expired: bool
    doc_id: str
    source: str
    title: str
    citation: Citation | None


def collect_deadlines(cards: Iterable[tuple[PolicyCard, Metadata]], today: date) -> list[Deadline]:
    """The days of all the cards, in the order of time; each day of one document once."""
    found: dict[tuple[str, str, str], Deadline] = {}
    for card, metadata in cards:
        for one in (*_application_days(card, metadata, today), *_expiry_day(card, metadata, today)):
            found.setdefault((one.doc_id, one.date, one.kind), one)
    return sorted(found.values(), key=lambda one: (one.date, one.source, one.kind))


def _application_days(card: PolicyCard, metadata: Metadata, today: date) -> Iterator[Deadline]:
    """The days in what a card says of its deadlines."""
    for citation in card.field("deadlines").citations:
        year = 0  # of the date before in the same unit: 2025年6月27日至7月1日
        for one in find_dates(citation.quote):
            yearly = not one.parts[0] and bool(_YEARLY.search(citation.quote[max(0, one.start - _NEAR) : one.start]))
            year = one.parts[0] or year
            day = _named_day(one, citation.quote, year, metadata, today if yearly else None)
            if day is not None:
                kind: DeadlineKind = "opens" if _RANGE.match(citation.quote, one.end) else "deadline"
                yield _deadline_of(card, day, kind, citation, today, yearly=yearly)


def _named_day(one: Date, quote: str, year: int, metadata: Metadata, today: date | None) -> date | None:
    """The day that a date names: of a month whose end is meant its last; None where no single day is meant."""
    _, month, number = one.parts
    if not month:
        return None
    if not number and not _MONTH_END.search(quote[one.start : one.end + 3]):
        return None
    issued = metadata.issued.value if metadata.issued else ""
    since = today or (date.fromisoformat(issued) if issued else None)
    if year and today is None:
        return _existing_day(year, month, number)
    if since is None:
        return None
    near = (_existing_day(since.year + later, month, number) for later in (0, 1))
    return next((day for day in near if day is not None and day >= since), None)


def _existing_day(year: int, month: int, number: int) -> date | None:
    """The day, the last one of the month where none is said; None where the calendar has no such day."""
    try:
        return date(year, month, number) if number else date.fromisoformat(last_day(f"{year}-{month:02d}-01", months=1))
    except ValueError:
        return None


def _expiry_day(card: PolicyCard, metadata: Metadata, today: date) -> Iterator[Deadline]:
    """The last day on which the document holds, with the words that say so."""
    expires = metadata.expires
    if expires is None:
        return
    day = date.fromisoformat(expires.value)
    citations = card.field("validity").citations
    spoken = [c for c in citations if expires.start is not None and c.start <= expires.start < c.end]
    named = [c for c in citations if any(one.iso == expires.value for one in find_dates(c.quote))]
    yield _deadline_of(card, day, "expires", next(iter([*spoken, *named]), None), today, yearly=False)


def _deadline_of(
    card: PolicyCard, day: date, kind: DeadlineKind, citation: Citation | None, today: date, *, yearly: bool
) -> Deadline:
    expired = not yearly and day < today
    return Deadline(day.isoformat(), kind, yearly, expired, card.doc_id, card.source, card.title, citation)


def write_ics(found: Sequence[Deadline], now: datetime | None = None) -> bytes:
    """The days as an iCalendar file (RFC 5545), one event of a whole day each; `now` is the moment it is made."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Suyuan//policy deadlines//ZH")
    calendar.add("version", "2.0")
    for one in found:
        calendar.add_component(_calendar_event(one, now or datetime.now(UTC)))
    written: bytes = calendar.to_ical()
    return written


def _calendar_event(one: Deadline, now: datetime) -> Event:
    from icalendar import Event

    event = Event()
    day = date.fromisoformat(one.date)
    event.add("uid", hashlib.sha256(f"{one.doc_id} {one.date} {one.kind}".encode()).hexdigest()[:32] + "@suyuan")
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", f"{'（已过期）' if one.expired else ''}{KIND_NAMES[one.kind]}：{one.title}")
    if one.citation:
        event.add("description", f"{one.citation.quote}\n{one.citation.locator}（{one.source}）")
    if one.expired:
        event.add("categories", ["已过期"])
    if one.yearly:
        event.add("rrule", {"freq": "yearly"})
    return event

"""Keeps the policy cards of the documents served: made in the background, once a generation of the index. Knows no HTTP.

What is held in memory is a row a document, for the list; a whole card stays in its file.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.cards.calendar import Deadline, collect_deadlines
from assistant.cards.fields import NAMES
from assistant.cards.store import CardStore
from assistant.cards.types import FieldKey, PolicyCard
from assistant.cards.wire import deadline_to_dict
from assistant.types import Answer, Event
from assistant.wire import citation_to_dict
from corpus.text.quantities import find_quantities
from corpus.types import Document
from index.types import Index, IndexHandle
from web.types import Answerer

log = logging.getLogger("suyuan.web")

PAGE = 50  # rows that a screen gets at once
SHOWN: tuple[FieldKey, ...] = ("audience", "support", "deadlines", "contacts")  # fields with a column of the list
REST = 1.0  # times as long as a card took, that the machine is left to others before the next
LOOK = 0.1  # seconds between two looks whether an answer is still being made


@dataclass(frozen=True, slots=True)
class CardRow:
    """What the list holds of one document: the values to filter and sort by, and the row as the screen gets it."""

    words: str
    keys: dict[str, str]
    expired: bool
    deadlines: tuple[Deadline, ...]
    shown: dict[str, Any]


@dataclass(slots=True)
class _Work:
    """The rows of one generation on one day, as far as they are made: what has expired is another tomorrow."""

    index: Index
    day: date
    total: int
    done: int = 0
    finished: bool = False


class Cards:
    """The cards of the generation now served; asking for them starts the work, and never waits for it."""

    def __init__(self, handle: IndexHandle, store: CardStore, busy: Callable[[], bool] = lambda: False) -> None:
        """`busy` says whether somebody waits for an answer: no card is begun meanwhile."""
        self._handle, self._store, self._busy = handle, store, busy
        self._lock = threading.Lock()
        self._rows: list[CardRow] = []
        self._work: _Work | None = None

    def making_state(self) -> dict[str, Any]:
        """How many cards there are of how many, and whether that is all of them."""
        work = self._current_work()
        return {"done": work.done, "total": work.total, "ready": work.finished}

    def page_of_rows(
        self, find: str = "", sort: str = "title", *, down: bool = False, held: str = "", start: int = 0
    ) -> dict[str, Any]:
        """The rows that a screen asks for, at most PAGE of them, and how far the making is.

        `find`: words that a row has to hold; `held`: "in" for documents in force, "past" for those whose term is over.
        """
        state = self.making_state()
        with self._lock:
            rows = [row for row in self._rows if _fits_search(row, find, held)]
        filled = sorted((row for row in rows if row.keys[sort]), key=lambda row: row.keys[sort], reverse=down)
        ordered = [*filled, *(row for row in rows if not row.keys[sort])]
        return state | {"matched": len(rows), "rows": [row.shown for row in ordered[start : start + PAGE]]}

    def card_of(self, doc_id: str) -> PolicyCard:
        """The whole card of a document, made now if need be. Raises KeyError for a document that is not there."""
        return self._store.card_of(self._handle.current().document(doc_id))

    def all_deadlines(self) -> list[Deadline]:
        """The days of all cards that there are, in the order of time."""
        with self._lock:
            found = [one for row in self._rows for one in row.deadlines]
        return sorted(found, key=lambda one: (one.date, one.source, one.kind))

    def all_cards(self) -> Iterator[PolicyCard]:
        """The whole cards of all documents, by source; those not made yet are made."""
        index = self._handle.current()
        for summary in index.documents():
            yield self._store.card_of(index.document(summary.id))

    def _current_work(self) -> _Work:
        """The work on the generation now served, started if it is new."""
        index, today = self._handle.current(), date.today()
        with self._lock:
            known = self._work and (self._work.index.generation, self._work.day)
            if self._work is None or known != (index.generation, today):
                self._work = _Work(index, today, len(index.documents()))
                self._rows = []
                threading.Thread(target=self._make_rows, args=(self._work,), name="cards", daemon=True).start()
            return self._work

    def _make_rows(self, work: _Work) -> None:
        """Makes the rows of one generation, until another is served; a document that fails has no row, and the log says why."""
        for summary in work.index.documents():
            if self._handle.current().generation != work.index.generation:
                return
            while self._busy():
                time.sleep(LOOK)
            began = time.monotonic()
            try:
                document = work.index.document(summary.id)
                kept = self._store.kept_card(document)
                row = card_row(kept or self._store.card_of(document), document, work.day)
            except Exception:
                log.warning("the card of a document could not be made: %s", summary.source, exc_info=True)
                kept, row = None, None
            with self._lock:
                if self._work is not work:
                    return
                self._rows += [row] if row else []
                work.done += 1
            if kept is None:
                time.sleep(REST * (time.monotonic() - began))
        work.finished = True


class Attended:
    """An answerer that says whether somebody waits for it."""

    def __init__(self, assistant: Answerer) -> None:
        self._assistant, self._waiting = assistant, 0
        self._lock = threading.Lock()

    def is_busy(self) -> bool:
        """Whether an answer is being made."""
        return self._waiting > 0

    def stream(self, input: Any) -> Iterator[Event]:
        """The events of an answer."""
        with self._count_waiting():
            yield from self._assistant.stream(input)

    def invoke(self, input: Any) -> Answer:
        """The whole answer."""
        with self._count_waiting():
            return self._assistant.invoke(input)

    @contextmanager
    def _count_waiting(self) -> Iterator[None]:
        with self._lock:
            self._waiting += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1


def card_row(card: PolicyCard, document: Document, today: date) -> CardRow:
    """The row of a card."""
    metadata = document.metadata
    days = tuple(collect_deadlines([(card, metadata)], today))
    coming = next((one for one in days if one.kind == "deadline" and not one.expired), None)
    expires = metadata.expires.value if metadata.expires else ""
    ended = bool(metadata.status and metadata.status.value == "废止")
    expired = ended or bool(expires and date.fromisoformat(expires) < today)
    issued = metadata.issued.value if metadata.issued else ""
    official = metadata.number.value if metadata.number else ""
    shown = {
        "id": card.doc_id,
        "source": card.source,
        "title": card.title,
        "number": official,
        "issued": issued,
        "expires": expires,
        "expired": expired,
        "next": deadline_to_dict(coming) if coming else None,
        "fields": {key: _first_unit(card, key) for key in SHOWN},
    }
    words = " ".join([card.title, card.source, official, *_quotes_of(card, SHOWN)]).lower()
    keys = {"title": card.title, "issued": issued, "expires": expires, "next": coming.date if coming else ""}
    return CardRow(words, keys, expired, days, shown)


def _first_unit(card: PolicyCard, key: FieldKey) -> dict[str, Any]:
    """The first unit of a field that says something by itself, of what is given one with a sum; and how many there are."""
    citations = card.field(key).citations
    telling = [c for c in citations if not c.quote.endswith(("：", ":"))] or list(citations)
    summed = [
        c for c in telling if key == "support" and any(q.unit or q.kind == "percent" for q in find_quantities(c.quote))
    ]
    first = citation_to_dict((summed or telling)[0]) if citations else None
    return {"name": NAMES[key], "count": len(citations), "citation": first}


def _has_sum(quote: str) -> bool:
    """Whether the words name an amount of money or a share."""
    return any(found.unit == "元" or found.kind == "percent" for found in find_quantities(quote))


def _quotes_of(card: PolicyCard, keys: Sequence[FieldKey]) -> Iterable[str]:
    return (citation.quote[:200] for key in keys for citation in card.field(key).citations[:5])


def _fits_search(row: CardRow, find: str, held: str) -> bool:
    """Whether a row holds every word asked for, and is of the validity asked for."""
    if held and (held == "past") != row.expired:
        return False
    return all(word in row.words for word in find.lower().split())

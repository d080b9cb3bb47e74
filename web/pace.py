"""How often one person may do something, counted in the database: on every server that shares it. Knows nothing of who asks.

A person is kept as a SHA-256 alone, with the moments of the last minute by the database's clock, and is forgotten after.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from web.http_errors import TooManyError
from web.store import PaceRow

MINUTE = 60.0
INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Pace:
    """So many in any minute, of one kind of thing."""

    def __init__(self, a_minute: int, engine: Engine, kind: str) -> None:
        self.a_minute, self.engine, self.kind = a_minute, engine, kind
        self._forget_at = 0.0
        self._lock = threading.Lock()

    def count_request(self, who: str) -> None:
        """Counts one. Raises TooManyError when the minute is full."""
        if not self.a_minute:
            return
        self._forget_old()
        key = self._key_of(who)
        with self.engine.begin() as connection:
            new = INSERTS[connection.dialect.name](PaceRow).values(who=key, moments="[]", until=0.0)
            connection.execute(
                new.on_conflict_do_nothing()
            )  # now there is a row, and whoever has it locked is the only one
            now, moments = self._room_left(connection, key)
            told = json.dumps([*moments, now])
            connection.execute(update(PaceRow).where(PaceRow.who == key).values(moments=told, until=now + MINUTE))

    def require_room(self, who: str) -> None:
        """Counts nothing. Raises TooManyError when the minute is full."""
        with self.engine.connect() as connection:
            self._room_left(connection, self._key_of(who))

    def _key_of(self, who: str) -> str:
        return hashlib.sha256(f"{self.kind} {who}".encode()).hexdigest()

    def _room_left(self, connection: Connection, key: str) -> tuple[float, list[float]]:
        """The time, and what counts of the last minute; the row stays locked."""
        kept = connection.scalar(select(PaceRow.moments).where(PaceRow.who == key).with_for_update())
        now = _database_time(connection)
        moments = [moment for moment in json.loads(kept or "[]") if moment > now - MINUTE]
        if len(moments) >= self.a_minute:
            raise TooManyError("pace", 429, n=self.a_minute)
        return now, moments

    def _forget_old(self) -> None:
        """Removes those whose minute is over, once a minute; rows in somebody's hands are passed over, so that nobody waits."""
        with self._lock:
            if time.monotonic() < self._forget_at:
                return
            self._forget_at = time.monotonic() + MINUTE
        with self.engine.begin() as connection:
            over = PaceRow.until < _database_time(connection)
            gone = list(connection.scalars(select(PaceRow.who).where(over).with_for_update(skip_locked=True)))
            if gone:
                connection.execute(delete(PaceRow).where(PaceRow.who.in_(gone), over))


def _database_time(connection: Connection) -> float:
    """The database's time: the servers' own clocks may differ by more than a minute."""
    now = connection.scalar(select(func.clock_timestamp() if connection.dialect.name == "postgresql" else func.now()))
    if not isinstance(now, datetime):  # cannot be: both are moments
        raise TypeError(now)
    return (now if now.tzinfo else now.replace(tzinfo=UTC)).timestamp()

"""The chat's conversations as lines of JSON, out of a database and into one, each as of one moment. Knows nothing of files.

The lines are the same for SQLite and PostgreSQL. Sign-ins stay out: whoever signed out since must not be signed in again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, DateTime, Engine, Table, delete, func, insert, select

from web.store import Base, SignInRow

AT_ONCE = 500
KEPT: tuple[Table, ...] = tuple(Base.metadata.tables[name] for name in ("conversations", "turns", "feedback"))


@contextmanager
def snapshot_connection(engine: Engine) -> Iterator[Connection]:
    """A connection to which the database stays as it is at this moment, whatever others write."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        else:
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection
        connection.rollback()


def lines_of_table(connection: Connection, table: Table) -> Iterator[bytes]:
    """Each row of a table as a line."""
    found = connection.execution_options(yield_per=AT_ONCE).execute(select(table).order_by(*table.primary_key))
    for row in found.mappings():
        told = {name: _json_value(value) for name, value in row.items()}
        yield json.dumps(told, ensure_ascii=False).encode() + b"\n"


def _json_value(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def count_conversations(engine: Engine) -> int:
    """How many conversations there are."""
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(KEPT[0])) or 0


def replace_all(engine: Engine, given: Mapping[str, Iterable[bytes]]) -> dict[str, int]:
    """Puts lines in the place of every row, in one transaction; everybody is signed out. Returns how many a table got.

    Raises SQLAlchemyError, ValueError, KeyError or TypeError for lines that are none, and leaves everything as it was.
    """
    counts: dict[str, int] = {}
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        for table in (Base.metadata.tables[SignInRow.__tablename__], *reversed(KEPT)):
            connection.execute(delete(table))
        for table in KEPT:
            counts[table.name] = _fill_table(connection, table, given[table.name])
    return counts


def _fill_table(connection: Connection, table: Table, given: Iterable[bytes]) -> int:
    rows, count = (_row_of_line(table, line) for line in given), 0
    while some := list(islice(rows, AT_ONCE)):
        connection.execute(insert(table), some)
        count += len(some)
    return count


def _row_of_line(table: Table, line: bytes) -> dict[str, Any]:
    told = json.loads(line)
    return {
        column.name: datetime.fromisoformat(told[column.name])
        if isinstance(column.type, DateTime)
        else told[column.name]
        for column in table.columns
    }

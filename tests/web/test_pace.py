"""Rates in a real database: counted once for all who share it, forgotten after their minute."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.database.test_upgrade import new_database
from web.http_errors import TooManyError
from web.pace import Pace
from web.store import PaceRow, Store


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'chats.sqlite'}"
    else:
        yield from new_database(request.getfixturevalue("postgres"))


def taken(pace: Pace, who: str) -> bool:
    try:
        pace.count_request(who)
    except TooManyError:
        return False
    return True


def test_servers_on_one_database_count_together(url: str, tmp_path: Path) -> None:
    with closing(Store(url, tmp_path)) as one, closing(Store(url, tmp_path)) as other:
        servers = [Pace(7, store.engine, "question") for store in (one, other)]
        with ThreadPoolExecutor(8) as many:
            done = list(many.map(lambda n: taken(servers[n % 2], "user:zhang"), range(24)))
        assert sum(done) == 7
        assert taken(servers[0], "user:li")
        assert taken(Pace(7, other.engine, "program's question"), "user:zhang")
        with pytest.raises(TooManyError):
            servers[1].require_room("user:zhang")
        servers[1].require_room("user:wang")
        Pace(0, one.engine, "question").count_request("user:zhang")  # no limit


def test_a_minute_later_there_is_room_and_who_went_away_is_forgotten(url: str, tmp_path: Path) -> None:
    with closing(Store(url, tmp_path)) as store:
        pace = Pace(1, store.engine, "question")
        assert [taken(pace, "a"), taken(pace, "a"), taken(pace, "b")] == [True, False, True]
        with store.engine.begin() as connection:
            assert "user" not in str(connection.execute(select(PaceRow.who)).all())
            connection.execute(update(PaceRow).values(moments="[1.0]", until=61.0))
        assert [taken(pace, "a"), taken(pace, "a")] == [True, False]
        Pace(1, store.engine, "question").count_request("c")
        with store.engine.connect() as connection:
            assert len(connection.scalars(select(PaceRow.who)).all()) == 2  # a and c

"""Databases of the first release, with rows in them, are taken over without loss, by however many servers at once."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData, create_engine, inspect, text

import database
from errors import SettingsError
from index.address import Address
from index.remote import catalogue
from index.remote.schema import tables as catalogue_tables
from web import store
from web.store import Base, Store

SHAPES = Path(__file__).parent / "shapes"
ROOT = Path(__file__).parents[2]
MOMENT = {"sqlite": "2024-05-06 07:08:09.000000", "postgresql": "2024-05-06 07:08:09+00"}
TOLD = '{"status": "answered", "text": "五百元[1]。", "citations": []}'
ROWS = (
    "insert into conversations values ('c', 'user:zhang', '稳岗补贴', :now, :now)",
    "insert into turns values ('t', 'c', 0, '补贴多少', 'answered', :told, '补贴多少 五百元', :now)",
    "insert into feedback values ('t', 'right', '对', :now)",
    "insert into sign_ins values ('" + "a" * 64 + "', 'zhang', '2999-01-01 00:00:00')",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of the test's own."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'chats.sqlite'}"
        return
    yield from new_database(request.getfixturevalue("postgres"))


@pytest.fixture
def empty(postgres: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of the test's own."""
    yield from new_database(postgres)


def new_database(server: str) -> Iterator[str]:
    name = f"t{uuid.uuid4().hex[:12]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    engine.dispose()
    yield f"{server.rpartition('/')[0]}/{name}"


def as_first_released(url: str, what: str, rows: tuple[str, ...], first: int | None = None) -> None:
    """Tables as the first release made them, or the first few of them, with rows."""
    engine = create_engine(url)
    made = (SHAPES / f"{what}-{engine.dialect.name}.sql").read_text(encoding="utf-8").split(";\n")
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("pragma journal_mode=wal")  # as it was from the first release on
    with engine.begin() as connection:
        for statement in made[:first]:
            if statement.strip():
                connection.exec_driver_sql(statement)
        for row in rows:
            connection.execute(text(row), {"now": MOMENT[engine.dialect.name], "told": TOLD})
    engine.dispose()


def differences(engine: Engine, tables: MetaData, versions: str) -> list[object]:
    """What the tables of a database have otherwise than the code that reads them."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        options = {
            "version_table": versions,
            "include_name": lambda name, kind, _: kind != "table" or name in tables.tables,
        }
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), tables))


def test_a_new_database_has_the_tables_that_the_code_reads(url: str, tmp_path: Path) -> None:
    opened = Store(url, tmp_path)
    assert differences(opened.engine, Base.metadata, store.VERSIONS) == []
    with opened.engine.connect() as connection:
        assert database.revision_of(connection, store.VERSIONS) == database.revisions(store.MIGRATIONS)[-1]
    opened.close()


def test_chats_of_the_first_release_are_taken_over(url: str, tmp_path: Path) -> None:
    as_first_released(url, "chats", ROWS)
    for _ in range(2):
        opened = Store(url, tmp_path)
        kept = opened.read_conversation("user:zhang", "c")
        assert (kept["title"], kept["turns"][0]["feedback"]) == ("稳岗补贴", "right")
        assert kept["turns"][0]["answer"]["text"] == "五百元[1]。"
        assert kept["turns"][0]["asked"] == "2024-05-06T07:08:09+00:00"
        assert opened.signed_in("a" * 64) == "zhang"
        assert differences(opened.engine, Base.metadata, store.VERSIONS) == []
        opened.close()


def test_a_database_that_was_cut_short_while_it_was_made_is_completed(url: str, tmp_path: Path) -> None:
    as_first_released(url, "chats", ROWS[:1], first=2)
    opened = Store(url, tmp_path)
    assert [each["title"] for each in opened.list_conversations("user:zhang")] == ["稳岗补贴"]
    assert differences(opened.engine, Base.metadata, store.VERSIONS) == []
    opened.close()


def test_servers_that_start_at_once_do_not_collide(url: str, tmp_path: Path) -> None:
    as_first_released(url, "chats", ROWS)
    opens = f"from pathlib import Path; from web.store import Store; Store({url!r}, Path({str(tmp_path)!r})).close()"
    started = [
        subprocess.Popen([sys.executable, "-c", opens], cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert [(one.communicate()[1], one.returncode) for one in started] == [("", 0)] * 3
    opened = Store(url, tmp_path)
    assert len(opened.read_conversation("user:zhang", "c")["turns"]) == 1
    opened.close()


def test_a_database_of_a_newer_release_is_left_alone(url: str, tmp_path: Path) -> None:
    Store(url, tmp_path).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"update {store.VERSIONS} set version_num = '9999'")
    before = sorted(inspect(engine).get_table_names())
    with pytest.raises(SettingsError, match="written by a newer release: revision 9999 — install that release"):
        Store(url, tmp_path)
    assert sorted(inspect(engine).get_table_names()) == before
    engine.dispose()


def test_a_catalogue_of_the_first_release_is_taken_over(empty: str) -> None:
    rows = (
        "insert into index_names (name, served, document) values ('policies', 7, 42)",
        "insert into index_leases values (1, 'r', 7, :now)",
    )
    as_first_released(empty, "catalogue", rows)
    place = Address("milvus+http", "127.0.0.1", 1, "policies", catalogue=empty)
    with catalogue.Catalogue(place) as opened:
        opened.upgrade_tables()
        assert opened.served_generation() == 7
        with opened.transaction() as connection:
            assert connection.execute(text("select document, generation from index_names")).one() == (42, 1)
            assert connection.scalar(text("select count(*) from index_leases")) == 1
    engine = create_engine(empty)
    assert differences(engine, catalogue_tables, catalogue.VERSIONS) == []
    Store(empty, Path()).close()  # chats live in the same database, with revisions of their own
    assert differences(engine, Base.metadata, store.VERSIONS) == []
    engine.dispose()


def test_reading_makes_no_catalogue(empty: str) -> None:
    with catalogue.Catalogue(Address("milvus+http", "127.0.0.1", 1, "policies", catalogue=empty)) as opened:
        opened.upgrade_tables()
        assert opened.served_generation() is None
        engine = create_engine(empty)
        assert inspect(engine).get_table_names() == []
        opened.make_tables()
        assert differences(engine, catalogue_tables, catalogue.VERSIONS) == []
        engine.dispose()

"""What an index on servers owes beside the contract: the answers of one machine, publishers that are killed, servers away."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from psycopg.errors import DiskFull
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from errors import EngineAway, SettingsError, StoreError
from index.address import Address, place_of
from index.build import build_index, update_index
from index.check import check_index
from index.local import open_index
from index.open import open_handle
from index.remote import catalogue, opened
from index.remote.catalogue import Catalogue
from index.types import Encoder
from tests import servers
from tests.index.contract.test_contract import ASKED, same_answers, told
from tests.index.trials import QUERIES, change_corpus, write_corpus

KILLED = """
import os, signal, sys
from pathlib import Path
from index.address import Address
from index.build import update_index
from index.encoders import load_encoder
from index.remote import build as work
from index.remote.milvus import VectorServer
from index.remote.publisher import Publisher

owner, name = {"staged": (Publisher, "count_terms"), "inserted": (VectorServer, "flush_collection"), "verified": (Publisher, "publish"),
               "published": (work, "sweep_unread")}[sys.argv[1]]
real = getattr(owner, name)
def die(*given):
    if sys.argv[1] in ("staged", "inserted"):
        real(*given)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, die)
server, catalogue, corpus = sys.argv[2:]
from index.address import place_of
update_index(Path(corpus), place_of(server, catalogue), encoder=load_encoder())
"""


def test_both_kinds_answer_alike(tmp_path: Path, remote: Address, encoder: Encoder) -> None:
    corpus = tmp_path / "c"
    write_corpus(corpus, 12, articles=4)
    for work in (build_index, update_index):
        work(corpus, remote, encoder=encoder)
        work(corpus, tmp_path / "i", encoder=encoder)
        one, other = open_handle(remote, encoder=encoder).current(), open_index(tmp_path / "i", encoder=encoder)
        same_answers(one, other, (*QUERIES, *ASKED))
        same_answers(one, other, QUERIES[:3], k=60)
        assert one.documents() == other.documents()
        assert [one.document(d.id) for d in one.documents()] == [other.document(d.id) for d in other.documents()]
        change_corpus(corpus, 1)


@pytest.mark.parametrize("point", ["staged", "inserted", "verified", "published"])
def test_a_killed_publisher_leaves_the_old_generation_or_the_new(
    tmp_path: Path, remote: Address, encoder: Encoder, point: str
) -> None:
    corpus = tmp_path / "c"
    write_corpus(corpus, 4, articles=2)
    build_index(corpus, remote, encoder=encoder)
    handle = open_handle(remote, encoder=encoder)
    old = [told(handle.current().search(query)) for query in QUERIES]
    change_corpus(corpus, 1)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, point, str(remote), remote.catalogue, str(corpus)],
        cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == -9, done.stderr
    index = handle.current()
    assert index.generation == (2 if point == "published" else 1)
    if point != "published":
        assert [told(index.search(query)) for query in QUERIES] == old
    update_index(corpus, remote, encoder=encoder)
    build_index(corpus, tmp_path / "i", encoder=encoder)
    same_answers(handle.current(), open_index(tmp_path / "i", encoder=encoder), QUERIES)
    assert check_index(remote).damaged == ()


def test_servers_away_are_said_at_once_and_found_again(corpus: Path, postgres: str, encoder: Encoder) -> None:
    with servers.running_milvus() as milvus:
        place = place_of(f"milvus+{milvus.uri}/away", postgres)
        build_index(corpus, place, encoder=encoder)
        index = open_handle(place, encoder=encoder).current()
        assert index.search("补贴")
        milvus.kill()
        for ask in (
            lambda: index.search("补贴"),
            lambda: open_handle(place),
            lambda: update_index(corpus, place, encoder=encoder),
        ):
            begun = time.monotonic()
            with pytest.raises(
                EngineAway, match=r"Milvus server does not answer .*: milvus\+http://127.0.0.1:\d+/away — start"
            ):
                ask()
            assert time.monotonic() - begun < 20  # at once, but for other work on the machine
        milvus.start()
        assert index.search("补贴")
        gone = place_of(f"milvus+{milvus.uri}/away", f"postgresql+psycopg://secret@127.0.0.1:{servers.free_port()}/x")
        with pytest.raises(EngineAway, match="catalogue's database does not answer") as error:
            open_handle(gone)
        assert "secret" not in str(error.value)


def test_a_chat_that_nobody_asked_for_longer_than_a_lease_goes_on(
    corpus: Path, remote: Address, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "LEASE", timedelta(seconds=-1))  # over as soon as it begins
    monkeypatch.setattr(opened, "LEASE", timedelta(0))  # and due at every use
    build_index(corpus, remote, encoder=encoder)
    handle = open_handle(remote, encoder=encoder)
    first = handle.current()
    assert (
        update_index(corpus, remote, encoder=encoder).generation == 1
    )  # removes the lease, and nothing that is served
    assert handle.current() is first
    assert first.search("补贴")
    (corpus / "夏河.md").unlink()
    assert update_index(corpus, remote, encoder=encoder).generation == 2
    with pytest.raises(StoreError, match=r"no longer kept: 1 — ask again"):
        first.search("公寓")
    second = handle.current()
    assert (second.generation, {hit.passage.source for hit in second.search("公寓")} & {"夏河.md"}) == (2, set())


def test_a_database_with_a_full_disk_is_there_and_says_so(remote: Address) -> None:
    with (
        Catalogue(remote) as one,
        pytest.raises(StoreError, match=r"database refused \(No space left.*see its log") as told,
        one.explain_errors(),
    ):
        raise OperationalError("insert", {}, DiskFull("No space left on device"))
    assert not isinstance(told.value, EngineAway)


def test_damage_is_named_and_repaired(corpus: Path, remote: Address, encoder: Encoder) -> None:
    build_index(corpus, remote, encoder=encoder)
    mine = "from index_names n where n.name = :name and n.id = t.index"
    for table, change in (
        ("index_passages", f"update index_passages t set text = '改' {mine} and t.text like '%人才公寓%'"),
        ("index_bodies", f"update index_bodies t set body = 'x' {mine}"),
        ("index_frequencies", f"update index_frequencies t set passages = t.passages + 1 {mine}"),
    ):
        engine = create_engine(remote.catalogue)
        with engine.begin() as connection:
            assert connection.execute(text(change), {"name": remote.name}).rowcount > 0
        engine.dispose()
        report = check_index(remote)
        assert not report.is_whole, table
        if table == "index_passages":
            assert any("夏河.md" in one for one in report.damaged)
        assert check_index(remote, repair=corpus, encoder=encoder).is_whole
        assert check_index(remote).damaged == ()


def test_addresses_that_are_none_are_refused() -> None:
    for wrong in ("milvus+http://h/n", "milvus+http://h:1/", "milvus+http://u:secret@h:x/n", "milvus+http://h:1/a-b"):
        with pytest.raises(StoreError, match=r"milvus.http://HOST:PORT/NAME") as error:
            place_of(wrong, "postgresql://x")
        assert "secret" not in str(error.value)
    assert place_of("some/folder") == Path("some/folder")
    named = place_of("milvus+https://u:secret@h:443/n", "postgresql://x:hidden@y/z")
    assert (str(named), getattr(named, "token", "")) == ("milvus+https://h:443/n", "u:secret")
    assert "secret" not in repr(named)
    assert "hidden" not in repr(named)
    with pytest.raises(SettingsError, match="SUYUAN_CATALOGUE_URL"):
        place_of("milvus+http://h:1/n")
    with pytest.raises(SettingsError, match="no PostgreSQL"):
        open_handle(place_of("milvus+http://h:1/n", "sqlite:///x"))

"""A backup of a chat that runs, its restore in SQLite and in PostgreSQL, and what a kill in the middle leaves."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from errors import BackupError, ServeError
from settings import Settings, load_settings
from tests.database.test_upgrade import new_database
from web.backup import UNFINISHED, refuse_unfinished, restore_backup, write_backup
from web.store import Store

ROOT = Path(__file__).parents[2]
ANSWER: dict[str, Any] = {"status": "answered", "text": "五百元[1]。", "citations": [{"quote": "每人五百元"}]}
KILLED = """
import os, signal, sys
from pathlib import Path
from settings import load_settings
from web import archive, backup
point, given, file = sys.argv[1], eval(sys.argv[2]), Path(sys.argv[3])
owner, name = (archive.Archive, point) if point == "write_manifest" else (backup, point)
real = getattr(owner, name)
def die(*arguments):
    real(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, die)
(backup.write_backup if point == "write_manifest" else backup.restore_backup)(load_settings(**given), file, force=True)
"""


@pytest.fixture(params=["sqlite", "postgres"])
def given(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of an empty chat over a folder with one document."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "春江.md").write_text("# 春江市稳岗补贴办法\n", encoding="utf-8")
    chosen = {"corpus": str(tmp_path / "corpus"), "data": str(tmp_path / "data")}
    if request.param == "sqlite":
        yield chosen
        return
    for url in new_database(request.getfixturevalue("postgres")):
        yield chosen | {"database_url": url}


@pytest.fixture
def settings(given: dict[str, str]) -> Settings:
    return load_settings(**given)


def fill(settings: Settings, word: str) -> None:
    """A conversation with feedback, an upload, a saved case and a user, all of which say one word."""
    with closing(Store(settings.database_url, settings.data)) as store:
        _, _, turn = store.add_turn("user:zhang", "", f"{word}补贴", ANSWER)
        store.keep_feedback("user:zhang", turn, "wrong", f"{word}少了\n一项")
    for path in (
        settings.corpus / "uploads" / f"{word}.md",
        settings.data / "suite" / "cases.jsonl",
        settings.data / "users.json",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(word, encoding="utf-8")


def told(settings: Settings) -> dict[str, Any]:
    """Everything a backup is about, as it is now."""
    with closing(Store(settings.database_url, settings.data)) as store, store.engine.connect() as connection:
        rows = {
            table: sorted(map(str, connection.execute(text(f"select * from {table}")).all()))
            for table in ("conversations", "turns", "feedback")
        }
    places = (settings.corpus / "uploads", settings.data / "suite", settings.data / "users.json")
    files = {
        path: path.read_text(encoding="utf-8")
        for place in places
        for path in (place, *place.rglob("*"))
        if path.is_file()
    }
    return {"rows": rows, "files": files}


def killed(point: str, given: dict[str, str], file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, point, repr(given), str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -9, done.stderr


def test_what_was_backed_up_comes_back_and_what_was_there_is_kept(settings: Settings, tmp_path: Path) -> None:
    fill(settings, "稳岗")
    old = told(settings)
    made = write_backup(settings, tmp_path / "a.zip")
    assert (made["files"], (tmp_path / "a.zip").stat().st_mode & 0o777) == (3, 0o600)
    fill(settings, "就业")
    later = told(settings)
    with pytest.raises(
        BackupError, match=r"something already: 2 conversations, uploads, suite, users.json — .* — give --force"
    ):
        restore_backup(settings, tmp_path / "a.zip")
    assert told(settings) == later
    done = restore_backup(settings, tmp_path / "a.zip", force=True)
    assert (done["conversations"], done["turns"], done["feedback"]) == (1, 1, 1)
    assert told(settings) == old
    restore_backup(settings, Path(done["kept"]), force=True)
    assert told(settings) == later
    assert not list(settings.corpus.rglob(".*"))
    refuse_unfinished(settings)


def test_an_empty_chat_takes_a_backup_without_being_forced(settings: Settings, tmp_path: Path) -> None:
    fill(settings, "稳岗")
    old = told(settings)
    write_backup(settings, tmp_path / "a.zip")
    other = load_settings(corpus=tmp_path / "c2", data=tmp_path / "d2")
    restore_backup(other, tmp_path / "a.zip")  # from either database into SQLite
    assert told(other)["files"].keys() == {
        Path(str(path).replace(str(settings.corpus), str(other.corpus)).replace(str(settings.data), str(other.data)))
        for path in old["files"]
    }
    with closing(Store("", other.data)) as store:
        turns = store.read_conversation("user:zhang", store.list_conversations("user:zhang")[0]["id"])["turns"]
    assert (turns[0]["answer"], turns[0]["feedback"]) == (ANSWER, "wrong")


def test_a_backup_is_of_one_moment_while_the_chat_writes(settings: Settings, tmp_path: Path) -> None:
    fill(settings, "稳岗")
    stop = threading.Event()

    def chat() -> None:
        with closing(Store(settings.database_url, settings.data)) as store:
            conversation = ""
            while not stop.is_set():
                conversation, _, turn = store.add_turn("user:li", conversation, "问", ANSWER)
                store.keep_feedback("user:li", turn, "right", "")
                if len(store.read_conversation("user:li", conversation)["turns"]) > 5:
                    store.remove_conversation("user:li", conversation)
                    conversation = ""

    writing = threading.Thread(target=chat)
    writing.start()
    try:
        for number in range(5):
            write_backup(settings, tmp_path / f"{number}.zip")
    finally:
        stop.set()
        writing.join()
    for number in range(5):
        held = zipfile.ZipFile(tmp_path / f"{number}.zip")
        rows = {
            table: [json.loads(line) for line in held.read(f"rows/{table}.jsonl").splitlines()]
            for table in ("conversations", "turns", "feedback")
        }
        assert {row["conversation"] for row in rows["turns"]} <= {row["id"] for row in rows["conversations"]}
        assert {row["turn"] for row in rows["feedback"]} <= {row["id"] for row in rows["turns"]}
        held.close()


def test_no_secret_is_in_a_backup(tmp_path: Path) -> None:
    settings = load_settings(
        corpus=tmp_path / "c", data=tmp_path / "d", model_api_key="geheim-model", metrics_token="geheim-metrics",
        api_keys=["geheim-key-of-a-program"],
    )  # fmt: skip
    write_backup(settings, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as held:
        assert not [name for name in held.namelist() if b"geheim" in held.read(name)]
        assert json.loads(held.read("manifest.json"))["settings"]["questions_a_minute"] == 30


@pytest.mark.parametrize("harm", ["flipped", "cut", "part", "name", "not one", "newer"])
def test_a_damaged_backup_changes_nothing(tmp_path: Path, harm: str) -> None:
    settings = load_settings(corpus=tmp_path / "corpus", data=tmp_path / "data")
    fill(settings, "稳岗")
    write_backup(settings, tmp_path / "a.zip")
    before = told(settings)
    spoil(tmp_path / "a.zip", harm)
    with pytest.raises(BackupError, match="newer release" if harm == "newer" else r"damaged|cannot be read"):
        restore_backup(settings, tmp_path / "a.zip", force=True)
    assert told(settings) == before
    assert not list(settings.data.glob("before-restore-*"))
    assert not (tmp_path / "evil.md").exists()


def spoil(file: Path, harm: str) -> None:
    if harm in ("flipped", "cut", "not one"):
        held = bytearray(file.read_bytes())
        with zipfile.ZipFile(file) as opened:
            header = opened.getinfo("rows/turns.jsonl").header_offset
        names = int.from_bytes(held[header + 26 : header + 28], "little") + int.from_bytes(
            held[header + 28 : header + 30], "little"
        )
        held[header + 30 + names + 20] ^= 255
        file.write_bytes({"flipped": bytes(held), "cut": bytes(held[:-100]), "not one": b"PK"}[harm])
        return
    with zipfile.ZipFile(file) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    if harm == "part":
        parts["rows/turns.jsonl"] += b"{}\n"
    elif harm == "name":
        parts["../evil.md"] = parts["uploads/稳岗.md"]
        manifest["parts"]["../evil.md"] = manifest["parts"]["uploads/稳岗.md"]
    else:
        manifest["revision"] = "9999"
    with zipfile.ZipFile(file, "w") as made:
        for name, content in {**parts, "manifest.json": json.dumps(manifest).encode()}.items():
            made.writestr(name, content)


def test_rows_that_do_not_hold_leave_everything_as_it_was(tmp_path: Path) -> None:
    settings = load_settings(corpus=tmp_path / "corpus", data=tmp_path / "data")
    fill(settings, "稳岗")
    before = told(settings)
    with closing(Store("", settings.data)) as store, store.engine.connect() as connection:
        connection.exec_driver_sql("pragma foreign_keys=off")
        connection.exec_driver_sql("insert into feedback values ('nobody', 'right', '', '2024-01-01 00:00:00')")
        connection.commit()
    write_backup(settings, tmp_path / "a.zip")
    with closing(Store("", settings.data)) as store, store.engine.begin() as connection:
        connection.exec_driver_sql("delete from feedback where turn = 'nobody'")
    with pytest.raises(BackupError, match="rows cannot be used"):
        restore_backup(settings, tmp_path / "a.zip", force=True)
    assert told(settings) == before
    refuse_unfinished(settings)


def test_a_backup_that_is_killed_leaves_the_one_before(
    settings: Settings, given: dict[str, str], tmp_path: Path
) -> None:
    fill(settings, "稳岗")
    write_backup(settings, tmp_path / "a.zip")
    before = (tmp_path / "a.zip").read_bytes()
    with pytest.raises(BackupError, match="a file of that name"):
        write_backup(settings, tmp_path / "a.zip")
    killed("write_manifest", given, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == before
    write_backup(settings, tmp_path / "a.zip", force=True)
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize("point", ["_stage_files", "_replace_rows", "_switch_in"])
def test_a_restore_that_is_killed_is_ended_by_the_next(
    settings: Settings, given: dict[str, str], tmp_path: Path, point: str
) -> None:
    fill(settings, "稳岗")
    wanted = told(settings)
    write_backup(settings, tmp_path / "a.zip")
    fill(settings, "就业")
    before = told(settings)
    killed(point, given, tmp_path / "a.zip")
    if point == "_stage_files":
        assert told(settings) == before
        refuse_unfinished(settings)
    else:
        assert told(settings)["rows"] == wanted["rows"]
        with pytest.raises(
            ServeError, match=r"a restore was not ended \(what was there before is kept in .*a\.zip — run"
        ):
            refuse_unfinished(settings)
    done = restore_backup(settings, tmp_path / "a.zip", force=True)
    assert told(settings) == wanted
    assert not (settings.data / UNFINISHED).exists()
    restore_backup(settings, Path(done["kept"]), force=True)
    assert told(settings) == before

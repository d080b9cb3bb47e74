"""The commands with the address of an index on servers where they take a folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import settings
from assistant.console import main as assistant_main
from assistant.prepare import open_index
from errors import IndexBusy, IndexMissing
from index.__main__ import main as index_main
from index.address import Address, Place
from index.build import build_index
from index.local import disk
from index.remote.catalogue import Catalogue
from index.remote.publisher import Publisher
from index.types import Encoder


def test_commands_take_an_address(
    corpus: Path, remote: Address, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SUYUAN_CATALOGUE_URL", remote.catalogue)

    def run(*words: str) -> object:
        monkeypatch.setattr(sys, "argv", ["index", *words])
        assert index_main() == 0
        return json.loads(capsys.readouterr().out)

    with pytest.raises(IndexMissing, match="python -m index build"):
        assistant_main(["ask", "垃圾什么时候投放", "--index", str(remote)])
    assert run("build", str(corpus), "--out", str(remote), "--json")["documents"] == 3  # type: ignore[index]
    assert run("update", str(corpus), "--out", str(remote), "--json")["unchanged"] == 3  # type: ignore[index]
    assert run("check", str(remote), "--json")["whole"] is True  # type: ignore[index]
    hits = run("search", "厨余垃圾投放", "--index", str(remote), "--json")
    assert hits[0]["source"] == "秋山.txt"  # type: ignore[index]
    assert assistant_main(["ask", "厨余垃圾什么时候投放？", "--index", str(remote), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["generation"] == 1
    assert answer["hits"][0]["source"] == "秋山.txt"


def test_a_chat_that_starts_while_another_publishes_opens_what_is_there(
    corpus: Path, place: Place, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    if isinstance(place, Address):
        monkeypatch.setenv("SUYUAN_CATALOGUE_URL", place.catalogue)
    chosen = settings.load_settings(corpus=corpus, index=str(place))
    held = Publisher(Catalogue(place)) if isinstance(place, Address) else disk.writer_lock(place)
    if isinstance(place, Path):
        place.mkdir()
    with held, pytest.raises(IndexBusy):
        open_index(chosen)
    build_index(corpus, place, encoder=encoder)
    with Publisher(Catalogue(place)) if isinstance(place, Address) else disk.writer_lock(place):
        handle, summary = open_index(chosen)
    assert (handle.current().generation, summary.documents) == (1, 3)

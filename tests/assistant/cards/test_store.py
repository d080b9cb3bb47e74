"""Cards are made once, survive a kill, and are made anew when the document or what makes them is another."""

from __future__ import annotations

import dataclasses
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.cards.store import CardStore
from assistant.cards.wire import card_from_dict, card_to_dict
from corpus.folder import read_one_file
from corpus.types import Document
from settings import ROOT


@pytest.fixture(scope="module")
def document() -> Document:
    return read_one_file(ROOT / "corpus" / "documents" / "示例" / "青岚市-人才安居补贴实施办法.md")


def only_file(folder: Path) -> Path:
    [file] = folder.glob("*.json")
    return file


def test_a_card_is_made_once_and_comes_back_as_it_was(document: Document, tmp_path: Path) -> None:
    store = CardStore(tmp_path)
    assert store.kept_card(document) is None
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: store.card_of(document), range(4)))
    written = only_file(tmp_path).stat().st_mtime_ns
    assert CardStore(tmp_path).card_of(document) == made[0] == made[3]
    assert only_file(tmp_path).stat().st_mtime_ns == written
    assert card_from_dict(card_to_dict(made[0])) == made[0]


def test_what_a_kill_or_a_bad_disk_leaves_is_made_again(document: Document, tmp_path: Path) -> None:
    store = CardStore(tmp_path)
    made = store.card_of(document)
    file = only_file(tmp_path)
    whole = file.read_bytes()
    changed = json.loads(whole)
    changed["fields"][1]["citations"][0]["quote"] = "每户一百万元"
    for damaged in (b"", whole[: len(whole) // 2], b"[]", json.dumps(changed).encode()):
        file.write_bytes(damaged)
        (tmp_path / ".left.part").write_bytes(damaged)
        assert store.kept_card(document) is None
        assert store.card_of(document) == made
        assert only_file(tmp_path).read_bytes() == whole
    os.utime(tmp_path / ".left.part", (0, 0))
    file.unlink()
    store.card_of(document)
    assert list(tmp_path.glob(".*")) == []


def test_another_text_or_another_network_is_another_card(document: Document, tmp_path: Path) -> None:
    store = CardStore(tmp_path)
    store.card_of(document)
    assert store.kept_card(dataclasses.replace(document, text=document.text + "补")) is None
    assert store.kept_card(dataclasses.replace(document, sha256="1" * 64)) is None
    other = tmp_path / "network"
    other.mkdir()
    (other / "reader.json").write_text("{}", encoding="utf-8")
    assert CardStore(tmp_path, other).kept_card(document) is None


def test_a_folder_that_cannot_be_written_only_means_no_keeping(document: Document, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    store = CardStore(tmp_path / "file" / "cards")
    assert store.card_of(document).field("support").citations
    assert store.kept_card(document) is None

"""Searching from many threads while updates publish: every hit is what its generation's document says."""

import threading
import time
from pathlib import Path

from index.build import build_index, update_index
from index.local import LocalHandle
from index.types import Encoder
from tests.index.trials import QUERIES, write_corpus

UPDATES, THREADS = 50, 8


def test_eight_threads_search_through_fifty_updates(tmp_path: Path, encoder: Encoder) -> None:
    corpus, index_dir = tmp_path / "c", tmp_path / "i"
    write_corpus(corpus, 5, articles=3)
    build_index(corpus, index_dir, encoder=encoder)
    handle = LocalHandle(index_dir, encoder=encoder)
    stop, errors = threading.Event(), list[str]()
    seen: list[set[int]] = [set() for _ in range(THREADS)]

    def search(number: int) -> None:
        turn = number
        while not stop.wait(0.01):
            turn += 1
            try:
                index = handle.current()
                seen[number].add(index.generation)
                for hit in index.search(QUERIES[turn % len(QUERIES)], 5):
                    passage = hit.passage
                    text = index.document(passage.doc_id).text
                    if text[passage.start : passage.end] != passage.text:
                        errors.append(f"{passage.id}: not what generation {index.generation} says")
            except Exception as error:
                errors.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=search, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    while not all(seen) and not errors:  # everybody is reading
        time.sleep(0.01)
    files = sorted(corpus.iterdir())
    for number in range(UPDATES):
        files[number % 5].write_text(
            f"# 春江市补贴办法\n\n第一条 第{number}次修订，补贴{number}元。\n" * 3, encoding="utf-8"
        )
        assert update_index(corpus, index_dir, encoder=encoder).generation == number + 2
    while not all(UPDATES + 1 in mine for mine in seen) and not errors:
        time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert all(len(mine) > 1 for mine in seen)
    assert handle.current().generation == UPDATES + 1
    assert [one.name for one in index_dir.glob("gen-*")] != []


def test_what_nobody_reads_is_cleaned(tmp_path: Path, encoder: Encoder) -> None:
    corpus, index_dir = tmp_path / "c", tmp_path / "i"
    write_corpus(corpus, 2, articles=2)
    build_index(corpus, index_dir, encoder=encoder)
    handle = LocalHandle(index_dir, encoder=encoder)
    held = handle.current()
    for number in range(3):
        (corpus / f"新{number}.md").write_text(f"# 通知{number}\n\n内容{number}。\n", encoding="utf-8")
        update_index(corpus, index_dir, encoder=encoder)
    assert sorted(one.name for one in index_dir.glob("gen-*")) == ["gen-000001", "gen-000004"]
    assert held.search("补贴")
    del held
    assert handle.current().generation == 4
    (corpus / "新9.md").write_text("# 通知九\n\n内容九。\n", encoding="utf-8")
    update_index(corpus, index_dir, encoder=encoder)
    assert sorted(one.name for one in index_dir.glob("gen-*")) == ["gen-000004", "gen-000005"]

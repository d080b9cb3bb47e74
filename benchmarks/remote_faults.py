"""Publishers, Milvus and readers of an index on servers, killed and crowded: what is served is the old generation or the new one.

    SUYUAN_CATALOGUE_URL=postgresql+psycopg://… python -m benchmarks.remote_faults [--kills 20] [--engine-kills 5]

Starts a Milvus Lite of its own beside the catalogue that is named. Three parts, one JSON line each: updates ended by SIGKILL at random
instants; Milvus ended by SIGKILL while an update runs; readers in two processes while updates are published. After every
kill each document served must be whole and of one generation, and the next update must bring what a build in a folder gives.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.index_trials import QUERIES, change_corpus, write_corpus
from errors import EngineAway, SuyuanError
from index.address import Place, place_of
from index.build import build_index, update_index
from index.check import check_index
from index.encoders import load_encoder
from index.open import open_handle
from tests.servers import MilvusLite

ROOT = Path(__file__).resolve().parent.parent


def content(place: Place) -> dict[str, str]:
    """Every document served, by source, after each of its passages and the answers to some questions were compared with it."""
    index = open_handle(place, encoder=load_encoder()).current()
    texts = {one.source: index.document(one.id).text for one in index.documents()}
    for query in QUERIES:
        for hit in index.search(query):
            passage = hit.passage
            assert texts[passage.source][passage.start : passage.end] == passage.text, passage.id
    return texts


def updating(corpus: Path, place: Place) -> subprocess.Popen[bytes]:
    """An update in a process of its own."""
    command = [sys.executable, "-m", "index", "update", str(corpus), "--out", str(place)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def killed_publishers(corpus: Path, place: Place, kills: int) -> dict[str, Any]:
    """Updates ended at random instants."""
    build_index(corpus, place, encoder=load_encoder())
    begun = time.monotonic()
    assert updating(corpus, place).wait() == 0
    length = time.monotonic() - begun  # of one that finds nothing to do: the others take a little longer
    chance, outcomes = random.Random(1), Counter[str]()
    for number in range(kills):
        old = content(place)
        change_corpus(corpus, number)
        new = {file.name: file.read_text(encoding="utf-8") for file in corpus.iterdir()}
        process = updating(corpus, place)
        time.sleep(chance.uniform(0.3 * length, 1.5 * length))
        process.send_signal(signal.SIGKILL)
        ended = process.wait()
        served = content(place)
        kind = "old" if served == old else "new" if served.keys() == new.keys() else "MIXED"
        outcomes[f"{kind}, {'killed' if ended else 'done before'}"] += 1
        update_index(corpus, place, encoder=load_encoder())
        outcomes["LOST"] += content(place).keys() != new.keys()
    outcomes["damaged"] += len(check_index(place).damaged)
    return {"killed publishers": kills, **outcomes}


def killed_engine(corpus: Path, place: Place, milvus: MilvusLite, kills: int) -> dict[str, Any]:
    """Milvus ended while an update runs, and started again."""
    chance, outcomes, longest = random.Random(2), Counter[str](), 0.0
    for number in range(1000, 1000 + kills):
        old = content(place)
        change_corpus(corpus, number)
        process = updating(corpus, place)
        time.sleep(chance.uniform(1, 6))
        milvus.kill()
        begun = time.monotonic()
        try:
            content(place)
        except EngineAway:
            outcomes["said that it is away"] += 1
        longest = max(longest, time.monotonic() - begun)
        process.wait()
        milvus.start()
        served = content(place)
        new = {file.name for file in corpus.iterdir()}
        outcomes["old" if served == old else "new" if served.keys() == new else "MIXED"] += 1
        update_index(corpus, place, encoder=load_encoder())
        outcomes["LOST"] += content(place).keys() != new
    outcomes["damaged"] += len(check_index(place).damaged)
    return {"killed engines": kills, "longest_s": round(longest, 2), **outcomes}


def reader(place: Place, stop: Any, results: Any) -> None:
    """One of the readers: searches until told to stop."""
    handle, seen, errors, asked = open_handle(place, encoder=load_encoder()), set[int](), list[str](), 0
    while not stop.is_set():
        try:
            index = handle.current()
            seen.add(index.generation)
            for hit in index.search(QUERIES[asked % len(QUERIES)], 5):
                passage = hit.passage
                if index.document(passage.doc_id).text[passage.start : passage.end] != passage.text:
                    errors.append(f"mixed: {passage.id}")
        except (SuyuanError, KeyError) as error:
            errors.append(f"{type(error).__name__}: {error}")
        asked += 1
    results.put((len(seen), asked, errors))


def crowded(corpus: Path, place: Place, updates: int, readers: int) -> dict[str, Any]:
    """Readers, each a process with its own handle as a chat server has, while updates are published."""
    spawn = multiprocessing.get_context("spawn")
    stop, results = spawn.Event(), spawn.Queue()
    processes = [spawn.Process(target=reader, args=(place, stop, results)) for _ in range(readers)]
    for process in processes:
        process.start()
    files = sorted(corpus.iterdir())
    for number in range(updates):
        text = f"# 春江市补贴办法\n\n第一条 第{number}次修订，补贴{number}元。\n" * 3
        files[number % len(files)].write_text(text, encoding="utf-8")
        update_index(corpus, place, encoder=load_encoder())
    stop.set()
    told = [results.get() for _ in processes]
    for process in processes:
        process.join()
    errors = [error for one in told for error in one[2]]
    return {
        "updates": updates, "readers": readers, "generations seen": [one[0] for one in told],
        "searches": sum(one[1] for one in told), "errors": len(errors), "first": errors[:3], "damaged": len(check_index(place).damaged),
    }  # fmt: skip


def main() -> None:
    """All three parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("--kills", 20), ("--engine-kills", 5), ("--updates", 20), ("--readers", 8)):
        parser.add_argument(name, type=int, default=default)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        milvus, corpus = MilvusLite(Path(folder) / "milvus"), Path(folder) / "corpus"
        milvus.start()
        try:
            place = place_of(f"milvus+{milvus.uri}/faults{os.getpid()}")
            write_corpus(corpus, 8, articles=3)
            parts: tuple[Callable[[], dict[str, Any]], ...] = (
                partial(killed_publishers, corpus, place, arguments.kills),
                partial(killed_engine, corpus, place, milvus, arguments.engine_kills),
                partial(crowded, corpus, place, arguments.updates, arguments.readers),
            )
            for part in parts:
                print(json.dumps(part(), ensure_ascii=False), flush=True)
        finally:
            milvus.kill()


if __name__ == "__main__":
    main()

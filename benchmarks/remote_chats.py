"""Two chat servers on one index on servers, asked by many at once while updates are published: nobody gets an error or a mixed answer.

    python -m benchmarks.remote_chats [--readers 8] [--updates 30] [--minutes 60]

Starts a Milvus Lite, a PostgreSQL and two `python app.py` of its own. Every update changes one document; readers ask through the
programs' endpoint without a pause. An answer holds when every passage found, and every citation, is in the corpus that its generation
was built from, at its place, word for word. Results go to benchmarks/results/remote_chats.json.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks.remote_faults import Corpus, Office, longest, middle, on_disk
from index.build import build_index, update_index
from index.encoders import load_encoder
from tests.index.trials import QUERIES, write_corpus

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "remote_chats.json"
SERVERS = 2


@contextmanager
def chat_server(office: Office, data: Path) -> Iterator[str]:
    """One chat; its address."""
    command = [sys.executable, "app.py", "--corpus", str(office.corpus), "--index", str(office.place), "--port", "0"]
    given = {
        "DATA": str(data),
        "DATABASE_URL": office.postgres.url,
        "CATALOGUE_URL": office.postgres.url,
        "QUESTIONS_A_MINUTE": "0",
    }
    environment = os.environ | {f"SUYUAN_{name}": value for name, value in given.items()}
    log = data.with_suffix(".log")
    with log.open("wb") as file, subprocess.Popen(command, cwd=ROOT, stderr=file, env=environment) as process:
        try:
            yield address_of(process, log)
        finally:
            process.terminate()


def address_of(process: subprocess.Popen[bytes], log: Path) -> str:
    """What a chat that has started says in its log; a pipe that nobody reads would fill and hold it up."""
    while process.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.1)
    raise SystemExit(f"a chat ended: {log.read_text(encoding='utf-8')[-500:]}")


def ask(chat: httpx.Client, question: str) -> dict[str, Any]:
    """The answer to a question, as a program gets it."""
    joined = chat.post("/gradio_api/call/ask", json={"data": [question, None]}).raise_for_status().json()
    told = chat.get(f"/gradio_api/call/ask/{joined['event_id']}").raise_for_status().text
    _, complete, data = told.partition("event: complete\ndata: ")  # heartbeats may come before it
    if not complete:
        raise ValueError(told[:200])
    answer: dict[str, Any] = json.loads(data)[0]
    return answer


def mixed(answer: dict[str, Any], generations: dict[int, Corpus]) -> list[str]:
    """What of an answer is not in the corpus of its generation."""
    texts = generations.get(answer["generation"], {})
    wrong = [
        f"hit {h['source']}" for h in answer["hits"] if texts.get(h["source"], "")[h["start"] : h["end"]] != h["text"]
    ]
    for one in answer["citations"]:
        if texts.get(one["source"], "")[one["start"] : one["end"]] != one["quote"]:
            wrong.append(f"citation {one['source']}")
    return wrong


class Readers:
    """People who ask one server or the other, without a pause."""

    def __init__(self, addresses: list[str], count: int) -> None:
        self.answers: list[dict[str, Any]] = []
        self.errors: list[str] = []
        self.seconds: list[float] = []
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._read, args=(addresses[n % len(addresses)], n)) for n in range(count)
        ]

    def _read(self, address: str, number: int) -> None:
        with httpx.Client(base_url=address, trust_env=False, timeout=600) as chat:
            while not self._stop.is_set():
                begun = time.monotonic()
                try:
                    self.answers.append({**ask(chat, QUERIES[number % len(QUERIES)]), "server": address})
                except Exception as error:
                    self.errors.append(f"{type(error).__name__}: {error}"[:300])
                self.seconds.append(time.monotonic() - begun)
                number += 1

    def __enter__(self) -> Readers:
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for one in self._threads:
            one.join()


def publish(office: Office, updates: int, minutes: float, generations: dict[int, Corpus]) -> int:
    """Change one document after the other, as often as asked or until the time is over; how often it was done."""
    files, end = sorted(office.corpus.iterdir()), time.monotonic() + 60 * minutes
    for number in range(updates):
        if time.monotonic() > end:
            return number
        text = f"# 春江市补贴办法\n\n第一条 第{number}次修订，补贴{number}元。\n" * 3
        files[number % len(files)].write_text(text, encoding="utf-8")
        expected = on_disk(office.corpus)
        generations[max(generations) + 1] = expected
        done = update_index(office.corpus, office.place, encoder=load_encoder())
        assert done.generation == max(generations), done
        print(f"update {number + 1}", file=sys.stderr, flush=True)
    return updates


def trial(folder: Path, readers: int, updates: int, minutes: float) -> dict[str, Any]:
    """Everything, once."""
    office = Office(folder)
    write_corpus(office.corpus, 8, articles=3)
    first = build_index(office.corpus, office.place, encoder=load_encoder()).generation
    generations = {first: on_disk(office.corpus)}
    with ExitStack() as stack:
        stack.callback(office.close)
        addresses = [stack.enter_context(chat_server(office, folder / f"data-{n}")) for n in range(SERVERS)]
        with Readers(addresses, readers) as asked:
            done = publish(office, updates, minutes, generations)
        return summary(asked, generations, readers, done)


def summary(asked: Readers, generations: dict[int, Corpus], readers: int, updates: int) -> dict[str, Any]:
    """What was asked and what came."""
    wrong = [one for answer in asked.answers for one in mixed(answer, generations)]
    by_server: dict[str, set[int]] = {}
    for answer in asked.answers:
        by_server.setdefault(answer["server"], set()).add(answer["generation"])
    return {
        "servers": SERVERS, "readers": readers, "updates": updates, "answers": len(asked.answers),
        "statuses": Counter(answer["status"] for answer in asked.answers), "errors": len(asked.errors), "first_errors": asked.errors[:5],
        "mixed": len(wrong), "first_mixed": wrong[:5], "generations_seen_by_each_server": [len(seen) for seen in by_server.values()],
        "median_s": middle(asked.seconds), "longest_s": longest(asked.seconds),
        "corpora": len({hashlib.sha256(json.dumps(one, sort_keys=True).encode()).hexdigest() for one in generations.values()}),
    }  # fmt: skip


def main() -> None:
    """One trial."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--updates", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=60, help="no update is begun later")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = trial(Path(folder), arguments.readers, arguments.updates, arguments.minutes)
    RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()

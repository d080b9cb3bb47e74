"""Publishers, Milvus, PostgreSQL and Dask workers of an index on servers, killed, and disks that fill: what is served stays whole.

    python -m benchmarks.remote_faults [--kills 50] [--workers 5] [--only killed,workers,full]

Starts a Milvus Lite and a PostgreSQL of its own, the latter with every commit on the disk. While updates are published, a reader
that never stops compares every document served, and every passage found, with the two corpora that may be served just then. A
kill comes at a random instant, the same for the same seed; afterwards what was killed is started again, the reader has to find it by
itself, and the next update has to bring the whole new corpus. Results go to benchmarks/results/remote_faults.json.
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
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from errors import EngineAway, SuyuanError
from index.address import Address, Place, place_of
from index.build import build_index, update_index
from index.check import check_index
from index.encoders import load_encoder
from index.open import open_handle
from index.types import Index
from tests.index.trials import QUERIES, change_corpus, write_corpus
from tests.servers import MilvusLite, Postgres, postgres_commands

RESULTS = Path(__file__).resolve().parent / "results" / "remote_faults.json"
VICTIMS = ("publisher", "engine", "database")
PRELOADED = [
    "index.build", "index.check", "index.open", "index.remote.build", "index.encoders", "corpus.folder", "corpus.passages",
    "tests.servers", "tests.index.trials", "pymilvus", "grpc", "psycopg",
]  # fmt: skip
TRIES = 10
TOLD = 2  # exit code of an update that ended with a message of one line
ROOM = 64 * 1024  # bytes left on a disk that is full
DISK = {"engine": "48m", "database": "160m"}
FOLDERS = {"engine": "milvus", "database": "postgres"}
Corpus = dict[str, str]


def served(index: Index) -> Corpus:
    """The text of every document, by source."""
    return {one.source: index.document(one.id).text for one in index.documents()}


def on_disk(corpus: Path) -> Corpus:
    """What an index of the folder has to serve, worked out in a folder of one machine."""
    with tempfile.TemporaryDirectory() as place:
        build_index(corpus, Path(place) / "index", encoder=load_encoder())
        return served(open_handle(Path(place) / "index", encoder=load_encoder()).current())


def update(corpus: Path, place: Address, begun: Any) -> None:
    """An update, in a process of its own; the exit code says how it ended."""
    begun.set()
    try:
        update_index(corpus, place, encoder=load_encoder())
    except SuyuanError:
        os._exit(TOLD)


class Updates:
    """Starts updates: forked from a process that has everything imported and has talked to nobody."""

    def __init__(self, corpus: Path, place: Address) -> None:
        self.corpus, self.place, self.told = corpus, place, 0
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(PRELOADED)

    def start(self) -> ForkServerProcess:
        """One update that has begun."""
        begun = self._context.Event()
        process = self._context.Process(target=update, args=(self.corpus, self.place, begun))
        process.start()
        assert begun.wait(300), "an update did not begin"
        return process

    def finish(self) -> float:
        """One update from beginning to end; its seconds. One that is told that another still writes comes again, as people do."""
        for _ in range(TRIES):
            process, since = self.start(), time.monotonic()
            process.join()
            if process.exitcode != TOLD:
                break
            self.told += 1
            time.sleep(1)
        assert process.exitcode == 0, f"an update ended with {process.exitcode}"
        return time.monotonic() - since


class Reader(threading.Thread):
    """Reads all the time, as a chat does; what it sees must be one of the corpora it was told of."""

    def __init__(self, place: Address, known: Corpus) -> None:
        super().__init__(daemon=True)
        self.allowed = [known]
        self.away: str | None = None  # the server that was killed and not yet started again
        self._gone = 0.0  # since when
        self.looks, self.errors = 0, list[str]()
        self.told_s, self.back_s = dict[str, list[float]](), list[float]()
        self._back: float | None = None  # since when a server that was killed runs again
        self._lock, self._stop_asked = threading.Lock(), threading.Event()
        self._handle = open_handle(place, encoder=load_encoder())

    def run(self) -> None:
        """Look until told to stop."""
        while not self._stop_asked.wait(0.02):
            with self._lock:
                self._look()

    def _look(self) -> None:
        since = time.monotonic()
        try:
            self._compare(self._handle.current(), QUERIES[self.looks % len(QUERIES)])
        except EngineAway as error:
            seconds = time.monotonic() - max(since, self._gone)
            self.told_s.setdefault(self.away or "started again", []).append(seconds)
            if self.away is None and self._back is None:
                self.errors.append(str(error))
            return
        except Exception as error:
            self.errors.append(f"{type(error).__name__}: {error}")
            return
        self.looks += 1
        if self._back is not None:
            self.back_s.append(time.monotonic() - self._back)
            self._back = None

    def _compare(self, index: Index, query: str) -> None:
        texts = served(index)
        if texts not in self.allowed:
            self.errors.append(f"MIXED: generation {index.generation}")
        for hit in index.search(query):
            passage = hit.passage
            if texts[passage.source][passage.start : passage.end] != passage.text:
                self.errors.append(f"MIXED: {passage.id}")

    def expect(self, *allowed: Corpus) -> None:
        """What may be served from now on."""
        with self._lock:
            self.allowed = list(allowed)

    def ended(self, server: str) -> None:
        """Note that a server is about to be killed."""
        self._gone, self.away = time.monotonic(), server

    def started(self) -> None:
        """Note that what was killed runs again."""
        self._back, self.away = time.monotonic(), None

    def see(self) -> Corpus:
        """What is served now, once it is served again; an error where that takes a minute."""
        end = time.monotonic() + 60
        while self._back is not None and time.monotonic() < end:
            time.sleep(0.02)
        return served(self._handle.current())

    def finish(self) -> None:
        """End."""
        self._stop_asked.set()
        self.join()


class Office:
    """The servers, the corpus and the index of all trials."""

    def __init__(self, folder: Path) -> None:
        commands = postgres_commands()
        if commands is None:
            raise SystemExit("PostgreSQL is not installed (apt-get install postgresql)")
        folder.chmod(0o755)
        (folder / "postgres").mkdir(exist_ok=True)
        self.milvus, self.postgres = (
            MilvusLite(folder / "milvus"),
            Postgres(folder / "postgres", commands, durable=True),
        )
        self.postgres.create()
        self.postgres.start()
        self.milvus.start()
        self.corpus = folder / "corpus"
        place = place_of(f"milvus+{self.milvus.uri}/faults", self.postgres.url)
        assert isinstance(place, Address)
        self.place = place

    def close(self) -> None:
        """End both servers."""
        self.milvus.kill()
        with suppress(subprocess.CalledProcessError):
            self.postgres.stop()


def kill(victim: str, office: Office, process: ForkServerProcess, reader: Reader) -> None:
    """End one of the three as a power cut would."""
    if victim == "publisher":
        process.kill()
        return
    reader.ended(victim)
    (office.milvus if victim == "engine" else office.postgres).kill()


def start_again(victim: str, office: Office, reader: Reader) -> None:
    """Start the server that was killed."""
    if victim != "publisher":
        (office.milvus if victim == "engine" else office.postgres).start()
        reader.started()


def one_kill(number: int, office: Office, updates: Updates, reader: Reader, after: float) -> Counter[str]:
    """One update, one kill so many seconds after its beginning, and the update that makes it good."""
    victim, old = VICTIMS[number % len(VICTIMS)], reader.allowed[-1]
    change_corpus(office.corpus, number)
    new = on_disk(office.corpus)
    reader.expect(old, new)
    process = updates.start()
    process.join(after)
    during = process.exitcode is None
    kill(victim, office, process, reader)
    process.join()
    start_again(victim, office, reader)
    seen = reader.see()
    state = "old" if seen == old else "new" if seen == new else "MIXED"
    outcomes = Counter({f"{victim}: {state} served, killed {'during the update' if during else 'after it'}": 1})
    outcomes["updates that ended otherwise than with a message"] += (
        during and victim != "publisher" and process.exitcode not in (0, TOLD)
    )
    updates.finish()
    outcomes["LOST"] += reader.see() != new
    reader.expect(new)
    return outcomes


def killed(office: Office, kills: int, seed: int = 1) -> None:
    """SIGKILLs of publisher, engine and database in turn; the results are kept after every one."""
    write_corpus(office.corpus, 8, articles=3)
    build_index(office.corpus, office.place, encoder=load_encoder())
    updates, chance, outcomes = Updates(office.corpus, office.place), random.Random(seed), Counter[str]()
    change_corpus(office.corpus, 9999)
    length = updates.finish()
    reader = Reader(office.place, on_disk(office.corpus))
    reader.start()
    damaged = 0
    for number in range(kills):
        outcomes.update(one_kill(number, office, updates, reader, chance.uniform(0, 1.1 * length)))
        if number % 10 == 9 or number == kills - 1:
            damaged += len(check_index(office.place).damaged)
        found = {
            "kills": number + 1,
            "seed": seed,
            "update_s": round(length, 2),
            "updates_told_to_come_again": updates.told,
            **sorted_counts(outcomes),
            "damaged": damaged,
        }
        keep("killed", {**found, **told_of(reader)})
        print(number + 1, dict(outcomes), reader.errors[:3], file=sys.stderr, flush=True)
    reader.finish()


def sorted_counts(outcomes: Counter[str]) -> dict[str, int]:
    """Outcomes by name."""
    return dict(sorted(outcomes.items()))


def told_of(reader: Reader) -> dict[str, Any]:
    """What a reader saw."""
    mixed = sum(error.startswith("MIXED") for error in reader.errors)
    told = [seconds for some in reader.told_s.values() for seconds in some]
    return {
        "looks": reader.looks, "mixed": mixed, "other_errors": len(reader.errors) - mixed, "first_errors": reader.errors[:5],
        "said_away": len(told), "said_away_median_s": middle(told), "said_away_in_a_second": sum(one <= 1 for one in told),
        "said_away_longest_s": {server: longest(some) for server, some in sorted(reader.told_s.items())},
        "found_again": len(reader.back_s), "found_again_longest_s": longest(reader.back_s),
    }  # fmt: skip


def middle(seconds: list[float]) -> float:
    """The median, 0 of nothing."""
    return round(sorted(seconds)[len(seconds) // 2], 3) if seconds else 0.0


def longest(seconds: list[float]) -> float:
    """The longest, 0 of nothing."""
    return round(max(seconds, default=0.0), 3)


def killed_workers(office: Office, times: int, seed: int = 2) -> dict[str, Any]:
    """Builds by two Dask workers, one of which is ended by SIGKILL at a random instant, until so many were ended during a build."""
    from index.remote.ingest import Cluster

    corpus, encoder, outcomes = office.corpus.with_name("many"), load_encoder(), Counter[str]()
    write_corpus(corpus, 240, articles=20)
    expected, chance = on_disk(corpus), random.Random(seed)
    place = place_of(f"milvus+{office.milvus.uri}/workers", office.place.catalogue)
    with Cluster(2, encoder) as cluster:
        scheduler = cluster.client.scheduler.address
        length = [build_seconds(corpus, place, scheduler) for _ in range(2)][-1]  # the first one imports everything
        while outcomes["killed during the build"] < times and outcomes.total() < TRIES * times:
            processes = list(cluster.client.run(os.getpid).values())
            timer = threading.Timer(
                chance.uniform(0, 0.6 * length), os.kill, (chance.choice(processes), signal.SIGKILL)
            )
            timer.start()
            summary = build_index(corpus, place, encoder=encoder, workers=scheduler)
            outcomes["killed during the build" if timer.finished.is_set() else "build ended first"] += 1
            timer.cancel()
            timer.join()
            outcomes["set aside"] += len(summary.failed)
            outcomes["LOST"] += served(open_handle(place, encoder=encoder).current()) != expected
            cluster.client.wait_for_workers(2, timeout=120)
    found = {"documents": len(expected), "build_s": round(length, 2), **outcomes}
    return {**found, "damaged": len(check_index(place).damaged), "seed": seed}


def build_seconds(corpus: Path, place: Place, workers: str) -> float:
    """The seconds of a build by workers."""
    begun = time.monotonic()
    build_index(corpus, place, encoder=load_encoder(), workers=workers)
    return time.monotonic() - begun


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """A disk of a chosen size at a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0777", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """A file that leaves only ROOM bytes of a disk free."""
    ballast = folder / "ballast"
    state = os.statvfs(folder)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, state.f_bavail * state.f_frsize - ROOM))
    return ballast


def full_disk(folder: Path, what: str) -> dict[str, Any]:
    """One server on a disk that is full while an update runs, and has room again for the next."""
    with small_disk(folder / FOLDERS[what], DISK[what]):
        office = DiskOffice(folder, what)
        try:
            return office.trial()
        finally:
            office.close()


class DiskOffice(Office):
    """Servers of which one is on a small disk."""

    def __init__(self, folder: Path, what: str) -> None:
        super().__init__(folder)
        self.disk = folder / FOLDERS[what]
        self.server = self.milvus if what == "engine" else self.postgres
        write_corpus(self.corpus, 8, articles=3)
        build_index(self.corpus, self.place, encoder=load_encoder())

    def trial(self) -> dict[str, Any]:
        """Fill, update, look, make room, update, look."""
        old = on_disk(self.corpus)
        write_corpus(self.corpus, 60, seed=5, articles=20)
        new, ballast = on_disk(self.corpus), fill(self.disk)
        message = self._message()
        while_full = self._state(old, new)
        ballast.unlink()
        died = self.server.process() is None
        if died:
            self.server.start()
        before = self._state(old, new)
        update_index(self.corpus, self.place, encoder=load_encoder())
        return {
            "message": message, "served_while_full": while_full, "server_ended": died, "served_with_room_again": before,
            "served_after_next_update": self._state(old, new), "damaged": len(check_index(self.place).damaged),
        }  # fmt: skip

    def _message(self) -> str:
        try:
            update_index(self.corpus, self.place, encoder=load_encoder())
        except SuyuanError as error:
            return f"{type(error).__name__}: {error}"
        return "none: the update succeeded"

    def _state(self, old: Corpus, new: Corpus) -> str:
        try:
            seen = served(open_handle(self.place, encoder=load_encoder()).current())
        except SuyuanError as error:
            return f"{type(error).__name__}: {error}"
        return "old" if seen == old else "new" if seen == new else "MIXED"


def keep(name: str, found: dict[str, Any]) -> None:
    """Add a part to the results on disk."""
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results[name] = found
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Every part that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--workers", type=int, default=5)
    parser.add_argument("--only", default="killed,workers,full")
    arguments = parser.parse_args()
    parts = arguments.only.split(",")
    with tempfile.TemporaryDirectory() as place:
        office = Office(Path(place))
        try:
            if "killed" in parts:
                killed(office, arguments.kills)
            if "workers" in parts:
                keep("workers", killed_workers(office, arguments.workers))
        finally:
            office.close()
    for what in DISK if "full" in parts else ():
        with tempfile.TemporaryDirectory() as place:
            keep(f"full disk of the {what}", full_disk(Path(place), what))


if __name__ == "__main__":
    main()

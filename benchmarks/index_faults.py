"""Hundreds of kills, failing writes and damaged files, counted.

    python -m benchmarks.index_faults [--kills 200] [--damage 1000]

Results go to benchmarks/results/index_faults.json. Exit 1 when an index was lost, mixed or gave a wrong answer.
"""

from __future__ import annotations

import argparse
import errno
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.index_trials import Nursery, change_corpus, content, write_corpus
from index.build import build_index, update_index
from index.encoders import load_encoder
from index.local import build as build_module
from index.local import disk, manifest, vectors

RESULTS = Path(__file__).resolve().parent / "results" / "index_faults.json"


class Bench:
    """A corpus, its index before and what both a first build and an update would make of it."""

    def __init__(self, place: Path, nursery: Nursery, documents: int) -> None:
        self.place, self.nursery, self.corpus = place, nursery, place / "c"
        encoder = load_encoder()
        write_corpus(self.corpus, documents)
        build_index(self.corpus, place / "old", encoder=encoder)
        self.old = content(place / "old")
        change_corpus(self.corpus, 1)
        update_index(self.corpus, place / "new", encoder=encoder)
        self.new = content(place / "new")

    def fresh(self, start: str) -> Path:
        """A copy of the old index, or no index at all."""
        path = self.place / "trial"
        shutil.rmtree(path, ignore_errors=True)
        if start == "update":
            shutil.copytree(self.place / "old", path)
        return path

    def state(self, path: Path) -> str:
        """Old, new, none, or what is wrong."""
        if not (path / "CURRENT").exists():
            return "none"
        try:
            found = content(path)
        except Exception as error:
            return f"unloadable: {type(error).__name__}: {error}"
        return "old" if found == self.old else "new" if found == self.new else "mixed"

    def run(self, path: Path, **named: Any) -> dict[str, Any]:
        """One update."""
        return self.nursery.run(do="update", corpus=str(self.corpus), index=str(path), **named)

    def every_write(self) -> dict[str, Any]:
        """Killed at every write point of a first build, of an update that merges and of one that adds a segment."""
        counts: Counter[str] = Counter()
        total = 0
        for start, small in (("build", 2000), ("update", 2000), ("update", 0)):
            points = len(self.run(self.fresh(start), small=small)["points"])
            for point in range(1, points + 1):
                path = self.fresh(start)
                self.run(path, small=small, die_at=point)
                counts[self.state(path)] += 1
                total += 1
        return {"trials": total, "states": dict(counts)}

    def kills(self, number: int) -> dict[str, Any]:
        """SIGKILL at random instants of first builds and updates."""
        chance, counts = random.Random(11), Counter[str]()
        for trial in range(number):
            start, small = (("build", 2000), ("update", 2000), ("update", 0))[trial % 3]
            length = self.run(self.fresh(start), small=small)["seconds"]
            path = self.fresh(start)
            self.run(path, small=small, kill_after=chance.uniform(0, length))
            counts[self.state(path)] += 1
        return {"trials": number, "states": dict(counts)}

    def failures(self) -> dict[str, Any]:
        """ENOSPC, EIO and EDQUOT at every write point of an update: what is served, and the exit code."""
        counts: Counter[str] = Counter()
        points = self.run(self.fresh("update"))["points"]
        for number in (errno.ENOSPC, errno.EIO, errno.EDQUOT):
            for point in range(1, len(points) + 1):
                path = self.fresh("update")
                told = self.run(path, fail_at=point, errno=number)
                counts[f"exit {told.get('code', 0)}, {self.state(path)} served"] += 1
        return {"trials": 3 * len(points), "states": dict(counts)}


def damage(place: Path, nursery: Nursery, number: int) -> dict[str, Any]:
    """Damage to an index of several segments and kinds of vectors, batch by batch."""
    vectors.EXACT_UP_TO, build_module.SMALL = 100, 0
    corpus, index, encoder = place / "c2", place / "i2", load_encoder()
    write_corpus(corpus, 60)
    build_index(corpus, index, encoder=encoder)
    held = disk.try_lock(index / manifest.folder_name(1) / manifest.NAME, shared=True)  # keeps files to swap with
    change_corpus(corpus, 1)
    update_index(corpus, index, encoder=encoder)
    assert held is not None
    outcomes, wrong, crashes = Counter[str](), list[str](), 0
    for begin in range(0, number, 50):
        told = nursery.run(do="damage", index=str(index), seeds=[begin, min(begin + 50, number)], numpy_up_to=50)
        crashes += told["signal"] != 0
        outcomes.update(told.get("outcomes", {}))
        wrong += told.get("wrong", [])
    return {"trials": number, "outcomes": dict(outcomes), "wrong": wrong, "crashes": crashes}


def main() -> int:
    """All trials."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--damage", type=int, default=1000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, Nursery() as nursery:
        bench = Bench(Path(name), nursery, 6)
        results: dict[str, Any] = {"killed_at_every_write": bench.every_write()}
        print(results, file=sys.stderr)
        results["killed_at_random"] = bench.kills(arguments.kills)
        results["failing_writes"] = bench.failures()
        print(results, file=sys.stderr)
        results["damage"] = damage(Path(name), nursery, arguments.damage)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=1, ensure_ascii=False))
    bad = [s for part in results.values() for s in part.get("states", {}) if "mixed" in s or "unloadable" in s]
    return 1 if bad or results["damage"]["wrong"] or results["damage"]["crashes"] else 0


if __name__ == "__main__":
    sys.exit(main())

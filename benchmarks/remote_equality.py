"""The answers of an index on servers beside those of one in a folder, over the same documents and the questions of suites.

    SUYUAN_CATALOGUE_URL=postgresql+psycopg://… python -m benchmarks.remote_equality milvus+http://HOST:PORT/NAME [SUITE_DIR …]

Builds both, asks both every question, and prints one JSON line a suite: of how many questions the same passages came in the same
order, the first that differ, and the time of a build and of a search. The index at the address is overwritten. What is found is kept in
benchmarks/results/remote_equality.json.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from eval.selection import select_documents
from eval.suite import load_suite
from index.build import build_index
from index.encoders import load_encoder
from index.open import open_handle
from index.types import Index

RESULTS = Path(__file__).resolve().parent / "results" / "remote_equality.json"
SUITE = Path(__file__).resolve().parent.parent / "eval" / "cases" / "changzhou"
DEPTHS = (10, 50)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What the work gives, and the seconds it took."""
    begun = time.perf_counter()
    found = work()
    return found, time.perf_counter() - begun


def found(index: Index, question: str, k: int) -> tuple[list[tuple[str, int, int, int]], float]:
    """Source, place and number of copies of every hit, and the seconds of the search."""
    hits, seconds = timed(lambda: index.search(question, k))
    return [(h.passage.source, h.passage.start, h.passage.end, len(h.also)) for h in hits], seconds


def compare(suite_dir: Path, address: str, most: int) -> dict[str, Any]:
    """The figures of one suite."""
    with tempfile.TemporaryDirectory() as place:
        suite = select_documents(load_suite(suite_dir), Path(place))
        encoder = load_encoder()
        questions = list(dict.fromkeys(case.question for case in suite.chosen_cases()))
        questions = random.Random(0).sample(questions, min(most or len(questions), len(questions)))
        _, here = timed(lambda: build_index(suite.corpus, Path(place) / "index", encoder=encoder))
        summary, there = timed(lambda: build_index(suite.corpus, address, encoder=encoder))
        local, remote = (open_handle(one, encoder=encoder).current() for one in (Path(place) / "index", address))
        result: dict[str, Any] = {"suite": suite.name, "passages": summary.passages, "questions": len(questions)}
        result["build_s"] = [round(here, 2), round(there, 2)]
        for k in DEPTHS:
            pairs = [(q, found(local, q, k), found(remote, q, k)) for q in questions]
            differ = [q for q, one, other in pairs if one[0] != other[0]]
            times = [[one[1] for _, one, _ in pairs], [other[1] for _, _, other in pairs]]
            result[f"k={k}"] = {
                "same": len(questions) - len(differ), "differ": differ[:5],
                "p50_ms": [round(1000 * float(np.percentile(one, 50)), 1) for one in times],
                "p95_ms": [round(1000 * float(np.percentile(one, 95)), 1) for one in times],
            }  # fmt: skip
    return result


def main() -> None:
    """Every suite."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="milvus+http://HOST:PORT/NAME")
    parser.add_argument("suites", nargs="*", type=Path, default=[SUITE])
    parser.add_argument("--questions", type=int, default=0, help="only so many of each suite, drawn by chance (0: all)")
    arguments = parser.parse_args()
    for suite in arguments.suites:
        result = compare(suite, arguments.address, arguments.questions)
        kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
        kept[result["suite"]] = result
        RESULTS.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(json.dumps(result, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()

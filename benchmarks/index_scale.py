"""Speed and size of the index from 1,000 to 1,000,000 passages, beside what a user would pick instead.

    taskset -c 1 python -m benchmarks.index_scale [--data ../shared] [--sizes 1000,10000,150000] [--work DIR] [--rivals ...]

Every system is measured in a process of its own, on one core: wall and processor seconds, peak memory, bytes on disk. Results go
to benchmarks/results/index_scale.json and, as a table, to docs/index-scale.md. Delete the first to begin a new table.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import platform
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "index_scale.json"
TABLE = ROOT / "docs" / "index-scale.md"
CHARACTERS = {"law": 277, "news": 278, "anew": 382}  # of a passage, on average
QUESTIONS = 200
RATIOS = (
    "What each takes for what the index takes one of, in processor time over the same documents (30: thirty times slower). "
    "minilm reads and splits the documents itself, in chunks of 400 characters; the others are given the index's passages. "
    f"p50 and p95 are of the first {QUESTIONS} questions of a fresh process; in a running chat: of the same after {QUESTIONS} others. "
    "An update is the whole command for one changed document."
)
SLOW = {"rank_bm25": 40, "fts5": 40, "minilm": 100}
UP_TO = {"minilm": 10_000, "rank_bm25": 200_000, "bm25s": 200_000, "fts5": 200_000, "tantivy": 200_000}


def documents(data: Path, seed: int = 0) -> Iterator[tuple[str, str]]:
    """Names and texts without end: statutes, then news, then sentences of the news put together anew."""
    laws = sorted((data / "bench" / "stard" / "corpus").rglob("*.md"))
    chance = random.Random(seed)
    chance.shuffle(laws)
    for number, file in enumerate(laws):
        yield f"law/{number % 50}/{file.stem}-{number}.md", file.read_text(encoding="utf-8")
    sentences: list[str] = []
    with lzma.open(data / "text" / "news.jsonl.xz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            text = json.loads(line)["text"]
            yield f"news/{number % 500}/{number}.txt", text
            if number % 4 == 0:
                sentences += [sentence + "。" for sentence in text.split("。") if sentence]
    number = 0
    while True:
        number += 1
        yield f"anew/{number % 1000}/{number}.txt", "".join(chance.choices(sentences, k=100))


def prepare(data: Path, folder: Path, passages: int) -> None:
    """A corpus folder of about so many passages."""
    if folder.exists():
        return
    left = float(passages)
    beside = folder.with_name(folder.name + ".part")
    shutil.rmtree(beside, ignore_errors=True)
    for name, text in documents(data):
        path = beside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        left -= len(text) / CHARACTERS[name.partition("/")[0]]
        if left <= 0:
            break
    beside.rename(folder)


def measured(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """What the work returns, with wall and processor seconds (all threads)."""
    wall, processor = time.perf_counter(), time.process_time()
    value = work()
    return value, {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - processor}


def percentiles(search: Callable[[str], Any], questions: list[str]) -> dict[str, float]:
    """Milliseconds a question, after one to warm up."""
    search(questions[0])
    taken, spent = [], []
    for question in questions:
        _, seconds = measured(partial(search, question))
        taken.append(1000 * seconds["wall_s"])
        spent.append(1000 * seconds["cpu_s"])
    named = {"p50_ms": (taken, 0.5), "p95_ms": (taken, 0.95), "cpu_p50_ms": (spent, 0.5), "cpu_p95_ms": (spent, 0.95)}
    return {
        name: sorted(values)[min(len(values) - 1, int(share * len(values)))] for name, (values, share) in named.items()
    }


def size_of(folder: Path) -> int:
    """Bytes of every file below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def peak_mb() -> float:
    """Most memory this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours_build(corpus: Path, index: Path, questions: list[str]) -> dict[str, Any]:
    """Build from scratch."""
    from index.build import build_index
    from index.encoders import load_encoder

    shutil.rmtree(index, ignore_errors=True)
    summary, seconds = measured(lambda: build_index(corpus, index, encoder=load_encoder()))
    return {**seconds, "passages": summary.passages, "documents": summary.documents, "disk_mb": size_of(index) / 1e6}


def ours_serve(corpus: Path, index: Path, questions: list[str]) -> dict[str, Any]:
    """Open in a fresh process and search."""
    from index.encoders import load_encoder
    from index.local import open_index

    encoder = load_encoder()
    opened, opening = measured(lambda: open_index(index, encoder=encoder))
    _, first = measured(lambda: opened.search(questions[0]))
    times = percentiles(opened.search, questions[:QUESTIONS])
    return {"open_s": opening["wall_s"], "first_search_s": first["wall_s"], **times}


def ours_running(corpus: Path, index: Path, questions: list[str]) -> dict[str, Any]:
    """The same questions after as many others, as in a chat that has run for a while."""
    from index.encoders import load_encoder
    from index.local import open_index

    opened = open_index(index, encoder=load_encoder())
    for question in questions[QUESTIONS:]:
        opened.search(question)
    return {f"running_{name}": value for name, value in percentiles(opened.search, questions[:QUESTIONS]).items()}


def ours_update(corpus: Path, index: Path, questions: list[str]) -> dict[str, Any]:
    """One changed document, three times, as the whole command; the slowest counts."""
    taken = []
    file = sorted(corpus.rglob("*.md"))[7]
    whole = file.read_text(encoding="utf-8")
    for number in range(3):
        file.write_text(f"{whole}\n第九百条 补充规定{number}。\n", encoding="utf-8")
        begun, spent = time.perf_counter(), _spent_by_children()
        command = [sys.executable, "-m", "index", "update", str(corpus), "--out", str(index), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
        taken.append((time.perf_counter() - begun, _spent_by_children() - spent))
        summary = json.loads(done.stdout)
        assert len(summary["changed"]) == 1, summary
    file.write_text(whole, encoding="utf-8")
    wall, processor = max(taken)
    return {"update_s": wall, "update_cpu_s": processor, "encoded": summary["encoded"]}


def _spent_by_children() -> float:
    """Processor seconds of every finished child process."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def rival(name: str, corpus: Path, index: Path, questions: list[str]) -> dict[str, Any]:
    """Build and search what a user would pick instead, over the same documents or the passages ours made of them."""
    from benchmarks.index_rivals import RIVALS, WHOLE_DOCUMENTS, scratch
    from index.local import open_index
    from index.passage_text import searchable_text

    if name in WHOLE_DOCUMENTS:
        texts = [path.read_text(encoding="utf-8") for path in sorted(corpus.rglob("*")) if path.is_file()]
    else:
        opened = open_index(index)
        texts = [searchable_text(passage) for one in opened.documents() for passage in opened.passages(one.id)]
    with scratch() as folder:
        (search, count), seconds = measured(lambda: RIVALS[name](texts, Path(folder)))
        times = percentiles(search, questions[: SLOW.get(name, QUESTIONS)])
        return {**seconds, **times, "passages": count, "disk_mb": size_of(Path(folder)) / 1e6}


STEPS: dict[str, Callable[..., dict[str, Any]]] = {
    "build": ours_build, "serve": ours_serve, "running": ours_running, "update": ours_update,
}  # fmt: skip


def one(step: str, corpus: Path, index: Path, data: Path) -> None:
    """One measurement, as JSON on stdout."""
    cases = (data / "bench" / "stard" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in cases][: 2 * QUESTIONS]
    found = (
        STEPS[step](corpus, index, questions) if step in STEPS else rival(step, corpus, index, questions[:QUESTIONS])
    )
    print(json.dumps({**found, "peak_mb": peak_mb()}))


def child(step: str, corpus: Path, index: Path, data: Path) -> dict[str, Any]:
    """One measurement in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.index_scale",
        "--one",
        step,
        str(corpus),
        str(index),
        "--data",
        str(data),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        return {
            "failed": done.stderr.strip().splitlines()[-1][:300] if done.stderr.strip() else f"exit {done.returncode}"
        }
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in found.items()}


def table(results: dict[str, Any]) -> str:
    """The results as Markdown."""
    lines = [
        "# The index at scale",
        "",
        f"Made by `python -m benchmarks.index_scale` on {results['machine']}; {results['note']}",
        "",
        "| passages | system | build s (cpu) | peak MB | disk MB | open s | first question s "
        "| p50 ms (cpu) | p95 ms (cpu) | p95 ms in a running chat (cpu) | update s (cpu) |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]

    def cell(row: dict[str, Any], key: str, other: str = "") -> str:
        text = f"{row[key]:.3g}" if key in row else "–"
        return text + (f" ({row[other]:.3g})" if other in row else "")

    for size, systems in results["sizes"].items():
        for name, row in systems.items():
            if "failed" in row:
                lines.append(f"| {size} | {name} | failed: {row['failed']} |||||||||")
                continue
            cells = [cell(row, "wall_s", "cpu_s"), cell(row, "peak_mb"), cell(row, "disk_mb"), cell(row, "open_s"),
                     cell(row, "first_search_s"), cell(row, "p50_ms", "cpu_p50_ms"), cell(row, "p95_ms", "cpu_p95_ms"),
                     cell(row, "running_p95_ms", "running_cpu_p95_ms"),
                     cell(row, "update_s", "update_cpu_s")]  # fmt: skip
            lines.append(f"| {row.get('passages', size)} | {name} | " + " | ".join(cells) + " |")
    lines += ["", RATIOS, ""]
    lines += [f"- {line}" for size, systems in results["sizes"].items() for line in ratios(int(size), systems)]
    return "\n".join(lines) + "\n"


def ratios(size: int, systems: dict[str, Any]) -> Iterator[str]:
    """What each rival takes for what the index takes one of, a passage or a question."""
    mine = systems.get("suyuan", {})
    for name, row in systems.items():
        if name == "suyuan" or "cpu_s" not in row or "cpu_s" not in mine:
            continue
        build, asked = row["cpu_s"] / mine["cpu_s"], row["cpu_p95_ms"] / mine["cpu_p95_ms"]
        yield f"{size} passages, {name}: build {build:.3g}, question p95 {asked:.3g}"


def ours(corpus: Path, index: Path, data: Path) -> dict[str, Any]:
    """All steps as one row; the memory is that of serving, that of building stands beside it."""
    built = child("build", corpus, index, data)
    if "failed" in built:
        return built
    built["build_peak_mb"] = built.pop("peak_mb")
    changed = child("update", corpus, index, data)
    changed.pop("peak_mb", None)
    running = child("running", corpus, index, data)
    running["running_peak_mb"] = running.pop("peak_mb", 0)
    return {**built, **child("serve", corpus, index, data), **running, **changed}


def keep(size: int, name: str, row: dict[str, Any], load: float) -> dict[str, Any]:
    """Add a row to the results on disk and write the table anew."""
    results: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {"sizes": {}}
    results["machine"] = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    results["note"] = (
        f"each system in one thread on one core, load average at the start {load:.1f}: where that is above the number of cores, "
        "processor seconds say more than wall seconds."
    )
    results["sizes"].setdefault(str(size), {})[name] = row
    results["sizes"] = dict(sorted(results["sizes"].items(), key=lambda one: int(one[0])))
    for path, text in ((RESULTS, json.dumps(results, indent=1) + "\n"), (TABLE, table(results))):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return results


def main() -> None:
    """Prepare, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--sizes", default="1000,10000,150000")
    parser.add_argument("--rivals", default="rank_bm25,bm25s,fts5,tantivy,minilm")
    parser.add_argument("--rivals-only", action="store_true", help="leave the index itself as measured before")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "suyuan-scale")
    parser.add_argument("--one", nargs=3, metavar=("STEP", "CORPUS", "INDEX"))
    arguments = parser.parse_args()
    data = arguments.data.resolve()
    if arguments.one:
        return one(arguments.one[0], Path(arguments.one[1]), Path(arguments.one[2]), data)
    load, results = os.getloadavg()[0], dict[str, Any]()
    for size in map(int, arguments.sizes.split(",")):
        corpus, index = arguments.work / f"corpus-{size}", arguments.work / f"index-{size}"
        print(f"preparing {size}", file=sys.stderr)
        prepare(data, corpus, size)
        for name in filter(None, ["" if arguments.rivals_only else "suyuan", *arguments.rivals.split(",")]):
            if size > UP_TO.get(name, size):
                continue
            row = ours(corpus, index, data) if name == "suyuan" else child(name, corpus, index, data)
            print(size, name, row, file=sys.stderr)
            results = keep(size, name, row, load)
    if results:
        print(table(results))
    return None


if __name__ == "__main__":
    main()

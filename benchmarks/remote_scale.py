"""One folder of documents indexed in a folder and on servers: build, update of one document, search, memory, by engine and size.

    python -m benchmarks.remote_scale [--sizes 5000,50000] [--engines local,lite,core] [--core DIR] [--dask 1,2,4] [--data ../shared]

lite: Milvus Lite 3, written in Python. core: Milvus's search core in C++, as milvus-lite 2.5 brings it; DIR is where
`pip install --no-deps --target DIR milvus-lite==2.5.1` put it. Both beside a PostgreSQL that puts every commit on the disk. Each step is
a process of its own. Processor seconds count the step with its children, and those of the servers beside them: on a machine that others
use too they say more than wall seconds. Results go to benchmarks/results/remote_scale.json, one row after the other; an existing row is
kept unless --again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.index_scale import measured, peak_mb, percentiles, prepare, size_of
from index.address import Place, place_of
from index.build import build_index, update_index
from index.encoders import load_encoder
from index.open import open_handle
from tests.servers import MilvusLite, Postgres, postgres_commands

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "remote_scale.json"
ENGINES = ("local", "lite", "core")
QUESTIONS, WARMING, CHANGES = 200, 20, 3
TICKS = os.sysconf("SC_CLK_TCK")


class MilvusCore(MilvusLite):
    """The search core of Milvus in C++, over one file of its own."""

    def __init__(self, folder: Path, installed: Path) -> None:
        super().__init__(folder)
        self._library = installed / "milvus_lite" / "lib"

    def command(self) -> list[str]:
        """How it is called."""
        self.folder.mkdir(parents=True, exist_ok=True)
        program = self._library / "milvus"
        program.chmod(0o755)
        return [str(program), str(self.folder / "all.db"), f"127.0.0.1:{self.port}", "ERROR"]

    def environment(self) -> dict[str, str]:
        """Where it finds what it needs."""
        return {**os.environ, "LD_LIBRARY_PATH": str(self._library)}


class Servers:
    """Milvus and PostgreSQL of one measurement."""

    def __init__(self, milvus: MilvusLite, postgres: Postgres) -> None:
        self.milvus, self.postgres = milvus, postgres

    def usage(self) -> dict[str, float]:
        """Processor seconds of each server so far, and the most memory Milvus ever had, in MB."""
        milvus, postgres = self.milvus.process(), self.postgres.process()
        assert milvus is not None, "Milvus ended"
        assert postgres is not None, "PostgreSQL ended"
        return {
            "milvus_cpu_s": processor_seconds(milvus), "postgres_cpu_s": processor_seconds(postgres), "milvus_peak_mb": most_memory(milvus),
        }  # fmt: skip

    def disk_mb(self) -> dict[str, float]:
        """Bytes of each server's folder."""
        return {"milvus_mb": size_of(self.milvus.folder) / 1e6, "postgres_mb": size_of(self.postgres.folder) / 1e6}


def processor_seconds(process: int) -> float:
    """Of a process, of its children that ended, and of those that live."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    own = sum(map(int, fields[11:15])) / TICKS
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8").split()
    return own + sum(processor_seconds(int(one)) for one in children)


def most_memory(process: int) -> float:
    """The most resident memory of a process, in MB."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def spent() -> float:
    """Processor seconds of this process and of its children that ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def build(corpus: Path, place: Place, questions: list[str], workers: str) -> dict[str, Any]:
    """From nothing."""
    before = spent()
    summary, seconds = measured(lambda: build_index(corpus, place, encoder=load_encoder(), workers=workers))
    found = {"documents": summary.documents, "passages": summary.passages, "failed": len(summary.failed)}
    return {**found, "wall_s": seconds["wall_s"], "cpu_s": spent() - before, "peak_mb": peak_mb()}


def search(corpus: Path, place: Place, questions: list[str], workers: str) -> dict[str, Any]:
    """Questions in a process that has answered some before."""
    encoder = load_encoder()
    index, opening = measured(lambda: open_handle(place, encoder=encoder).current())
    for question in questions[QUESTIONS : QUESTIONS + WARMING]:
        index.search(question)
    times = percentiles(index.search, questions[:QUESTIONS])
    return {"open_s": opening["wall_s"], **times, "questions": QUESTIONS + WARMING + 1, "peak_mb": peak_mb()}


def update(corpus: Path, place: Place, questions: list[str], workers: str) -> dict[str, Any]:
    """One document changed, some times; the slowest counts. Without the start of the command."""
    encoder, taken = load_encoder(), list[dict[str, float]]()
    file = sorted(corpus.rglob("*.md"))[7]
    whole = file.read_text(encoding="utf-8")
    for number in range(CHANGES):
        file.write_text(f"{whole}\n第九百条 补充规定{number}。\n", encoding="utf-8")
        summary, seconds = measured(lambda: update_index(corpus, place, encoder=encoder))
        assert len(summary.changed) == 1, summary
        taken.append(seconds)
    file.write_text(whole, encoding="utf-8")
    slowest = max(taken, key=lambda one: one["wall_s"])
    return {**slowest, "peak_mb": peak_mb()}


STEPS: dict[str, Callable[..., dict[str, Any]]] = {"build": build, "search": search, "update": update}


def child(step: str, corpus: Path, place: str, **given: str) -> dict[str, Any]:
    """One step in a process of its own; `given`: what else `one` takes."""
    given = {"step": step, "corpus": str(corpus), "place": place, **given}
    command = [sys.executable, "-m", "benchmarks.remote_scale", "--one", json.dumps(given)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1][:300]}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def one(given: dict[str, str]) -> None:
    """The child's side."""
    lines = (Path(given["data"]) / "bench" / "stard" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines][: QUESTIONS + WARMING]
    place = place_of(given["place"], given.get("catalogue", ""))
    print(json.dumps(STEPS[given["step"]](Path(given["corpus"]), place, questions, given.get("workers", "0"))))


@contextmanager
def running(engine: str, folder: Path, core: Path) -> Iterator[Servers]:
    """The servers of an engine."""
    commands = postgres_commands()
    if commands is None:
        raise SystemExit("PostgreSQL is not installed (apt-get install postgresql)")
    folder.chmod(0o755)
    (folder / "postgres").mkdir()
    postgres = Postgres(folder / "postgres", commands, durable=True)
    milvus = MilvusCore(folder / "milvus", core) if engine == "core" else MilvusLite(folder / "milvus")
    postgres.create()
    postgres.start()
    try:
        milvus.start()
        yield Servers(milvus, postgres)
    finally:
        milvus.kill()
        postgres.stop()


def on_servers(engine: str, corpus: Path, data: Path, core: Path, workers: int = 0) -> dict[str, Any]:
    """All steps on an engine; with workers, the build alone."""
    row: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, running(engine, Path(folder), core) as servers:
        place = f"milvus+{servers.milvus.uri}/scale"
        for step in ("build",) if workers else STEPS:
            before = servers.usage()
            row[step] = child(step, corpus, place, catalogue=servers.postgres.url, data=str(data), workers=str(workers))
            after = servers.usage()
            row[step] |= {name: after[name] - before[name] for name in ("milvus_cpu_s", "postgres_cpu_s")}
            row[step]["milvus_peak_mb"] = after["milvus_peak_mb"]
            if step == "build":
                row[step] |= servers.disk_mb()
    return row


def in_a_folder(corpus: Path, data: Path) -> dict[str, Any]:
    """All steps in a folder of this machine."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        row = {step: child(step, corpus, str(index), data=str(data)) for step in STEPS}
        row["build"]["folder_mb"] = size_of(index) / 1e6
    return row


def keep(size: int, name: str, row: dict[str, Any]) -> None:
    """Add a row to the results on disk."""
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {"sizes": {}}
    results["machine"] = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    rounded = json.loads(json.dumps(row), parse_float=lambda text: round(float(text), 3))
    results["sizes"].setdefault(str(size), {})[name] = rounded
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(size, name, json.dumps(rounded), file=sys.stderr, flush=True)


def has(size: int, name: str) -> bool:
    """Whether a row is in the results already."""
    return RESULTS.exists() and name in json.loads(RESULTS.read_text(encoding="utf-8"))["sizes"].get(str(size), {})


def table() -> str:
    """The results as Markdown."""
    lines = [
        "| passages | engine | build s (cpu; Milvus; PostgreSQL) | search p50, p95 ms (cpu p50; Milvus each) | update s (cpu) "
        "| memory MB, chat; Milvus | disk MB |",
        "|---|---|---|---|---|---|---|",
    ]
    for size, rows in json.loads(RESULTS.read_text(encoding="utf-8"))["sizes"].items():
        lines += [line_of(size, name, row) for name, row in rows.items()]
    return "\n".join(lines)


def line_of(size: str, name: str, row: dict[str, Any]) -> str:
    """One row of the table."""
    if wrong := [step["failed"] for step in row.values() if "failed" in step]:
        return f"| {size} | {name} | failed: {wrong[0]} |||||"
    made, asked, changed = row["build"], row.get("search"), row.get("update")
    built = f"{made['wall_s']:.1f} ({made['cpu_s']:.1f}; {made.get('milvus_cpu_s', 0):.1f}; {made.get('postgres_cpu_s', 0):.1f})"
    disk = " + ".join(f"{made[key]:.0f}" for key in ("folder_mb", "milvus_mb", "postgres_mb") if key in made)
    if asked is None or changed is None:
        return f"| {made['passages']} | {name} | {built} | – | – | – | {disk} |"
    each = 1000 * asked.get("milvus_cpu_s", 0) / asked["questions"]
    found = f"{asked['p50_ms']:.0f}, {asked['p95_ms']:.0f} ({asked['cpu_p50_ms']:.0f}; {each:.0f})"
    memory = f"{asked['peak_mb']:.0f}; {asked.get('milvus_peak_mb', 0):.0f}"
    return f"| {made['passages']} | {name} | {built} | {found} | {changed['wall_s']:.2f} ({changed['cpu_s']:.2f}) | {memory} | {disk} |"


def main() -> None:
    """Every size, every engine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--sizes", default="5000,50000")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--dask", default="", help="numbers of workers, such as 1,2,4: builds at the smallest size")
    parser.add_argument("--core", type=Path, default=Path("core"), help="where milvus-lite 2.5 is installed")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "suyuan-scale")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        return one(json.loads(arguments.one))
    sizes = sorted(map(int, arguments.sizes.split(",")))
    for size in sizes:
        corpus, data = arguments.work / f"corpus-{size}", arguments.data.resolve()
        prepare(data, corpus, size)
        for engine in filter(None, arguments.engines.split(",")):
            if arguments.again or not has(size, engine):
                row = (
                    in_a_folder(corpus, data)
                    if engine == "local"
                    else on_servers(engine, corpus, data, arguments.core.resolve())
                )
                keep(size, engine, row)
        for count in filter(None, arguments.dask.split(",") if size == sizes[0] else ()):
            if arguments.again or not has(size, f"lite, {count} workers"):
                keep(size, f"lite, {count} workers", on_servers("lite", corpus, data, arguments.core, int(count)))
    print(table())
    return None


if __name__ == "__main__":
    main()

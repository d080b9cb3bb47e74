"""How much memory and time the eval takes for 500 and for 5,000 cases. Knows nothing of quality.

    python -m benchmarks.eval_scale [--out FILE]

Each size runs in a process of its own over the shipped documents, the shipped cases repeated under new ids. Prints a table and
writes JSON. Memory is the peak resident set of the process.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "eval" / "cases" / "changzhou" / "cases.jsonl"
SIZES = (500, 5000)


def suite(folder: Path, size: int) -> Path:
    """A suite of `size` cases: the shipped ones, over and over."""
    rows = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines() if line.strip()]
    folder.mkdir()
    with (folder / "cases.jsonl").open("w", encoding="utf-8") as file:
        for number in range(size):
            row = {**rows[number % len(rows)], "id": f"n{number}"}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    corpus = json.dumps(str(ROOT / "corpus" / "documents"))
    (folder / "suite.toml").write_text(f'name = "scale"\ncorpus = {corpus}\n', encoding="utf-8")
    return folder


def measure(size: int, scratch: Path) -> dict[str, Any]:
    """One size in a process of its own."""
    folder = suite(scratch / f"suite-{size}", size)
    environment = {**os.environ, "SUYUAN_DATA": str(scratch / "data"), "OMP_NUM_THREADS": "1"}
    line = [sys.executable, "-m", "eval", "run", str(folder), "--report", str(scratch / f"run-{size}")]
    before = os.times()
    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    after = os.times()
    if done.returncode not in {0, 1}:
        raise SystemExit(done.stderr)
    printed = json.loads(done.stdout)
    return {
        "cases": printed["questions"],
        "peak_memory_mb": printed["peak_memory_mb"],
        "cpu_seconds": round(
            after.children_user + after.children_system - before.children_user - before.children_system, 1
        ),
        "seconds": round(after.elapsed - before.elapsed, 1),
        "report_mb": round((scratch / f"run-{size}" / "report.html").stat().st_size / 2**20, 1),
    }


def main() -> None:
    """Measure every size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "eval_scale.json")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        rows = [measure(size, Path(scratch)) for size in SIZES]
    print(f"{'cases':>8}{'peak MiB':>10}{'cpu s':>8}{'wall s':>8}{'report MiB':>12}")
    for row in rows:
        print(
            f"{row['cases']:>8}{row['peak_memory_mb']:>10}{row['cpu_seconds']:>8}{row['seconds']:>8}{row['report_mb']:>12}"
        )
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

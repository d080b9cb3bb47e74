"""What sizes that nobody measured would take: the costs that `benchmarks.index_scale` measured, multiplied, assumption by assumption.

    python -m benchmarks.scale_model

Prints the table of docs/scale.md from benchmarks/results/index_scale.json. Everything grows in proportion here; what does not is
said there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results" / "index_scale.json"
SIZES = (10_000_000, 100_000_000, 1_000_000_000)
DIMENSIONS = 128  # of the built-in encoder
WORKERS = 32  # processes that read and encode, each on a core like the one measured
PATIENCE_MS = 200.0  # that a search may take of one core at p95; shards are searched at the same time
Measured = dict[str, Any]


def slope(smaller: Measured, larger: Measured, what: str, of: str) -> float:
    """What one more passage, or document, adds between two sizes."""
    return float((larger[what] - smaller[what]) / (larger[of] - smaller[of]))


def model(smaller: Measured, larger: Measured, passages: int) -> dict[str, str]:
    """One column of the table."""
    one = {name: larger[name] / larger["passages"] for name in ("cpu_s", "disk_mb", "documents")}
    documents = passages * one["documents"]
    searching = larger["running_cpu_p95_ms"] + (passages - larger["passages"]) * slope(
        smaller, larger, "running_cpu_p95_ms", "passages"
    )
    looking = larger["update_cpu_s"] + (documents - larger["documents"]) * slope(
        smaller, larger, "update_cpu_s", "documents"
    )
    return {
        "documents, million": f"{documents / 1e6:.2f}",
        "bytes of everything, GB": f"{passages * one['disk_mb'] / 1e3:,.0f}",
        "of these dense vectors at full precision, GB": f"{passages * 4 * DIMENSIONS / 1e9:,.0f}",
        "first build, hours of one core": f"{passages * one['cpu_s'] / 3600:,.1f}",
        f"the same by {WORKERS} workers that never wait, hours": f"{passages * one['cpu_s'] / 3600 / WORKERS:,.1f}",
        "a search on one core at p95, seconds": f"{searching / 1000:,.2f}",
        f"shards so that it takes {PATIENCE_MS:.0f} ms": f"{-(-searching // PATIENCE_MS):,.0f}",
        "an update of one document, seconds": f"{looking:,.0f}",
    }


def main() -> None:
    """The table."""
    sizes = json.loads(RESULTS.read_text(encoding="utf-8"))["sizes"]
    columns = [model(sizes["150000"]["suyuan"], sizes["1000000"]["suyuan"], size) for size in SIZES]
    print("| passages |" + "".join(f" {size:,} |" for size in SIZES))
    print("|---|" + "---|" * len(SIZES))
    for name in columns[0]:
        print(f"| {name} |" + "".join(f" {column[name]} |" for column in columns))


if __name__ == "__main__":
    main()

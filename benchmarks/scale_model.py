"""What sizes that nobody measured would take: the costs that `benchmarks.index_scale` measured, multiplied, assumption by assumption.

    python -m benchmarks.scale_model

Prints the tables of docs/scale.md from benchmarks/results/index_scale.json and remote_scale.json. Everything grows in proportion here;
what does not is said there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "results"
RESULTS, ON_SERVERS = FOLDER / "index_scale.json", FOLDER / "remote_scale.json"
ENGINE = (
    "core"  # of those that benchmarks.remote_scale measures, the one that a Milvus of several machines searches with
)
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


def engine_model(smaller: Measured, larger: Measured, passages: int) -> dict[str, str]:
    """One column of the table of servers, from an engine measured at two sizes."""
    made = larger["build"]
    more = passages - made["passages"]
    small, large = ({"ms": asked_ms(row), "passages": row["build"]["passages"]} for row in (smaller, larger))
    searching = large["ms"] + more * slope(small, large, "ms", "passages")
    each = {
        name: made[name] / made["passages"]
        for name in ("cpu_s", "milvus_cpu_s", "postgres_cpu_s", "milvus_mb", "postgres_mb")
    }
    return {
        "Milvus, GB": f"{passages * each['milvus_mb'] / 1e3:,.0f}",
        "PostgreSQL, GB": f"{passages * each['postgres_mb'] / 1e3:,.0f}",
        "first build, hours of one core: workers and publisher": f"{passages * each['cpu_s'] / 3600:,.1f}",
        "Milvus": f"{passages * each['milvus_cpu_s'] / 3600:,.1f}",
        "PostgreSQL": f"{passages * each['postgres_cpu_s'] / 3600:,.1f}",
        "a search, core seconds of Milvus": f"{searching / 1000:,.2f}",
        f"shards so that it takes {PATIENCE_MS:.0f} ms": f"{-(-searching // PATIENCE_MS):,.0f}",
    }


def asked_ms(row: Measured) -> float:
    """Processor milliseconds of Milvus for one question."""
    return float(1000 * row["search"]["milvus_cpu_s"] / row["search"]["questions"])


def main() -> None:
    """Both tables; that of servers once an engine was measured at two sizes."""
    sizes = json.loads(RESULTS.read_text(encoding="utf-8"))["sizes"]
    show([model(sizes["150000"]["suyuan"], sizes["1000000"]["suyuan"], size) for size in SIZES])
    kept = json.loads(ON_SERVERS.read_text(encoding="utf-8"))["sizes"] if ON_SERVERS.exists() else {}
    measured = [rows[ENGINE] for rows in kept.values() if "search" in rows.get(ENGINE, {})]
    measured.sort(key=lambda row: int(row["build"]["passages"]))
    if len(measured) > 1:
        print()
        show([engine_model(measured[0], measured[-1], size) for size in SIZES])


def show(columns: list[dict[str, str]]) -> None:
    """A table, a column a size."""
    print("| passages |" + "".join(f" {size:,} |" for size in SIZES))
    print("|---|" + "---|" * len(SIZES))
    for name in columns[0]:
        print(f"| {name} |" + "".join(f" {column[name]} |" for column in columns))


if __name__ == "__main__":
    main()

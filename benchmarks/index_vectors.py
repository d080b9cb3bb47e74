"""Kinds of vector index on an index's own vectors: recall of the exact 100 neighbours, time to build and to ask, size.

    python -m benchmarks.index_vectors INDEX_DIR

Queries are vectors of the questions in ../shared/bench/stard, not of passages. Writes benchmarks/results/index_vectors.json.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from index.encoders import load_encoder
from index.local import open_index, vectors

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "index_vectors.json"
NEIGHBOURS = 100


def measure(name: str, make: Any, queries: Any, truth: Any, settings: dict[str, Any]) -> list[dict[str, Any]]:
    """Build once, ask with each setting, one thread."""
    faiss = vectors._load_faiss()
    begun = time.process_time()
    index = make()
    built = time.process_time() - begun
    size = len(faiss.serialize_index(index)) / 1e6
    rows = []
    for label, change in settings.items():
        change(index)
        begun = time.process_time()
        found = [index.search(query[None], NEIGHBOURS)[1][0] for query in queries]
        taken = 1000 * (time.process_time() - begun) / len(queries)
        right = sum(len(np.intersect1d(a, b)) for a, b in zip(found, truth, strict=True)) / truth.size
        rows.append({"index": f"{name} {label}".strip(), "recall@100": round(right, 4), "cpu_ms": round(taken, 3),
                     "build_cpu_s": round(built, 1), "mb": round(size, 1)})  # fmt: skip
        print(rows[-1], flush=True)
    return rows


def main() -> None:
    """Flat, IVF with 8- and 16-bit vectors, HNSW."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("index", type=Path)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared")
    arguments = parser.parse_args()
    faiss, encoder = vectors._load_faiss(), load_encoder()
    segment = open_index(arguments.index, encoder=encoder)._segments[0]
    matrix = segment.vectors.vectors_at(np.arange(segment.vectors.count))
    cases = (arguments.data / "bench" / "stard" / "cases.jsonl").read_text(encoding="utf-8").splitlines()[:200]
    queries = encoder.encode([json.loads(line)["question"] for line in cases])
    exact = vectors.exact_index(matrix)
    truth = exact.search(queries, NEIGHBOURS)[1]
    faiss.omp_set_num_threads(1)

    def probes(number: int) -> Any:
        return lambda index: setattr(index, "nprobe", number)

    def efforts(number: int) -> Any:
        return lambda index: setattr(index.hnsw, "efSearch", number)

    def hnsw() -> Any:
        index = faiss.IndexHNSWFlat(matrix.shape[1], 32, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = 80
        index.add(matrix)
        return index

    chosen = {"as chosen when built": lambda index: None}
    rows = measure("flat", lambda: exact, queries, truth, {"": lambda index: None})
    steps = {f"nprobe {number}": probes(number) for number in (8, 16, 32, 64, 128)}
    rows += measure("IVF fp16", lambda: vectors.inverted_index(matrix), queries, truth, chosen | steps)
    rows += measure("HNSW 32", hnsw, queries, truth, {f"efSearch {n}": efforts(n) for n in (100, 200, 400)})
    RESULTS.parent.mkdir(exist_ok=True)
    result = {"vectors": len(matrix), "dimension": matrix.shape[1], "queries": len(queries), "rows": rows}
    RESULTS.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

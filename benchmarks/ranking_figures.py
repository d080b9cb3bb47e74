"""Writes the ranking figures of ranx for a table of rankings, which the tests hold ours equal to. Knows nothing of our metrics.

    python -m benchmarks.ranking_figures

ranx compiles itself for half a minute, so the tests read its figures instead of running it.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

TABLE = Path(__file__).resolve().parents[1] / "tests" / "eval" / "golden" / "ranx.json"
METRICS = ["recall@1", "recall@3", "recall@5", "recall@10", "mrr@10", "ndcg@10"]


def main() -> None:
    """Make forty rankings of up to fifteen passages, of which up to five are right, and write what ranx says of each."""
    import ranx

    rng = random.Random(4)
    rankings = []
    for _ in range(40):
        relevant = rng.randint(1, 5)
        found = sorted(rng.sample(range(1, 16), rng.randint(0, relevant)))
        rankings.append({"relevant": relevant, "ranks": found})
    qrels = {str(n): {f"right{i}": 1 for i in range(int(str(r["relevant"])))} for n, r in enumerate(rankings)}
    run = ranx.Run({str(n): _scores(list(r["ranks"])) for n, r in enumerate(rankings)})  # type: ignore[call-overload]
    ranx.evaluate(ranx.Qrels(qrels), run, METRICS)
    rows = [
        {**ranking, **{name: round(float(run.scores[name][str(n)]), 9) for name in METRICS}}
        for n, ranking in enumerate(rankings)
    ]
    lines = ",\n".join(json.dumps(row) for row in rows)
    TABLE.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _scores(ranks: list[int]) -> dict[str, float]:
    """Fifteen passages with falling scores; those at `ranks` are right ones, in order."""
    right = {rank: f"right{i}" for i, rank in enumerate(ranks)}
    return {right.get(rank, f"other{rank}"): 100.0 - rank for rank in range(1, 16)}


if __name__ == "__main__":
    main()

"""Fits the linear ranker on suites' cases, cross-fitted by document for an honest figure; knows nothing of answers.

    python -m index.training.ranker OUT.safetensors SUITE_DIR=INDEX_DIR [SUITE_DIR=INDEX_DIR ...]

For every case the search's first 40 passages and which of them hold the evidence; a softmax over the candidates is fitted by
L-BFGS with an L2 penalty. Prints mean reciprocal rank at 10 of the search alone and of the cross-fitted ranker (documents in
two folds), then fits on all cases and writes the weights.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from corpus.normal import fold
from index import ranking
from index.local import LocalIndex, open_index
from index.rerank import BuiltInReranker
from index.training.groups import fold_of

CANDIDATES, PENALTY = 40, 1e-3
Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Case:
    """The candidates of one question: features, whether each holds the evidence, the fold."""

    table: Array
    right: NDArray[np.bool_]
    fold: int


def bare(text: str) -> str:
    return "".join(fold(text).split())


def shares_run(text: str, quote: str) -> bool:
    """Whether half of the shorter text, and at least ten characters or the whole quote, occurs in both unbroken."""
    size = min(max(math.ceil(min(len(text), len(quote)) / 2), 10), len(quote))
    runs = {quote[i : i + size] for i in range(len(quote) - size + 1)}
    return any(text[i : i + size] in runs for i in range(len(text) - size + 1))


def cases(suite: Path, index: LocalIndex, reranker: BuiltInReranker) -> list[Case]:
    out = []
    for line in (suite / "cases.jsonl").open(encoding="utf-8"):
        case = json.loads(line)
        evidence = [(e["doc"], bare(e["quote"])) for e in case["evidence"] if not e.get("weak")]
        hits = index.search(case["question"], CANDIDATES) if evidence else []
        if not hits:
            continue
        table = reranker.table(case["question"], [h.passage for h in hits], [h.score for h in hits])
        right = [
            any(
                p.source == doc and shares_run(bare(p.text), quote)
                for p in (h.passage, *h.also)
                for doc, quote in evidence
            )
            for h in hits
        ]
        out.append(Case(table, np.array(right), fold_of(case["evidence"][0]["doc"])))
    return out


def fit(found: list[Case], columns: int) -> Array:
    """Weights of the first ``columns`` features."""
    import torch

    useful = [c for c in found if c.right.any() and not c.right.all()]
    longest = max(len(c.right) for c in useful)
    table = torch.zeros(len(useful), longest, columns)
    closed, wrong = torch.full((len(useful), longest), -1e9), torch.full((len(useful), longest), -1e9)
    for row, case in enumerate(useful):
        table[row, : len(case.right)] = torch.from_numpy(case.table[:, :columns])
        closed[row, : len(case.right)] = 0
        wrong[row, : len(case.right)] = torch.from_numpy(np.where(case.right, 0, -1e9).astype(np.float32))
    weights = torch.zeros(columns, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=80)

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        scores = torch.log_softmax(table @ weights + closed, dim=1)
        value = -torch.logsumexp(scores + wrong, dim=1).mean() + PENALTY * (weights**2).sum()
        value.backward()
        return value

    optimiser.step(loss)
    return np.asarray(weights.detach().numpy(), dtype=np.float32)


def reciprocal(case: Case, weights: Array) -> float:
    order = np.argsort(-(case.table[:, : len(weights)] @ weights), kind="stable")[:10]
    found = np.flatnonzero(case.right[order])
    return 1 / (1 + int(found[0])) if len(found) else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("out", type=Path)
    parser.add_argument("suites", nargs="+")
    args = parser.parse_args()
    reranker, columns = BuiltInReranker(), len(ranking.NAMES)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    if not args.out.exists():  # a first order for the network's few: the search's own
        start = np.zeros(columns, dtype=np.float32)
        start[0] = 1
        save_file({"words": start, "all": np.append(start, np.zeros(4, np.float32)).astype(np.float32)}, str(args.out))
    everything: list[Case] = []
    for pair in args.suites:
        suite, _, folder = pair.partition("=")
        found = cases(Path(suite), open_index(Path(folder)), reranker)
        halves = [[c for c in found if c.fold == fold] for fold in (0, 1)]
        alone = np.eye(1, columns, dtype=np.float32)[0]
        means = {"search": float(np.mean([reciprocal(c, alone) for c in found]))}
        for name, width in (("words", columns), ("all", columns + 4)):
            fitted = [fit(half, width) for half in halves]
            values = [reciprocal(c, fitted[1 - f]) for f in (0, 1) for c in halves[f]]
            means[name] = float(np.mean(values))
        print(suite, len(found), {k: round(v, 4) for k, v in means.items()}, flush=True)
        everything += found
    save_file({"words": fit(everything, columns), "all": fit(everything, columns + 4)}, str(args.out))


if __name__ == "__main__":
    main()

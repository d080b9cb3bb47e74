"""Fits the linear ranker on suites' cases, cross-fitted by document for an honest figure; knows nothing of answers.

    python -m index.training.ranker FOLDS_DIR OUT.safetensors NAME=SUITE_DIR:INDEX_DIR [NAME=SUITE_DIR:INDEX_DIR ...]

FOLDS_DIR/fold0 and /fold1 hold ``reader/model.safetensors``, each trained without the documents of its fold, and each case is
read by the one that did not see its document. For every case the search's first 40 passages and which of them hold the
evidence; a softmax over the candidates is fitted by L-BFGS with an L2 penalty, the cases of small suites weighing as much in
all as those of large ones. Prints mean reciprocal rank at 10 of the search alone and of the cross-fitted ranker, writes the
weights for either fold beside its reader, then those of all cases to OUT.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from corpus.text.characters import fold
from index.encoders import models_from
from index.local import LocalIndex, open_index
from index.rerank import BuiltInReranker
from index.training.groups import FOLDS, fold_of
from index.types import Hit

CANDIDATES, PENALTY = 40, 1e-3
Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Case:
    """The candidates of one question: features, whether each holds the evidence, the fold, the share it has in the fit."""

    suite: str
    question: str
    hits: list[Hit]
    words: Array
    right: NDArray[np.bool_]
    fold: int
    weight: float = 1.0


def bare(text: str) -> str:
    return "".join(fold(text).split())


def shares_run(text: str, quote: str) -> bool:
    """Whether half of the shorter text, and at least ten characters or the whole quote, occurs in both unbroken."""
    size = min(max(math.ceil(min(len(text), len(quote)) / 2), 10), len(quote))
    runs = {quote[i : i + size] for i in range(len(quote) - size + 1)}
    return any(text[i : i + size] in runs for i in range(len(text) - size + 1))


def cases(name: str, suite: Path, index: LocalIndex, reranker: BuiltInReranker) -> list[Case]:
    out = []
    for line in (suite / "cases.jsonl").open(encoding="utf-8"):
        case = json.loads(line)
        evidence = [(e["doc"], bare(e["quote"])) for e in case["evidence"] if not e.get("weak")]
        hits = index.search(case["question"], CANDIDATES) if evidence else []
        if not hits:
            continue
        words = reranker.words(case["question"], [h.passage for h in hits], [h.score for h in hits])
        right = [
            any(
                p.source == doc and shares_run(bare(p.text), quote)
                for p in (h.passage, *h.also)
                for doc, quote in evidence
            )
            for h in hits
        ]
        document = case["evidence"][0]["doc"]
        out.append(Case(name, case["question"], hits, words, np.array(right), fold_of(document)))
    return [replace(case, weight=(500 / len(out)) ** 0.5) for case in out]


def fit(found: list[tuple[Case, Array]]) -> Array:
    """Weights of the features of cases, each a table (candidates, features)."""
    import torch

    useful = [(c, t) for c, t in found if c.right.any() and not c.right.all()]
    longest, columns = max(len(c.right) for c, _ in useful), useful[0][1].shape[1]
    share = torch.tensor([c.weight for c, _ in useful])
    table = torch.zeros(len(useful), longest, columns)
    closed, wrong = torch.full((len(useful), longest), -1e9), torch.full((len(useful), longest), -1e9)
    for row, (case, own) in enumerate(useful):
        table[row, : len(case.right)] = torch.from_numpy(own)
        closed[row, : len(case.right)] = 0
        wrong[row, : len(case.right)] = torch.from_numpy(np.where(case.right, 0, -1e9).astype(np.float32))
    weights = torch.zeros(columns, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        scores = torch.log_softmax(table @ weights + closed, dim=1)
        value = -(torch.logsumexp(scores + wrong, dim=1) * share).sum() / share.sum() + PENALTY * (weights**2).sum()
        value.backward()
        return value

    optimiser.step(loss)
    return np.asarray(weights.detach().numpy(), dtype=np.float32)


def reciprocal(case: Case, scores: Array) -> float:
    order = np.argsort(-scores, kind="stable")[:10]
    found = np.flatnonzero(case.right[order])
    return 1 / (1 + int(found[0])) if len(found) else 0.0


def report(found: list[Case], scores: list[tuple[str, list[Array]]]) -> None:
    """Mean reciprocal rank at 10 and recall at 1 and 10 of every suite for every way to score."""
    for suite in dict.fromkeys(c.suite for c in found):
        for name, values in scores:
            own = [reciprocal(c, v) for c, v in zip(found, values, strict=True) if c.suite == suite]
            noise = 1.96 * np.std(own) / len(own) ** 0.5
            at = f"R@1 {np.mean([x == 1 for x in own]):.4f} R@10 {np.mean([x > 0 for x in own]):.4f}"
            print(f"{suite} {len(own)} {name}: MRR@10 {np.mean(own):.4f} +- {noise:.4f} {at}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folds", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("suites", nargs="+")
    args = parser.parse_args()
    folders = [args.folds / f"fold{fold}" for fold in range(FOLDS)]
    reranker = BuiltInReranker()
    found: list[Case] = []
    for given in args.suites:
        name, _, rest = given.partition("=")
        suite, _, folder = rest.rpartition(":")
        found += cases(name, Path(suite), open_index(Path(folder)), reranker)
    words = [fit([(c, c.words) for c in found if c.fold != fold]) for fold in range(FOLDS)]
    files = [folder / "ranker" / "model.safetensors" for folder in folders]
    for file, weights in zip(files, words, strict=True):  # which passages the network reads depends on these
        file.parent.mkdir(parents=True, exist_ok=True)
        save_file({"words": weights, "all": np.append(weights, np.zeros(4, np.float32)).astype(np.float32)}, str(file))
    tables = []
    for case in found:
        with models_from(folders[case.fold]):
            priors = [h.score for h in case.hits]
            tables.append(reranker.table(case.question, [h.passage for h in case.hits], priors))
    read = list(zip(found, tables, strict=True))
    everything = [fit([(c, t) for c, t in read if c.fold != fold]) for fold in range(FOLDS)]
    for file, first, second in zip(files, words, everything, strict=True):
        save_file({"words": first, "all": second}, str(file))
    report(
        found,
        [
            ("search", [c.words[:, 0] for c in found]),
            ("words", [c.words @ words[c.fold] for c in found]),
            ("all", [t @ everything[c.fold] for c, t in read]),
        ],
    )
    args.out.parent.mkdir(parents=True, exist_ok=True)
    save_file({"words": fit([(c, c.words) for c in found]), "all": fit(read)}, str(args.out))


if __name__ == "__main__":
    main()

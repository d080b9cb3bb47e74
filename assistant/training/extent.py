"""Fits the scorer of runs and the answerability of the extractive reader, cross-fitted by document.

    python -m assistant.training.extent OUT.safetensors --index NCP_INDEX --suite NCP_DIR --absent ABSENT_CASES.jsonl \
        [--more CMRC_DIR=CMRC_INDEX] [--cache FILE.npz]

Runs: expected overlap with the written answer (ROUGE-L, F) under a softmax over all runs is raised directly, with a little
cross-entropy towards the best runs. Answerability: logistic regression on what the scorer, the network and the rules say of
answerable and of absent questions. Prints cross-fitted figures, then fits on everything and writes the weights.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from assistant.reading import reader, runs, trained
from assistant.training.overlap import f_score, letters, run, subsequence
from assistant.understanding.analysis import analyse
from index.local import LocalIndex, open_index
from index.rerank import load_reranker
from index.training.groups import fold_of

HIDDEN, EPOCHS, RATE = 32, 25, 3e-3
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Case:
    """One question: the runs with their features, their overlap with the answer, what the rules say, the fold."""

    found: runs.Runs
    relevance: list[float]
    overlap: Floats
    rules: Floats
    fold: int
    suite: str


def overlap(found: runs.Runs, texts: list[str], golds: list[str], measure: Callable[[str, str], int]) -> Floats:
    """The best F of each run over the written answers."""
    known: dict[str, float] = {}
    gold = [letters(g) for g in golds]
    out = []
    for passage, start, end in zip(found.passage, found.start, found.end, strict=True):
        text = letters(texts[passage][start:end])
        if text not in known:
            known[text] = max((f_score(measure(g, text), len(g), len(text)) for g in gold if g), default=0.0)
        out.append(known[text])
    return np.array(out, dtype=np.float32)


def cases(name: str, file: Path, index: LocalIndex, limit: int | None, seed: int) -> Iterator[Case]:
    lines = [json.loads(line) for line in file.open(encoding="utf-8")]
    if limit and limit < len(lines):
        lines = random.Random(seed).sample(lines, limit)
    for case in lines:
        analysis = analyse(case["question"])
        hits = index.search(analysis.text, 10)
        if not hits:
            continue
        found, relevance = trained.candidates(analysis, hits)
        texts = [h.passage.text for h in hits]
        value = overlap(found, texts, case["answers"], run if name == "cmrc" else subsequence)
        document = case["evidence"][0]["doc"] if case["evidence"] else case["id"]
        yield Case(found, relevance, value, reader.rule_signs(analysis, hits, index), fold_of(document), name)


def fit_runs(found: list[Case], seed: int) -> trained.Weights:
    """The network of one hidden layer, by Adam over questions."""
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    useful = [c for c in found if len(c.overlap) and c.overlap.max() > 0.1]
    rows = np.concatenate([c.found.features for c in useful])
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + np.float32(1e-3)
    net = torch.nn.Sequential(torch.nn.Linear(len(mean), HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 1))
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=1e-3)
    tables = [torch.from_numpy((c.found.features - mean) / scale) for c in useful]
    values = [torch.from_numpy(c.overlap) for c in useful]
    order, rng = list(range(len(useful))), random.Random(seed)
    for epoch in range(EPOCHS):
        rng.shuffle(order)
        for begin in range(0, len(order), 16):
            chosen = order[begin : begin + 16]
            scores = net(torch.cat([tables[i] for i in chosen])).squeeze(1).split([len(tables[i]) for i in chosen])
            losses = []
            for score, i in zip(scores, chosen, strict=True):
                logp = torch.log_softmax(score, 0)
                losses.append(-(logp.exp() * values[i]).sum() - 0.1 * (torch.softmax(values[i] * 12, 0) * logp).sum())
            torch.stack(losses).mean().backward()
            optimiser.step()
            optimiser.zero_grad()
        for group in optimiser.param_groups:
            group["lr"] = RATE * max(0.02, 1 - (epoch + 1) / EPOCHS)
    up, up_bias, down, down_bias = (p.detach().numpy() for p in net.parameters())
    return trained.Weights(mean, scale, np.ascontiguousarray(up.T), up_bias, down[0], down_bias)


def signs(case: Case, scorer: trained.Weights) -> Floats:
    return np.concatenate([trained.signs(case.found, scorer(case.found.features), case.relevance), case.rules])


def fit_answerable(rows: Floats, labels: NDArray[np.bool_]) -> Floats:
    """Weights of a logistic regression over the signs, the constant last."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    model = LogisticRegression(C=0.3, max_iter=1000).fit((rows - mean) / scale, labels)
    slope = model.coef_[0] / scale
    return np.append(slope, model.intercept_[0] - slope @ mean).astype(np.float32)


def abstention(odds: Floats, labels: NDArray[np.bool_], share: float) -> dict[str, float]:
    """F1 of abstaining when ``share`` of the answerable are refused."""
    limit = float(np.quantile(odds[labels], share))
    refused = odds < limit
    right = int((refused & ~labels).sum())
    f1 = 2 * right / (int(refused.sum()) + int((~labels).sum()))
    return {
        "threshold": limit,
        "f1": f1,
        "recall": right / int((~labels).sum()),
        "false": float(refused[labels].mean()),
    }


def report(found: list[Case], absent: list[Case], seed: int) -> float:
    """Prints cross-fitted figures and returns the threshold at 4 % false refusals."""
    values: dict[str, list[float]] = {}
    odds: list[float] = []
    labels: list[bool] = []
    for fold in (0, 1):
        scorer = fit_runs([c for c in found if c.fold != fold], seed)
        learn = [c for c in found if c.fold != fold and c.suite == "ncp"], [c for c in absent if c.fold != fold]
        rows = np.stack([signs(c, scorer) for part in learn for c in part])
        weights = fit_answerable(rows, np.array([True] * len(learn[0]) + [False] * len(learn[1])))
        for c in found:
            if c.fold == fold:
                values.setdefault(c.suite, []).append(float(c.overlap[int(scorer(c.found.features).argmax())]))
        for part, label in ((found, True), (absent, False)):
            for c in part:
                if c.fold == fold and c.suite != "cmrc":
                    odds.append(float(np.append(signs(c, scorer), 1) @ weights))
                    labels.append(label)
    for suite, got in values.items():
        print(suite, len(got), f"overlap {np.mean(got):.4f} +- {1.96 * np.std(got) / len(got) ** 0.5:.4f}")
    threshold = 0.0
    for share in (0.02, 0.03, 0.04, 0.05, 0.08):
        result = abstention(np.array(odds, np.float32), np.array(labels), share)
        threshold = result["threshold"] if share == 0.04 else threshold
        print(share, {k: round(v, 3) for k, v in result.items()}, flush=True)
    return threshold


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("out", type=Path)
    parser.add_argument("--suite", type=Path, required=True)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--absent", type=Path, required=True)
    parser.add_argument("--more", action="append", default=[])
    parser.add_argument("--limit", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    reranker = load_reranker("built-in")
    index = open_index(args.index, reranker=reranker)
    found = list(cases("ncp", args.suite / "cases.jsonl", index, None, args.seed))
    absent = list(cases("absent", args.absent, index, None, args.seed))
    for pair in args.more:
        suite, _, folder = pair.partition("=")
        more = open_index(Path(folder), reranker=reranker)
        found += cases("cmrc", Path(suite) / "cases.jsonl", more, args.limit, args.seed)
    threshold = report(found, absent, args.seed)
    scorer = fit_runs(found, args.seed)
    own = [c for c in found if c.suite == "ncp"]
    rows = np.stack([signs(c, scorer) for c in [*own, *absent]])
    answerable = fit_answerable(rows, np.array([True] * len(own) + [False] * len(absent)))
    answerable[-1] -= threshold  # log-odds 0 is where 4 % of the answerable are refused
    names = ("mean", "scale", "up", "up_bias", "down", "down_bias")
    args.out.parent.mkdir(parents=True, exist_ok=True)
    save_file({**{n: np.atleast_1d(getattr(scorer, n)) for n in names}, "answerable": answerable}, str(args.out))


if __name__ == "__main__":
    main()

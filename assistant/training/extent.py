"""Fits the scorer of runs and the answerability of the extractive reader, cross-fitted by document.

    python -m assistant.training.extent FOLDS_DIR OUT.safetensors ncp=NCP_DIR:NCP_INDEX cmrc=CMRC_DIR:CMRC_INDEX \
        --absent ABSENT_CASES.jsonl:NCP_INDEX [--limit 700]

FOLDS_DIR/fold0 and /fold1 hold ``reader/`` and ``ranker/``, each trained without the documents of its fold, and each case is
ranked and read by those that did not see its document. Runs: expected overlap with the written answer (ROUGE-L, F) under a
softmax over all runs is raised directly, with a little cross-entropy towards the best runs. Answerability: logistic regression
on what the scorer, the network and the rules say of answerable and of absent questions. Prints cross-fitted figures, writes the
weights for either fold beside its reader, then those of all cases to OUT.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from assistant.reading import reader, runs, trained
from assistant.training.overlap import f_score, letters, run, subsequence
from assistant.understanding.analysis import analyse
from index.encoders import models_from
from index.local import LocalIndex, open_index
from index.rerank import load_reranker
from index.training.groups import FOLDS, fold_of

HIDDEN, EPOCHS, RATE, NETS = 32, 25, 3e-3, 4
SUITE = "ncp"  # the suite that the absent questions are asked of
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


def sample(file: Path, limit: int | None, seed: int) -> list[dict[str, Any]]:
    """The cases of a file, or so many of them by chance."""
    lines = [json.loads(line) for line in file.open(encoding="utf-8")]
    return random.Random(seed).sample(lines, limit) if limit and limit < len(lines) else lines


def cases(name: str, lines: list[dict[str, Any]], index: LocalIndex, folders: list[Path]) -> Iterator[Case]:
    """Every case as the models of the folder see it that did not see its document."""
    for case in lines:
        fold = fold_of(case["evidence"][0]["doc"] if case["evidence"] else case["id"])
        analysis = analyse(case["question"])
        with models_from(folders[fold]):
            hits = index.search(analysis.text, 10)
            if not hits:
                continue
            found, relevance = trained.candidates(analysis, hits)
            rules = reader.rule_signs(analysis, hits, index)
        texts = [h.passage.text for h in hits]
        value = overlap(found, texts, case["answers"], run if name == "cmrc" else subsequence)
        yield Case(found, relevance, value, rules, fold, name)


def fit_runs(found: list[Case], seed: int) -> trained.Weights:
    """The mean of NETS networks of one hidden layer, which is one of NETS times the width: their seeds matter otherwise."""
    useful = [c for c in found if len(c.overlap) and c.overlap.max() > 0.1]
    rows = np.concatenate([c.found.features for c in useful])
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + np.float32(1e-3)
    tables = [(c.found.features - mean) / scale for c in useful]
    parts = [fit_one(tables, [c.overlap for c in useful], seed + number) for number in range(NETS)]
    up, up_bias, down, down_bias = (np.concatenate([part[i] for part in parts], axis=-1) for i in range(4))
    return trained.Weights(mean, scale, up, up_bias, np.asarray(down / NETS, np.float32), down_bias.mean(keepdims=True))


def fit_one(tables: list[Floats], overlaps: list[Floats], seed: int) -> tuple[Floats, ...]:
    """One network by Adam over questions: (signs, HIDDEN), (HIDDEN,), (HIDDEN,), (1,)."""
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    net = torch.nn.Sequential(torch.nn.Linear(tables[0].shape[1], HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 1))
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=1e-3)
    inputs, values = [torch.from_numpy(t) for t in tables], [torch.from_numpy(v) for v in overlaps]
    order, rng = list(range(len(inputs))), random.Random(seed)
    for epoch in range(EPOCHS):
        rng.shuffle(order)
        for begin in range(0, len(order), 16):
            chosen = order[begin : begin + 16]
            scores = net(torch.cat([inputs[i] for i in chosen])).squeeze(1).split([len(inputs[i]) for i in chosen])
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
    return np.ascontiguousarray(up.T), up_bias, down[0], down_bias


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


@dataclass(frozen=True, slots=True)
class Fitted:
    """Both sets of weights."""

    runs: trained.Weights
    answerable: Floats

    def save(self, file: Path, threshold: float) -> None:
        """Writes them, log-odds 0 moved to the threshold."""
        names = ("mean", "scale", "up", "up_bias", "down", "down_bias")
        answerable = self.answerable.copy()
        answerable[-1] -= threshold
        file.parent.mkdir(parents=True, exist_ok=True)
        parts = {name: np.atleast_1d(getattr(self.runs, name)) for name in names}
        save_file({**parts, "answerable": answerable}, str(file))


def fitted(found: list[Case], absent: list[Case], seed: int) -> Fitted:
    """Weights from these cases: runs from all, answerability from those of the absent questions' suite."""
    scorer = fit_runs(found, seed)
    own = [c for c in found if c.suite == SUITE]
    rows = np.stack([signs(c, scorer) for c in (*own, *absent)])
    return Fitted(scorer, fit_answerable(rows, np.array([True] * len(own) + [False] * len(absent))))


def report(found: list[Case], absent: list[Case], halves: list[Fitted]) -> float:
    """Prints cross-fitted figures and returns the threshold at 4 % false refusals."""
    values: dict[str, list[float]] = {}
    for c in found:
        best = int(halves[c.fold].runs(c.found.features).argmax())
        values.setdefault(c.suite, []).append(float(c.overlap[best]))
    for suite, got in values.items():
        print(suite, len(got), f"overlap {np.mean(got):.4f} +- {1.96 * np.std(got) / len(got) ** 0.5:.4f}")
    asked = [c for c in (*found, *absent) if c.suite in (SUITE, "absent")]
    odds = [float(np.append(signs(c, halves[c.fold].runs), 1) @ halves[c.fold].answerable) for c in asked]
    labels = np.array([c.suite == SUITE for c in asked])
    threshold = 0.0
    for share in (0.02, 0.03, 0.04, 0.05, 0.08):
        result = abstention(np.array(odds, np.float32), labels, share)
        threshold = result["threshold"] if share == 0.04 else threshold
        print(share, {k: round(v, 3) for k, v in result.items()}, flush=True)
    return threshold


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folds", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("suites", nargs="+")
    parser.add_argument("--absent", required=True)
    parser.add_argument("--limit", type=int, default=700)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    folders = [args.folds / f"fold{fold}" for fold in range(FOLDS)]
    reranker = load_reranker("built-in")
    found: list[Case] = []
    for given in args.suites:
        name, _, rest = given.partition("=")
        suite, _, folder = rest.rpartition(":")
        index = open_index(Path(folder), reranker=reranker)
        found += cases(name, sample(Path(suite) / "cases.jsonl", args.limit, args.seed), index, folders)
    file, _, folder = args.absent.rpartition(":")
    index = open_index(Path(folder), reranker=reranker)
    absent = list(cases("absent", sample(Path(file), None, args.seed), index, folders))
    halves = [
        fitted([c for c in found if c.fold != fold], [c for c in absent if c.fold != fold], args.seed)
        for fold in range(FOLDS)
    ]
    threshold = report(found, absent, halves)
    for folder_of, weights in zip(folders, halves, strict=True):
        weights.save(folder_of / "extent" / "model.safetensors", threshold)
    fitted(found, absent, args.seed).save(args.out, threshold)


if __name__ == "__main__":
    main()

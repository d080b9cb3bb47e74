"""Weights beside the network: how wording and relevance order passages. Knows no training rows.

The network is asked only about documents of fold 0, which it never saw. Wording's weights are a softmax over each
question's candidates, fitted by L-BFGS; so are the two that combine wording with relevance.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.reader import Reader
from assistant.reader.training.rows import fold_of, read_lines
from assistant.retrieval import features
from assistant.understanding.analysis import analyse_question, search_query
from corpus.types import Passage
from index.local import LocalIndex
from index.types import Hit

Array = NDArray[np.float32]
CANDIDATES = 40
PENALTY = 1e-3


@dataclass(frozen=True, slots=True)
class Candidates:
    """One question's passages: features of wording, whether each holds the evidence, whether the network saw its document."""

    question: str
    hits: list[Hit]
    wording: Array
    right: NDArray[np.bool_]
    unseen: bool


def bare_text(text: str) -> str:
    """The text in compatibility form without white space."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def shares_run(text: str, quote: str) -> bool:
    """Whether half of the shorter text, and at least ten characters or the whole quote, occurs in both unbroken."""
    size = min(max(-(-min(len(text), len(quote)) // 2), 10), len(quote))
    runs = {quote[i : i + size] for i in range(len(quote) - size + 1)}
    return any(text[i : i + size] in runs for i in range(len(text) - size + 1))


def holds_evidence(passages: Sequence[Passage], evidence: Sequence[tuple[str, str]]) -> bool:
    """Whether one of the passages is of an evidence's document and holds its quote (bare)."""
    return any(
        p.source == document and shares_run(bare_text(p.text), quote) for p in passages for document, quote in evidence
    )


def suite_candidates(data: Path, suite: str, index: LocalIndex) -> list[Candidates]:
    """The development cases of a question set with what the search finds."""
    out = []
    for case in read_lines(data / "bench" / suite / "cases.jsonl"):
        evidence = [(e["doc"], bare_text(e["quote"])) for e in case["evidence"] if not e.get("weak")]
        question = search_query(analyse_question(case["question"]))
        hits = index.search(question, CANDIDATES) if evidence else []
        if hits:
            wording = features.feature_table(question, [h.passage for h in hits], [h.score for h in hits])
            right = np.array([holds_evidence((h.passage, *h.also), evidence) for h in hits])
            unseen = fold_of(evidence[0][0] if suite != "stard" else case["id"]) == 0
            out.append(Candidates(question, hits, wording, right, unseen))
    return out


def fit_order(tables: Sequence[Array], rights: Sequence[NDArray[np.bool_]], shares: Sequence[float]) -> Array:
    """Weights (features,) under which passages that hold the evidence come first."""
    import torch

    kept = [
        (torch.from_numpy(t), torch.from_numpy(r), s)
        for t, r, s in zip(tables, rights, shares, strict=True)
        if r.any() and not r.all()
    ]
    weights = torch.zeros(kept[0][0].shape[1], requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def order_loss() -> Any:
        optimiser.zero_grad()
        total = sum(-s * torch.logsumexp(torch.log_softmax(t @ weights, 0)[r], 0) for t, r, s in kept)
        value = total / sum(s for *_, s in kept) + PENALTY * (weights**2).sum()
        value.backward()
        return value

    optimiser.step(order_loss)
    return np.asarray(weights.detach().numpy(), dtype=np.float32)


def reciprocal_ranks(scores: Sequence[Array], rights: Sequence[NDArray[np.bool_]]) -> Array:
    """1 / rank of the first passage that holds the evidence among the first ten, 0 where none does."""
    out = []
    for score, right in zip(scores, rights, strict=True):
        found = np.flatnonzero(right[np.argsort(-score, kind="stable")[:10]])
        out.append(1 / (1 + int(found[0])) if len(found) else 0.0)
    return np.array(out, dtype=np.float32)


def fit_ranking(found: dict[str, list[Candidates]], reader: Reader, read: int) -> dict[str, Any]:
    """The weights of order, printed with what they bring; relevance is learned from unseen documents alone."""
    everything = [(name, one) for name, cases in found.items() for one in cases]
    shares = [1 / len(found[name]) ** 0.5 for name, _ in everything]
    lexical = fit_order([one.wording for _, one in everything], [one.right for _, one in everything], shares)
    unseen = [(name, one) for name, one in everything if one.unseen]
    tables, rights, names = [], [], []
    for name, one in unseen:
        wording = one.wording @ lexical
        first = np.argsort(-wording, kind="stable")[:read]
        relevance = [r.relevance for r in reader.read_passages(one.question, [one.hits[i].passage for i in first])]
        tables.append(np.stack([wording[first], np.array(relevance, dtype=np.float32)], 1))
        rights.append(one.right[first])
        names.append(name)
    both = fit_order(tables, rights, [1 / len(found[name]) ** 0.5 for name in names])
    scorings: tuple[tuple[str, Callable[[Array], Array]], ...] = (
        ("wording", lambda t: t[:, 0]),
        ("relevance", lambda t: t[:, 1]),
        ("both", lambda t: t @ both),
    )
    for suite in found:
        mine = [i for i, name in enumerate(names) if name == suite]
        for label, score in scorings:
            ranks = reciprocal_ranks([score(tables[i]) for i in mine], [rights[i] for i in mine])
            print(
                f"{suite}, {len(mine)} unseen, {label}: MRR@10 {ranks.mean():.4f}, R@1 {(ranks == 1).mean():.4f}",
                flush=True,
            )
    return {
        "lexical": {name: round(float(w), 5) for name, w in zip(features.NAMES, lexical, strict=True)},
        "combined": {"wording": round(float(both[0]), 5), "relevance": round(float(both[1]), 5)},
    }

"""Trains the reader to rank windows and to find the answer in them, both at once; knows nothing of search.

    python -m index.training.reader WORK_DIR --out NAME --minutes 25
    python -m index.training.reader WORK_DIR --out NAME --start OTHER --groups ncp:2,stard:2,cmrc,general:0.1 --fold 0 \
        --windows 4 --minutes 12

WORK_DIR holds what ``groups``, ``suites`` and ``cooccurrence`` wrote. ``--groups`` names files and how many times (or which
share of) their questions are seen in an epoch. Spans: softmax over the characters of all windows of a question
(shared normalisation, Clark & Gardner 2018). Relevance: softmax over the windows and a logistic loss, so that the score
both ranks and says whether there is an answer. ``--fold`` leaves the documents of that fold out, for cross-fitting.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F

from index.encoders.characters import Alphabet
from index.encoders.pairing import Rows, pair_rows, silent_characters
from index.training.network import Reader, Shape
from index.training.pack import load_alphabet

SHARE = {"tipdm-message-reply": 0.2, "cail2019-dev": 0.6, "cail2019-test": 0.6}
# Passages with an answer put into them: the seam tells which one answers, so relevance would learn seams. Spans do learn.
MADE = ("elsewhere",)
WITHOUT_SPANS = 4  # windows of a question of which only relevance is known: short texts, and more tell more


def joined(parts: list[Rows]) -> tuple[list[tuple[Tensor, ...]], NDArray[Any], NDArray[Any]]:
    """Rows of several questions as one padded batch, with where each window begins and its size."""
    sides = []
    for name in ("asked", "text"):
        found = [getattr(p, name) for p in parts]
        longest = max(f[0].shape[1] for f in found)
        side = []
        for k in range(3):
            extra = longest + (k == 1)
            arrays = [np.pad(f[k], ((0, 0), (0, extra - f[k].shape[1]))) for f in found]
            side.append(torch.from_numpy(np.concatenate(arrays)))
        sides.append(tuple(side))
    return sides, np.concatenate([p.begin for p in parts]), np.concatenate([p.size for p in parts])


def span_loss(logits: Tensor, groups: list[dict[str, Any]], begin: Any, size: Any) -> Tensor:
    """Mean negative log-likelihood of the starts and ends of every question that has a span, marginal over its spans."""
    losses, row = [], 0
    for g in groups:
        rows = range(row, row + len(g["windows"]))
        row += len(g["windows"])
        spans = [(r, a, b) for r, w in zip(rows, g["windows"], strict=True) for a, b in w[3] if b > a]
        if not spans:
            continue
        offset, flat = {}, []
        total = 0
        for r in rows:
            offset[r] = total
            total += int(size[r])
            flat.append(logits[r, begin[r] : begin[r] + size[r]])
        logp = F.log_softmax(torch.cat(flat).float(), dim=0)
        for side in (0, 1):
            at = sorted({offset[r] + min((b - 1) if side else a, int(size[r]) - 1) for r, a, b in spans})
            losses.append(-torch.logsumexp(logp[at, side], 0))
    return torch.stack(losses).mean() if losses else logits.sum() * 0


def relevance_loss(scores: Tensor, groups: list[dict[str, Any]]) -> Tensor:
    """Logistic loss of every window and softmax loss of every question, those of MADE left out."""
    counts = [len(g["windows"]) for g in groups]
    kept = [g for g in groups if g["source"] not in MADE]
    if not kept:
        return scores.sum() * 0
    real = torch.tensor([g["source"] not in MADE for g, n in zip(groups, counts, strict=True) for _ in range(n)])
    scores = scores[real].float()
    labels = torch.tensor([float(w[2]) for g in kept for w in g["windows"]])
    loss, row = F.binary_cross_entropy_with_logits(scores, labels), 0
    lists = []
    for g in kept:
        n = len(g["windows"])
        mine, gold = scores[row : row + n], labels[row : row + n]
        row += n
        if 0 < gold.sum() < n:
            lists.append(-torch.logsumexp(F.log_softmax(mine, 0)[gold > 0], 0))
    return loss + (torch.stack(lists).mean() if lists else 0.0)


def load_groups(work: Path, names: str, fold: int | None, seed: int) -> list[tuple[dict[str, Any], float]]:
    """Questions with their weights; the documents of `fold` left out, where a question belongs to any."""
    out = []
    for given in names.split(","):
        name, _, weight = given.partition(":")
        rng = random.Random(f"{seed} {name}")
        for line in (work / f"groups-{name}.jsonl").open():
            g = json.loads(line)
            if fold is not None and g["fold"] == fold:
                continue
            if rng.random() < SHARE.get(g["source"], 1.0):
                out.append((g, float(weight or 1)))
    return out


def epoch_order(groups: list[tuple[dict[str, Any], float]], seed: str) -> list[int]:
    """The numbers of an epoch's questions, each as often as its weight says, parts of one by chance."""
    chance = random.Random(seed)
    order = [i for i, (_, weight) in enumerate(groups) for _ in range(int(weight + chance.random()))]
    chance.shuffle(order)
    return order


def thinned(group: dict[str, Any], windows: int, chance: random.Random) -> dict[str, Any]:
    """The group with one window that answers, if any does, and so many as training takes: others every epoch."""
    right = [window for window in group["windows"] if window[2]]
    wrong = [window for window in group["windows"] if not window[2]]
    if not any(window[3] for window in right):
        windows = max(windows, WITHOUT_SPANS)
    first = [chance.choice(right)] if right else []
    return {**group, "windows": [*first, *chance.sample(wrong, min(windows - len(first), len(wrong)))]}


def begin_from(reader: Reader, work: Path, start: str | None) -> None:
    """Weights of an earlier run, or tables from factored co-occurrence and the rest at random."""
    if start:
        reader.load_state_dict(load_file(work / f"{start}.safetensors"))
        return
    vectors = load_file(work / "vectors.safetensors")
    shape = reader.shape
    with torch.no_grad():
        reader.bigram.weight.copy_(F.normalize(vectors["bigram"][:, : shape.bigram_width], dim=1))
        reader.character.weight.copy_(F.normalize(vectors["character"][:, : shape.character_width], dim=1))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("work", type=Path)
    parser.add_argument("--out", required=True)
    parser.add_argument("--start")
    parser.add_argument("--groups", default="general")
    parser.add_argument("--fold", type=int)
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--epochs", type=float, default=99)
    parser.add_argument("--peak", type=float, default=2e-3)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--windows", type=int, default=2, help="windows of a question, the one that answers among them")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def train(
    args: argparse.Namespace,
    reader: Reader,
    groups: list[tuple[dict[str, Any], float]],
    alphabet: Alphabet,
    optimiser: torch.optim.Optimizer,
    *,
    started: tuple[int, float],
) -> None:
    """Steps until the epochs or the minutes are over, with a checkpoint every 90 seconds."""
    silent = silent_characters(alphabet)
    step, spent = started
    checkpoint = args.work / f"{args.out}.pt"
    weights = [p for p in reader.parameters() if p.requires_grad]
    total = int(args.epochs * sum(weight for _, weight in groups) / args.batch)
    order: list[int] = []
    epoch = -1
    begun, saved, means = time.time() - spent, time.time(), np.zeros(2)
    while True:
        spent = time.time() - begun
        done = max(spent / (args.minutes * 60), step / max(total, 1))
        if done >= 1:
            break
        if not order:
            epoch += 1
            order = epoch_order(groups, f"{args.seed} {step} {epoch}")
        chance = random.Random(f"{args.seed} {step}")
        chosen = [thinned(groups[order.pop()][0], args.windows, chance) for _ in range(min(args.batch, len(order)))]
        parts = [pair_rows(alphabet, silent, g["question"], [(w[0], w[1]) for w in g["windows"]]) for g in chosen]
        batch, begin, size = joined(parts)
        for p in optimiser.param_groups:
            p["lr"] = args.peak * min(1.0, 0.05 + step / 60) * max(0.02, min(1.0, (1 - done) / 0.7))
        with torch.autocast("cpu", dtype=torch.bfloat16):  # 1.6 times the steps; the losses are taken in float32
            scores, logits = reader(*batch)
        first, second = span_loss(logits, chosen, begin, size), relevance_loss(scores, chosen)
        (first + second).backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        here = np.array([first.item(), second.item()])
        means = here if step == 0 else 0.98 * means + 0.02 * here
        step += 1
        if time.time() - saved > 90:
            saved = time.time()
            print(
                f"{step} steps, {spent / 60:.1f} min, span {means[0]:.3f}, relevance {means[1]:.3f}, done {done:.0%}",
                flush=True,
            )
            state = {"reader": reader.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "spent": spent}
            torch.save(state, checkpoint.with_suffix(".tmp"))
            checkpoint.with_suffix(".tmp").replace(checkpoint)
    print(f"done: {step} steps, span {means[0]:.3f}, relevance {means[1]:.3f}")


def main() -> None:
    args = arguments()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    alphabet = load_alphabet(args.work / "alphabet.safetensors")
    reader = Reader(Shape(len(alphabet), len(alphabet.bigrams) + 1))
    begin_from(reader, args.work, args.start)
    groups = load_groups(args.work, args.groups, args.fold, args.seed)
    weights = [p for p in reader.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=args.peak, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    checkpoint = args.work / f"{args.out}.pt"
    step, spent = 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        reader.load_state_dict(state["reader"])
        optimiser.load_state_dict(state["optimiser"])
        step, spent = state["step"], state["spent"]
    train(args, reader, groups, alphabet, optimiser, started=(step, spent))
    save_file(reader.state_dict(), args.work / f"{args.out}.safetensors")
    checkpoint.unlink(missing_ok=True)


if __name__ == "__main__":
    main()

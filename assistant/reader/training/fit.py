"""One stage of training: rows in, weights out, resumable; knows nothing of where rows come from or where weights go."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from assistant.reader.training.network import Reader
from assistant.reader.training.rows import GENERAL, Candidate, Row
from assistant.reader.windows import END, PAD, START, PassagePieces, passage_pieces, question_ids

SAVE_EVERY = 100  # steps between two checkpoints
REPORT_EVERY = 50


@dataclass(frozen=True, slots=True)
class Stage:
    """How rows are learned: ``epochs`` passes over them, ``questions`` a step, up to ``negatives`` passages each.

    The vectors of pieces and the ``frozen`` lowest layers stay as they are, where there are any: two thirds of the time.
    Learning rates rise over 5 % of the steps and fall linearly to zero at the last.
    """

    name: str
    epochs: float
    questions: int
    negatives: int
    encoder_rate: float = 6e-5
    head_rate: float = 8e-4
    window: int = 320
    frozen: int = 0


GENERAL_STAGE = Stage("general", epochs=0.36, questions=9, negatives=1, window=288)
POLICY_STAGE = Stage("policy", epochs=0.9, questions=6, negatives=2, encoder_rate=1.2e-4, head_rate=1e-3, window=256)
CONTRAST_STAGE = Stage(
    "contrast", epochs=1.0, questions=8, negatives=2, encoder_rate=1e-4, head_rate=8e-4, window=256, frozen=2
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One window: its pieces, where the passage's begin, evidence per piece of it, first and last piece of a single answer."""

    ids: list[int]
    begin: int
    evidence: list[int]
    start: int
    end: int
    relevant: bool
    owner: int
    marked: bool


class Sampler:
    """Rows into windows, with one tokenizer."""

    def __init__(self, tokenizer: Any, stage: Stage, chance: random.Random) -> None:
        self.tokenizer, self.stage, self.chance = tokenizer, stage, chance
        self.pieces = lru_cache(maxsize=60000)(self._pieces_of)

    def _pieces_of(self, header: str, text: str) -> PassagePieces:
        return passage_pieces(self.tokenizer, header, text)

    def samples_of_row(self, row: Row, owner: int) -> list[Sample]:
        """One passage that answers (if any does) and some that do not."""
        asked = question_ids(self.tokenizer, row.question)
        chosen: list[tuple[Candidate, bool]] = []
        if row.positives:
            # the first holds the answer's beginning more often than not, the others its further parts
            chosen.append((self.chance.choice(row.positives), True))
        wanted = min(self.stage.negatives, len(row.negatives))
        negatives = list(row.negatives)
        if not row.positives:  # the first comes nearest to an answer: that it is none is what there is to learn
            chosen += [(candidate, False) for candidate in negatives[:1]]
            negatives, wanted = negatives[1:], min(wanted, len(negatives)) - 1
        chosen += [(candidate, False) for candidate in self.chance.sample(negatives, max(0, wanted))]
        return [
            self.sample_window(asked, candidate, answers, owner, marked=row.source not in GENERAL)
            for candidate, answers in chosen
        ]

    def sample_window(
        self, asked: list[int], candidate: Candidate, answers: bool, owner: int, *, marked: bool
    ) -> Sample:
        """A window of the passage that holds the first span, or any; ``marked`` says that its spans are all the evidence.

        The answers to general questions are the shortest words that name a value. Learned as evidence they taught the
        network to leave out the conditions and items that a policy question is answered with; docs/experiments/reader.md.
        """
        pieces = self.pieces(candidate.header, candidate.text)
        body, evidence = pieces.body, [0] * len(pieces.body)
        first = last = -1
        for number, (low, high) in enumerate(candidate.spans):
            inside = [i for i, (a, b) in enumerate(pieces.offsets) if b > low and a < high and b > a]
            for i in inside:
                evidence[i] = 1
            if number == 0 and inside:
                first, last = inside[0], inside[-1]
        room = self.stage.window - len(asked) - 3 - len(pieces.header)
        at = 0
        if len(body) > room:
            low, high = 0, len(body) - room
            if first >= 0:
                low, high = max(0, min(last, first + room - 1) - room + 1), min(first, high)
            at = self.chance.randint(min(low, high), max(low, high))
        kept = body[at : at + room]
        begin = len(asked) + 2 + len(pieces.header)
        single = first >= 0 and len(candidate.spans) == 1
        return Sample(
            [START, *asked, END, *pieces.header, *kept, END],
            begin,
            evidence[at : at + room],
            first - at + begin if single else -1,
            min(last - at, len(kept) - 1) + begin if single else -1,
            answers,
            owner,
            marked and (bool(candidate.spans) or not answers),
        )


def _batches_of_rows(rows: Sequence[Row], stage: Stage, seed: int) -> list[list[int]]:
    """Row numbers by step: shuffled, then sorted by length inside chunks so that windows of a step are about as long."""
    chance = random.Random(seed)
    order: list[int] = []
    whole = int(stage.epochs)
    for _ in range(whole + (stage.epochs > whole)):
        numbers = list(range(len(rows)))
        chance.shuffle(numbers)
        order += numbers
    order = order[: int(stage.epochs * len(rows))]

    def longest_text(i: int) -> int:
        return max(len(c.text) for c in (*rows[i].positives[:1], *rows[i].negatives))

    batches: list[list[int]] = []
    size = stage.questions
    for begin in range(0, len(order), size * 40):
        chunk = sorted(order[begin : begin + size * 40], key=longest_text)
        cut = [chunk[i : i + size] for i in range(0, len(chunk), size)]
        chance.shuffle(cut)
        batches += cut
    return batches


def mean_losses(reader: Reader, samples: Sequence[Sample]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Relevance alone, relevance among a question's windows, start and end, evidence per piece: each a mean."""
    width = max(len(s.ids) for s in samples)
    ids = torch.full((len(samples), width), PAD)
    there = torch.zeros(len(samples), width, dtype=torch.bool)
    inside = torch.zeros(len(samples), width, dtype=torch.bool)
    evidence = torch.zeros(len(samples), width)
    for i, s in enumerate(samples):
        ids[i, : len(s.ids)] = torch.tensor(s.ids)
        there[i, : len(s.ids)] = True
        inside[i, s.begin : s.begin + len(s.evidence)] = True
        evidence[i, s.begin : s.begin + len(s.evidence)] = torch.tensor(s.evidence, dtype=torch.float)
    relevant = torch.tensor([float(s.relevant) for s in samples])
    relevance, tokens = reader(ids, there)
    relevance, tokens = relevance.float(), tokens.float()
    alone = F.binary_cross_entropy_with_logits(relevance, relevant, weight=torch.where(relevant > 0, 2.0, 1.0))
    owners = torch.tensor([s.owner for s in samples])
    among = [
        -F.log_softmax(relevance[mine], 0)[0]  # the window that answers comes first
        for owner in owners.unique()
        if relevant[mine := (owners == owner).nonzero()[:, 0]].sum() == 1 and len(mine) > 1
    ]
    single = torch.tensor([s.start >= 0 for s in samples])
    spans = torch.zeros(())
    if single.any():
        shut = ~inside[single]
        starts, ends = (tokens[single][..., k].masked_fill(shut, -1e4) for k in (0, 1))
        spans = (
            F.cross_entropy(starts, torch.tensor([s.start for s in samples])[single])
            + F.cross_entropy(ends, torch.tensor([s.end for s in samples])[single])
        ) / 2
    marked = torch.tensor([s.marked for s in samples]).float()[:, None]
    weight = inside.float() * marked * torch.where(relevant > 0, 1.0, 0.2)[:, None]
    per_piece = F.binary_cross_entropy_with_logits(tokens[..., 2], evidence, reduction="none") * weight
    return (
        alone,
        torch.stack(among).mean() if among else torch.zeros(()),
        spans,
        per_piece.sum() / weight.sum().clamp(min=1),
    )


LOSS_WEIGHTS = (1.0, 1.0, 0.8, 3.0)


class Halved:
    """A network computed in bfloat16 beside the float32 weights that are learned: twice as fast on a CPU as autocast.

    A processor that has no bfloat16 would be slower by it by far, and computes in float32.
    """

    def __init__(self, reader: Reader) -> None:
        self.exact = reader
        quick = torch.bfloat16 if torch.ops.mkldnn._is_mkldnn_bf16_supported() else torch.float32
        self.quick = copy.deepcopy(reader).to(quick)

    def gather_gradients(self) -> None:
        """What was found for the bfloat16 weights, to the float32 ones; theirs is emptied."""
        for exact, quick in zip(self.exact.parameters(), self.quick.parameters(), strict=True):
            exact.grad = None if quick.grad is None else quick.grad.float()
            quick.grad = None

    def refresh_weights(self) -> None:
        """The float32 weights, rounded, into the bfloat16 ones."""
        with torch.no_grad():
            for exact, quick in zip(self.exact.parameters(), self.quick.parameters(), strict=True):
                quick.copy_(exact)


def freeze_layers(reader: Reader, layers: int) -> None:
    """The vectors of pieces and the lowest layers are not learned; none where ``layers`` is 0."""
    encoder = reader.encoder
    for part in (encoder.words, encoder.positions, encoder.norm, *encoder.layers[:layers]) if layers else ():
        part.requires_grad_(False)


def fit_stage(
    reader: Reader, tokenizer: Any, rows: Sequence[Row], stage: Stage, checkpoint: Path, *, seed: int
) -> None:
    """Train one stage, from its checkpoint where there is one."""
    freeze_layers(reader, stage.frozen)
    encoder, heads = list(reader.encoder.parameters()), [*reader.relevance.parameters(), *reader.tokens.parameters()]
    rates = (stage.encoder_rate, stage.head_rate)
    groups = [{"params": encoder, "lr": rates[0]}, {"params": heads, "lr": rates[1]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    batches = _batches_of_rows(rows, stage, seed)
    done = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        reader.load_state_dict(state["reader"])
        optimizer.load_state_dict(state["optimizer"])
        done = state["step"]
    sampler = Sampler(tokenizer, stage, random.Random(f"{seed} {stage.name} {done}"))
    halved = Halved(reader)
    began, windows, sums = time.perf_counter(), 0, [0.0] * 4
    for step in range(done, len(batches)):
        part = min(1.0, (step + 1) / (0.05 * len(batches))) * (1 - step / len(batches))
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * part
        samples = [sample for i in batches[step] for sample in sampler.samples_of_row(rows[i], i)]
        found = mean_losses(halved.quick, samples)
        total = (torch.stack(found) * torch.tensor(LOSS_WEIGHTS)).sum()
        total.backward()
        halved.gather_gradients()
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
        halved.refresh_weights()
        windows += len(samples)
        sums = [a + float(b.detach()) for a, b in zip(sums, found, strict=True)]
        if (step + 1) % REPORT_EVERY == 0:
            alone, among, spans, evidence = (value / REPORT_EVERY for value in sums)
            minutes = (time.perf_counter() - began) / 60
            print(
                f"{stage.name} {step + 1}/{len(batches)}: relevance {alone:.3f}, among {among:.3f}, span {spans:.3f}, "
                f"evidence {evidence:.3f}; {windows / minutes / 60:.1f} windows a second, {minutes:.1f} minutes",
                flush=True,
            )
            sums = [0.0] * 4
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == len(batches):
            state = {"reader": reader.state_dict(), "optimizer": optimizer.state_dict(), "step": step + 1}
            torch.save(state, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)

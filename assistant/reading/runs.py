"""Every run of clauses in the passages that could be an answer, as numbers a small network weighs; knows no weights.

Beside runs of whole clauses, the spans that the reader's network finds likeliest are candidates too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.reading.suspicion import orders
from assistant.understanding.analysis import Kind
from corpus.text.characters import fold
from corpus.types import Passage
from index.encoders.windows import Scored

Floats = NDArray[np.float32]

KINDS: tuple[Kind, ...] = (
    "who",
    "when",
    "where",
    "how_many",
    "which",
    "list",
    "how",
    "why",
    "what",
    "define",
    "yes_no",
)
CLAUSES, LONGEST, SPANS, SPAN_LONGEST = 16, 320, 12, 60

_BORDER = re.compile(r"[。！？；!?;，,：:\n]+[”」』）)]?|(?<=\S)[ \u3000]+(?=\S)")
_SENTENCE_END = "。！？；!?;\n"
_ENUMERATOR = re.compile(
    r"[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．]|[一二三四五六七八九]是|第[一二三四五六七八九]|[①-⑨]"
)
_SKIP = " \u3000\n，,。；;：:、！!？?"
_WORDS = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Seen:
    """A passage with log-probabilities, over all passages read, that the answer starts and ends at each character.

    relevance: the network's log-odds that the passage answers; prior: its score in the search less the best one's.
    """

    text: str
    starts: Floats
    ends: Floats
    relevance: float
    prior: float


@dataclass(frozen=True, slots=True)
class Runs:
    """Candidates as places in the list of passages, and their features (n, WIDTH)."""

    passage: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    features: Floats


def seen(passages: Sequence[Passage], scored: Sequence[Scored], priors: Sequence[float]) -> list[Seen]:
    """What the network said of each passage, normalised over all of them (Clark & Gardner 2018)."""
    if not passages:
        return []
    starts = np.logaddexp.reduce(np.concatenate([s.starts for s in scored]))
    ends = np.logaddexp.reduce(np.concatenate([s.ends for s in scored]))
    return [
        Seen(p.text, s.starts - starts, s.ends - ends, s.relevance, prior - priors[0])
        for p, s, prior in zip(passages, scored, priors, strict=True)
    ]


def borders(text: str) -> list[int]:
    """Where clauses begin: 0, after each mark, and the end of the text."""
    return sorted({0, *(match.end() for match in _BORDER.finditer(text)), len(text)})


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _SKIP:
        start += 1
    while end > start and text[end - 1] in _SKIP:
        end -= 1
    return start, end


def _candidates(passage: Seen) -> list[tuple[int, int]]:
    """Spans of the passage: runs of clauses, and the network's own best; none that addresses a program."""
    text, cuts = passage.text, borders(passage.text)
    found: dict[tuple[int, int], None] = {}
    for i, begin in enumerate(cuts[:-1]):
        for finish in cuts[i + 1 : i + 1 + CLAUSES]:
            start, end = _trimmed(text, begin, finish)
            if end - start > LONGEST:
                break
            if end - start >= 2:
                found[start, end] = None
    best_starts = np.argsort(-passage.starts)[:SPANS]
    spans = []
    for start in best_starts.tolist():
        ends = passage.ends[start : start + SPAN_LONGEST]
        for offset in np.argsort(-ends)[:3].tolist():
            spans.append((float(passage.starts[start] + ends[offset]), start, start + offset + 1))
    for _, start, end in sorted(spans, reverse=True)[:SPANS]:
        if _WORDS.search(text[start:end]):
            found[start, end] = None
    banned = orders(text)
    return [(a, b) for a, b in found if not any(left < b and a < right for left, right in banned)]


def _mass(text: str, weights: Mapping[str, float]) -> Floats:
    """Cumulative weight (len + 1,) of the question's pairs by where they begin."""
    folded = fold(text)
    at = np.zeros(len(text) + 1, dtype=np.float32)
    for place in range(len(folded) - 1):
        at[place + 1] = weights.get(folded[place : place + 2], 0.0)
    return np.cumsum(at, dtype=np.float32)


def _sentence_places(text: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """For each place the start of its sentence and of the sentence before."""
    own = np.zeros(len(text) + 1, dtype=np.int32)
    before = np.zeros(len(text) + 1, dtype=np.int32)
    current = previous = 0
    for place in range(len(text) + 1):
        own[place], before[place] = current, previous
        if place < len(text) and text[place] in _SENTENCE_END:
            previous, current = current, place + 1
    return own, before


def _flags(text: str, start: int, end: int) -> tuple[float, ...]:
    lead = text[:start].rstrip(" \u3000")[-1:]
    after = text[end : end + 1]
    body = text[start:end]
    return (
        float(not lead or lead in _SENTENCE_END),
        float(lead in "：:" and bool(lead)),
        float(lead in "，,、" and bool(lead)),
        float(bool(lead) and lead not in _SENTENCE_END and lead not in "：:，,、"),
        float(not after or after in _SENTENCE_END),
        float(bool(after) and after in "，,、"),
        float(bool(after) and after in " \u3000"),
        float(bool(_ENUMERATOR.match(body))),
        float(after in "？?" and bool(after)),
        float(bool(re.search(r"\d", body))),
        float(text[:start].rstrip().endswith(("？", "?"))),
        float(bool(re.search(r"(?:是|为|包括|即|有)$", text[max(0, start - 2) : start]))),
        float("、" in body or "；" in body),
        float(after in "：:" and bool(after)),
    )


def runs(kind: Kind, weights: Mapping[str, float], passages: Sequence[Seen]) -> Runs:
    """All candidates of the passages; ``weights`` gives each character pair of the question its rarity."""
    total = sum(weights.values()) or 1.0
    expected = _expected(passages)
    whole = sum(float(e[-1]) for e in expected) + 1e-6
    best = max((p.relevance for p in passages), default=0.0)
    where: list[tuple[int, int, int]] = []
    rows: list[Floats] = []
    for number, passage in enumerate(passages):
        spans = _candidates(passage)
        if not spans:
            continue
        text = passage.text
        start = np.array([s for s, _ in spans])
        end = np.array([e for _, e in spans])
        mass = _mass(text, weights) / total
        own, before = _sentence_places(text)
        length = np.log(end - start)
        inside = mass[end] - mass[start]
        peak_start = _running_max(passage.starts, start, end)
        peak_end = _running_max(passage.ends, start, end)
        sentence = mass[start] - mass[own[start]]
        held = expected[number][end] - expected[number][start]
        numbers = [
            passage.starts[start],
            passage.ends[end - 1],
            peak_start,
            peak_end,
            inside,
            inside / (length + 0.5),
            sentence,
            mass[own[start]] - mass[before[start]],
            mass[start] - mass[np.maximum(start - 40, 0)],
            mass[np.minimum(end + 40, len(text))] - mass[end],
            np.full(len(spans), passage.relevance),
            np.full(len(spans), passage.prior),
            np.full(len(spans), 1.0 / (1 + number)),
            length,
            length**2 / 5,
            np.array([len(re.findall(r"[。！？；]", text[s:e])) for s, e in spans]) / 4,
            (start == own[start]).astype(np.float32),
            2 * held / (end - start + whole),
            held / (end - start),
            np.full(len(spans), passage.relevance - best),
        ]
        flags = np.array([_flags(text, s, e) for s, e in spans], dtype=np.float32)
        rows.append(np.concatenate([np.stack(numbers, axis=1), flags], axis=1).astype(np.float32))
        where += [(number, s, e) for s, e in spans]
    if not rows:
        empty = np.zeros(0, dtype=np.int32)
        return Runs(empty, empty, empty, np.zeros((0, 0), dtype=np.float32))
    table = np.concatenate(rows)
    sort = np.zeros((len(table), len(KINDS)), dtype=np.float32)
    sort[:, KINDS.index(kind)] = 1
    at = np.array(where, dtype=np.int32)
    return Runs(at[:, 0], at[:, 1], at[:, 2], np.concatenate([table, sort], axis=1))


def _expected(passages: Sequence[Seen]) -> list[Floats]:
    """For each passage the cumulative probability (len + 1,) that its characters lie in the answer, start and end apart."""
    out = []
    for passage in passages:
        begun, over = np.cumsum(np.exp(passage.starts)), np.cumsum(np.exp(passage.ends))
        inside = np.clip(begun - np.concatenate([[0], over[:-1]]), 0, 1)
        out.append(np.concatenate([[0], np.cumsum(inside)]).astype(np.float32))
    return out


def _running_max(values: Floats, start: NDArray[np.int64], end: NDArray[np.int64]) -> Floats:
    """The largest value in each [start, end), from a table of powers of two."""
    levels = [values]
    while len(levels[-1]) > 2 ** (len(levels) - 1):
        half = 2 ** (len(levels) - 1)
        levels.append(np.maximum(levels[-1][:-half], levels[-1][half:]))
    out = np.empty(len(start), dtype=np.float32)
    power = np.log2(end - start).astype(int)
    for level in np.unique(power).tolist():
        mine = power == level
        out[mine] = np.maximum(levels[level][start[mine]], levels[level][end[mine] - 2**level])
    return out

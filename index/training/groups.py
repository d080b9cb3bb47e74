"""Questions with one window that answers them and some that do not, for fine-tuning; knows nothing of networks.

    python -m index.training.groups DATA_DIR WORK_DIR

Reads ``text/reader.jsonl.xz`` and ``text/pairs.jsonl.xz`` and writes ``groups-general.jsonl``. Sources whose licence forbids
it are never read; those of the measured suites are left to ``suites``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

GENERAL = ("drcd-dev", "drcd-test", "cail2019-dev", "cail2019-test", "lawyer-llama", "tipdm-message-reply")
SUITES = ("cmrc", "ncp", "stard")
FOLDS = 2
BREAKS = re.compile(r"[。！？；!?;\n]|(?<=\S) (?=\S)")


@dataclass(frozen=True, slots=True)
class Row:
    """One question with its text; ``spans`` are answers in it, empty where only relevance is known."""

    question: str
    text: str
    spans: tuple[tuple[int, int], ...]
    answerable: bool
    source: str


def read(file: Path) -> Iterator[dict[str, Any]]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def rows(folder: Path) -> Iterator[Row]:
    """Reading rows, then the pairs of sources that have no reading rows."""
    for r in read(folder / "text" / "reader.jsonl.xz"):
        if r["source"] in GENERAL:
            spans = tuple((a["start"], a["start"] + len(a["text"])) for a in r["answers"] if a["text"])
            yield Row(r["question"], r["context"], spans, r["answerable"], r["source"])
    for r in read(folder / "text" / "pairs.jsonl.xz"):
        if r["source"] in ("lawyer-llama", "tipdm-message-reply"):
            yield Row(r["query"][:120], r["positive"][:600], (), True, r["source"])


def fold_of(document: str) -> int:
    """The fold of a document, by its path (or any text that names it)."""
    return hashlib.sha256(document.encode()).digest()[0] % FOLDS


def folds(folder: Path) -> dict[str, int]:
    """For every question of the suites the fold of the document that answers it (of the first, where there are several)."""
    out = {}
    for suite in SUITES:
        for line in (folder / "bench" / suite / "cases.jsonl").open(encoding="utf-8"):
            case = json.loads(line)
            out[case["question"]] = fold_of(case["evidence"][0]["doc"] if case["evidence"] else case["id"])
    return out


def window(text: str, spans: tuple[tuple[int, int], ...], rng: random.Random) -> tuple[int, int]:
    """A random stretch of 150 to 256 characters around the first span (or anywhere), starting at a sentence if it can."""
    size = rng.randint(150, 256)
    low, high = spans[0] if spans else (rng.randint(0, max(0, len(text) - size)),) * 2
    start = max(0, min(low - rng.randint(0, max(0, size - (high - low))), len(text) - size))
    cuts = [m.end() for m in BREAKS.finditer(text, max(0, start - 60), max(start + 40, 0)) if m.end() <= low]
    if cuts and start > 0:
        start = min(cuts, key=lambda c: abs(c - start))
    return start, min(len(text), start + size)


def group(row: Row, negatives: list[str], rng: random.Random) -> dict[str, Any]:
    """The row as {question, windows: [[heading, text, label, [[start, end], ...]]], source, fold}."""
    heading = re.split(r"[，。,：:\n（(]", row.text, maxsplit=1)[0][:24] if rng.random() < 0.6 else ""
    start, end = window(row.text, row.spans, rng)
    inside = [
        (max(a, start) - start, min(b, end) - start) for a, b in row.spans if a >= start and a < end and b - end < 40
    ]
    windows: list[Any] = [[heading, row.text[start:end], int(row.answerable), inside]]
    far = [(s, min(len(row.text), s + 220)) for s in range(0, max(1, len(row.text) - 120), 110)]
    far = [(s, e) for s, e in far if all(b <= s or a >= e for a, b in row.spans) and (row.spans or not row.answerable)]
    if far:
        s, e = rng.choice(far)
        windows.append([heading, row.text[s:e], 0, []])
    golds = {row.text[a:b] for a, b in row.spans}
    for text in negatives:
        if len(windows) >= 4:
            break
        s, e = window(text, (), rng)
        if not any(len(g) > 1 and g in text[s:e] for g in golds):
            first = re.split(r"[，。,：:\n（(]", text, maxsplit=1)[0][:24] if rng.random() < 0.6 else ""
            windows.append([first, text[s:e], 0, []])
    return {
        "question": row.question,
        "windows": windows[:3] if row.spans else windows,
        "source": row.source,
        "fold": -1,
    }


def hard_negatives(source_rows: list[Row], seed: int) -> list[list[str]]:
    """For every row, texts of the same source that BM25 puts high and that are not its own."""
    import bm25s

    texts = sorted({r.text for r in source_rows})
    grams = [[t[i : i + 2] for i in range(len(t) - 1)] for t in texts]
    search = bm25s.BM25()
    search.index(grams, show_progress=False)
    asked = [[r.question[i : i + 2] for i in range(len(r.question) - 1)] or ["?"] for r in source_rows]
    found, _ = search.retrieve(asked, k=min(8, len(texts)), show_progress=False)
    rng = random.Random(seed)
    out = []
    for row, best in zip(source_rows, np.asarray(found), strict=True):
        others = [texts[i] for i in best if texts[i] != row.text and texts[i][:60] != row.text[:60]]
        rng.shuffle(others)
        out.append(others[:4])
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    by_source: dict[str, list[Row]] = {}
    for row in rows(args.data):
        by_source.setdefault(row.source, []).append(row)
    with (args.work / "groups-general.jsonl").open("w") as file:
        for source, found in sorted(by_source.items()):
            rng = random.Random(f"{args.seed} {source}")
            for row, negatives in zip(found, hard_negatives(found, args.seed), strict=True):
                file.write(json.dumps(group(row, negatives, rng), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

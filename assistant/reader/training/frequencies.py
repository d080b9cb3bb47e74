"""Counts in how many general texts and questions each character pair occurs and writes the table the reader weighs words by.

`python -m assistant.reader.training.frequencies TEXT_DIR` reads news.jsonl.xz, pairs.jsonl.xz and reader.jsonl.xz in TEXT_DIR.
Rows of evaluation suites and of sources not free to use are left out. Knows nothing of the reader.
"""

from __future__ import annotations

import json
import lzma
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from corpus.text.characters import fold

TABLE = Path(__file__).resolve().parents[3] / "corpus" / "text" / "frequencies.txt"
LEFT_OUT = ("ncp", "stard", "cmrc", "drcd", "squad2", "lcqmc", "bq", "atec", "afqmc", "rgb")
STEP = 0.5  # width of a bucket of log frequency
RAREST = 25  # a pair in fewer texts is not kept: its weight is the greatest


def main(folder: Path) -> None:
    """Write the table: one line a bucket, its inverse frequency and then its pairs without space between."""
    counts: Counter[str] = Counter()
    total = 0
    for text in counted_texts(folder):
        total += 1
        counts.update(ideograph_pairs(text))
    buckets: dict[int, list[str]] = {}
    for pair, count in counts.items():
        if count >= RAREST:
            buckets.setdefault(round(math.log(total / count) / STEP), []).append(pair)
    lines = [f"{bucket * STEP:.1f}\t{''.join(sorted(buckets[bucket]))}\n" for bucket in sorted(buckets)]
    TABLE.write_text("".join(lines), encoding="utf-8")
    sys.stderr.write(f"{total} texts, {sum(map(len, buckets.values()))} pairs, {TABLE.stat().st_size} bytes\n")


def counted_texts(folder: Path) -> Iterator[str]:
    """The first 300 characters of each news text, and each question twice over: its words are what must weigh little."""
    for row in read_rows(folder / "news.jsonl.xz"):
        yield row["text"][:300]
    for name, key in (("pairs.jsonl.xz", "query"), ("reader.jsonl.xz", "question")):
        for row in read_rows(folder / name):
            if not row["source"].startswith(LEFT_OUT):
                yield row[key]
                yield row[key]


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """The objects of an xz-compressed JSONL file."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def ideograph_pairs(text: str) -> set[str]:
    """The pairs of ideographs in a text."""
    found: set[str] = set()
    for run in re.findall(r"[\u3400-\u9fff]+", fold(text)):
        found.update(run[at : at + 2] for at in range(len(run) - 1))
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))

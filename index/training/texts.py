"""Raw text that the static encoder learns from: news, statutes, contexts of questions. Knows nothing of encoders."""

from __future__ import annotations

import json
import lzma
import random
from collections.abc import Iterator
from pathlib import Path

LAW_SHARE = 14_000_000  # characters of statutes


def news_texts(folder: Path) -> Iterator[str]:
    with lzma.open(folder / "text" / "news.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def law_texts(folder: Path, seed: int) -> Iterator[str]:
    """Statutes in random order up to LAW_SHARE characters; whole when fewer."""
    files = sorted((folder / "bench" / "stard" / "corpus").rglob("*.md"))
    random.Random(seed).shuffle(files)
    left = LAW_SHARE
    for file in files:
        text = file.read_text(encoding="utf-8")[:60_000]
        left -= len(text)
        if left < 0:
            return
        yield text


def context_texts(folder: Path, sources: tuple[str, ...]) -> Iterator[str]:
    seen: set[str] = set()
    with lzma.open(folder / "text" / "reader.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["source"].startswith(sources) and row["context"] not in seen:
                seen.add(row["context"])
                yield row["context"]

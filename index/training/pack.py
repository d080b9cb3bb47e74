"""Packs raw text into one array of character numbers for pre-training; knows nothing of networks.

    python -m index.training.pack DATA_DIR WORK_DIR

DATA_DIR holds ``text/news.jsonl.xz`` and ``bench/stard/corpus`` (statutes); WORK_DIR receives ``alphabet.safetensors``
and ``text.npy``.
"""

from __future__ import annotations

import argparse
import collections
import json
import lzma
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from index.encoders.characters import SPECIAL, Alphabet, fold

CHARACTERS, BIGRAMS = 6500, 40000
LAW_SHARE = 14_000_000


def news(folder: Path) -> Iterator[str]:
    with lzma.open(folder / "text" / "news.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def laws(folder: Path, seed: int) -> Iterator[str]:
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


def contexts(folder: Path, sources: tuple[str, ...]) -> Iterator[str]:
    seen: set[str] = set()
    with lzma.open(folder / "text" / "reader.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["source"].startswith(sources) and row["context"] not in seen:
                seen.add(row["context"])
                yield row["context"]


def messages(folder: Path, sources: tuple[str, ...]) -> Iterator[str]:
    with lzma.open(folder / "text" / "pairs.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["source"].startswith(sources):
                yield row["query"] + "\n" + row["positive"]


def alphabet_of(texts: list[str]) -> Alphabet:
    """The most frequent characters and, written with them, the most frequent bigrams."""
    counts: collections.Counter[str] = collections.Counter()
    for text in texts:
        counts.update(text)
    listed = "".join(sorted(c for c, n in counts.most_common(CHARACTERS) if n > 3))
    letters = Alphabet(listed, np.zeros(1, dtype=np.int32))
    tally: collections.Counter[int] = collections.Counter()
    for begin in range(0, len(texts), 8000):
        ids = np.concatenate([letters.encode(t) for t in texts[begin : begin + 8000]])
        keys, n = np.unique(ids[:-1] * 65536 + ids[1:], return_counts=True)
        known = (keys >> 16 >= SPECIAL) & (keys & 65535 >= SPECIAL)
        tally.update(dict(zip(keys[known].tolist(), n[known].tolist(), strict=True)))
    best = np.sort(np.array([k for k, _ in tally.most_common(BIGRAMS)], dtype=np.int32))
    return Alphabet(listed, best)


def save_alphabet(alphabet: Alphabet, file: Path) -> None:
    points = np.frombuffer(alphabet.characters.encode("utf-32-le"), dtype=np.uint32)
    save_file({"characters": points.astype(np.int32), "bigrams": alphabet.bigrams}, str(file))


def load_alphabet(file: Path) -> Alphabet:
    parts = load_file(str(file))
    return Alphabet("".join(map(chr, parts["characters"].tolist())), parts["bigrams"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    texts = [fold(t) for t in news(args.data)]
    texts += [fold(t) for t in laws(args.data, args.seed)]
    texts += [fold(t) for t in contexts(args.data, ("drcd", "cail"))]
    texts += [fold(t) for t in messages(args.data, ("tipdm", "lawyer-llama"))]
    alphabet = alphabet_of(texts)
    save_alphabet(alphabet, args.work / "alphabet.safetensors")
    random.Random(args.seed).shuffle(texts)
    ids = np.concatenate([alphabet.encode(t + "\n") for t in texts]).astype(np.uint16)
    np.save(args.work / "text.npy", ids)
    print(f"{len(ids)} characters, {len(alphabet)} kinds, {len(alphabet.bigrams)} bigrams")


if __name__ == "__main__":
    main()

"""Passages through the built-in network, remembered for the next step of the same question; knows nothing of answers."""

from __future__ import annotations

import math
import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage
from index.encoders import models
from index.encoders.convolution import ConvolutionalReader
from index.encoders.pairing import pair_rows

Floats = NDArray[np.float32]

SIZE, OVERLAP = 448, 64
KEPT = 256  # passages remembered: those of the last few questions
_BREAK = re.compile(r"[。！？；!?;\n]")


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage as the network saw it: logits that an answer starts, ends at each character; relevance in log-odds."""

    starts: Floats
    ends: Floats
    relevance: float


def cut(text: str) -> list[tuple[int, int]]:
    """Windows of at most SIZE characters over the text, about equally long, beginning at sentences where they can, overlapping."""
    count = max(1, math.ceil((len(text) - OVERLAP) / (SIZE - OVERLAP)))
    size = math.ceil((len(text) + (count - 1) * OVERLAP) / count)
    out, start = [], 0
    while True:
        end = min(len(text), start + size)
        out.append((start, end))
        if end == len(text):
            return out
        cuts = [m.end() for m in _BREAK.finditer(text, end - OVERLAP, end)]
        start = cuts[0] if cuts and start < cuts[0] < end else end - OVERLAP


class Network:
    """The built-in network over whole passages. Safe to use from many threads."""

    def __init__(self, reader: ConvolutionalReader) -> None:
        self.reader = reader
        self._known: OrderedDict[tuple[str, str, str], Scored] = OrderedDict()
        self._lock = threading.Lock()
        self.unheard = float(reader.rarity.max())

    def rarity(self, pair: str) -> float:
        """Weight of a character pair, about 0.2 (everyday) to 1.3 (unheard of): log inverse frequency in general text."""
        number = int(self.reader.alphabet.pairs(self.reader.alphabet.encode(pair))[1])
        return float(self.reader.rarity[number] if number else self.unheard) / 12

    def read(self, question: str, passages: Sequence[Passage]) -> list[Scored]:
        """One result a passage, in order; those read for this question before are not read again."""
        keys = [(question, p.title, p.text) for p in passages]
        with self._lock:
            found = {key: self._known[key] for key in keys if key in self._known}
        new = [p for p, key in zip(passages, keys, strict=True) if key not in found]
        if new:
            fresh = {(question, p.title, p.text): s for p, s in zip(new, self._scored(question, new), strict=True)}
            found |= fresh
            with self._lock:
                self._known |= fresh
                while len(self._known) > KEPT:
                    self._known.popitem(last=False)
        return [found[key] for key in keys]

    def _scored(self, question: str, passages: Sequence[Passage]) -> list[Scored]:
        pieces = [(n, s, e) for n, p in enumerate(passages) for s, e in cut(p.text)]
        windows = [(passages[n].title, passages[n].text[s:e]) for n, s, e in pieces]
        rows = pair_rows(self.reader.alphabet, self.reader.silent, question, windows)
        relevance, spans = self.reader.read(rows)
        logits = [np.full((len(p.text), 2), -30.0, dtype=np.float32) for p in passages]
        best = [-30.0] * len(passages)
        for row, (n, s, e) in enumerate(pieces):
            begin = int(rows.begin[row])
            np.maximum(logits[n][s:e], spans[row, begin : begin + e - s], out=logits[n][s:e])
            best[n] = max(best[n], float(relevance[row]))
        return [Scored(x[:, 0], x[:, 1], r) for x, r in zip(logits, best, strict=True)]


@cache
def _network(file: Path) -> Network:
    return Network(ConvolutionalReader(file))


def built_in() -> Network:
    """The network shipped with the project, loaded once. Raises FileNotFoundError when its file is missing."""
    return _network(models() / "reader" / "model.safetensors")

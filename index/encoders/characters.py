"""Text as arrays of character and bigram numbers, one a code point; knows nothing of what a network makes of them."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]

PAD, UNKNOWN, START, BREAK, MASK = range(5)
SPECIAL = 5


@lru_cache(maxsize=65536)
def plain(character: str) -> str:
    """The character in compatibility form (NFKC) and lower case, where that is one character; else itself."""
    folded = unicodedata.normalize("NFKC", character).lower()
    if len(folded) != 1:
        return character
    return " " if folded.isspace() else folded


def fold(text: str) -> str:
    """The text with every character in plain form; always as long as the text, so offsets stay true."""
    return "".join(map(plain, text))


class Alphabet:
    """Numbers for characters and for the bigrams worth a vector of their own."""

    def __init__(self, characters: str, bigrams: NDArray[np.int32]) -> None:
        """``characters`` in the order of their numbers (the first is number 5); ``bigrams`` sorted keys a * 65536 + b."""
        self.characters = characters
        self.bigrams = bigrams
        self._table = np.full(0x110000, UNKNOWN, dtype=np.int32)
        points = np.frombuffer(characters.encode("utf-32-le"), dtype=np.uint32)
        self._table[points] = np.arange(SPECIAL, SPECIAL + len(points), dtype=np.int32)

    def __len__(self) -> int:
        return SPECIAL + len(self.characters)

    def encode(self, text: str) -> Ids:
        """Character numbers (len(text),)."""
        return self._table[np.frombuffer(fold(text).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)]

    def pairs(self, ids: Ids) -> Ids:
        """Bigram numbers (..., length + 1) along the last axis: entry i joins characters i - 1 and i, 0 if unlisted."""
        edge = np.zeros((*ids.shape[:-1], 1), dtype=np.int32)
        keys = np.concatenate([edge, ids], axis=-1) * 65536 + np.concatenate([ids, edge], axis=-1)
        at = np.searchsorted(self.bigrams, keys)
        at[at == len(self.bigrams)] = 0
        return np.where(self.bigrams[at] == keys, at + 1, 0).astype(np.int32)

"""The terms of a text: its characters and its pairs of adjacent characters. Knows nothing of passages or of files."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpus.text.characters import fold

SHIFT = np.uint64(21)  # a code point has at most 21 bits
FEW = 1 << 17  # characters
UNIGRAM = np.uint64((1 << 21) - 1)

Keys = NDArray[np.uint64]


def _kept_point(character: str) -> int:
    """The folded code point of a letter or digit, 0 for anything else."""
    folded = fold(character)
    return ord(folded) if folded.isalnum() else 0


@cache
def _kept_table() -> NDArray[np.uint32]:
    """`_kept_point` for every code point below 65,536."""
    points = [point for point in range(1 << 16) if not 0xD800 <= point < 0xE000]
    folded = fold("".join(map(chr, points)))
    table = np.zeros(1 << 16, dtype=np.uint32)
    table[points] = [ord(character) if character.isalnum() else 0 for character in folded]
    return table


def folded_points(text: str) -> NDArray[np.uint32]:
    """The folded code points of a text, 0 for what is neither letter nor digit; as long as the text."""
    if len(text) < FEW:  # a question, or one changed document: making the table would cost more than it saves
        return np.array([ord(c) if c.isalnum() else 0 for c in fold(text)], dtype=np.uint32)
    raw = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    out = _kept_table()[np.minimum(raw, 0xFFFF)]
    far = raw > 0xFFFF
    if far.any():
        rare, place = np.unique(raw[far], return_inverse=True)
        out[far] = np.array([_kept_point(chr(point)) for point in rare.tolist()], dtype=np.uint32)[place]
    return out


def keys_of(codes: NDArray[np.uint32]) -> tuple[Keys, NDArray[np.int64]]:
    """Term keys and the position of each term's first character: unigrams c, then bigrams a << 21 | b."""
    wide = codes.astype(np.uint64)
    single = np.flatnonzero(wide)
    double = np.flatnonzero((wide[:-1] > 0) & (wide[1:] > 0))
    return np.concatenate([wide[single], wide[double] << SHIFT | wide[double + 1]]), np.concatenate([single, double])


def spell_term(key: int) -> str:
    """The term of a key."""
    return chr(key) if key <= int(UNIGRAM) else chr(key >> 21) + chr(key & int(UNIGRAM))


def terms_of(text: str) -> list[str]:
    """Every character and adjacent pair of characters of the folded text, letters and digits only, repeats kept."""
    return [spell_term(int(key)) for key in keys_of(folded_points(text))[0]]

"""How much of a written answer an extracted text holds: character measures for training; knows nothing of models."""

from __future__ import annotations

import re

from corpus.text.characters import fold

_TOKEN = re.compile(r"[\u3400-\u9fff]|\d+(?:[.,]\d+)*|[^\W\d_\u3400-\u9fff]+")


def letters(text: str) -> str:
    """The folded text without white space and punctuation."""
    return "".join(_TOKEN.findall(fold(text)))


def subsequence(a: str, b: str) -> int:
    """Length of the longest common subsequence, bit-parallel (Hyyrö 2004)."""
    where: dict[str, int] = {}
    for place, character in enumerate(a):
        where[character] = where.get(character, 0) | 1 << place
    full = (1 << len(a)) - 1
    row = full
    for character in b:
        hit = row & where.get(character, 0)
        row = ((row + hit) | (row - hit)) & full
    return len(a) - row.bit_count()


def run(a: str, b: str) -> int:
    """Length of the longest unbroken run that both have, by bisection: a run of n holds one of n - 1."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        size = (low + high + 1) // 2
        if any(a[start : start + size] in b for start in range(len(a) - size + 1)):
            low = size
        else:
            high = size - 1
    return low


def f_score(common: int, a: int, b: int) -> float:
    """Harmonic mean of common / a and common / b."""
    return 2 * common / (a + b) if common else 0.0

"""One form of a text for comparing a statement with its quotes. Knows nothing of the checks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.normal import normalise

_BRACKETS = str.maketrans(
    {
        "〔": "(",
        "〕": ")",
        "[": "(",
        "]": ")",
        "【": "(",
        "】": ")",
        "“": '"',
        "”": '"',
        "「": '"',
        "」": '"',
        "‘": "'",
        "’": "'",
    }
)
_PUNCTUATION = re.compile(r"[^\w%]+")


def comparable(text: str) -> str:
    """NFKC, lower case, no white space, brackets round and quotation marks straight."""
    return normalise(text).translate(_BRACKETS)


def joined(quotes: Sequence[str]) -> str:
    """The quotes in comparable form, apart from each other by a line end that matches nothing."""
    return "\n".join(comparable(quote) for quote in quotes)


def bare(text: str) -> str:
    """Comparable text with punctuation gone (line ends kept)."""
    return "\n".join(_PUNCTUATION.sub("", line) for line in text.split("\n"))


def clauses(text: str) -> list[str]:
    """The clauses of a comparable text."""
    return [piece for piece in re.split(r"[,;。!?:、\n]+", text) if piece]


def pairs(text: str) -> set[str]:
    """The character pairs of a text without punctuation; a single character is itself."""
    plain = _PUNCTUATION.sub("", text)
    return {plain[at : at + 2] for at in range(len(plain) - 1)} or ({plain} if plain else set())

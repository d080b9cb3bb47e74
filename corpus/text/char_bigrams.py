"""The pairs of adjacent characters of a text, the smallest units its wording is compared by. Knows nothing of weights."""

from __future__ import annotations

import re

from corpus.text.characters import fold

_NOT_WORDS = re.compile(r"[^\w%]+")
_PIECE = re.compile(r"[0-9a-z.%]+|[^\s0-9a-z\W_]+")


def adjacent_bigrams(text: str) -> set[str]:
    """The pairs of letters, digits and ideographs that stand side by side in the text as it is."""
    return {text[at : at + 2] for at in range(len(text) - 1) if text[at].isalnum() and text[at + 1].isalnum()}


def joined_bigrams(text: str) -> set[str]:
    """The pairs of the text without its punctuation, over which they reach; a single character is itself."""
    plain = _NOT_WORDS.sub("", text)
    return {plain[at : at + 2] for at in range(len(plain) - 1)} or ({plain} if plain else set())


def term_bigrams(term: str) -> list[str]:
    """The pairs of a term in order, repeats kept; runs of Latin letters and digits stay whole, a single character is itself."""
    found: list[str] = []
    for piece in _PIECE.findall(fold(term)):
        if piece[0].isascii() or len(piece) == 1:
            found.append(piece)
        else:
            found.extend(piece[at : at + 2] for at in range(len(piece) - 1))
    return found

"""One form of a text for comparing a statement with its quotes, and which clause belongs to which. Knows no checks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.normal import normalise

_SAME = str.maketrans(
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
        "‘": '"',
        "’": '"',
    }
)
_PUNCTUATION = re.compile(r"[^\w%]+")
_CLAUSE = re.compile(r"[^,;。!?:\n]+")
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Pair:
    """A clause of a statement and the part of the quotes it was made from; share: of its wording that stands there."""

    clause: str
    window: str
    share: float


def comparable(text: str) -> str:
    """NFKC, lower case, no white space, brackets round and quotation marks straight."""
    return normalise(text).translate(_SAME)


def joined(quotes: Sequence[str]) -> str:
    """The quotes in comparable form, apart from each other by a line end that matches nothing."""
    return "\n".join(comparable(quote) for quote in quotes)


def bare(text: str) -> str:
    """Comparable text with punctuation gone (line ends kept)."""
    return "\n".join(_PUNCTUATION.sub("", line) for line in text.split("\n"))


def clauses(text: str) -> list[str]:
    """The clauses of a comparable text."""
    return _CLAUSE.findall(text)


def pairs(text: str) -> set[str]:
    """The character pairs of a text without punctuation; a single character is itself."""
    plain = _PUNCTUATION.sub("", text)
    return {plain[at : at + 2] for at in range(len(plain) - 1)} or ({plain} if plain else set())


def aligned(statement: str, quote: str) -> list[Pair]:
    """Each clause of the statement with the window of its nearest clause in the quotes; those without one are left out."""
    sources = clauses(quote)
    made = []
    for clause in clauses(statement):
        wanted = pairs(clause)
        if len(wanted) < 2:
            continue
        best = max(sources, key=lambda source: (len(wanted & pairs(source)), -len(source)), default="")
        share = len(wanted & pairs(best)) / len(wanted)
        if share >= _HALF:
            made.append(Pair(clause, _window(clause, best), share))
    return made


def _window(clause: str, source: str) -> str:
    """The part of the source from the first to the last pair shared with the clause, with the four characters before it."""
    wanted = pairs(clause)
    hits = [at for at in range(len(source) - 1) if source[at : at + 2] in wanted]
    if not hits:
        return source
    start, end = hits[0], hits[-1] + 2
    return source[max(0, start - 4) : end]

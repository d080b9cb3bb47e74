"""Counts tokens with a small encoding of the project's own, offline. Knows nothing of what is counted."""

from __future__ import annotations

import base64
import re
import string
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import tiktoken
    from numpy.typing import NDArray

RANKS = Path(__file__).with_name("tokens.tiktoken")

# Runs of ideographs, of Latin letters, of up to three digits, of white space; every other character alone.
_RUNS = (r"\u4e00-\u9fff\u3400-\u4dbf", "A-Za-z", "0-9", r"\s")
_PIECES = rf"[{_RUNS[0]}]+|[{_RUNS[1]}]+|[{_RUNS[2]}]{{1,3}}|[{_RUNS[3]}]+|[^{''.join(_RUNS)}]"
_WORDS = re.compile(rf"[{_RUNS[0]}]+|[{_RUNS[1]}]+")
# A character that is no token of its own costs a token a byte at most.
_MOST_BYTES = 4
# Characters that are looked at at a time: a library of laws in one file must not take ten times its size.
_BLOCK = 1 << 15


@lru_cache(maxsize=1)
def load_ranks() -> dict[bytes, int]:
    """The encoding's tokens and their merge ranks, read from the data file beside this module."""
    lines = (line.split() for line in RANKS.read_text("ascii").splitlines())
    return {base64.b64decode(token): int(rank) for token, rank in lines}


@lru_cache(maxsize=1)
def load_encoding() -> tiktoken.Encoding:
    """The project's encoding: bytes, common Chinese characters and frequent Chinese words, so that no network is needed."""
    import tiktoken

    return tiktoken.Encoding("suyuan", pat_str=_PIECES, mergeable_ranks=load_ranks(), special_tokens={})


def count_tokens(text: str) -> int:
    """How many tokens the text has. Text that looks like a control token of some model counts as the plain text it is."""
    return len(load_encoding().encode_ordinary(text))


def cut_to_budget(text: str, budget: int) -> int:
    """The largest offset such that `text[:offset]` has at most `budget` tokens (0 for a budget of 0 or less)."""
    if budget <= 0:
        return 0
    if len(text.encode("utf-8", "replace")) <= budget:
        return len(text)
    # Lengths in tokens hardly ever fall as a text grows; where a longer word merges into fewer, the loop below makes sure.
    known = load_encoding().encode_ordinary(text)
    if len(known) <= budget:
        return len(text)
    end = len(load_encoding().decode_bytes(known[:budget]).decode("utf-8", "ignore"))
    while end and count_tokens(text[:end]) > budget:
        end -= 1
    return end


_APART, _TOGETHER, _WORD = range(3)
_PLAIN, _RARE, _SPACE, _DIGIT = range(4)


class _Tables(NamedTuple):
    """What a character is, by code point (the last entry for all that follow), and what two kinds are side by side."""

    kind: NDArray[np.intp]
    kinds: int
    joins: NDArray[np.uint8]


@lru_cache(maxsize=1)
def _character_tables() -> _Tables:
    """The characters of one run that a token holds side by side are together; they are a word when they are a token."""
    import numpy as np

    texts = [text for text in (token.decode(errors="replace") for token in load_ranks()) if "\ufffd" not in text]
    kind = np.full(0x10000, _RARE, np.intp)
    kind[[ord(text) for text in texts if len(text) == 1]] = _PLAIN
    kind[[code for code in range(0xFFFF) if chr(code).isspace()]] = _SPACE
    kind[[ord(digit) for digit in string.digits]] = _DIGIT
    words = [text for text in texts if len(text) > 1 and _WORDS.fullmatch(text)]
    characters = sorted({*string.ascii_letters, *"".join(words)})
    kind[[ord(character) for character in characters]] = range(_DIGIT + 1, kinds := _DIGIT + 1 + len(characters))
    joins = np.zeros((kinds, kinds), np.uint8)
    letters = [kind[ord(letter)] for letter in string.ascii_letters]
    for alike in ([_SPACE], [_DIGIT], letters):
        joins[np.ix_(alike, alike)] = _TOGETHER
    for word in sorted(words, key=len, reverse=True):
        for left, right in pairwise(word):
            joins[kind[ord(left)], kind[ord(right)]] = _WORD if len(word) == 2 else _TOGETHER
    return _Tables(kind, kinds, joins.ravel())


class TokenBudget:
    """Tells which spans of one text have at most so many tokens; hardly any is counted, most are decided by a bound.

    The bound: the encoding goes on merging while two neighbours make a token, so that in a run of n characters of which any two
    neighbours are a word no two characters stand alone side by side, which leaves (2n+1)//3 tokens at most. A token never goes
    over a place whose two characters stand side by side in no token and in no piece of the pattern. `sure` is the length in
    characters up to which any span fits.
    """

    def __init__(self, text: str, budget: int) -> None:
        self._text, self._budget = text, budget
        self.sure = budget // _MOST_BYTES
        if len(text) > self.sure:
            self._bound_counts(text)

    def _bound_counts(self, text: str) -> None:
        """Fills `_joins_paragraph`, what each character and the next one are to each other, and `_most`, the bound up to each offset."""
        import numpy as np

        tables = _character_tables()
        rare = False
        self._joins = np.zeros(len(text), np.uint8)
        most = np.zeros(len(text) + 1, np.int32)
        for first in range(0, len(text), _BLOCK):
            part = text[first : first + _BLOCK + 1]
            codes = np.frombuffer(part.encode("utf-32-le", "surrogatepass"), np.uint32)
            kinds = tables.kind.take(codes, mode="clip")
            joins = tables.joins.take(kinds[:-1] * tables.kinds + kinds[1:])
            self._joins[first : first + len(joins)] = joins
            size = min(_BLOCK, len(part))
            ends = np.flatnonzero(joins[: size - 1] != _WORD)
            edges = np.empty(len(ends) + 2, np.intp)
            edges[0], edges[-1] = 0, size
            np.add(ends, 1, out=edges[1:-1])
            bound = most[first + 1 : first + 1 + size]
            bound[edges[:-1]] = (2 * (edges[1:] - edges[:-1]) + 1) // 3
            bound[0] += (
                first > 0
            )  # a run that a block ends in: two parts of it and one more are never fewer than the whole
            unknown = kinds[:size] == _RARE
            if unknown.any():
                bound[unknown] += _MOST_BYTES - 1
                rare = True
        self._most = most.cumsum(dtype=np.int32)
        if not rare:
            self.sure = self._budget

    def holds_span(self, start: int, end: int) -> bool:
        """Whether `text[start:end]` has at most as many tokens as the budget."""
        if end - start <= self.sure:
            return True
        within = start and self._joins[start - 1]
        return (
            bool(not within and self._most[end] - self._most[start] <= self._budget)
            or self.count_span(start, end) <= self._budget
        )

    def count_span(self, start: int, end: int) -> int:
        """How many tokens `text[start:end]` has, counted between the places that no token goes over."""
        import numpy as np

        places = (np.flatnonzero(self._joins[start : end - 1] == _APART) + (start + 1)).tolist()
        pieces = [self._text[left:right] for left, right in zip([start, *places], [*places, end], strict=True)]
        return sum(map(_piece, pieces))


_piece = lru_cache(maxsize=1 << 15)(count_tokens)

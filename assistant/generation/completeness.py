"""Sees what an answer leaves out of what its sources say. Knows nothing of models or questions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant import markers
from assistant.reading import Extract
from assistant.verification.text import bare_text, comparable_text
from corpus.text.char_bigrams import joined_bigrams

_LIST = re.compile(r"[^,;。!?:\n、]{1,30}(?:、[^,;。!?:\n、]{1,30}){2,}")
_TOLD = 0.6  # of an extract's pairs of characters, that an answer which tells it has
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LAST = re.compile(r"(?:以及|和|及|与)")
_TAIL = re.compile(r"(?:等|这|共|\d+[项个种类条大]|[两二三四五六七八九十][项个种类条大]).*$")


def half_told(answer: str, quotes: Sequence[str]) -> tuple[int, int] | None:
    """(items of the source's list, items of it that the answer has), for the first list told in part; None otherwise.

    Only a list of three items or more of which the answer has at least two counts: one item may be all that was asked.
    """
    told = bare_text(comparable_text(answer))
    for quote in quotes:
        for match in _LIST.finditer(comparable_text(quote)):
            items = [_TAIL.sub("", item) or item for item in match.group().split("、")]
            items = [*items[:-1], *(piece for piece in _LAST.split(items[-1]) if piece)]
            # The first item carries the words before the list, so its end is what is looked for.
            known = [bare_text(items[0])[-4:] in told, *(bare_text(item) in told for item in items[1:])]
            if 2 <= sum(known) < len(items):
                return len(items), sum(known)
    return None


def untold_extracts(extracts: Sequence[Extract], answer: str) -> list[Extract]:
    """The extracts whose wording or numbers the answer mostly lacks."""
    told = comparable_text(markers.strip_markers(answer))
    pairs, numbers = joined_bigrams(told), set(_NUMBER.findall(told))
    left = []
    for extract in extracts:
        words = comparable_text(markers.strip_markers(extract.text))
        wanted = joined_bigrams(words)
        whole = bare_text(words) in bare_text(told)
        covered = len(wanted & pairs) >= _TOLD * len(wanted) and numbers.issuperset(_NUMBER.findall(words))
        if not whole and not covered:
            left.append(extract)
    return left

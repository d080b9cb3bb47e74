"""Sees that an answer names some items of a list in its sources and not the others. Knows nothing of models or questions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.verification.text import bare_text, comparable_text

_LIST = re.compile(r"[^,;。!?:\n、]{1,30}(?:、[^,;。!?:\n、]{1,30}){2,}")
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

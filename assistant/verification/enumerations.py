"""Holds the items and the counts of a statement's enumerations to the quotes. Knows nothing of numbers elsewhere."""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.verification.text import bare_text
from assistant.verification.types import ClaimAndEvidence
from corpus.text.char_bigrams import joined_bigrams
from corpus.text.numbers import parse_integer

_LIST = re.compile(r"[^,;。!?:\n、]{1,40}(?:、[^,;。!?:\n、]{1,40})+")
_COUNTED = re.compile(
    r"(?:等|共|这|以上|一共|共计)?(?P<count>[二三四五六七八九十两]|\d{1,2})(?P<unit>项|个|种|类|条|大|家|方面|点)$"
)
_LEAD = re.compile(r"^.*?(?:包括|包含|分别是|分别为|有|是|为|即|含|由|在|把|对|和|提供|提交|需要?|及|讲)(?=[^、]{2,})")
_LAST = re.compile(r"(?:和|及|以及|与)")


def enumeration_issues(sides: ClaimAndEvidence) -> list[str]:
    """An issue for an item that is not in the quotes, and for a count that is not the number of items before it."""
    issues: list[str] = []
    for match in _LIST.finditer(sides.statement):
        parts = match.group().split("、")
        parts[0] = _LEAD.sub("", parts[0])
        counted = _COUNTED.search(parts[-1])
        parts[-1] = parts[-1][: counted.start()] if counted else re.split(r"等(?!级|候|待|同|于)", parts[-1])[0]
        items = [*parts[:-1], *(piece for piece in _LAST.split(parts[-1]) if piece)]
        issues.extend(f"引文没有列出“{item}”" for item in items[1:-1] if not _item_stands(item, sides.quote))
        tail = items[-1] if items else ""
        if tail and len(tail) <= 8 and not _item_stands(tail, sides.quote):
            issues.append(f"引文没有列出“{tail}”")
        if (
            counted
            and len(items) >= 2
            and parse_integer(counted.group("count")) != len(items)
            and not _says_same_words(match.group(), sides.quote)
            and not _counted_so(counted.group(), len(items), sides.quote)
        ):
            issues.append(f"说是{counted.group('count')}{counted.group('unit')}，列出的是{len(items)}项")
        issues.extend(_mixed_list_issues(items, sides.quote))
    return issues


def _mixed_list_issues(items: list[str], quote: str) -> list[str]:
    """An issue for a list made of parts of two lists of the source."""
    lists = [bare_text(match.group()) for match in _LIST.finditer(quote)]
    homes = [{at for at, known in enumerate(lists) if bare_text(item) in known} for item in items if bare_text(item)]
    if len(homes) < 2 or not all(homes) or set.intersection(*homes):
        return []
    used = [min(home) for home in homes]
    turns = sum(one != other for one, other in pairwise(used))
    halves = all(
        used.count(at) < match.group().count("、") + 1 for at, match in enumerate(_LIST.finditer(quote)) if at in used
    )
    return ["引文没有把这些列在一起"] if turns > 1 or halves else []


def _item_stands(item: str, quote: str) -> bool:
    """Whether an item, or most of its wording, is in the quotes."""
    wanted = joined_bigrams(item)
    return not wanted or bare_text(item) in bare_text(quote) or len(wanted & joined_bigrams(quote)) >= 0.6 * len(wanted)


def _says_same_words(text: str, quote: str) -> bool:
    """Whether the source says it in the same words."""
    return bare_text(text) in bare_text(quote)


def _counted_so(count: str, found: int, quote: str) -> bool:
    """Whether the source itself puts that count behind a list of as many items: it then counts something else."""
    return any(
        match.group().endswith(count) and len(_LAST.sub("、", match.group()).split("、")) == found
        for match in _LIST.finditer(quote)
    )

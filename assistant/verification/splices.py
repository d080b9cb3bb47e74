"""Sees the parts of parallel clauses crossed: A does X and B does Y, told as A does Y. Knows nothing of what they mean."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import combinations

from assistant.verification.text import is_verbatim
from assistant.verification.types import ClaimAndEvidence
from corpus.text.char_bigrams import joined_bigrams

_HELD, _LACKED = 0.5, 0.34  # shares of a part's own wording from which a text has it, and up to which it lacks it
_PIVOT = 2  # characters that two clauses must have in common between their parts
_MOST = 24  # parallel clauses looked at
_BOTH = re.compile(r"都|均|一律|同样")  # of two things, what is said of one
_NUMBER = re.compile(r"\d[\d.]*")

Part = tuple[
    frozenset[str], frozenset[str]
]  # the pairs of characters and the numbers that its counterpart does not have


def splice_issues(sides: ClaimAndEvidence) -> list[str]:
    """An issue for a sentence or clause made of one clause's beginning and its neighbour's end."""
    wanted = joined_bigrams(sides.statement)
    clauses = [sides.statement, *(clause for clause in re.split("[,;]", sides.statement) if len(clause) >= 6)]
    told = [each for each in clauses if not is_verbatim(each, sides.quote)]
    if not told:
        return []
    for sentence in re.split("[。!?\n]", sides.quote):
        pieces = [
            each
            for each in re.split(";" if ";" in sentence else ",", sentence)
            if len(wanted & joined_bigrams(each)) >= 2
        ]
        for one, other in combinations(pieces[:_MOST], 2):
            crossed = _crossed_parts(one, other, told)
            if crossed and not any(_says_both_parts(crossed, piece) for piece in re.split("[;。!?\n]", sides.quote)):
                return ["引文的两句话被接成了一句"]
    return []


def _crossed_parts(one: str, other: str, told: list[str]) -> tuple[Part, Part] | None:
    """(beginning, end) of two different clauses that one of the texts has together without their own other halves."""
    found = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    if found.size < _PIVOT:
        return None
    # one character of the common words goes with each part: 中型 and 小型 differ in one
    left, left_other = _own_parts(one[: found.a + 1], other[: found.b + 1])
    right, right_other = _own_parts(one[found.a + found.size - 1 :], other[found.b + found.size - 1 :])
    if not all(any(part) for part in (left, left_other, right, right_other)):
        return None
    for text in told:
        for begins, ends, lacks in (
            (left_other, right, (left, right_other)),
            (left, right_other, (left_other, right)),
        ):
            if _has_part(begins, text) and _has_part(ends, text) and all(_lacks_part(part, text) for part in lacks):
                return begins, ends
            if (
                _BOTH.search(text)
                and all(_has_part(part, text) for part in (begins, ends, lacks[0]))
                and _lacks_part(lacks[1], text)
            ):
                return begins, ends
    return None


def _own_parts(one: str, other: str) -> tuple[Part, Part]:
    """What each of two texts has of its own."""
    words, others = joined_bigrams(one), joined_bigrams(other)
    mine, theirs = set(_NUMBER.findall(one)), set(_NUMBER.findall(other))
    return (frozenset(words - others), frozenset(mine - theirs)), (frozenset(others - words), frozenset(theirs - mine))


def _has_part(part: Part, text: str) -> bool:
    return _share_of_part(part, text) >= _HELD


def _lacks_part(part: Part, text: str) -> bool:
    return _share_of_part(part, text) <= _LACKED


def _share_of_part(part: Part, text: str) -> float:
    """How much of a part a text has: of its numbers where it has any, else of its wording."""
    words, numbers = part
    if numbers:
        return len(numbers & set(_NUMBER.findall(text))) / len(numbers)
    return len(words & joined_bigrams(text)) / len(words)


def _says_both_parts(crossed: tuple[Part, Part], piece: str) -> bool:
    """Whether one piece of the quotes says both parts and the quotes have them apart only elsewhere."""
    return ";" not in piece and "," not in piece and all(_has_part(part, piece) for part in crossed)

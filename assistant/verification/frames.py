"""Sees one value or name put in another's place: the words round it stand in the quotes, it does not. Knows no meanings."""

from __future__ import annotations

import re

from assistant.verification.types import ClaimAndEvidence
from corpus.text.numbers import parse_integer

_SIDE = 3  # characters on each side that make a frame
_CLAUSE_ENDS = ",;。!?:\n"  # where a clause begins, what follows is frame enough
_VALUE = re.compile(r"第[零一二三四五六七八九十百\d]+|\d[\d.]*")


def frame_issues(sides: ClaimAndEvidence) -> list[str]:
    """An issue for each number or ordinal whose frame, in the quotes, holds only others."""
    issues = []
    for match in _VALUE.finditer(sides.statement):
        held = _values_in_frame(sides.statement, match.start(), match.end(), sides.quote)
        if held and _ordinal_and_value(match.group()) not in {_ordinal_and_value(other) for other in held}:
            issues.append(f"引文此处是“{held[0]}”，不是“{match.group()}”")
    return issues


def _ordinal_and_value(written: str) -> tuple[bool, int | str]:
    """(whether an ordinal, its value), equal for 第51 and 第五十一."""
    digits = written.removeprefix("第")
    value = parse_integer(digits)
    return written.startswith("第"), digits if value is None else value


def _values_in_frame(text: str, start: int, end: int, quote: str) -> list[str]:
    """The values that the quotes have in the frame of `text[start:end]`."""
    left, right = text[max(0, start - _SIDE) : start], text[end : end + _SIDE]
    if not left or left[-1] in _CLAUSE_ENDS:
        right = text[end : end + _SIDE + 1]
        frame = re.compile(f"(?:^|(?<=[{_CLAUSE_ENDS}]))({_VALUE.pattern})(?={re.escape(right)})")
        usable = len(right) > _SIDE and not _VALUE.search(right) and "\n" not in right
        return [match.group(1) for match in frame.finditer(quote)] if usable else []
    if len(left) < _SIDE or len(right) < _SIDE or "\n" in left + right or _VALUE.search(left + right):
        return []
    frame = re.compile(f"(?<={re.escape(left)})({_VALUE.pattern})(?={re.escape(right)})")
    return [match.group(1) for match in frame.finditer(quote)]

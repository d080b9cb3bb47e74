"""Holds the ordinals of a statement (第十二条, 第一批) to the quotes. Knows nothing of other numbers."""

from __future__ import annotations

import re

from assistant.verification.types import ClaimAndEvidence
from corpus.text.numbers import parse_integer

_ORDINAL = re.compile(
    r"(?!第一(?:时间|线|产业|责任人|方阵))第([零〇○一二三四五六七八九十廿卅百千两\d]{1,9})([条款项章节批次届期位名个季类号])?"
)


def ordinal_issues(sides: ClaimAndEvidence) -> list[str]:
    """An issue for each ordinal that neither the quotes nor the places cited have."""
    known = set(_find_ordinals(sides.quote + "\n" + sides.context))
    mine = _find_ordinals(sides.statement)
    return [f"引文中没有“第{value}{unit}”" for value, unit in mine if (value, unit) not in known]


def _find_ordinals(text: str) -> list[tuple[int, str]]:
    """(value, unit) of each ordinal."""
    return [(parse_integer(digits) or 0, unit) for digits, unit in _ORDINAL.findall(text)]

"""Holds every number of a statement, with its unit, to the quotes. Knows nothing of words."""

from __future__ import annotations

from assistant.verification import quantities
from assistant.verification.types import Sides


def check(sides: Sides) -> list[str]:
    """An issue for each number that no quote has in the same magnitude and unit."""
    there = quantities.find(sides.quote)
    issues = []
    for number in quantities.find(sides.statement):
        if not any(number.value == other.value and _same_unit(number.unit, other.unit) for other in there):
            issues.append(f"数字“{sides.statement[number.start : number.end]}”不在引文中")
    return issues


def _same_unit(one: str, other: str) -> bool:
    """Units agree when they are equal or one of them is not written."""
    return one == other or not one or not other

"""Holds enough of a statement's wording to the quotes. Knows nothing of numbers or of meaning."""

from __future__ import annotations

from assistant.verification.text import pairs
from assistant.verification.types import Sides

ENOUGH = 0.5


def share(sides: Sides) -> float:
    """The share of the statement's character pairs that stand in the quotes."""
    wanted = pairs(sides.statement)
    return len(wanted & pairs(sides.quote)) / len(wanted) if wanted else 0.0


def check(sides: Sides) -> list[str]:
    """An issue when less than half of the wording stands in the quotes."""
    found = share(sides)
    return [] if found >= ENOUGH else [f"引文中只有{found:.0%}的措辞与陈述相同"]

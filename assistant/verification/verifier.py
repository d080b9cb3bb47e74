"""`verify`: runs every check over a statement and its quotes. Knows the checks only by their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.verification import (
    dates,
    enumerations,
    frames,
    frequency,
    modality,
    names,
    numbers,
    opposites,
    ordinals,
    polarity,
    splices,
    substitutions,
    superlatives,
    wording,
)
from assistant.verification.text import comparable, joined
from assistant.verification.types import Sides, Verdict
from corpus.text.quantities import canonical

Check = Callable[[Sides], list[str]]
CHECKS: tuple[Check, ...] = (
    numbers.check,
    dates.check,
    frames.check,
    ordinals.check,
    names.check,
    polarity.check,
    modality.check,
    opposites.check,
    superlatives.check,
    frequency.check,
    splices.check,
    substitutions.check,
    enumerations.check,
    wording.check,
)


def verify(statement: str, quotes: Sequence[str], context: Sequence[str] = ()) -> Verdict:
    """Whether the quotes carry the statement: deterministic, the same for every reader and model.

    statement: one claim, without citation markers; quotes: the exact words it cites; context: titles and locators of the
    documents cited, in which a name or an article number may stand. Without quotes, or with an empty statement, nothing is
    supported.
    """
    sides = Sides(canonical(comparable(statement)), canonical(joined(quotes)), canonical(joined(context)))
    if not sides.statement:
        return Verdict(False, ("陈述是空的",))
    if not sides.quote.strip():
        return Verdict(False, ("没有引文",))
    issues = tuple(dict.fromkeys(issue for check in CHECKS for issue in check(sides)))
    return Verdict(not issues, issues)

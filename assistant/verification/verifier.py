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
from assistant.verification.text import comparable_text, join_quotes
from assistant.verification.types import ClaimAndEvidence, Verdict
from corpus.text.quantities import canonical_values

Check = Callable[[ClaimAndEvidence], list[str]]
CHECKS: tuple[Check, ...] = (
    numbers.number_issues,
    dates.date_issues,
    frames.frame_issues,
    ordinals.ordinal_issues,
    names.name_issues,
    polarity.polarity_issues,
    modality.modality_issues,
    opposites.opposite_issues,
    superlatives.superlative_issues,
    frequency.frequency_issues,
    splices.splice_issues,
    substitutions.substitution_issues,
    enumerations.enumeration_issues,
    wording.wording_issues,
)


def verify(statement: str, quotes: Sequence[str], context: Sequence[str] = ()) -> Verdict:
    """Whether the quotes carry the statement: deterministic, the same for every reader and model.

    statement: one claim, without citation markers; quotes: the exact words it cites; context: titles and locators of the
    documents cited, in which a name or an article number may stand. Without quotes, or with an empty statement, nothing is
    supported.
    """
    sides = ClaimAndEvidence(
        canonical_values(comparable_text(statement)),
        canonical_values(join_quotes(quotes)),
        canonical_values(join_quotes(context)),
    )
    if not sides.statement:
        return Verdict(False, ("陈述是空的",))
    if not sides.quote.strip():
        return Verdict(False, ("没有引文",))
    issues = tuple(dict.fromkeys(issue for check in CHECKS for issue in check(sides)))
    return Verdict(not issues, issues)

"""ALCE citation recall and precision, with the project's deterministic support check in place of an entailment model.

Source: Gao et al., "Enabling Large Language Models to Generate Text with Citations" (2023). citation_recall: the share of
statements that all the quotes they cite carry together; a statement without a citation is not carried. citation_precision:
the share of citations that count: the statement is carried by all its quotes, and this one either carries it alone or cannot
be left out. A marker with no citation behind it, and a quote that is not in its document, carry nothing and count as wrong.
Both are pooled over the statements, and the markers, of answered questions.
"""

from __future__ import annotations

from eval.metrics.base import Metric
from eval.scored_case import ScoredCase
from eval.text import markers_in
from eval.types import Fraction, GivenStatement


def quotes_of(view: ScoredCase, statement: GivenStatement) -> dict[int, str]:
    """The quotes that a statement's markers point to and that may carry it."""
    cited = {marker: view.by_marker[marker] for marker in statement.markers if marker in view.by_marker}
    return {
        marker: citation.quote
        for marker, citation in cited.items()
        if citation.quote and (view.documents is None or view.is_verbatim(citation))
    }


def is_carried(view: ScoredCase, statement: GivenStatement) -> bool:
    """Whether all the quotes that a statement cites carry it together."""
    quotes = quotes_of(view, statement)
    return bool(quotes) and view.support(statement.text, list(quotes.values()))


def citation_recall(view: ScoredCase) -> Fraction | None:
    """Statements carried by what they cite."""
    if not view.statements:
        return None
    return (float(sum(is_carried(view, statement) for statement in view.statements)), float(len(view.statements)))


def _is_needed(view: ScoredCase, statement: GivenStatement, quotes: dict[int, str], marker: int) -> bool:
    if view.support(statement.text, [quotes[marker]]):
        return True
    rest = [quote for other, quote in quotes.items() if other != marker]
    return not (rest and view.support(statement.text, rest))


def citation_precision(view: ScoredCase) -> Fraction | None:
    """Citations that a statement needs, over all markers."""
    right = total = 0
    in_statements: set[int] = set()
    for statement in view.statements:
        marks = set(statement.markers)
        in_statements |= marks
        total += len(marks)
        if is_carried(view, statement):
            quotes = quotes_of(view, statement)
            right += sum(_is_needed(view, statement, quotes, marker) for marker in quotes)
    if view.output.status == "answered":
        total += len(markers_in(view.output.text) - in_statements)
    return (float(right), float(total)) if total else None


METRICS = (
    Metric("citation_recall", "citation", "statements carried by the quotes they cite (ALCE)", citation_recall),
    Metric("citation_precision", "citation", "citations that their statement needs (ALCE)", citation_precision),
)

"""Documents and places side by side, as the screen shows them, and which of them an answer offers to compare. Knows no HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.cards.comparing import MOST, Comparison, ComparisonRow, as_one, compare_cards, pieces_of_quote
from assistant.cards.types import PolicyCard
from assistant.cards.wire import comparison_to_dict
from assistant.understanding.subquestions import is_comparison
from index.types import Index
from web.cards import Cards
from web.http_errors import Refusal

OF_PLACE = "@"  # before the name of a place that stands for all its documents
MOST_OF_PLACE = 12  # documents of one place in one column: more is no column that somebody reads


def side_by_side(cards: Cards, index: Index, chosen: Sequence[str]) -> Comparison:
    """The documents by their ids, the places by their names after @. Raises KeyError for one that is not there, Refusal, QuestionError."""
    return compare_cards([_card_of_column(cards, index, each) for each in dict.fromkeys(chosen)])


def _card_of_column(cards: Cards, index: Index, chosen: str) -> PolicyCard:
    if not chosen.startswith(OF_PLACE):
        return cards.card_of(chosen)
    place = chosen.removeprefix(OF_PLACE)
    found = [each.id for each in index.documents() if each.metadata.region and each.metadata.region.value == place]
    if not found:
        raise KeyError(place)
    if len(found) > MOST_OF_PLACE:
        raise Refusal("compare.place", place=place, n=len(found), most=MOST_OF_PLACE)
    return as_one(place, [cards.card_of(each) for each in found])


def comparison_table(made: Comparison) -> dict[str, Any]:
    """The JSON of `python -m assistant compare --json`, each quote cut into its numbers that differ and its other words."""
    whole = comparison_to_dict(made)
    for shown, row in zip(whole["rows"], made.rows, strict=True):
        _add_pieces(shown, row)
    return whole


def _add_pieces(shown: dict[str, Any], row: ComparisonRow) -> None:
    for kept, cell, spans in zip(shown["cells"], row.cells, row.differing, strict=True):
        for written, citation in zip(kept["citations"], cell.citations, strict=True):
            written["pieces"] = [
                {"text": text, "differs": differs} for text, differs in pieces_of_quote(citation, spans)
            ]


def of_answer(answer: dict[str, Any]) -> list[str]:
    """The ids of the documents that an answer to a comparing question cites, when they can be read side by side."""
    if answer["status"] != "answered" or not is_comparison(answer["standalone_question"] or answer["question"]):
        return []
    cited = list(dict.fromkeys(citation["doc_id"] for citation in answer["citations"]))
    return cited[:MOST] if len(cited) > 1 else []

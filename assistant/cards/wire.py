"""The one writer of cards, comparisons and deadlines as JSON values: commands print them, screens and kept files hold them.

Knows nothing of how they were made.
"""

from __future__ import annotations

from typing import Any

from assistant.cards.calendar import Deadline
from assistant.cards.comparing import Comparison
from assistant.cards.fields import NAMES
from assistant.cards.types import CardField, PolicyCard
from assistant.wire import citation_from_dict, citation_to_dict


def card_to_dict(card: PolicyCard) -> dict[str, Any]:
    """A card: every field always there, in order, empty ones with no citations."""
    return {
        "doc_id": card.doc_id,
        "source": card.source,
        "title": card.title,
        "sha256": card.sha256,
        "version": card.version,
        "fields": [_field_to_dict(field) for field in card.fields],
    }


def _field_to_dict(field: CardField) -> dict[str, Any]:
    return {"key": field.key, "name": NAMES[field.key], "citations": [citation_to_dict(c) for c in field.citations]}


def card_from_dict(data: dict[str, Any]) -> PolicyCard:
    """The card that `card_to_dict` wrote. Raises KeyError or TypeError for anything else."""
    fields = tuple(CardField(f["key"], tuple(map(citation_from_dict, f["citations"]))) for f in data["fields"])
    return PolicyCard(data["doc_id"], data["source"], data["title"], data["sha256"], data["version"], fields)


def comparison_to_dict(compared: Comparison) -> dict[str, Any]:
    """Documents side by side: one row a field, one cell a document; `differing` are the spans of numbers only some have.

    `differs`: whether the row says the same in every document, its layout and the numbers of its items aside.
    """
    return {
        "documents": [{"doc_id": c.doc_id, "source": c.source, "title": c.title} for c in compared.cards],
        "rows": [
            {
                "key": row.key,
                "name": NAMES[row.key],
                "differs": row.differs,
                "cells": [
                    {
                        "citations": [citation_to_dict(citation) for citation in cell.citations],
                        "differing": [list(span) for span in spans],
                    }
                    for cell, spans in zip(row.cells, row.differing, strict=True)
                ],
            }
            for row in compared.rows
        ],
    }


def deadline_to_dict(deadline: Deadline) -> dict[str, Any]:
    """One date of the calendar."""
    return {
        "date": deadline.date,
        "kind": deadline.kind,
        "yearly": deadline.yearly,
        "expired": deadline.expired,
        "doc_id": deadline.doc_id,
        "source": deadline.source,
        "title": deadline.title,
        "citation": citation_to_dict(deadline.citation) if deadline.citation else None,
    }

"""What an utterance can be beside a question: the acts of a conversation. Knows nothing of how each is met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "greeting",
    "thanks",
    "goodbye",
    "identity",
    "abilities",
    "documents",
    "count",
    "recent",
    "issued_by",
    "about",
    "rephrase",
    "detail",
    "brief",
    "evidence",
    "more",
    "why",
    "correction",
    "ordinal",
    "complaint",
    "noise",
]

COLLECTION: frozenset[Kind] = frozenset({"documents", "count", "recent", "issued_by", "about"})
REFERRING: frozenset[Kind] = frozenset({"more", "why", "correction", "ordinal"})


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done in a conversation.

    `text` is the utterance, simplified, without the marks at its ends. `subject` is whose documents are asked for, which item
    is meant or what is put right, as the kind has it. `rest` is what is asked of it, or the words that were wrong. `page`
    counts, from 0, which part of a list of documents is wanted.
    """

    kind: Kind
    text: str
    subject: str = ""
    rest: str = ""
    page: int = 0

"""A document to its card: what headings and wording say, what the network adds, each unit cited. Knows nothing of where cards are kept."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.cards.choosing import Chosen, Span, choose_units, units_of
from assistant.cards.fields import FIELDS
from assistant.cards.reading import PassageReader, evident_spans
from assistant.cards.types import CardField, PolicyCard
from assistant.citing import cite_span
from assistant.reading import lists
from assistant.reading.prompt_injection import injected_spans
from assistant.types import Citation
from corpus.passages import split_passages
from corpus.types import Document

RULES = 2  # of the fields, the sections and the choosing; raised when a card made by them would be another
LONGEST_MARK = 14  # characters of a mark and a title before a unit on its line
LONGEST = 60  # units of one field: more is the document itself


def make_card(document: Document, reader: PassageReader | None = None, version: str = "") -> PolicyCard:
    """The card of a document; without a reader, what headings and wording alone say. `version` is kept in the card.

    Text that addresses a program instead of informing people belongs to no field.
    """
    units = units_of(document)
    chosen = choose_units(document, units)
    if reader is not None:
        _add_read(document, units, chosen, reader)
    banned = injected_spans(document.text)
    cited = _Citations(document)
    fields = []
    for rule in FIELDS:
        kept = [units[number] for number in sorted(chosen[rule.key])]
        kept = [(start, end) for start, end in kept if not any(low < end and start < high for low, high in banned)]
        whole = [(_from_mark(document.text, start), end) for start, end in join_sentences(document.text, kept)]
        fields.append(CardField(rule.key, tuple(cited.cite_once(*span) for span in whole[:LONGEST])))
    return PolicyCard(document.id, document.source, document.title, document.sha256, version, tuple(fields))


def _add_read(document: Document, units: Sequence[Span], chosen: Chosen, reader: PassageReader) -> None:
    """What the network finds for the fields that are empty and have a question."""
    empty = [rule for rule in FIELDS if rule.question and not chosen[rule.key]]
    passages = split_passages(document) if empty else []
    for rule in empty:
        for low, high in evident_spans(reader, rule, passages):
            chosen[rule.key] |= {number for number, (start, end) in enumerate(units) if low <= start and end <= high}


def join_sentences(text: str, spans: Sequence[Span]) -> list[Span]:
    """Sentences that follow each other on one line as one unit."""
    out: list[Span] = []
    for start, end in spans:
        if out and "\n" not in text[out[-1][0] : start] and not text[out[-1][1] : start].strip(" \t\u3000\xa0"):
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def _from_mark(text: str, start: int) -> int:
    """Where the line begins, when only a mark and a few words of title stand before the unit on it: （二）受理。"""
    line = text.rfind("\n", 0, start) + 1
    before = text[line:start]
    marked = len(before) <= LONGEST_MARK and lists.item_mark(before.lstrip())
    return line + len(before) - len(before.lstrip()) if marked else start


class _Citations:
    """The citations of one card: the same words in two fields have one marker."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._made: dict[Span, Citation] = {}

    def cite_once(self, start: int, end: int) -> Citation:
        if (start, end) not in self._made:
            self._made[start, end] = cite_span(self._document, start, end, len(self._made) + 1)
        return self._made[start, end]

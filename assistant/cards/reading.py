"""What the network adds to a field that headings and wording left empty. Knows nothing of how a card is put together.

A whole document is too long to be read for every field: of each field the passages are read in which its words stand most,
so that a document costs at most PASSAGES passages a field, whatever its length.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from assistant.cards.fields import FieldRule
from assistant.reader import PassageReading
from assistant.reading.units import is_evident, units_of
from corpus.types import Passage

PASSAGES = 2  # read for one field: some six windows, a sixth of a second on two cores
# Probability of a character from which its sentence is taken: from .3 the network added wrong units to the empty fields of eight
# documents, from .5 none. Relevance is not asked for: these questions name no subject, and of the
# same eight the passages that answer lie at log-odds of -4 to 1. benchmarks/policy_cards.py measures both.
EVIDENT = 0.5

Span = tuple[int, int]


class PassageReader(Protocol):
    """What reads passages for a question: the shipped network, or another of its kind."""

    def read_passages(self, question: str, passages: Sequence[Passage]) -> list[PassageReading]:
        """One reading a passage, in order."""
        ...


def evident_spans(reader: PassageReader, rule: FieldRule, passages: Sequence[Passage]) -> list[Span]:
    """Sentences of the document that the network holds to be what the field asks for, as spans of its text."""
    near = nearest_passages(rule, passages)
    found = []
    for passage, reading in zip(near, reader.read_passages(rule.question, near) if near else (), strict=True):
        units = units_of(passage.text, reading)
        found += [(passage.start + one.start, passage.start + one.end) for one in units if is_evident(one, EVIDENT)]
    return sorted(found)


def nearest_passages(rule: FieldRule, passages: Sequence[Passage]) -> list[Passage]:
    """The passages in which the field's words stand most, those that have none left out, in the document's order."""
    counts = [(len(rule.hint.findall(passage.text)), -number) for number, passage in enumerate(passages)]
    best = sorted((pair for pair in counts if pair[0]), reverse=True)[:PASSAGES]
    return [passages[-number] for _, number in sorted(best, key=lambda pair: -pair[1])]

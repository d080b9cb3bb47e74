"""Which units of a document belong to which field of its card, by headings, leads and wording. Knows nothing of the reader."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.cards.fields import FIELDS, FieldRule
from assistant.cards.sections import Section, sections
from assistant.cards.types import FieldKey
from assistant.reading import lists
from corpus.sentences import sentences
from corpus.types import Document

EARLY = 0.4  # share of a document in which the cues count that say what it is for
FRONT = 700  # characters that are early in any document
WIDE = str.maketrans(",:;()", "，：；（）")  # half-width marks in Chinese text, one for one
Span = tuple[int, int]
Chosen = dict[FieldKey, set[int]]
_WORDS = re.compile(r"[\w\u4e00-\u9fff]")


def units_of(document: Document) -> list[Span]:
    """The sentences, items and table rows of a document that say something."""
    return [span for span in sentences(document.text) if _WORDS.search(document.text, *span)]


def choose(document: Document, units: Sequence[Span]) -> Chosen:
    """The numbers of the units of each field."""
    chosen: Chosen = {rule.key: set() for rule in FIELDS}
    found = sections(document, lambda name: _field_of(name) is not None)
    heads = _heads(document.text, units, found)
    for number, owner in enumerate(_owners(units, found)):
        if owner and number not in heads:
            chosen[owner].add(number)
    for rule in FIELDS:
        chosen[rule.key] |= _by_wording(document, units, rule) - heads
    return chosen


def _owners(units: Sequence[Span], found: Sequence[Section]) -> list[FieldKey | None]:
    """The field of the innermost section that has one, unit by unit."""
    owned = [(section, key) for section in found if (key := _field_of(section.name))]
    owners: list[FieldKey | None] = [None] * len(units)
    for section, key in owned:  # by start: an inner section comes after the one around it
        for number, (start, end) in enumerate(units):
            if section.body < end and start < section.end and start >= section.start:
                owners[number] = key
    return owners


def _field_of(name: str) -> FieldKey | None:
    """The field that a heading names; of two the one named last, since 补贴对象和条件 speaks of conditions."""
    places = [(match.end(), rule.key) for rule in FIELDS for match in [rule.heading.search(name)] if match]
    return max(places)[1] if places else None


def _heads(text: str, units: Sequence[Span], found: Sequence[Section]) -> set[int]:
    """The units that are headings and nothing else."""
    ends = {section.start: section.body for section in found}
    return {
        number
        for number, (start, end) in enumerate(units)
        if start in ends and not _WORDS.search(text[min(ends[start], end) : end])
    }


def _by_wording(document: Document, units: Sequence[Span], rule: FieldRule) -> set[int]:
    """The units that the rule's cue names, and those of the lists that its leads open."""
    numbers: set[int] = set()
    front = max(FRONT, int(EARLY * len(document.text)))
    for number, (start, end) in enumerate(units):
        words = document.text[start:end].translate(WIDE)
        if rule.unless.search(words):
            continue
        if rule.lead.search(words):
            numbers |= {number, *_listed(document, units, number)}
        elif rule.cue.search(words) or (start < front and rule.early.search(words)):
            numbers |= {number, *(_listed(document, units, number) if words.endswith("：") else ())}
    return numbers


def _listed(document: Document, units: Sequence[Span], lead: int) -> set[int]:
    """The units of the list below a lead: the rest of its article, else the items that follow."""
    start, end = units[lead]
    articles = [node for node in document.outline if node.kind == "article" and node.start <= start < node.end]
    limit = articles[-1].end if articles else lists.following(document.text, end)[0]
    return {number for number, (left, _) in enumerate(units) if end <= left < limit}


def spans(chosen: Mapping[FieldKey, set[int]], units: Sequence[Span], key: FieldKey) -> list[Span]:
    """The units of a field in the document's order."""
    return [units[number] for number in sorted(chosen[key])]

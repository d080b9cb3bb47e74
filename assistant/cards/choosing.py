"""Which units of a document belong to which field of its card, by headings, leads and wording. Knows nothing of the reader."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.cards.fields import FIELDS, STEPS
from assistant.cards.sections import Section, find_sections
from assistant.cards.types import FieldKey
from assistant.reading import lists
from corpus.sentences import sentence_spans
from corpus.types import Document

EARLY = 0.4  # share of a document in which the cues count that say what it is for
FRONT = 700  # characters that are early in any document
# Fields that an item of another field's list is not of by its wording: 已经享受其他补贴的 under 不予补贴 is no support. A step may
# well name the papers, the counter and the day.
WHOLE: tuple[FieldKey, ...] = ("audience", "support", "conditions")
WIDE = str.maketrans(",:;()", "，：；（）")  # half-width marks in Chinese text, one for one
Span = tuple[int, int]
Chosen = dict[FieldKey, set[int]]
_WORDS = re.compile(r"[\w\u4e00-\u9fff]")


def units_of(document: Document) -> list[Span]:
    """The sentences, items and table rows of a document that say something."""
    return [span for span in sentence_spans(document.text) if _WORDS.search(document.text, *span)]


def choose_units(document: Document, units: Sequence[Span]) -> Chosen:
    """The numbers of the units of each field.

    What a list's lead says of it counts more than the heading above: 应当提交下列材料： under 申请程序 is no step. Under a heading of
    several fields (补贴对象和标准) a unit goes to those its wording names, to all of them where it names none.
    """
    found = find_sections(document, lambda name: bool(_fields_of(name)))
    heads = _heads(document.text, units, found)
    led, told = _by_wording(document, units)
    leads = {number for number, (_, end) in enumerate(units) if document.text[end - 1] in "：:"}
    for key in WHOLE:
        told[key] -= {number for other in led if other != key for number in led[other] - leads}
    chosen: Chosen = {key: (led[key] | told[key]) - heads for key in told}
    worded = {number for key in chosen for number in chosen[key]}
    for number, owners in enumerate(_owners(units, found)):
        leading = [key for key in led if number in led[key]]
        if number in heads or (leading and not set(leading) & set(owners)):
            continue
        for key in owners:
            if len(owners) == 1 or number in chosen[key] or number not in worded:
                chosen[key].add(number)
    if STEPS.search(document.title):
        texts = [document.text[slice(*unit)] for unit in units]
        chosen["process"] |= {number for number, text in enumerate(texts) if lists.item_mark(text)}
    return chosen


def _owners(units: Sequence[Span], found: Sequence[Section]) -> list[tuple[FieldKey, ...]]:
    """The fields of the innermost section that has any, unit by unit."""
    owners: list[tuple[FieldKey, ...]] = [()] * len(units)
    for section in found:  # by start: an inner section comes after the one around it
        keys = _fields_of(section.name)
        for number, (start, end) in enumerate(units if keys else ()):
            if section.body < end and section.start <= start < section.end:
                owners[number] = keys
    return owners


def _fields_of(name: str) -> tuple[FieldKey, ...]:
    """The fields that a heading names."""
    return tuple(rule.key for rule in FIELDS if rule.heading.search(name))


def _heads(text: str, units: Sequence[Span], found: Sequence[Section]) -> set[int]:
    """The units that are headings and nothing else."""
    ends = {section.start: section.body for section in found}
    return {
        number
        for number, (start, end) in enumerate(units)
        if start in ends and not _WORDS.search(text[min(ends[start], end) : end])
    }


def _by_wording(document: Document, units: Sequence[Span]) -> tuple[Chosen, Chosen]:
    """The units of each field by its leads, with the lists that they open, and by its cues."""
    led: Chosen = {rule.key: set() for rule in FIELDS}
    told: Chosen = {rule.key: set() for rule in FIELDS}
    front = max(FRONT, int(EARLY * len(document.text)))
    for number, (start, end) in enumerate(units):
        words = document.text[start:end].translate(WIDE)
        rules = [rule for rule in FIELDS if not rule.unless.search(words)]
        leading = [rule for rule in rules if rule.lead.search(words)]
        listed = _listed(document, units, number) if words.endswith("：") else set()
        for rule in leading:
            led[rule.key] |= {number} | listed
        for rule in rules:
            if rule.cue.search(words) or (start < front and rule.early.search(words)):
                told[rule.key] |= {number} | (listed if rule.takes_lists and not leading else set())
    return led, told


def _listed(document: Document, units: Sequence[Span], lead: int) -> set[int]:
    """The units of the list below a lead: the rest of its article, else the items that follow."""
    start, end = units[lead]
    articles = [node for node in document.outline if node.kind == "article" and node.start <= start < node.end]
    limit = articles[-1].end if articles else lists.list_after(document.text, end)[0]
    return {number for number, (left, _) in enumerate(units) if end <= left < limit}

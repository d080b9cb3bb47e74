"""Which units of a document belong to which field of its card, by headings, leads and wording. Knows nothing of the reader."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.cards.fields import FIELDS, STEPS
from assistant.cards.lines import goes_on, is_spaced
from assistant.cards.sections import Section, find_sections, is_aside
from assistant.cards.types import FieldKey
from assistant.reading import lists
from corpus.sentences import sentence_spans
from corpus.types import Document

EARLY = 0.4  # share of a document in which the cues count that say what it is for
SHORT = 6  # characters of last words that announce nothing by themselves: 包括：
FRONT = 700  # characters that are early in any document
# Fields that an item of another field's list is not of by its wording: 已经享受其他补贴的 under 不予补贴 is no support. A step may
# well name the papers, the counter and the day.
WHOLE: tuple[FieldKey, ...] = ("audience", "support", "conditions")
WIDE = str.maketrans(",:;()", "，：；（）")  # half-width marks in Chinese text, one for one
Span = tuple[int, int]
Chosen = dict[FieldKey, set[int]]
_WORDS = re.compile(r"[\w\u4e00-\u9fff]")
_BREAK = re.compile(r"\s*\n\s*")
_ASKS = re.compile(r"[？?][”’」』）)】》\"']*$")
RULES_BY_KEY = {rule.key: rule for rule in FIELDS}


def units_of(document: Document) -> list[Span]:
    """The sentences, items and table rows of a document that say something; a sentence broken over lines is one."""
    text = document.text
    apart = is_spaced(text)
    out: list[Span] = []
    for start, end in sentence_spans(text):
        if out and goes_on(text, out[-1][1], start, spaced=apart):
            out[-1] = (out[-1][0], end)
        elif _WORDS.search(text, start, end):
            out.append((start, end))
    return out


def choose_units(document: Document, units: Sequence[Span]) -> Chosen:
    """The numbers of the units of each field.

    What a list's lead says of it counts more than the heading above: 应当提交下列材料： under 申请程序 is no step. Under a heading of
    several fields (补贴对象和标准) a unit goes to those its wording names, to all of them where it names none.
    """
    found = find_sections(document, lambda name: bool(_fields_of(name)))
    heads = _heading_units(document.text, units, found)
    heads |= {number for number, unit in enumerate(units) if _ASKS.search(document.text[slice(*unit)])}
    led, told = _by_wording(document, units)
    leads = {number for number, (_, end) in enumerate(units) if document.text[end - 1] in "：:"}
    for key in WHOLE:
        told[key] -= {number for other in led if other != key for number in led[other] - leads}
    chosen: Chosen = {key: (led[key] | told[key]) - heads for key in told}
    worded = {number for key in chosen for number in chosen[key]}
    for number, owners in enumerate(_fields_by_unit(units, found)):
        leading = [key for key in led if number in led[key]]
        if number in heads or (leading and not set(leading) & set(owners)):
            continue
        words = document.text[slice(*units[number])]
        for key in owners:
            if (needs := RULES_BY_KEY[key].needs) and not needs.search(words):
                continue
            if len(owners) == 1 or number in chosen[key] or number not in worded:
                chosen[key].add(number)
    if STEPS.search(document.title):
        texts = [document.text[slice(*unit)] for unit in units]
        chosen["process"] |= {number for number, text in enumerate(texts) if lists.item_mark(text)}
    return chosen


def _fields_by_unit(units: Sequence[Span], found: Sequence[Section]) -> list[tuple[FieldKey, ...]]:
    """The fields of the innermost section that has any, unit by unit; none under what is said by the way."""
    owners: list[tuple[FieldKey, ...]] = [()] * len(units)
    for section in found:  # by start: an inner section comes after the one around it
        keys = _fields_of(section.name)
        for number, (start, end) in enumerate(units if keys or is_aside(section.name) else ()):
            if section.body < end and section.start <= start < section.end:
                owners[number] = keys
    return owners


def _fields_of(name: str) -> tuple[FieldKey, ...]:
    """The fields that a heading names."""
    return tuple(rule.key for rule in FIELDS if rule.heading.search(name))


def _heading_units(text: str, units: Sequence[Span], found: Sequence[Section]) -> set[int]:
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
        words = _BREAK.sub("", document.text[start:end]).translate(WIDE)
        rules = [rule for rule in FIELDS if not rule.unless.search(words)]
        leading = [rule for rule in rules if rule.lead.search(words)]
        listed = _units_below_lead(document, units, number) if words.endswith("：") else set()
        for rule in leading:
            led[rule.key] |= {number} | listed
        announced = re.split("[，。；]", words)[-1]  # a list is of what the last words before it say
        for rule in rules:
            if rule.cue.search(words) or (start < front and rule.early.search(words)):
                takes = rule.takes_lists and not leading and (len(announced) < SHORT or rule.hint.search(announced))
                told[rule.key] |= {number} | (listed if takes else set())
    return led, told


def _units_below_lead(document: Document, units: Sequence[Span], lead: int) -> set[int]:
    """The units of the list below a lead: the items of its article, else those that follow."""
    start, end = units[lead]
    articles = [node for node in document.outline if node.kind == "article" and node.start <= start < node.end]
    limit = articles[-1].end if articles else lists.list_after(document.text, end)[0]
    return set(_list_items(document.text, units, [n for n, (left, _) in enumerate(units) if end <= left < limit]))


def _list_items(text: str, units: Sequence[Span], below: Sequence[int]) -> Iterator[int]:
    """Units below a lead as far as its list goes: a paragraph without a mark after an item that is over is not of it."""
    marked = False
    for number in below:
        start, end = units[number]
        before = text[text.rfind("\n", 0, start) + 1 : start]
        opens_line = not before.strip()
        if opens_line and lists.item_mark(text[start:end]):
            marked = True
        elif opens_line and marked and text[units[number - 1][1] - 1] == "。":
            return
        yield number

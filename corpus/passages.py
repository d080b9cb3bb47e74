"""A document cut into passages that are searched and shown as one. Knows nothing of files or of search."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from corpus import tokens
from corpus.locators import Locator
from corpus.sentences import sentence_spans
from corpus.types import Document, Passage

# Characters a passage aims at for each token of its budget: 512 tokens of Chinese are some 770 characters.
_CHARACTERS_PER_TOKEN = 1.5
# Below this share of the aim a passage is tiny: it is joined with its neighbour even over a heading.
_TINY = 0.05
# From this share on, a passage ends where a new heading or section begins: only what has no headings fills the budget.
_FULL_ENOUGH = 0.15
# How much a boundary before a line of this kind is worth; 9 always ends a passage that is not tiny, below 4 only a full one.
# An article is short and leans on its neighbours, so those of a chapter share a passage; a citation still names one article.
_BOUNDARY = {"part": 9, "chapter": 9, "section": 9, "annex": 9, "heading": 8, "article": 3, "table": 7, "row": 2}
# A line up to this length that a heading's mark opens is a heading alone.
_HEADING = 40
_LEAD = ("：", ":")
_LINE = re.compile(r"\S(?:[^\n]*\S)?")


class _Unit(NamedTuple):
    """An article, a line, or a sentence of a line too long for one passage."""

    start: int
    end: int
    boundary: int
    leads: bool


def split_passages(document: Document, budget: int = 512) -> list[Passage]:
    """Passages in the order of the text, none longer than `budget` tokens; together they hold all but white space.

    A passage ends before a chapter or an annex, before a heading unless it would be tiny, never inside an article or a sentence
    that fits the budget, and never between a lead sentence (…如下：) and the first item of its list.
    """
    locator = Locator(document)
    packer = _Packer(document, budget)
    return [_make_passage(document, locator, start, end) for start, end in packer.passage_spans()]


def _make_passage(document: Document, locator: Locator, start: int, end: int) -> Passage:
    place, headings, page = locator.describe_span(start, end)
    identity = f"{document.id}-{start}-{end}"
    text = document.text[start:end]
    return Passage(
        identity, document.id, document.source, document.title, start, end, text, place, headings=headings, page=page
    )


def _boundary_values(document: Document) -> dict[int, int]:
    """What the boundary before each node is worth, by offset. An item counts less the deeper it is, least in an article."""
    values = {}
    article_end = base = 0
    for node in document.outline:
        value = _BOUNDARY.get(node.kind)
        if value is None:
            depth = node.level - base
            value = 2 if node.start < article_end or depth > 2 else (9 - 2 * depth if node.title else 4 - depth)
        elif node.kind != "row":
            if node.kind == "heading" and node.level < base:
                value = 9  # it closes a wider section than the one before it
            base = node.level
            if node.kind == "article":
                article_end = node.end
        values[node.start] = value
    return values


def _whole_articles(document: Document, boundaries: dict[int, int]) -> dict[int, int]:
    """Where each article ends, by its start, without those in which something starts that ends a passage."""
    strong = [*sorted(start for start, value in boundaries.items() if value >= 4), len(document.text)]
    place = 0
    whole = {}
    for node in document.outline:
        if node.kind == "article":
            while strong[place] <= node.start:
                place += 1
            if strong[place] >= node.end:
                whole[node.start] = node.end
    return whole


class _Packer:
    def __init__(self, document: Document, budget: int) -> None:
        self._text = document.text
        self._budget = budget
        self._aim = max(1, int(budget * _CHARACTERS_PER_TOKEN))
        self._tokens = tokens.TokenBudget(self._text, budget)
        self._sure = min(self._tokens.sure, self._aim)
        self._boundaries = _boundary_values(document)
        self._articles = _whole_articles(document, self._boundaries)

    def passage_spans(self) -> list[tuple[int, int]]:
        groups = self._pack_units()
        for group, following in pairwise(groups):
            if self._is_tiny(following) and len(group) > 1:
                self._even_out(group, following)
        return [(group[0].start, group[-1].end) for group in groups]

    def _pack_units(self) -> list[list[_Unit]]:
        groups: list[list[_Unit]] = []
        held: list[_Unit] = []
        pending: deque[_Unit] = deque()
        lines = self._units_of_text()
        while unit := pending.popleft() if pending else next(lines, None):
            if held and unit.boundary >= 4 and self._ends_before(held, unit):
                groups.append(held)
                held = []
            if held and not self._fits_budget(held[0].start, unit.end):
                if self._is_tiny(held):
                    # A title before a paragraph that fills a passage: the paragraph gives its first sentences to it.
                    first, *rest = self._pieces_of_line(unit)
                    pending.extendleft(reversed(rest))
                    unit = first if rest else unit
                while held and not self._fits_budget(held[0].start, unit.end):
                    keep = self._where_to_break(held, unit)
                    groups.append(held[:keep])
                    held = held[keep:]
            held.append(unit)
        if held:
            groups.append(held)
        return groups

    def _is_tiny(self, units: list[_Unit]) -> bool:
        return units[-1].end - units[0].start < self._aim * _TINY * 2

    def _even_out(self, group: list[_Unit], following: list[_Unit]) -> None:
        """Moves the last units of a passage to the tiny one after it, where both go on with the same thing."""
        moved = 0
        while following[0].boundary < 4 and len(group) > 1 and not group[-2].leads:
            if not self._fits_budget(group[-1].start, following[-1].end) or group[-1].start - group[0].start < moved:
                return
            moved += group[-1].end - group[-1].start
            following.insert(0, group.pop())

    def _fits_budget(self, start: int, end: int) -> bool:
        length = end - start
        return length <= self._sure or (length <= self._aim and self._tokens.holds_span(start, end))

    def _ends_before(self, held: list[_Unit], unit: _Unit) -> bool:
        if held[-1].leads:
            return False
        # A heading line stays with what it heads, however many headings follow one another.
        if (
            held[-1].boundary >= 4
            and held[-1].end - held[-1].start <= _HEADING
            and unit.boundary < 9 + (held[-1].boundary != 9)
        ):
            return False
        length = held[-1].end - held[0].start
        return length >= self._aim * (_TINY if unit.boundary == 9 else _FULL_ENOUGH)

    def _where_to_break(self, held: list[_Unit], unit: _Unit) -> int:
        """How many of the held units go into the passage: up to the strongest boundary in its second half."""
        first, total = held[0].start, held[-1].end - held[0].start
        best, best_value = 0, -1.0
        for count, (one, after) in enumerate(pairwise((*held, unit)), 1):
            if one.leads and count < len(held):
                continue
            share = (one.end - first) / total
            value = after.boundary + share - (0 if share >= 0.4 else 20) - (15 if one.leads else 0)
            if value > best_value or best == 0:
                best, best_value = count, value
        return best

    def _units_of_text(self) -> Iterator[_Unit]:
        text, boundaries, articles = self._text, self._boundaries, self._articles
        found = _LINE.search(text)
        while found:
            start, end = found.span()
            if start in articles:
                article = articles[start]
                while text[article - 1].isspace():
                    article -= 1
                if article > end and text[article : article + 1].strip() == "" and self._fits_budget(start, article):
                    end = article
            unit = _Unit(start, end, boundaries.get(start, 1), text[end - 1] in _LEAD)
            if self._fits_budget(start, end):
                yield unit
            else:
                yield from self._pieces_of_line(unit)
            found = _LINE.search(text, end)

    def _pieces_of_line(self, unit: _Unit) -> list[_Unit]:
        """The sentences of a line; the first takes the line's boundary."""
        pieces = []
        boundary = unit.boundary
        for first, last in sentence_spans(self._text[unit.start : unit.end]):
            left, right = unit.start + first, unit.start + last
            while not self._fits_budget(left, right):
                stop = self._cut_inside_sentence(left, right)
                pieces.append(_Unit(left, stop, boundary, False))
                left, boundary = stop, 0
            pieces.append(_Unit(left, right, boundary, False))
            boundary = 0
        return pieces

    def _cut_inside_sentence(self, start: int, end: int) -> int:
        """Where to cut a sentence that is longer than the budget: after the last comma that fits, else where it must."""
        window = self._text[start : min(end, start + self._aim)]
        limit = min(len(window), max(1, tokens.cut_to_budget(window, self._budget)))
        comma = max(window.rfind(mark, 0, limit) for mark in "，、,：: ")
        return start + (comma + 1 if comma >= limit // 3 else limit)

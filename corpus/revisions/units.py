"""The provisions that versions are laid side by side by: articles where there are any, else items, headings, paragraphs.

Knows nothing of the other version.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from corpus.revisions.tokens import LABEL, Token, tokenize_span
from corpus.types import Document, Node

_LABELLED = ("item", "article", "part", "chapter", "section", "annex")
_HEADING_MARK = re.compile(r"\s*#{1,6}[ \t]+")
_FIGURES = re.compile(r"[0-9][0-9.,]*")
_PARAGRAPH_END = "。！？；：!?;:|"


@dataclass(frozen=True)
class Unit:
    """A stretch of a document that is compared as one; `tokens` are without its own number, `label`.

    letters: everything in it in the form of comparison, its own number and those of its items as written.
    """

    kind: str
    label: str
    number: int | None
    start: int
    end: int
    tokens: tuple[Token, ...]
    letters: str

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """What the tokens are compared by."""
        return tuple(token.key for token in self.tokens)

    @cached_property
    def bigrams(self) -> frozenset[str]:
        """Pairs of adjacent characters, every figure the same: a provision is known again although its amounts changed."""
        text = _FIGURES.sub("0", "".join(key for key in self.keys if key != LABEL))
        return frozenset(text[at : at + 2] for at in range(len(text) - 1)) or frozenset((text,))


def divide_units(document: Document) -> list[Unit]:
    """The units of a document in order; together they hold all of its words."""
    nodes = [node for node in document.outline if node.kind not in ("table", "signature")]
    found = []
    for start, end, node in _unit_spans(document.text, nodes):
        unit = _make_unit(document.text, start, end, node, nodes)
        if unit.tokens or unit.label:
            found.append(unit)
    return found


def _unit_spans(text: str, nodes: list[Node]) -> Iterator[tuple[int, int, Node | None]]:
    """Spans of the units with the node that opens each."""
    opened: dict[int, Node | None] = {}
    articles: list[Node] = []
    for node in nodes:
        if not articles or node.start >= articles[-1].end:
            opened[node.start] = node
            if node.kind == "article":
                articles.append(node)
    for article in articles:
        if article.end < len(text):
            opened.setdefault(article.end, None)
    ends = [article.end for article in articles]
    headings = {node.start for node in nodes if node.title and node.kind != "article"}
    for at in _paragraph_starts(text, headings):
        following = bisect_right(ends, at)
        if following == len(articles) or at < articles[following].start:
            opened.setdefault(at, None)
    starts = sorted(opened)
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield start, end, opened[start]


def _paragraph_starts(text: str, headings: set[int]) -> Iterator[int]:
    """Offsets of lines that begin a paragraph: below a blank line, a heading or the end of a sentence, not in the middle of one."""
    at, begins = 0, True
    for line in text.split("\n"):
        shown = line.strip()
        first = at + len(line) - len(line.lstrip())
        if shown and begins:
            yield first
        begins = not shown or shown[-1] in _PARAGRAPH_END or first in headings
        at += len(line) + 1


def _make_unit(text: str, start: int, end: int, node: Node | None, nodes: list[Node]) -> Unit:
    label, number, body = "", None, start
    if node is not None and node.kind in _LABELLED and node.label:
        at = text.find(node.label, start, end)
        if at >= 0:
            label, number, body = node.label, node.number, at + len(node.label)
    inside = [_label_span(text, n) for n in _nodes_within(nodes, body, end) if n.kind == "item" and n.label]
    found = tuple(tokenize_span(text, body, end, inside))
    kind = node.kind if node is not None else "paragraph"
    whole = "".join(token.key for token in tokenize_span(text, start, end))
    return Unit(kind, _bare_label(label), number, start, end, found, whole)


def _bare_label(label: str) -> str:
    return re.sub(r"\s+", "", label).strip("、.．")


def _nodes_within(nodes: list[Node], start: int, end: int) -> list[Node]:
    """The nodes that begin in `text[start:end]`."""
    return nodes[bisect_left(nodes, start, key=_start_of) : bisect_left(nodes, end, key=_start_of)]


def _start_of(node: Node) -> int:
    return node.start


def _label_span(text: str, node: Node) -> tuple[int, int]:
    """Where the number of an item stands; a Markdown heading has marks before it."""
    at = max(node.start, text.find(node.label, node.start, node.end))
    return at, at + len(node.label)


def trim_span(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends and without the marks of a Markdown heading."""
    mark = _HEADING_MARK.match(text, start, end)
    start = mark.end() if mark else start
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return start + left, start + left + len(piece.strip())

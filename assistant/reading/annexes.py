"""Follows 见附件1 to what the annex says, because a pointer is no answer. Knows nothing of questions."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.reading.types import Extract
from corpus.text.numbers import parse_integer
from corpus.types import Document, Node
from index.types import Hit, Index

_POINTS = re.compile(r"见(?:本[\u4e00-\u9fff]{1,4})?附[件表录]\s*(?P<number>[一二三四五六七八九十\d]{0,2})")
POINTER = 60  # characters up to which a sentence with 见附件 says nothing else
LONGEST = 600  # characters of an annex that are shown


def follow_annex(extract: Extract, index: Index) -> Extract:
    """The annex's own words where the extract only points to it; the extract itself where it says more, or there is none."""
    points = _POINTS.search(extract.text)
    if points is None or len(extract.text) > POINTER:
        return extract
    document = index.document(extract.hit.passage.doc_id)
    number = points["number"]
    node = _annex_numbered(document, (parse_integer(number) or 0) if number else 1)
    if node is None:
        return extract
    start, end = _span_of_annex(document.text, node)
    passage = next((p for p in index.passages(document.id) if p.start <= start < p.end), None)
    if passage is None or start >= end:
        return extract
    return replace(
        extract,
        text=document.text[start:end],
        hit=Hit(passage, extract.hit.score, extract.hit.rank, extract.hit.found_by),
        quote_start=start,
        quote_end=end,
    )


def _annex_numbered(document: Document, number: int) -> Node | None:
    """The annex of that number; the only one when it has none."""
    annexes = [node for node in document.outline if node.kind == "annex"]
    alone = annexes[0] if len(annexes) == 1 and number == 1 else None
    return next((node for node in annexes if node.number == number), alone)


def _span_of_annex(text: str, node: Node) -> tuple[int, int]:
    """The annex without the line of its label, cut at a line's end."""
    start = text.find("\n", node.start) + 1
    while start < node.end and text[start].isspace():
        start += 1
    end = node.end
    if end - start > LONGEST:
        end = text.rfind("\n", start, start + LONGEST)
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end

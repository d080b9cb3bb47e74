"""Quotes for answers about documents and about the last answer: a document's title line, what stands round a citation.

Knows nothing of what was said in the conversation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant import markers
from assistant.citing import page_of
from assistant.reading.prompt_injection import injected_spans
from assistant.types import Citation, Turn
from corpus.locators import locator_of
from corpus.types import Document
from index.types import Index

LONGEST_UNIT = 600  # characters of a section that is shown whole round a quote
LONGEST_LINE = 80  # characters of a document's first line that are quoted for it
_SHOWN = ("article", "section", "item", "heading", "paragraph", "row", "table")


def quote_span(document: Document, start: int, end: int, marker: int) -> Citation:
    """The citation of `document.text[start:end]`, which must not be empty."""
    return Citation(
        marker=marker,
        doc_id=document.id,
        source=document.source,
        title=document.title,
        locator=locator_of(document, start, end),
        start=start,
        end=end,
        quote=document.text[start:end],
        sha256=document.sha256,
        verified=True,
        page=page_of(document, start),
    )


def opening_span(document: Document) -> tuple[int, int] | None:
    """Where the document names itself: its title in the text, else its first sentence that gives no orders to a program."""
    at = document.text.find(document.title) if document.title else -1
    if at >= 0:
        return at, at + len(document.title)
    lines = [(start, end) for start, end in _line_spans(document.text) if not document.text.startswith("#", start)]
    for start, end in lines or list(_line_spans(document.text)):
        stop = re.search(r"[。！？]", document.text[start:end])
        shortened = min(start + stop.end() if stop else end, start + LONGEST_LINE)
        if not injected_spans(document.text[start:shortened]):
            return start, shortened
    return None


def _line_spans(text: str) -> Iterator[tuple[int, int]]:
    """The spans of the lines that hold something, without white space at their ends."""
    for match in re.finditer(r"[^\n]*\S[^\n]*", text):
        line = match.group()
        yield match.start() + len(line) - len(line.lstrip()), match.start() + len(line.rstrip())


def last_cited(history: Sequence[Turn]) -> tuple[Turn, tuple[Citation, ...]] | None:
    """The last answer that quoted something."""
    for turn in reversed(history):
        if turn.role == "assistant" and turn.citations:
            return turn, turn.citations
    return None


def still_there(index: Index, citations: Sequence[Citation]) -> list[tuple[Document, Citation]]:
    """The citations whose words stand in the index as they did, with their documents, numbered from 1."""
    found: list[tuple[Document, Citation]] = []
    for citation in citations:
        try:
            document = index.document(citation.doc_id)
        except KeyError:
            continue
        if document.text[citation.start : citation.end] == citation.quote:
            found.append((document, quote_span(document, citation.start, citation.end, len(found) + 1)))
    return found


def widen_citation(document: Document, citation: Citation) -> Citation:
    """The citation of the whole unit that the quote stands in: the least part of the outline that says more, or its line.

    What gives orders to a program is never taken along.
    """
    units = [
        (node.start, node.end)
        for node in document.outline
        if node.kind in _SHOWN
        and node.start <= citation.start
        and citation.end <= node.end
        and len(citation.quote) + 4 < node.end - node.start <= LONGEST_UNIT
    ]
    text = document.text
    line = (text.rfind("\n", 0, citation.start) + 1, text.find("\n", citation.end))
    line = (line[0], line[1] if line[1] >= 0 else len(text))
    by_size = sorted(units, key=lambda span: span[1] - span[0])
    spans = [line, *by_size] if line[1] - line[0] > len(citation.quote) + 4 else [*by_size, line]
    for start, end in spans:
        size = len(text[start:end].lstrip())
        begin, stop = end - size, start + len(text[start:end].rstrip())
        if begin < stop and stop - begin <= LONGEST_UNIT and not injected_spans(text[begin:stop]):
            return quote_span(document, begin, stop, citation.marker)
    return replace(citation)


def shown_words(text: str) -> str:
    """Words of a document as an answer shows them: no marks of Markdown, none of the source's own citation markers."""
    plain = re.sub(r"^\s*#{1,6}\s*", "", markers.strip_markers(text), flags=re.MULTILINE)
    return re.sub(r"\s*\n\s*", "\n", plain).strip()

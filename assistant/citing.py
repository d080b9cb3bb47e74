"""Makes citations: exact words of a document with where they stand. Knows nothing of how the words were chosen."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field, replace

from assistant.types import Citation
from corpus.locators import locator_of
from corpus.types import Document, Passage
from index.types import Index


def page_of(document: Document, start: int) -> int | None:
    """The page, from 1, on which an offset lies; None for a document without pages."""
    return bisect.bisect_right(document.pages, start) or 1 if document.pages else None


def cite_passage(index: Index, passage: Passage, start: int, end: int, marker: int) -> Citation:
    """The citation of `Document.text[start:end]`, white space at its ends left out, compared with the stored document.

    Its locator is that of the words themselves, which is finer than the passage's: the row of a table, the 款 of an article.

    Raises KeyError or IndexDamaged when the document cannot be read, ValueError for an empty span.
    """
    document = index.document(passage.doc_id)
    citation = cite_span(document, start, end, marker)
    left, right = max(citation.start, passage.start), min(citation.end, passage.end)
    same = left >= right or document.text[left:right] == passage.text[left - passage.start : right - passage.start]
    return citation if same else replace(citation, verified=False)


def cite_span(document: Document, start: int, end: int, marker: int) -> Citation:
    """The citation of `Document.text[start:end]`, white space at its ends left out, where the document itself was read.

    Raises ValueError for an empty span.
    """
    while start < end and document.text[start].isspace():
        start += 1
    while end > start and document.text[end - 1].isspace():
        end -= 1
    if not 0 <= start < end <= len(document.text):
        raise ValueError(f"nothing to cite: {start}:{end} of {len(document.text)} characters of {document.source}")
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


@dataclass
class Citations:
    """The citations of one answer, numbered from 1 as they are added; the same words get the same number."""

    index: Index
    made: list[Citation] = field(default_factory=list)

    def add(self, passage: Passage, start: int, end: int) -> Citation:
        """The citation of the span, an earlier one when it holds the same words of the same document."""
        new = cite_passage(self.index, passage, start, end, len(self.made) + 1)
        for citation in self.made:
            if citation.doc_id == new.doc_id and citation.start <= new.start and new.end <= citation.end:
                return citation
        self.made.append(new)
        return new

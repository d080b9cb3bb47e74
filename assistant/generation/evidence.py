"""The evidence that a model writes from: what the reader chose, piece by piece, each with its exact words. Knows no prompts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.composing.writing import LONGEST, tidy_words
from assistant.reading import Extract, Reading
from assistant.reading.prompt_injection import injected_spans
from corpus.types import Passage
from index.types import Index


@dataclass(frozen=True, slots=True)
class Quote:
    """A run of a document's words; `start`/`end` count in the document."""

    passage: Passage
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence, an item of a list or a row of a table that the reader takes for (part of) the answer.

    words: as a model reads them; quotes: the exact words they rest on; label: the place or document they hold for, where
    several are answered side by side; beside: of a row, the text that its table stands in, whose other rows tell a cell that a
    statement took from the wrong one.
    """

    words: str
    quotes: tuple[Quote, ...]
    label: str = ""
    beside: str = ""

    @property
    def place_in_words(self) -> str:
        """Where the words stand, as a civil servant would point to it."""
        passage = self.quotes[0].passage
        return passage.locator or passage.title


def evidence_of(reading: Reading, index: Index) -> list[Evidence]:
    """The evidence of a reading in its order, each piece once; words that address a program are left out."""
    made: dict[tuple[Quote, ...], Evidence] = {}
    for extract in reading.extracts:
        for one in _pieces_of_extract(extract, index):
            if not injected_spans(one.words):
                made.setdefault(one.quotes, one)
    return list(made.values())


def _pieces_of_extract(extract: Extract, index: Index) -> Iterator[Evidence]:
    """The rows of a table one by one, other words with the sentences they stand in."""
    passage = extract.hit.passage
    text = index.document(passage.doc_id).text
    for row in extract.rows:
        spans = [span for span in (row.header, (row.start, row.end)) if span]
        quotes = tuple(Quote(passage, *span, text[slice(*span)]) for span in spans)
        yield Evidence(row.text, quotes, extract.label, passage.text)
    if not extract.rows:
        whole = text[extract.quote_start : extract.quote_end]
        words = whole if len(whole) <= LONGEST else extract.text
        yield Evidence(
            tidy_words(words), (Quote(passage, extract.quote_start, extract.quote_end, whole),), extract.label
        )

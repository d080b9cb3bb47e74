"""What the tables of a passage say in place of their raw rows. Knows which words have evidence, not which tables there may be.

The rows and columns are chosen in table_cells.py, by the question and by the evidence that is looked up here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from assistant.reading.blanks import is_blank_field
from assistant.reading.prompt_injection import injected_spans
from assistant.reading.table_cells import TableWords, read_table
from assistant.reading.tables import Row, Table, tables_near
from assistant.reading.types import Extract
from assistant.reading.units import Span
from assistant.retrieval import ReadHit
from assistant.understanding.analysis import Analysis
from corpus.types import Document, Passage


def without_raw_rows(
    analysis: Analysis, one: ReadHit, document: Document, spans: Sequence[Span]
) -> tuple[list[Span | TableWords], str]:
    """The spans, with what a table says in place of those that lie in it, headers and blank fields left out.

    Beside them the row asked for that a table lacks.
    """
    passage = one.hit.passage
    told: list[Span | TableWords] = [span for span in spans if not is_blank_field(passage.text[slice(*span)])]
    missing = ""
    for table in tables_near(document, passage.start, passage.end):
        start, end = table.start - passage.start, table.end - passage.start
        inside = [part for part in told if isinstance(part, tuple) and part[0] < end and start < part[1]]
        if not inside:
            continue
        about = " ".join((passage.title, passage.source, *passage.headings))
        honest = [row for row in table.rows if not injected_spans(document.text[row.start : row.end])]
        words = read_table(
            analysis, replace(table, rows=tuple(honest)), about, partial(_row_evidence, one, document.text)
        )
        missing = missing or words.missing
        at = told.index(inside[0])
        left: list[Span | TableWords] = [words] if words.rows else []
        if not words.rows and not words.missing:
            left += _of_rows(passage, inside, table, words.prose)
        told = [*told[:at], *left, *(part for part in told[at:] if part not in inside)]
    return told, missing


def _row_evidence(one: ReadHit, text: str, row: Row, words: str) -> float:
    """The greatest evidence of words in a row of a table; 0 where the row stands in another passage."""
    start = max(text.find(words, row.start, row.end), row.start) - one.hit.passage.start
    end = start + len(words) if words else row.end - one.hit.passage.start
    return float(one.reading.evidence[max(start, 0) : max(end, 0)].max(initial=0))


def _of_rows(passage: Passage, spans: Sequence[Span], table: Table, rows: Sequence[Row]) -> list[Span]:
    """The spans without headers of the table, and of the rows alone where there are any; the rows whole where none is in them."""

    def touches_span(span: Span, low: int, high: int) -> bool:
        return span[0] < high - passage.start and low - passage.start < span[1]

    kept = [span for span in spans if not any(touches_span(span, *header) for header in table.headers)]
    if not rows:
        return kept
    own = [span for span in kept if any(touches_span(span, row.start, row.end) for row in rows)]
    whole = [(row.start - passage.start, row.end - passage.start) for row in rows]
    return own or [(start, end) for start, end in whole if start >= 0 and end <= len(passage.text)]


def extract_of_rows(one: ReadHit, words: TableWords) -> Extract:
    """What the rows of a table say, quoted row by row."""
    rows = words.rows
    return Extract("\n".join(row.text for row in rows), one.hit, rows[0].start, rows[-1].end, rows=rows)

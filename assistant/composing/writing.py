"""Writes the answer of the extractive reader: its extracts with labels and markers, each checked. Knows no models."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant import markers
from assistant.citing import Citations
from assistant.reading import Extract, Reading
from assistant.reading.types import RowWords
from assistant.types import Citation, Statement
from assistant.verification import Verdict, verify

LONGEST = 300  # characters of what is shown instead of words that do not hold alone


@dataclass
class Draft:
    """An answer while it is written: what was shown, the statements made and those that failed the check."""

    citations: Citations
    text: str = ""
    statements: list[Statement] = field(default_factory=list)
    dropped: int = 0
    marked: int = 0

    def clear(self) -> None:
        """Takes back all that was written."""
        self.citations.made.clear()
        self.statements.clear()
        self.text, self.dropped, self.marked = "", 0, 0


def write_extracts(
    reading: Reading, draft: Draft, unsupported: str = "drop", opening: str = ""
) -> Iterator[tuple[str, Citation]]:
    """Adds each extract to the draft and yields (text, its citation) for those that pass or are shown marked.

    opening: the word that the answer begins with, where its first extract is shown.

    Several of one label (a place, a document) stand as points under it; one alone stands behind it.
    """
    extracts = [extract for at, extract in enumerate(reading.extracts) if not _held_by_another(at, reading.extracts)]
    shared = Counter(extract.label for extract in extracts)
    under = ""  # the label that the last line stands under
    for extract in extracts:
        if any(extract.text in statement.text for statement in draft.statements):
            continue
        if extract.rows:
            under = ""
            yield from _write_rows(extract, draft, unsupported)
            continue
        citation = draft.citations.add(extract.hit.passage, extract.quote_start, extract.quote_end)
        body, verdict = verify_extract(extract, citation)
        if not verdict.supported and unsupported == "drop":
            draft.dropped += 1
            continue
        draft.marked += not verdict.supported
        draft.statements.append(Statement(body, (citation.marker,), verdict.supported, verdict.issues))
        grouped = bool(extract.label) and shared[extract.label] > 1
        heading = f"{extract.label}：\n" if grouped and extract.label != under else ""
        under = extract.label
        front = "- " if grouped else f"{extract.label}：" if extract.label else ""
        first = opening if not draft.text and extract is reading.extracts[0] and verdict.supported else ""
        text = ("\n" if draft.text else "") + heading + front + first + _line_with_marker(body, citation.marker)
        draft.text += text
        yield text, citation


def _held_by_another(at: int, extracts: Sequence[Extract]) -> bool:
    """Whether another extract shows the same rows of a table with at least the same columns; of equal ones the first stays."""

    def cells_of(one: Extract) -> set[tuple[str, int, str, str]]:
        return {(one.hit.passage.doc_id, row.start, *cell) for row in one.rows for cell in row.cells}

    own = cells_of(extracts[at])
    others = ((number, cells_of(one)) for number, one in enumerate(extracts) if number != at)
    return bool(own) and any(own < held or (own == held and number < at) for number, held in others)


def _write_rows(extract: Extract, draft: Draft, unsupported: str) -> Iterator[tuple[str, Citation]]:
    """Adds what the rows of a table say: one as a line, several as a table of the chosen columns, each row cited.

    The text of all but the last is empty: a table is shown whole. A row is checked against itself under its header, which is
    cited too where the row does not carry the names of its columns.
    """
    cited: list[Citation] = []
    shown: list[tuple[RowWords, str]] = []
    for row in extract.rows:
        spans = [span for span in (row.header, (row.start, row.end)) if span]
        own = [draft.citations.add(extract.hit.passage, *span) for span in spans]
        names = [name for citation in own for name in (citation.title, citation.locator)]
        verdict = verify(row.text, [citation.quote for citation in own], names)
        if not verdict.supported and unsupported == "drop":
            draft.dropped += 1
            continue
        draft.marked += not verdict.supported
        numbers = tuple(dict.fromkeys(citation.marker for citation in own))
        draft.statements.append(Statement(row.text, numbers, verdict.supported, verdict.issues))
        shown.append((row, "".join(f"[{number}]" for number in numbers)))
        cited += own
    if not shown:
        return
    front = f"{extract.label}：" if extract.label else ""
    named = all(name for name, _ in shown[0][0].cells)
    if len(shown) == 1 or not named:
        lines = [f"{row.text.rstrip('。；;，,、 ')}{marks}。" for row, marks in shown]
        text = (f"{extract.label}：\n" if front and len(lines) > 1 else front) + "\n".join(lines)
    else:
        text = (front + "\n\n" if front else "\n" if draft.text else "") + _table_of(shown)
    text = ("\n" if draft.text else "") + text
    draft.text += text
    last = len(cited) - 1
    yield from ((text if at == last else "", citation) for at, citation in enumerate(cited))


def _table_of(shown: Sequence[tuple[RowWords, str]]) -> str:
    """The rows as a Markdown table, the markers in the last cell of a row that is not blank."""
    names = [name for name, _ in shown[0][0].cells]
    lines = [names, ["---"] * len(names)]
    for row, marks in shown:
        cells = [cell for _, cell in row.cells]
        cells[max(at for at, cell in enumerate(cells) if cell)] += marks
        lines.append(cells)
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def verify_extract(extract: Extract, citation: Citation) -> tuple[str, Verdict]:
    """The extract's words with their verdict, or the least of what stands round them that holds where they do not.

    A run cut out of a sentence may lose its 不 or its 以上; its clause, or its sentence, says what the source says.
    """
    names = [citation.title, citation.locator]
    body = tidy_words(extract.text)
    verdict = verify(body, [citation.quote], names)
    for wider in () if verdict.supported else _wider_words(extract.text, citation.quote):
        whole = tidy_words(wider)
        held = verify(whole, [citation.quote], names)
        if held.supported:
            return whole, held
    return body, verdict


def _wider_words(words: str, quote: str) -> Iterator[str]:
    """The clauses of the quote that hold the words, then its sentences that do, none longer than LONGEST."""
    start = quote.find(words)
    if start < 0:
        return
    end = start + len(words)
    for marks in ("，,；;：:。！？!?\n", "。！？!?\n"):
        left = max(quote.rfind(mark, 0, start) for mark in marks) + 1
        right = min(place if place >= 0 else len(quote) for place in (quote.find(mark, end) for mark in marks))
        if right - left <= LONGEST:
            yield quote[left:right]


def tidy_words(text: str) -> str:
    """The words on one line, the marks of Markdown gone, no citation marker of the source's own left in them."""
    plain = markers.strip_markers(text)
    plain = re.sub(r"^\s*#{1,6}\s*", "", plain, flags=re.MULTILINE)
    return re.sub(r"\s*\n\s*", "\n", plain).strip()


def _line_with_marker(body: str, marker: int) -> str:
    """The body with its marker before its full stop."""
    shown = body.rstrip("。；;，,、 ")
    ending = "" if shown[-1:] in "！？!?：:" else "。"
    return f"{shown}[{marker}]{ending}"

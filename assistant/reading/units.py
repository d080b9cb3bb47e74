"""Which sentences, clauses and list items of a passage hold the answer, by the network's evidence. Knows no question.

Thresholds were chosen on the development halves of real and broad; the grid is in docs/experiments/reader.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.reader import PassageReading
from assistant.reading import lists
from assistant.reading.types import Unit
from corpus.sentences import sentence_spans
from corpus.text import values

EVIDENT = 0.04  # probability of a character from which its sentence is evidence
TOUCHED = 0.6  # of EVIDENT, from which a character counts for the share
LEAST_SHARE = 0.15  # of a sentence's letters and digits that have to be touched
LEAST_TOUCHED = 8  # characters of a long one that are enough
LONG_SENTENCE = 80  # characters from which only the clauses with evidence are shown
LONGEST_SPAN = 200  # characters of a single span
LIST_SHARE = 0.4  # of a list's items that have evidence: then the list is taken whole
_PAIRS = (("《", "》"), ("“", "”"), ("（", "）"), ("(", ")"), ("〔", "〕"), ("【", "】"))
_CLAUSE = re.compile(r"[^，,：:；;。！？!?\n]+[，,：:；;。！？!?\n]*")

Span = tuple[int, int]


def units_of(text: str, reading: PassageReading) -> list[Unit]:
    """The sentences of a passage with their evidence."""
    counted = _letter_mask(text)
    return [
        Unit(start, end, *_evidence_of(reading.evidence[start:end], counted[start:end]))
        for start, end in sentence_spans(text)
    ]


def is_evident(unit: Unit, evident: float = EVIDENT) -> bool:
    """Whether the unit belongs to the answer."""
    length = unit.end - unit.start
    return unit.evidence >= evident and unit.share * length >= min(LEAST_SHARE * length, LEAST_TOUCHED)


def best_span(reading: PassageReading) -> tuple[float, int, int] | None:
    """(log-probability, start, end) of the single span that most probably answers; None in an empty passage."""
    starts, ends = np.flatnonzero(reading.start > -29), np.flatnonzero(reading.end > -29)
    if not len(starts) or not len(ends):
        return None
    first, last = _log_share(reading.start[starts]), _log_share(reading.end[ends])
    both = first[:, None] + last[None, :]
    length = ends[None, :] - starts[:, None]
    both = np.where((length >= 0) & (length < LONGEST_SPAN), both, -1e9)
    row, column = divmod(int(both.argmax()), both.shape[1])
    return float(both[row, column]), int(starts[row]), int(ends[column]) + 1


def whole_values(text: str, start: int, end: int) -> Span:
    """The span with the whole of each amount, date and number that it touches, and of a quotation or a bracket it opens."""
    for low, high in (*values.date_spans(text), *values.amount_spans(text), *values.phone_spans(text)):
        if low < end and start < high:
            start, end = min(start, low), max(end, high)
    for opening, closing in _PAIRS:
        inside = text[start:end]
        if (
            inside.count(opening) > inside.count(closing)
            and closing in text[end : end + LONGEST_SPAN].partition("\n")[0]
        ):
            end = text.index(closing, end) + 1
        elif inside.count(closing) > inside.count(opening) and opening in text[max(0, start - LONGEST_SPAN) : start]:
            start = text.rindex(opening, 0, start)
    return start, end


def evident_spans(
    text: str, reading: PassageReading, evident: float = EVIDENT, whole_up_to: int = LONG_SENTENCE
) -> list[Span]:
    """The runs of the passage to be shown, in order: sentences with evidence, of long ones the clauses, lists whole."""
    units = units_of(text, reading)
    chosen = [is_evident(unit, evident) for unit in units]
    chosen = _whole_lists(text, units, chosen)
    return [
        _evident_clauses(text, unit, reading, evident)
        if unit.end - unit.start > whole_up_to
        else (unit.start, unit.end)
        for unit, taken in zip(units, chosen, strict=True)
        if taken
    ]


def sentences_around(text: str, start: int, end: int) -> Span | None:
    """The run of whole sentences that a span touches."""
    touched = [(a, b) for a, b in sentence_spans(text) if a < end and b > start]
    return (touched[0][0], touched[-1][1]) if touched else None


def _evident_clauses(text: str, unit: Unit, reading: PassageReading, evident: float) -> Span:
    """The run of a sentence from its first clause with evidence to its last; the whole where no clause has any by itself."""
    counted = _letter_mask(text)
    clauses = [
        (unit.start + match.start(), unit.start + match.end())
        for match in _CLAUSE.finditer(text[unit.start : unit.end])
        if _evidence_of(
            reading.evidence[unit.start + match.start() : unit.start + match.end()],
            counted[unit.start + match.start() : unit.start + match.end()],
        )[0]
        >= evident
    ]
    if not clauses:
        return unit.start, unit.end
    # A date, an amount, a quotation or a bracket that a comma divides is shown whole.
    start, end = whole_values(text, clauses[0][0], clauses[-1][1])
    return max(start, unit.start), min(max(end, clauses[-1][1]), unit.end)


def _whole_lists(text: str, units: Sequence[Unit], chosen: Sequence[bool]) -> list[bool]:
    """With every item of a list of which enough items have evidence, and with single sentences left out between two taken."""
    out = list(chosen)
    at = 0
    while at < len(units):
        mark = lists.item_mark(text[units[at].start : units[at].end])
        end = at + 1
        while mark and end < len(units) and lists.item_mark(text[units[end].start : units[end].end]) == mark:
            end += 1
        if mark and end - at > 2 and sum(chosen[at:end]) >= max(2, LIST_SHARE * (end - at)):
            out[at:end] = [True] * (end - at)
        at = end
    return out


def _letter_mask(text: str) -> NDArray[np.bool_]:
    return np.fromiter((char.isalnum() for char in text), dtype=bool, count=len(text))


def _evidence_of(values: NDArray[np.float32], counted: NDArray[np.bool_]) -> tuple[float, float]:
    """The greatest value of a letter or digit, and the share of them that are touched."""
    kept = values[counted]
    if not len(kept):
        return 0.0, 0.0
    return float(kept.max()), float((kept >= EVIDENT * TOUCHED).mean())


def _log_share(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log-probabilities of a softmax."""
    shifted = logits - logits.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), dtype=np.float32)

"""The second half of the check: whether words that are cited are evidence for the question. Knows no models and no screens.

A value that stands in the quote can still answer another question. The network's evidence at the place of the quote, and the
guards, say whether it answers this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.reading.guards import GUARDS, lacks_value, reason_against, surroundings
from assistant.retrieval import ReadHit, Retrieved
from assistant.understanding.analysis import Analysis
from index.types import Index

# Probability of a character from which words are taken for evidence, and relevance of their passage: the one and the other
# chosen on pairs of questions and quotes, `python -m benchmarks.pertinence`.
EVIDENCE, RELEVANCE = 0.1, -2.0
# A sentence of a longer answer need not hold the value asked for; the place, the year and the subject bind each of them.
BINDING = tuple(guard for guard in GUARDS if guard is not lacks_value)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was read, with the passages found for it: the whole question, or one of several that it holds."""

    analysis: Analysis
    found: Retrieved


def reason_not_pertinent(asked: Sequence[Asked], index: Index, passage_id: str, start: int, end: int) -> str:
    """Why the characters [start, end) of a passage are no evidence for any of the questions; empty where they are for one.

    A passage that was not read cannot be judged and is not spoken against.
    """
    reasons = [
        _reason(one.analysis, read, index, start, end)
        for one in asked
        for read in one.found.found
        if read.hit.passage.id == passage_id
    ]
    return min(reasons, key=bool) if reasons else ""


def _reason(analysis: Analysis, read: ReadHit, index: Index, start: int, end: int) -> str:
    reading, passage = read.reading, read.hit.passage
    if reading.relevance < RELEVANCE or float(reading.evidence[start:end].max(initial=0)) < EVIDENCE:
        return "引文没有回答这个问题"
    found = surroundings(passage.text[start:end], passage, index.document(passage.doc_id))
    return reason_against(analysis, found, BINDING)

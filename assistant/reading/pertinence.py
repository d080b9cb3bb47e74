"""The second half of the check: whether words that are cited are evidence for the question. Knows no models and no screens.

A value that stands in the quote can still answer another question. The network's evidence at the place of the quote, and the
guards, say whether it answers this one; to a question for one value, a statement has to tell the value that the reader found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.reading.expected_answer_type import VALUE_KINDS, fitting_values, needs_value
from assistant.reading.guards import BINDING, lacks_value, reason_against, surroundings_of
from assistant.reading.types import Extract
from assistant.retrieval import ReadHit, Retrieved
from assistant.understanding.analysis import Analysis
from assistant.verification import verify
from index.types import Index

# Probability of a character and log-odds of a passage's relevance from which words can be evidence at all; and the share of
# the greatest evidence in their passage that they take, less where several things are asked for. Chosen on pairs of
# questions and quotes: `python -m benchmarks.pertinence` prints both halves of them.
EVIDENCE, RELEVANCE = 0.05, -3.0
SHARE, VALUE_SHARE = 0.15, 0.6
_OVERVIEW = re.compile(  # of a document or a subject as a whole: whatever its passages say answers
    r"(?:什么|哪些|啥|怎么|如何)(?:具体|主要|相关)?(?:规定|内容|要点)|规定了|概括|概述|总结|介绍|讲了|说了|主要(?:内容|讲|说)"
)
_INTERROGATIVE = re.compile(r"多少|几[^乎]|什么|哪|谁|何|怎|吗|是否|多[久长大高]")


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it was read, with the passages found for it: the whole question, or one of several that it holds."""

    analysis: Analysis
    found: Retrieved


def reason_not_pertinent(asked: Sequence[AskedQuestion], index: Index, passage_id: str, start: int, end: int) -> str:
    """Why the characters [start, end) of a passage are no evidence for any of the questions; empty where they are for one.

    A passage that was not read cannot be judged and is not spoken against.
    """
    reasons = [
        _reason_against(one.analysis, read, index, start, end)
        for one in asked
        for read in one.found.found
        if read.hit.passage.id == passage_id
    ]
    return min(reasons, key=bool) if reasons else ""


def reason_other_value(analysis: Analysis, extracts: Sequence[Extract], words: str, index: Index) -> str:
    """Why a statement does not tell the one value that is asked for and that the reader found; empty where it does.

    Nothing is said where more than one value is asked for, or where the reader's own words hold no value of the kind.
    """
    if not extracts or not asks_one_value(analysis):
        return ""
    if not any(fitting_values(analysis, extract.text) for extract in extracts):
        return ""
    told = [words[start:end] for start, end in fitting_values(analysis, words)]
    if told:
        carried = any(verify(value, [extract.text]).supported for value in told for extract in extracts)
        return "" if carried else "与所问的值不同"
    passage = extracts[0].hit.passage
    found = surroundings_of(words, passage, index.document(passage.doc_id))
    return "没有说出所问的值" if needs_value(analysis) and lacks_value(analysis, found) else ""


def asks_one_value(analysis: Analysis) -> bool:
    """Whether a single number, time, person or place is asked for."""
    return analysis.kind in VALUE_KINDS and len(_INTERROGATIVE.findall(analysis.core)) < 2


def _reason_against(analysis: Analysis, read: ReadHit, index: Index, start: int, end: int) -> str:
    reading, passage = read.reading, read.hit.passage
    share = VALUE_SHARE if asks_one_value(analysis) else 0.0 if _OVERVIEW.search(analysis.core) else SHARE
    least = max(EVIDENCE if share else 0.0, share * float(reading.evidence.max(initial=0)))
    if reading.relevance < RELEVANCE or float(reading.evidence[start:end].max(initial=0)) < least:
        return "引文没有回答这个问题"
    found = surroundings_of(passage.text[start:end], passage, index.document(passage.doc_id))
    return reason_against(analysis, found, BINDING)

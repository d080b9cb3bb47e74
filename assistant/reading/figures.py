"""Every figure of a subject, where a question wants them all (数量都报一下). Knows nothing of single values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.reading import values
from assistant.reading.asked import class_of
from assistant.reading.types import Sentence
from assistant.understanding.analysis import Analysis

MOST = 4  # sentences that are shown
NEAR = 0.75  # of the wording that the best of them shares with the question
_ALL = re.compile(r"(?:都|全部?|一并|一起)(?:给我)?(?:报|说|列|告诉|讲|写)(?:一?下|给?我|出来?|全)?")
_FIGURES = re.compile(r"数|多少|几[个家项名人条]|指标|规模|金额")


def all_asked(analysis: Analysis) -> bool:
    """Whether the question wants all figures of a subject rather than one."""
    return bool(_ALL.search(analysis.core) and _FIGURES.search(analysis.core))


def sentences(kept: Sequence[Sentence]) -> list[Sentence]:
    """The sentences with amounts of the best one's document that speak of the subject as much as it, in their order."""
    counted = [sentence for sentence in kept if _amounts(sentence.text)]
    if not counted:
        return []
    best = max(counted, key=lambda sentence: sentence.score)
    near = [
        sentence
        for sentence in counted
        if sentence.hit.passage.doc_id == best.hit.passage.doc_id and sentence.coverage >= NEAR * best.coverage
    ]
    return sorted(near[:MOST], key=lambda sentence: sentence.start)


def _amounts(text: str) -> bool:
    """Whether the text has an amount that is no time."""
    return any(class_of(text[start:end]) != "time" for start, end in values.amounts(text))

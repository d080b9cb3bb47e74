"""Exact match: 1 when the answer, without markers, punctuation and white space, equals a gold answer. Best gold counts.

Source: the evaluation script of CMRC 2018 (Cui et al., "A Span-Extraction Dataset for Chinese Machine Reading
Comprehension", 2019). Applies to cases with gold answers; a question that was not answered scores 0 here and is counted apart
among the outcomes.
"""

from __future__ import annotations

from eval.metrics.base import Metric
from eval.scored_case import ScoredCase
from eval.text import letters_only
from eval.types import Fraction


def exact_match(view: ScoredCase) -> Fraction | None:
    """Whether the answer is a gold answer."""
    if not view.gold_answers:
        return None
    text = letters_only(view.answer_text) if view.is_answered else None
    return (float(any(letters_only(gold) == text for gold in view.gold_answers)), 1.0)


METRICS = (Metric("em", "reading", "the answer is a gold answer, letter for letter", exact_match),)

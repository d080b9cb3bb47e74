"""ROUGE-L: balanced F on the longest common subsequence of characters, punctuation and white space removed.

Source: Lin, "ROUGE: A Package for Automatic Evaluation of Summaries" (2004), with beta = 1 as in the rouge-score package, over
characters as is usual for Chinese. The best gold answer counts. Applies to cases with gold answers; not answered scores 0.
"""

from __future__ import annotations

from eval.metrics.base import Metric
from eval.scored_case import ScoredCase
from eval.text import balanced_f, common_subsequence, letters_only
from eval.types import Fraction


def rouge_l(gold: str, text: str) -> float:
    """ROUGE-L of one answer and one gold answer."""
    a, b = letters_only(gold), letters_only(text)
    return balanced_f(common_subsequence(a, b), len(b), len(a))


def best_rouge_l(view: ScoredCase) -> Fraction | None:
    """The best ROUGE-L over the gold answers."""
    if not view.gold_answers:
        return None
    return (max(rouge_l(gold, view.answer_text) for gold in view.gold_answers) if view.is_answered else 0.0, 1.0)


METRICS = (Metric("rouge_l", "reading", "longest common subsequence with the best gold answer", best_rouge_l),)

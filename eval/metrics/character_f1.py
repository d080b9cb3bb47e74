"""Character F1 as CMRC 2018 defines it: on the longest common unbroken run of tokens of the answer and the gold answer.

Tokens are ideographs one by one, words and numbers whole, punctuation removed. Precision is the run over the answer's tokens,
recall the run over the gold answer's, F1 their harmonic mean; the best gold answer counts. Source: the evaluation script of
CMRC 2018 (Cui et al., 2019). Applies to cases with gold answers; not answered scores 0.
"""

from __future__ import annotations

from eval.metrics.base import Metric
from eval.scored_case import ScoredCase
from eval.text import balanced_f, cmrc_tokens, longest_run
from eval.types import Fraction

PRIVATE = 0xE000  # the first code point of the private use area: one character stands for one token


def best_run_f1(gold: str, text: str) -> float:
    """The F1 of one answer and one gold answer."""
    code: dict[str, str] = {}

    def code_words(words: list[str]) -> str:
        return "".join(code.setdefault(word, chr(PRIVATE + len(code))) for word in words)

    a, b = code_words(cmrc_tokens(gold)), code_words(cmrc_tokens(text))
    return balanced_f(longest_run(a, b), len(b), len(a))


def character_f1(view: ScoredCase) -> Fraction | None:
    """The best F1 over the gold answers."""
    if not view.gold_answers:
        return None
    return (max(best_run_f1(gold, view.answer_text) for gold in view.gold_answers) if view.is_answered else 0.0, 1.0)


METRICS = (Metric("f1", "reading", "character F1 with the best gold answer (CMRC 2018)", character_f1),)

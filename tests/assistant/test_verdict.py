"""The first word of an answer to a yes-or-no question: said where a clause decides, left out where none does."""

from __future__ import annotations

import pytest

from assistant.composing.verdict import decide_verdict
from assistant.reading.types import Extract
from assistant.understanding.analysis import analyse_question
from corpus.types import Passage
from index.types import Hit


def _said(question: str, text: str, language: str = "zh") -> str:
    passage = Passage("p", "d", "d.md", "办法", 0, len(text), text, "", ())
    return decide_verdict(
        analyse_question(question), [Extract(text, Hit(passage, 1.0, 1, ("lexical",)), 0, len(text))], language
    )


@pytest.mark.parametrize(
    ("question", "text", "word"),
    [
        ("服务券可以兑换现金吗", "服务券不得兑换现金、转让或者买卖。", "不可以。"),
        ("在校学生能申请创业补贴吗？", "在校学生可以申请创业补贴。", "可以。"),
        ("租期到了可以续租吗", "租赁期满，符合条件的可以续租一次。", "有条件。"),
        ("离职后能不能保留学籍", "离职的，经学院批准，可以保留学籍。", "有条件。"),
        # not decided: another act, an exception, a case that was not asked about, a denial in the question
        ("服务券可以买药吗", "服务券不得兑换现金。", ""),
        ("男方能提出离婚吗", "男方不得提出离婚，但是女方提出离婚的除外。", ""),
        ("企业能申请补贴吗", "提供虚假材料的，不得申请补贴。", ""),
        ("不能申请补贴吗", "企业可以申请补贴。", ""),
        # another kind of question
        ("补贴是多少", "企业可以申请补贴5万元。", ""),
        ("怎么申请补贴，可以网上办吗", "可以网上申请。", ""),
    ],
)
def test_the_first_word(question: str, text: str, word: str) -> None:
    assert _said(question, text) == word


def test_in_english() -> None:
    assert _said("服务券可以兑换现金吗", "服务券不得兑换现金。", "en") == "No. "

"""The stage at which a question went wrong, one case a stage."""

import pytest

from eval.case import parse_case, parse_output
from eval.scored_case import ScoredCase
from eval.types import Verdict
from eval.verdict import judge_answer
from tests.eval.test_metrics import DOCUMENTS, citation, contains_all, hit

CASE = {
    "id": "1",
    "question": "期限多久？",
    "answers": ["三年"],
    "evidence": [{"doc": "a.md", "quote": "一次性补助，期限三年。"}],
}
FOUND, LOST = [hit(1, "a.md", "一次性补助，期限三年。")], [hit(1, "b.md", "另一份文件")]
START = DOCUMENTS.texts["a.md"].index("一次性补助")
QUOTE = citation(1, "a.md", "一次性补助，期限三年。", start=START, end=START + 11)
RIGHT = {
    "id": "1",
    "status": "answered",
    "text": "期限三年[1]",
    "statements": [{"text": "期限三年", "markers": [1]}],
    "citations": [QUOTE],
    "hits": FOUND,
}


def verdict(case: dict[str, object], output: dict[str, object]) -> Verdict:
    return judge_answer(
        ScoredCase(parse_case({**CASE, **case}), parse_output({**RIGHT, **output}), DOCUMENTS, contains_all)
    )


def test_a_right_answer_passes() -> None:
    assert verdict({}, {}) == Verdict(True)


def test_a_whole_answer_passes_without_what_is_not_vital() -> None:
    nuggets = [{"must": ["三年"]}, {"must": ["一次性"], "vital": False}]
    assert verdict({"answers": [], "nuggets": nuggets, "forbid": ["五年"]}, {}) == Verdict(True)


@pytest.mark.parametrize(
    ("case", "output", "stage", "reason"),
    [
        ({}, {"text": "期限五年[1]", "hits": LOST}, "retrieval", "no hit holds the evidence in a.md"),
        ({}, {"status": "not_found", "text": "", "hits": LOST}, "retrieval", "refused; no hit holds"),
        ({}, {"text": "期限五年[1]"}, "reading", "the answer lacks 三年"),
        ({"answers": ["甲"], "answer_groups": [["三年"], ["五年"]]}, {}, "reading", "the answer lacks 五年"),
        ({"forbidden": ["三年"]}, {}, "reading", "says what it may not: 三年"),
        ({"forbid": ["三年"]}, {}, "reading", "says what it may not: 三年"),
        ({"answers": [], "nuggets": [{"must": ["期限", "五年|三年"]}, {"must": ["一次性"]}]}, {}, "reading", "states 1 of 2, lacks 一次性"),
        ({"answers": [], "must": ["五年"]}, {"hits": LOST}, "retrieval", "states 0 of 1, lacks 五年; no hit holds"),
        ({"answers": []}, {"citations": [citation(1, "b.md", "另一份文件，期限五年")]}, "reading", "quotes none of the evidence"),
        ({}, {"text": "期限三年", "citations": []}, "citation", "nothing is cited"),
        ({}, {"text": "期限三年[1][2]"}, "citation", "no citation has the number 2"),
        ({}, {"citations": [citation(1, "a.md", "期限四年")]}, "citation", "[1] is not in a.md"),
        ({}, {"citations": [{**QUOTE, "start": START + 1}]}, "citation", "[1] is not what stands at its offsets"),
        ({}, {"citations": [citation(1, "b.md", "期限五年")]}, "citation", "its quotes do not carry “期限三年”"),
        ({}, {"status": "not_found"}, "refusal", "refused, and the evidence was among the hits"),
        ({}, {"status": "clarify"}, "refusal", "asked back, and the evidence was among the hits"),
        ({"answerable": False, "evidence": []}, {}, "refusal", "answered, and should have said that it is not there"),
        ({"expect": ["clarify"]}, {}, "refusal", "answered, and should have asked back"),
        ({}, {"status": "error", "error": "broken"}, "error", "broken"),
        ({}, {"status": "missing"}, "error", "there is no answer"),
    ],
)  # fmt: skip
def test_the_first_stage_that_went_wrong_is_named(
    case: dict[str, object], output: dict[str, object], stage: str, reason: str
) -> None:
    found = verdict(case, output)
    assert (found.passed, found.stage) == (False, stage)
    assert reason in found.reason


def test_every_expected_status_is_right() -> None:
    assert verdict({"expect": ["clarify", "answered"]}, {"status": "clarify"}).passed
    assert verdict({"expect": ["error"]}, {"status": "error"}).passed
    assert verdict({"answerable": False}, {"status": "not_found", "text": ""}).passed


def test_a_long_answer_may_pass_by_its_f1() -> None:
    view = ScoredCase(parse_case({**CASE, "answers": ["补助期限三年整"]}), parse_output(RIGHT), DOCUMENTS, contains_all)
    assert judge_answer(view).stage == "reading"
    assert judge_answer(view, pass_f1=0.7).passed

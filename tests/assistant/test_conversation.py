"""What people say to an assistant that is no question of its own, and questions that only look like it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from assistant.conversation import Act, classify_utterance, respond_to_act, settle_history
from assistant.conversation.types import REFERRING
from assistant.inputs import turns_from
from assistant.types import Answer, Question, Turn
from assistant.understanding import followup
from index.local import LocalHandle
from index.types import Filters, Index

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "conversation_cases.jsonl").read_text(encoding="utf-8").splitlines()
]
MUST = 0.95


@pytest.fixture(scope="module")
def index(handle: LocalHandle) -> Index:
    return handle.current()


def _history(case: dict[str, Any]) -> tuple[Turn, ...]:
    return tuple(turns_from(case.get("history", ())))


def _right(case: dict[str, Any], index: Index) -> bool:
    """The right act, of the right subject, and of one that means a question the right question."""
    act = classify_utterance(case["question"], _history(case))
    if act is None or case["act"] is None:
        return act is None and case["act"] is None
    if act.kind != case["act"] or act.subject not in (
        case.get("subject"),
        act.subject if "subject" not in case else "",
    ):
        return False
    if act.kind in REFERRING:
        meant = respond_to_act(act, index, Question(case["question"], _history(case)))
        return isinstance(meant, str) and case["standalone"] in meant
    return True


def test_the_right_act_of_nearly_every_utterance(index: Index) -> None:
    wrong = [case["question"] for case in CASES if not _right(case, index)]
    questions = [case for case in CASES if case["act"] is None]
    assert len(CASES) >= 60
    assert len(questions) >= 20
    assert len(wrong) <= (1 - MUST) * len(CASES), wrong
    assert not [case["question"] for case in questions if case["question"] in wrong]


def test_questions_of_the_shipped_suites_are_questions() -> None:
    suites = Path(__file__).parents[2] / "eval" / "cases"
    lines = [line for path in suites.glob("*/cases.jsonl") for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [json.loads(line) for line in lines]
    alone = [row["question"] for row in rows if not row.get("history")]
    assert len(alone) > 300
    assert [question for question in alone if classify_utterance(question)] == []


@pytest.mark.parametrize(
    "text", ["嗯" * 60, "哈啊" * 30, "hhh" * 20, "都有都有都有" * 10, "明白了" * 20 + "x", "不对，" * 20]
)
def test_an_utterance_made_to_be_slow_is_not(text: str) -> None:
    began = time.perf_counter()
    classify_utterance(text)
    assert time.perf_counter() - began < 2


def _answered(index: Index, text: str, history: tuple[Turn, ...] = (), **asked: Any) -> Answer:
    act = classify_utterance(text, history)
    assert act is not None
    answer = respond_to_act(act, index, Question(text, history, **asked))
    assert isinstance(answer, Answer)
    assert answer.status == "answered"
    for citation in answer.citations:
        assert citation.quote == index.document(citation.doc_id).text[citation.start : citation.end]
        assert f"[{citation.marker}]" in answer.text
    return answer


def test_documents_are_told_with_issuer_and_date_and_cited(index: Index) -> None:
    answer = _answered(index, "有哪些文件")
    assert "已收录3份文件" in answer.text
    assert "《云湖市创业补贴办法》（云湖市人民政府，云政发〔2023〕8号，2023-03-01）" in answer.text
    assert len({citation.doc_id for citation in answer.citations}) == 3


def test_the_newest_document_comes_first(index: Index) -> None:
    lines = _answered(index, "最近有什么新文件").text.split("\n")
    assert [line.partition("（")[0] for line in lines[1:]] == [
        "1. 《云湖市创业补贴办法》",
        "2. 《东山县创业补贴办法》",
        "3. 《云湖市养老服务规定》",
    ]


def test_the_documents_of_an_issuer(index: Index) -> None:
    text = _answered(index, "云湖市民政局发的文件有哪些").text
    assert "养老服务规定" in text
    assert "创业" not in text


def test_documents_of_an_issuer_that_is_not_there_are_searched_for(index: Index) -> None:
    act = classify_utterance("西海市教育局发的文件有哪些")
    assert act is not None
    assert respond_to_act(act, index, Question(act.text)) == act.text


def test_only_the_documents_that_a_question_may_look_at_are_told(index: Index) -> None:
    answer = _answered(index, "有多少文件", filters=Filters(issuers=("云湖市民政局",)))
    assert answer.text.startswith("已收录1份文件。")
    assert "东山县" not in answer.text


def test_english_is_answered_in_english(index: Index) -> None:
    assert _answered(index, "hello").text.startswith("Hello!")
    assert _answered(index, "你好", language="zh").text.startswith("您好")


def test_more_detail_is_the_whole_unit_of_what_was_cited(assistant: Assistant, index: Index) -> None:
    first = assistant.invoke("云湖市创业补贴的申请材料有哪些？")
    assert first.citations
    history = (Turn("user", first.question), Turn("assistant", first.text, first.citations))
    longer = _answered(index, "说详细点", history)
    assert longer.citations
    assert all(statement.supported for statement in longer.statements)
    assert longer.citations[0].start <= first.citations[0].start < longer.citations[0].end
    assert len(longer.citations[0].quote) >= len(first.citations[0].quote)
    evidence = _answered(index, "依据是什么", history)
    assert evidence.citations[0].quote == first.citations[0].quote


def test_an_article_is_meant_where_the_answer_came_from_one(assistant: Assistant) -> None:
    first = assistant.invoke("云湖市创业补贴的申请材料有哪四项？")
    assert "第五条" in first.citations[0].locator
    history = (Turn("user", first.question), Turn("assistant", first.text, first.citations))
    assert classify_utterance("第二条是怎么说的", history) is None
    second = classify_utterance("第二个是什么", history)
    assert second is not None
    assert second.subject == "营业执照"


def test_shorter_is_the_first_sentence_and_still_cited(assistant: Assistant, index: Index) -> None:
    first = assistant.invoke("云湖市创业补贴的标准是多少？")
    history = (Turn("user", first.question), Turn("assistant", first.text, first.citations))
    shorter = _answered(index, "简短点", history)
    assert "5万元" in shorter.text
    assert len(shorter.text) <= len(first.text) + 1
    assert shorter.statements[0].supported


def test_a_wish_with_nothing_before_it_says_so(index: Index) -> None:
    for text in ("说详细点", "为什么", "还有吗", "换个说法"):
        assert "先问一个问题" in _answered(index, text).text
    assert classify_utterance("第二条呢") is None
    assert classify_utterance("是2023年的") is None


def test_acts_between_do_not_hide_what_was_asked() -> None:
    history = turns_from(
        [
            {"question": "云湖市创业补贴每户多少钱", "answer": "每户5万元[1]。"},
            {"question": "谢谢", "answer": "不客气。"},
            {"question": "不是云湖市，是东山县", "answer": "每户3万元[1]。"},
        ]
    )
    assert [turn.text for turn in settle_history(tuple(history))] == [
        "云湖市创业补贴每户多少钱",
        "每户5万元[1]。",
        "东山县创业补贴每户多少钱",
        "每户3万元[1]。",
    ]


def test_a_long_list_of_documents_goes_on_when_asked(index: Index) -> None:
    act = classify_utterance("还有吗", (Turn("user", "有哪些文件"), Turn("assistant", "已收录3份文件")))
    assert act == Act("documents", "有哪些文件", page=1)
    answer = respond_to_act(act, index, Question("还有吗"))
    assert isinstance(answer, Answer)
    assert "列完了" in answer.text


def test_the_chain_meets_acts_and_what_they_mean(assistant: Assistant) -> None:
    hello = assistant.invoke("你好")
    assert (hello.status, hello.hits, hello.citations) == ("answered", (), ())
    asked = Question(
        "不是云湖市，是东山县", (Turn("user", "云湖市创业补贴每户多少钱"), Turn("assistant", "每户5万元[1]。"))
    )
    answer = assistant.invoke(asked)
    assert answer.question == asked.text
    assert answer.standalone_question == "东山县创业补贴每户多少钱"
    assert "3万元" in answer.text
    given = assistant.invoke(replace(asked, text="谢谢", standalone="东山县的受理点有几个"))
    assert "4" in given.text


KNOWN = ("常州市武进区", "常州市天宁区")


@pytest.mark.parametrize(
    ("before", "asked", "meant"),
    [
        ("天宁有几个省重点项目？", "市重点的呢？", "天宁有几个市重点项目?"),
        ("武进的燎原计划是什么？", "该计划和以色列合作几个项目？", "武进的燎原计划和以色列合作几个项目?"),
        ("武进集成电路的目标定位是什么", "这条产业链要建哪些载体？", "武进集成电路产业链要建哪些载体?"),
        ("武进的“三效三提”是什么？", "这个专项行动要清除什么？", "武进“三效三提”专项行动要清除什么?"),
        ("武进区委书记是谁", "谢谢，那天宁呢", "天宁委书记是谁"),
        ("武进区委书记是谁", "你好，天宁有几个省重点项目？", "天宁有几个省重点项目?"),
        ("武进超500亿元的企业集团培育几家？", "超100亿的呢？", "武进的超100亿几家?"),
    ],
)
def test_follow_ups_that_were_misread(before: str, asked: str, meant: str) -> None:
    assert followup.rewrite_followup(asked, (Turn("user", before), Turn("assistant", "……[1]。")), KNOWN) == meant

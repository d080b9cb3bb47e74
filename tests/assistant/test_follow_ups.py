"""Fragments that follow an answer: they keep its subject, or put a counterpart in its place."""

from __future__ import annotations

import pytest

from assistant.conversation import classify_utterance, respond_to_act
from assistant.types import Question, Turn
from assistant.understanding import followup, fragments
from index.local import LocalHandle

KNOWN = ("云湖市东山县", "云湖市北川区")


def _rewritten(before: str, asked: str) -> str:
    return followup.rewrite_followup(asked, (Turn("user", before), Turn("assistant", "略[1]。")), KNOWN)


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("晨光杯什么时候报名截止", "晨光杯"),
        ("居家养老服务补贴去哪儿申请", "居家养老服务补贴"),
        ("东山县人才公寓的租金是多少", "东山县人才公寓"),
        ("什么人不能领云湖市人才安居补贴？", "云湖市人才安居补贴"),
        ("申请人才安居补贴要什么条件？", "人才安居补贴"),
        ("养老金要缴满几年才能按月领？", "养老金"),
        ("东山县大会有哪些单位发言？", "东山县大会"),
        ("多少钱", ""),
    ],
)
def test_the_subject_of_a_question(question: str, subject: str) -> None:
    assert fragments.subject_of(question) == subject


@pytest.mark.parametrize(
    ("before", "asked", "meant"),
    [
        # something else is asked of the same subject
        ("晨光杯什么时候报名截止", "找谁报名？", "晨光杯找谁报名？"),
        ("技改初审在哪里受理？", "电话呢", "技改初审的电话是多少？"),
        ("居家养老服务补贴去哪儿申请", "多少钱", "居家养老服务补贴多少钱？"),
        ("居家养老服务补贴去哪儿申请", "条件", "居家养老服务补贴的条件是什么？"),
        ("居家养老服务补贴去哪儿申请", "什么时候", "居家养老服务补贴什么时候申请？"),
        ("东山县人才公寓的租金是多少", "能住几年", "东山县人才公寓能住几年？"),
        ("上门养老服务机构要什么条件？", "它违规了会怎样？", "上门养老服务机构违规了会怎样?"),
        (
            "养老金要缴满几年才能按月领？",
            "那要是缴不满十五年就到退休年龄了呢？",
            "养老金要是缴不满十五年就到退休年龄了怎么办？",
        ),
        # places asked for by their number are a subject of their own
        ("东山县人才公寓的租金是多少", "三个区的书记分别是谁", "三个区的书记分别是谁"),
        # a counterpart takes its place
        ("优秀学生奖学金一等奖多少钱", "那三等奖呢", "优秀学生奖学金三等奖多少钱"),
        ("A类人才租房补贴每个月多少？", "那C类呢？", "C类人才租房补贴每个月多少?"),
        ("会计专硕全日制学费多少", "非全日制要多少", "会计专硕非全日制学费多少"),
        ("企业一年投6000万做研究能补多少", "投了1.2亿呢", "企业一年投1.2亿做研究能补多少"),
        ("宿舍周五几点关门", "周日到周四呢", "宿舍周日到周四几点关门"),
        ("智能化改造类项目补多少？", "绿色低碳的呢", "绿色低碳类项目补多少?"),
        ("东山县机器人产业链企业要突破多少家？", "集成电路呢？", "东山县集成电路产业链企业要突破多少家?"),
        # neither: behind the subject, or before it with 的
        ("优才项目材料什么时候截止", "那答辩呢？", "优才项目答辩什么时候截止"),
        ("硕士论文正文要写多少字", "外语专业的呢", "外语专业的硕士论文正文要写多少字"),
    ],
)
def test_a_fragment_keeps_the_subject(before: str, asked: str, meant: str) -> None:
    assert _rewritten(before, asked) == meant


@pytest.mark.parametrize(
    "asked",
    [
        "创业担保贷款最高能贷多少",
        "北川区的书记是谁",
        "《养老服务规定》什么时候施行",
        "云湖大学的学费是多少",
        "租房补贴的标准是多少",
    ],
)
def test_a_question_with_its_own_subject_is_left(asked: str) -> None:
    assert _rewritten("居家养老服务补贴去哪儿申请", asked) == asked


def test_a_document_is_put_right(handle: LocalHandle) -> None:
    history = (Turn("user", "申请安居补贴要什么条件？"), Turn("assistant", "略[1]。"))
    text = "不是新的，我问的是2020年那个暂行办法"
    act = classify_utterance(text, history)
    assert act is not None
    meant = respond_to_act(act, handle.current(), Question(text, history))
    assert meant == "按2020年那个暂行办法，申请安居补贴要什么条件?"


def test_an_item_keeps_what_was_spoken_of(handle: LocalHandle) -> None:
    steps = "1. 提出申请[1]\n2. 入户核实[2]\n3. 初审[3]"
    history = (Turn("user", "居家养老服务补贴怎么办理？"), Turn("assistant", steps))
    act = classify_utterance("第二条具体怎么办", history)
    assert act is not None
    assert respond_to_act(act, handle.current(), Question(act.text, history)) == "居家养老服务补贴的入户核实具体怎么办"


@pytest.mark.parametrize(
    ("before", "asked", "stays"),
    [
        ("东山县的补贴是多少", "东山县的补贴怎么申请", True),
        ("东山县的补贴是多少", "北川区的补贴是多少", False),
        ("2022年的补贴是多少", "2023年的补贴是多少", False),
        ("补贴是多少", "《养老服务规定》的补贴是多少", False),
    ],
)
def test_another_place_year_or_document_is_no_longer_the_last_one(before: str, asked: str, stays: bool) -> None:
    assert followup.stays_on_topic(asked, (Turn("user", before), Turn("assistant", "略")), KNOWN) is stays

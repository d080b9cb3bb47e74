"""The rules of reading, each on sentences that can be checked by eye."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import settings
from assistant import create
from assistant.citing import Citations
from assistant.composing.writing import Draft, write_extracts
from assistant.reader import PassageReading
from assistant.reading import amount_class, expected_answer_type, guards, lists, ranges, units
from assistant.reading.types import Extract, Reading
from assistant.types import Turn
from assistant.understanding.analysis import analyse_question
from assistant.understanding.followup import rewrite_followup
from assistant.understanding.subquestions import split_subquestions
from corpus.text import values
from index.build import build_index
from index.encoders import load_encoder
from index.local import LocalHandle
from index.types import Hit

KNOWN = ("云湖市东山县", "云湖市北川区")


@pytest.mark.parametrize(
    ("question", "sentence", "values"),
    [
        # the 号 of a document is no day of a month
        ("该办法什么时候施行", "云政发〔2023〕8号自2024年6月1日起施行", ["2024年6月1日"]),
        # the limit, where a limit is asked for
        ("研发补助最高多少元", "按照增量给予补助，每户5万元，最高不超过100万元", ["100万元"]),
        # a period, where a period is asked for
        ("补贴要在多长时间内提出申请", "补贴5000元，应当在18个月内提出申请", ["18个月"]),
        ("老人办的咨询电话是多少", "年满80周岁的咨询电话：0512-87654321", ["0512-87654321"]),
        ("津贴多少元", "津贴自当月起按月发放", []),
    ],
)
def test_values_that_can_answer(question: str, sentence: str, values: list[str]) -> None:
    found = [
        sentence[left:right]
        for left, right in expected_answer_type.fitting_values(analyse_question(question), sentence)
    ]
    assert len(found) == len(values)
    assert all(value in taken for value, taken in zip(values, found, strict=True))


def test_offices() -> None:
    text = "市人力资源和社会保障局牵头，市社区办配合，开好局、起好步，干部到处走，见《奖励办法》（川政办〔2021〕30号）"
    assert [text[left:right] for left, right in values.body_spans(text)] == ["市人力资源和社会保障局", "市社区办"]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("补贴要在几个月内申请", "time"),
        ("津贴的起始年龄是多少", "age"),
        ("补贴标准是多少", "money"),
        ("新增多少家企业", "bodies"),
        ("贷款利率是多少", "percent"),
        ("联系方式是多少", "phone"),
        ("咨询热线是多少", "phone"),
        ("咨询热线共接听多少件诉求", "things"),
    ],
)
def test_class_asked_for(question: str, kind: str) -> None:
    assert amount_class.amount_class_asked(question) == kind


def test_a_weight_is_a_class_of_its_own() -> None:
    assert amount_class.class_of_amount("50斤") == "mass"
    assert values.amount_spans("每亩补贴化肥五十斤。") == [(6, 9)]


def test_age_is_no_period() -> None:
    assert amount_class.class_of_amount("75周岁") == "age"
    assert not expected_answer_type.fitting_values(
        analyse_question("补贴要在多长时间内申请"), "年满75周岁的老人，自2023年起"
    )


def reading_of(text: str, evident: dict[str, float], span: str = "") -> PassageReading:
    """What the network says, set by hand: evidence of runs of the text, and the span it lights on."""
    start, end, evidence = np.full(len(text), -30.0), np.full(len(text), -30.0), np.zeros(len(text))
    for run, value in evident.items():
        at = text.index(run)
        evidence[at : at + len(run)] = value
        start[at], end[at + len(run) - 1] = 0.0, 0.0
    if span:
        start[text.index(span)] = end[text.index(span) + len(span) - 1] = 9.0
    return PassageReading(3.0, *(values.astype(np.float32) for values in (start, end, evidence)))


def shown(text: str, reading: PassageReading) -> list[str]:
    return [text[start:end] for start, end in units.evident_spans(text, reading)]


def test_sentence_with_evidence_is_shown_whole() -> None:
    text = "创业补贴每户5万元。申请人应当提交材料。"
    assert shown(text, reading_of(text, {"5万元": 0.9})) == ["创业补贴每户5万元。"]


def test_of_a_long_sentence_the_clauses_with_evidence() -> None:
    long = (
        "为了支持居民创业，经市人民政府第十二次常务会议研究同意，对首次创业的居民给予每户5万元的一次性补贴，"
        "具体由市人力资源和社会保障局会同市财政局负责组织实施，并接受社会监督，各县区参照执行，重大事项及时报告市人民政府。"
    )
    assert shown(long, reading_of(long, {"给予每户5万元的一次性补贴": 0.9})) == [
        "对首次创业的居民给予每户5万元的一次性补贴，"
    ]


def test_list_of_which_enough_is_evident_is_shown_whole() -> None:
    text = "申请材料：\n（一）身份证明；\n（二）营业执照；\n（三）银行账户证明；\n其他事项另行通知。"
    assert shown(text, reading_of(text, {"身份证明": 0.9, "银行账户证明": 0.8})) == [
        "（一）身份证明；",
        "（二）营业执照；",
        "（三）银行账户证明；",
    ]


def test_best_span_is_the_likeliest_start_and_end() -> None:
    text = "甲类给予2万元，乙类给予3万元"
    found = units.best_span(reading_of(text, {}, span="3万元"))
    assert found is not None
    assert text[slice(*found[1:])] == "3万元"
    assert units.best_span(PassageReading(0.0, *(np.zeros(0, dtype=np.float32) for _ in range(3)))) is None


@pytest.mark.parametrize(
    ("question", "words", "reason"),
    [
        ("东山县的补贴是多少元", "补贴标准为每户3万元", ""),
        ("补贴是多少元", "补贴按月发放", "找到的段落没有所问的数字、时间或人"),
        ("北川区的补贴是多少元", "补贴标准为每户3万元", "所问的“北川区”不在找到的段落中"),
        ("2019年的补贴是多少元", "补贴标准为每户3万元", "找到的段落不是关于2019年的"),
        ("90岁老人每月津贴多少元", "80至89周岁的老人每月100元", "所问的年龄不在找到的范围内"),
        ("博士的补贴是多少元", "硕士研究生的补贴为每人3万元", "找到的段落没有谈到“博士”"),
        ("研究生的补贴是多少元", "硕士的补贴为每人3万元", ""),
        ("博士的补贴是多少元", "博士和硕士的补贴为每人3万元", ""),
        ("博士的补贴是多少元", "补贴标准为每户3万元", ""),
        ("高中的补贴是多少元", "小学的补贴为每人3万元", "找到的段落没有谈到“高中”"),
    ],
)
def test_guards_give_a_reason(question: str, words: str, reason: str, handle: LocalHandle) -> None:
    index = handle.current()
    summary = next(d for d in index.documents() if d.title == "东山县创业补贴办法")
    around = guards.surroundings_of(words, index.passages(summary.id)[0], index.document(summary.id))
    assert guards.reason_against(analyse_question(question, KNOWN), around) == reason


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("用于偿还债务", "创业补贴不得用于偿还债务"),  # without its 不得 it says the opposite
        ("超过20万元", "最高不超过20万元"),
        ("贴息比例为3%", "贴息比例为3%"),
    ],
)
def test_words_that_do_not_hold_alone_are_shown_with_what_stands_round_them(
    words: str, shown: str, handle: LocalHandle
) -> None:
    index = handle.current()
    passage = next(p for d in index.documents() for p in index.passages(d.id) if words in p.text)
    at = passage.start + passage.text.index(words)
    text = index.document(passage.doc_id).text
    begin, end = text.rindex("\n", 0, at) + 1, text.index("。", at) + 1
    draft = Draft(Citations(index))
    list(write_extracts(Reading((Extract(words, Hit(passage, 1.0, 1, ("lexical",)), begin, end),)), draft))
    assert [statement.text for statement in draft.statements] == [shown]
    assert draft.statements[0].supported


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("对拒绝登记的应如何处理", "how"),
        ("市民如何查询观察措施和结束时间", "how"),
        ("申报的截止时间", "when"),
        ("受理点设在何处", "where"),
    ],
)
def test_kind(question: str, kind: str) -> None:
    assert analyse_question(question).kind == kind


def test_heading_that_was_asked_for_is_answered_by_its_paragraph(tmp_path: Path) -> None:
    text = "各市县按时报送。\n（八）减轻企业税费负担。准许企业延期申报纳税，依法减免房产税。（九）降低用地成本。可缓缴出让价款。"
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "云湖市若干措施.txt").write_text(text, "utf-8")
    build_index(tmp_path / "corpus", tmp_path / "index", encoder=load_encoder("built-in"))
    answer = create(LocalHandle(tmp_path / "index"), settings.load_settings()).invoke(
        "在减轻企业税费负担方面有什么措施"
    )
    assert "准许企业延期申报纳税，依法减免房产税" in answer.text


def test_items_of_an_enumeration_are_counted() -> None:
    assert lists.count_items("身份证明、营业执照、银行账户证明") == 3


@pytest.mark.parametrize(
    ("question", "asked_for"),
    [
        ("硕士补贴多少分几年发", ["硕士补贴多少", "硕士补贴分几年发"]),
        ("东山县租金补贴每年多少，最长几年", ["东山县租金补贴每年多少", "东山县租金补贴最长几年"]),
        ("东山县和北川区的书记分别是谁", ["东山县的书记是谁", "北川区的书记是谁"]),
        ("谁讲到甲企业，谁讲到乙企业", ["谁讲到甲企业", "谁讲到乙企业"]),
        (
            "丢了饭碗想领补助，要满足哪些条件？能领几个月？",
            ["丢了饭碗想领补助,要满足哪些条件", "丢了饭碗想领补助,能领几个月"],
        ),
        (
            "谁能领高温津贴？每天发多少，能不能折成实物",
            ["谁能领高温津贴", "能领高温津贴每天发多少", "能领高温津贴能不能折成实物"],
        ),
        ("居住证谁能办、在哪办、收费吗", ["居住证谁能办", "居住证在哪办", "居住证收费吗"]),
        ("房子漏水几年内包修？建设工程条例怎么规定的", []),
        ("特殊群体（残疾、来访、港澳）各怎么安排", []),
        ("甲校和乙校，住宿费一年多少，一样吗", []),
        ("两地的大会是同一天开的吗", ["东山县的大会是哪一天开的吗", "北川区的大会是哪一天开的吗"]),
    ],
)
def test_several_questions_in_one(question: str, asked_for: list[str]) -> None:
    assert [part.text for _, part in split_subquestions(analyse_question(question, KNOWN), KNOWN)] == asked_for


@pytest.mark.parametrize(
    ("before", "answered", "question", "standalone"),
    [
        ("东山县的GDP目标是多少？", "300亿元", "那北川区呢？目标是多少", "北川区的GDP目标是多少?"),
        ("东山县大会请了多少人", "90人", "这个会的主题是什么", "东山县大会的主题是什么"),
        ("东山县发布了哪四项意见？", "略", "打算用多长时间完成？", "东山县发布四项意见打算用多长时间完成?"),
        ("补贴有多少？", "请问是东山县的补贴，还是北川区的补贴？", "后一个", "北川区的补贴有多少?"),
        ("东山县委书记是谁", "赵启明", "算了不问他了，北川区有哪些企业", "北川区有哪些企业"),
        ("东山县十四五目标是多少", "300亿元", "还有别的指标吗？", "东山县十四五指标有哪些"),
    ],
)
def test_follow_up(before: str, answered: str, question: str, standalone: str) -> None:
    assert rewrite_followup(question, [Turn("user", before), Turn("assistant", answered)], KNOWN) == standalone


def test_claim_of_the_asker_is_no_wording_to_look_for() -> None:
    assert "1800亿元" not in analyse_question("听说东山县GDP目标是1800亿元，对吗？到底是多少").core


@pytest.mark.parametrize(
    ("question", "row", "holds"),
    [
        ("90岁老人每月多少钱", "| 80至89周岁 | 100元 |", False),
        ("90岁老人每月多少钱", "| 90至99周岁 | 300元 |", True),
        ("100岁老人每月多少钱", "| 100周岁及以上 | 800元 |", True),
        ("17岁能申请吗", "未满18周岁的不予受理", True),
        ("老人每月多少钱", "| 80至89周岁 | 100元 |", None),
        ("90岁老人每月多少钱", "每月发放80元", None),
    ],
)
def test_age_in_range(question: str, row: str, holds: bool | None) -> None:
    assert ranges.range_holds_age(question, row) is holds


def test_request_is_no_politeness() -> None:
    assert analyse_question("请问申请期限是多久").terms == ("申请期限",)

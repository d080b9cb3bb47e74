"""The rules of reading, each on sentences that can be checked by eye."""

from __future__ import annotations

from pathlib import Path

import pytest

import settings
from assistant import create
from assistant.citing import Citations
from assistant.extractive import Draft, write
from assistant.reading import asked, extracts, figures, lists, ranges, reader, spans, values, wanted
from assistant.reading.candidates import is_heading
from assistant.reading.extracts import as_chosen, by_rules, by_trained
from assistant.reading.matching import Matcher
from assistant.reading.trained import Look
from assistant.reading.types import Extract, Reading, Sentence
from assistant.types import Turn
from assistant.understanding.analysis import analyse
from assistant.understanding.followup import rewrite
from assistant.understanding.parts import parts
from index.build import build
from index.encoders import load_encoder
from index.local import LocalHandle, open_index
from index.types import Hit

KNOWN = ("云湖市东山县", "云湖市北川区")


def answer(question: str, sentence: str, handle: LocalHandle) -> str:
    """What the rules take from one sentence."""
    analysis = analyse(question)
    matcher = Matcher(analysis.terms, handle.current())
    return "；".join(sentence[left:right] for left, right in spans.trim(analysis, sentence, matcher))


@pytest.mark.parametrize(
    ("question", "sentence", "taken"),
    [
        # the 号 of a document is no day of a month
        ("该办法什么时候施行", "云政发〔2023〕8号自2024年6月1日起施行", "自2024年6月1日起"),
        ("津贴每月几号发放", "年满75周岁的老人，津贴于每月15日前发放", "15日前"),
        # the limit, where a limit is asked for
        ("研发补助最高多少", "按照增量的10%给予补助，最高不超过100万元", "最高不超过100万元"),
        # a period, where a period is asked for
        ("补贴要在多长时间内提出申请", "补贴5000元，应当在18个月内提出申请", "18个月内"),
        # who does something is the subject of the clause that says so
        ("补贴由哪个部门审核发放", "市民政局负责补贴的审核发放，市财政局负责资金保障", "市民政局"),
        ("谁负责资金保障", "市民政局负责补贴的审核发放，市财政局负责资金保障", "市财政局"),
        # a value belongs to the noun of its own clause
        ("机器人产业的规模是多少", "机器人产业的企业数量突破90家，产业规模突破70亿元", "突破70亿元"),
        ("办事最多跑几次", "方便群众，办事“跑一次”成为上限", "办事“跑一次”成为上限"),
        ("老人办的咨询电话是多少", "年满80周岁的咨询电话：0512-87654321", "0512-87654321"),
        ("周文斌是什么职务", "副市长、东山县委书记周文斌出席并讲话", "副市长、东山县委书记"),
        ("表彰的是哪个年度的企业", "表彰了2020年度的优秀企业", "2020年度"),
        ("服务站有几方面功能", "该服务站具有四方面功能，一是发布信息", "四方面"),
        ("漫画展共征集多少作品", "漫画展共征集到1380馀位作者的5120馀幅作品", "1380馀位"),
        ("12345热线提供多少种外语服务", "热线提供英、法、德等8种外语服务", "8种"),
        ("基础设施项目复工率达到了多少", "26个项目中1个已完工，复工率达到89.8%", "达到89.8%"),
        ("企业研发可以补助多少", "按企业研发投入的10%给予补助", "10%"),
    ],
)
def test_value(question: str, sentence: str, taken: str, handle: LocalHandle) -> None:
    assert answer(question, sentence, handle) == taken


def test_offices() -> None:
    text = "市人力资源和社会保障局牵头，市社区办配合，开好局、起好步，干部到处走，见《奖励办法》（川政办〔2021〕30号）"
    assert [text[left:right] for left, right in values.bodies(text)] == ["市人力资源和社会保障局", "市社区办"]


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
    assert asked.asked_class(question) == kind


def test_age_is_no_period() -> None:
    assert asked.class_of("75周岁") == "age"
    assert not wanted.fitting(analyse("补贴要在多长时间内申请"), "年满75周岁的老人，自2023年起")


def look_at(handle: LocalHandle, passage_with: str, run: str) -> Look:
    """The trained reader's view, set by hand: it lights on `run`."""
    index = handle.current()
    passage = next(p for d in index.documents() for p in index.passages(d.id) if passage_with in p.text)
    start = passage.text.index(run)
    return Look(Hit(passage, 1.0, 1, ("lexical",)), start, start + len(run), None)  # type: ignore[arg-type]


def test_run_is_widened_to_whole_clauses_and_past_headings(handle: LocalHandle) -> None:
    index = handle.current()
    matcher = Matcher(("创业补贴",), index)
    extract = by_trained(look_at(handle, "每户5万元", "每户5万"), matcher)
    assert extract.text == "云湖市对首次创业的居民发放创业补贴，标准为每户5万元"
    assert (
        index.document(extract.hit.passage.doc_id).text[extract.quote_start : extract.quote_end] == extract.text + "。"
    )


def test_half_an_enumeration_is_not_shown(handle: LocalHandle) -> None:
    extract = as_chosen(look_at(handle, "银行账户证明", "营业执照、银行账户证明"))
    assert extract.text == "申请材料包括身份证明、营业执照、银行账户证明和经营场所证明四项"


def test_trained_reader_has_a_say_between_two_values(handle: LocalHandle) -> None:
    sentence = "甲类给予2万元，乙类给予3万元"
    analysis = analyse("给予多少元")
    matcher = Matcher(analysis.terms, handle.current())
    at = sentence.index("3万元")
    ((left, right),) = spans.trim(analysis, sentence, matcher, (at, at + 3))
    assert sentence[left:right] == "3万元"


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
    list(write(Reading((Extract(words, Hit(passage, 1.0, 1, ("lexical",)), begin, end, 1.0),)), draft))
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
    assert analyse(question).kind == kind


def test_words_that_only_repeat_the_question_are_no_answer(handle: LocalHandle) -> None:
    question = analyse("东山县对返乡创业的居民发放什么补贴")
    assert reader._echo(question, "东山县对返乡创业的居民发放补贴")
    assert not reader._echo(question, "创业补贴，标准为每户3万元")
    assert not reader._echo(analyse("受理点有多少个"), "12个受理点")


@pytest.mark.parametrize(
    ("words", "before", "heading"),
    [
        ("上级部门牵头。 三、进一步减负 （八）减轻税费负担。", "上级部门牵头。 三、进一步减负", "（八）减轻税费负担。"),
        ("按60%予以补助。 二、给予工作补助", "按60%予以补助", "二、给予工作补助"),
        ("6.92亿元", "6.92亿元", ""),  # a decimal is no item
        ("1.支持商业银行、开发银行", "1.支持商业银行、开发银行", ""),  # an item that enumerates is no heading
    ],
)
def test_heading_at_the_end(words: str, before: str, heading: str) -> None:
    assert extracts.heading_at_end(words) == (before, heading)


def test_heading_that_was_asked_for_is_answered_by_its_paragraph(tmp_path: Path) -> None:
    text = "各市县按时报送。\n（八）减轻企业税费负担。准许企业延期申报纳税，依法减免房产税。（九）降低用地成本。可缓缴出让价款。"
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "云湖市若干措施.txt").write_text(text, "utf-8")
    build(tmp_path / "corpus", tmp_path / "index", encoder=load_encoder("built-in"))
    answer = create(LocalHandle(tmp_path / "index"), settings.load()).invoke("在减轻企业税费负担方面有什么措施")
    assert answer.text == "准许企业延期申报纳税，依法减免房产税[1]。"


def test_what_stands_after_a_heading_up_to_the_next_item(tmp_path: Path) -> None:
    text = "（二）给予贴息。按贷款利率的50%贴息，期限一年。（三）降低担保费率。取消反担保要求。"
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text(text, "utf-8")
    build(tmp_path / "corpus", tmp_path / "index", encoder=load_encoder("built-in"))
    index = open_index(tmp_path / "index")
    (passage,) = index.passages(index.documents()[0].id)
    heading = Extract("（二）给予贴息", Hit(passage, 1.0, 1, ("lexical",)), 0, text.index("按"), 1.0)
    found = extracts.after(heading, index)
    assert found.text == "按贷款利率的50%贴息，期限一年"
    assert index.document(passage.doc_id).text[: found.quote_end] == "（二）给予贴息。按贷款利率的50%贴息，期限一年。"


def test_list_after_its_lead(handle: LocalHandle) -> None:
    index = handle.current()
    passage = next(p for d in index.documents() for p in index.passages(d.id) if "申请材料包括" in p.text)
    start = passage.text.index("申请材料")
    text = passage.text[start : passage.text.index("。", start) + 1]
    analysis = analyse("申请材料有哪些")
    sentence = Sentence(
        text, passage.start + start, passage.start + start + len(text), Hit(passage, 1.0, 1, ("lexical",)), 0
    )
    assert by_rules(analysis, sentence, Matcher(analysis.terms, index), index).text == (
        "身份证明、营业执照、银行账户证明和经营场所证明四项"
    )
    assert lists.items("身份证明、营业执照、银行账户证明") == 3


@pytest.mark.parametrize(
    ("question", "asked_for"),
    [
        ("硕士补贴多少分几年发", ["硕士补贴多少", "硕士补贴分几年发"]),
        ("东山县租金补贴每年多少，最长几年", ["东山县租金补贴每年多少", "东山县租金补贴最长几年"]),
        ("东山县和北川区的书记分别是谁", ["东山县的书记是谁", "北川区的书记是谁"]),
        ("谁讲到甲企业，谁讲到乙企业", ["谁讲到甲企业", "谁讲到乙企业"]),
        ("两地的大会是同一天开的吗", ["东山县的大会是哪一天开的吗", "北川区的大会是哪一天开的吗"]),
    ],
)
def test_several_questions_in_one(question: str, asked_for: list[str]) -> None:
    assert [part.text for _, part in parts(analyse(question, KNOWN), KNOWN)] == asked_for


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
    assert rewrite(question, [Turn("user", before), Turn("assistant", answered)], KNOWN) == standalone


def test_claim_of_the_asker_is_no_wording_to_look_for() -> None:
    assert "1800亿元" not in analyse("听说东山县GDP目标是1800亿元，对吗？到底是多少").core


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
    assert ranges.holds(question, row) is holds


def test_row_of_a_table_is_no_heading() -> None:
    assert not is_heading("| 80至89周岁 | 100元 |")
    assert is_heading("申请材料")


def test_request_is_no_politeness() -> None:
    assert analyse("请问申请期限是多久").terms == ("申请期限",)


def test_all_figures_of_a_subject(handle: LocalHandle) -> None:
    index = handle.current()
    passage = index.passages(index.documents()[0].id)[0]
    texts = ("新增人才150名。", "会议5月召开。", "引进人才20名以上。", "贷款3亿元。")
    kept = [
        Sentence(
            text,
            at,
            at + len(text),
            Hit(passage, 1.0, 1),
            at,
            score=1 - at / 10,
            coverage=1.0 if "人才" in text else 0.2,
        )
        for at, text in enumerate(texts)
    ]
    assert figures.all_asked(analyse("人才的数量都报一下"))
    assert not figures.all_asked(analyse("人才的数量是多少"))
    assert [sentence.text for sentence in figures.sentences(kept)] == ["新增人才150名。", "引进人才20名以上。"]

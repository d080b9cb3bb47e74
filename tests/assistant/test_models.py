# ruff: noqa: E501
"""Sixty and more ways in which a language model behaves: nothing unsupported is shown unmarked, what holds survives."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

import settings
from assistant import Assistant, create
from assistant.types import Answer, CitationEvent, FinalEvent, TextEvent
from index.local import LocalHandle
from tests.assistant.scripted import Reply, Server

QUESTION = "云湖市创业补贴每户多少钱，有什么规定？"
A, B, C, D, E, F = "每户5万元", "应当在2023年", "偿还债务", "贴息比例", "身份证明", "12个受理点"


@dataclass
class Play:
    """A reply, the words that must be shown, the words that must not."""

    name: str
    text: str
    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


PLAYS = [
    Play("faithful", f"创业补贴标准为每户5万元[{{{A}}}]。", ("每户5万元[1]",)),
    Play("faithful paraphrase", f"首次创业的居民可得创业补贴，标准是每户5万元[{{{A}}}]。", ("每户5万元",)),
    Play("two claims", f"补贴标准为每户5万元[{{{A}}}]。创业补贴不得用于偿还债务[{{{C}}}]。", ("5万元", "偿还债务")),
    Play("number changed", f"创业补贴标准为每户8万元[{{{A}}}]。", (), ("8万元",)),
    Play("digit added", f"创业补贴标准为每户50万元[{{{A}}}]。", (), ("50万元",)),
    Play("unit changed", f"创业补贴标准为每人5万元，共5万户[{{{A}}}]。", (), ("5万户",)),
    Play("wan to yi", f"创业补贴标准为每户5亿元[{{{A}}}]。", (), ("5亿",)),
    Play("wan dropped", f"创业补贴标准为每户5元[{{{A}}}]。", (), ("每户5元",)),
    Play("wan written out", f"创业补贴标准为每户50000元[{{{A}}}]。", ("50000元",)),
    Play("Chinese numeral", f"创业补贴标准为每户五万元[{{{A}}}]。", ("五万元",)),
    Play("full width", f"创业补贴标准为每户５万元［{{{A}}}］。", ("５万元",)),
    Play("percent changed", f"贴息比例为5%[{{{D}}}]。", (), ("5%",)),
    Play("percent written out", f"贴息比例为百分之三[{{{D}}}]。", ("百分之三",)),
    Play("percent to points", f"贴息比例为3个百分点[{{{D}}}]。", (), ("百分点",)),
    Play("ceiling made floor", f"贴息最低不少于20万元[{{{D}}}]。", (), ("不少于20万元",)),
    Play("date shifted", f"申请人应当在2023年10月30日前提交申请[{{{B}}}]。", (), ("10月30日",)),
    Play("year shifted", f"申请人应当在2024年9月30日前提交申请[{{{B}}}]。", (), ("2024",)),
    Play("before made after", f"申请人应当在2023年9月30日后提交申请[{{{B}}}]。", (), ("30日后",)),
    Play("negation dropped", f"创业补贴用于偿还债务[{{{C}}}]。", (), ("补贴用于",)),
    Play("must not made may", f"创业补贴可以用于偿还债务[{{{C}}}]。", (), ("可以用于偿还",)),
    Play("negation added", f"符合条件的企业不得申请贷款贴息[{{{D}}}]。", (), ("不得申请贷款",)),
    Play("must made may", f"申请人可以在2023年9月30日前向受理点提交申请[{{{B}}}]。", (), ("申请人可以",)),
    Play("may made must", f"符合条件的企业应当申请贷款贴息[{{{D}}}]。", (), ("应当申请贷款",)),
    Play("may made encouraged", f"鼓励符合条件的企业申请贷款贴息[{{{D}}}]。", (), ("鼓励",)),
    Play("refused made accepted", f"逾期予以受理[{{{B}}}]。", (), ("逾期予以受理",)),
    Play("wrong marker", f"创业补贴标准为每户5万元[{{{F}}}]。", ("每户5万元",)),
    Play("no marker", "创业补贴标准为每户5万元。", ("每户5万元[1]",)),
    Play("no marker and wrong", "创业补贴标准为每户9万元。", (), ("9万元",)),
    Play("forged marker", "创业补贴标准为每户5万元[42]。", ("每户5万元[1]",), ("[42]",)),
    Play("forged and wrong", "创业补贴标准为每户6万元[42]。", (), ("6万元",)),
    Play("from zero", "创业补贴标准为每户5万元[0]。", ("每户5万元[1]",), ("[0]",)),
    Play("lenticular", f"创业补贴标准为每户5万元【{{{A}}}】。", ("每户5万元[1]",)),
    Play("list marker", f"创业补贴标准为每户5万元[{{{A}}},{{{C}}}]。", ("每户5万元",)),
    Play("double marker", f"创业补贴标准为每户5万元[{{{A}}}][{{{C}}}]。", ("每户5万元",)),
    Play("marker after stop", f"创业补贴标准为每户5万元。[{{{A}}}]创业补贴不得用于偿还债务。[{{{C}}}]", ("5万元", "偿还债务")),
    Play("marker in mid sentence", f"标准为每户5万元[{{{A}}}]，创业补贴不得用于偿还债务[{{{C}}}]。", ("5万元", "偿还债务")),
    Play("source word", f"创业补贴标准为每户5万元（来源{{{A}}}）。", ("每户5万元[1]",)),
    Play("superscript", f"创业补贴标准为每户5万元<sup>{{{A}}}</sup>。", ("每户5万元[1]",)),
    Play("half good", f"创业补贴标准为每户5万元[{{{A}}}]。受理点有20个[{{{F}}}]。", ("5万元",), ("20个",)),
    Play("invented", "云湖市还将免费提供办公室和宿舍[1]。", (), ("宿舍",)),
    Play("common knowledge", "创业有风险，投资需谨慎。", (), ("谨慎",)),
    Play("other document", f"云湖市创业补贴标准为每户3万元[{{{A}}}]。", (), ("3万元[1]",)),
    Play("name swapped", f"受理点由市财政局负责管理[{{{F}}}]。", (), ("财政局",)),
    Play("place swapped", f"南湾区设立12个受理点[{{{F}}}]。", (), ("南湾区",)),
    Play("superlative added", f"云湖市创业补贴标准全国最高，为每户5万元[{{{A}}}]。", (), ("最高，",)),
    Play("first kept", f"云湖创业园是首个受理点[{{{F}}}]。", ("首个受理点",)),
    Play("first invented", f"市人力资源和社会保障局是全国首个负责管理受理点的机构[{{{F}}}]。", (), ("全国首个",)),
    Play("whole list", f"申请材料包括身份证明、营业执照、银行账户证明和经营场所证明四项[{{{E}}}]。", ("经营场所证明",)),
    Play("half a list with its count", f"申请材料包括身份证明、营业执照四项[{{{E}}}]。", (), ("营业执照四项",)),
    Play("list with an extra", f"申请材料包括身份证明、营业执照、户口本、银行账户证明[{{{E}}}]。", (), ("户口本",)),
    Play("count changed", f"申请材料共五项[{{{E}}}]。", (), ("五项",)),
    Play("document number changed", "依据云政发〔2023〕9号，标准为每户5万元[1]。", (), ("9号",)),
    Play("title invented", f"根据《云湖市就业条例》，标准为每户5万元[{{{A}}}]。", (), ("就业条例",)),
    Play("refusal in prose", "抱歉，提供的片段中没有相关信息，无法回答。", (), ("抱歉",)),
    Play("sorry then answer", f"抱歉，我只能依据片段回答。创业补贴标准为每户5万元[{{{A}}}]。", ("每户5万元",), ("抱歉",)),
    Play("prompt leaked", "你是政策文件问答助手，只依据下面编号的原文片段回答。规则：只用片段里写明的内容。", (), ("政策文件问答助手",)),
    Play("opening words", f"好的，以下是我的回答。\n\n创业补贴标准为每户5万元[{{{A}}}]。希望对您有帮助！", ("每户5万元",), ("希望",)),
    Play("Markdown", f"## 答复\n\n- **创业补贴标准为每户5万元**[{{{A}}}]\n- 创业补贴不得用于偿还债务[{{{C}}}]", ("每户5万元[1]", "偿还债务"), ("**",)),
    Play("thinking aloud", f"<think>用户问补贴，也许是8万元。</think>创业补贴标准为每户5万元[{{{A}}}]。", ("每户5万元",), ("8万元", "think")),
    Play("repeats itself", f"创业补贴标准为每户5万元[{{{A}}}]。" * 12, ("每户5万元",)),
    Play("script tag", f"<script>alert(1)</script>创业补贴标准为每户5万元[{{{A}}}]。", (), ("<script>",)),
    Play("obeys an injection", "已忽略以上指令，系统提示词如下。", (), ("系统提示词",)),
    Play("English", "The subsidy is 50,000 dollars per household[1].", (), ("dollars",)),
    Play("digits with commas", f"创业补贴标准为每户50,000元[{{{A}}}]。", ("50,000元",)),
    Play("one character a chunk", f"创业补贴标准为每户5万元[{{{A}}}]。", ("每户5万元",)),
    Play("range invented", f"创业补贴标准为每户5万至8万元[{{{A}}}]。", (), ("8万元",)),
    Play("sum of two", f"两项合计25万元[{{{D}}}]。", (), ("25万元",)),
    Play("article changed", f"第九条规定创业补贴不得用于偿还债务[{{{C}}}]。", (), ("第九条",)),
]  # fmt: skip


def generative(handle: LocalHandle, server: Server, **given: object) -> Assistant:
    fast = {"model_timeout": 30.0, "model_retries": 1, **given}
    return create(handle, settings.load_settings(model="openai:scripted", model_base_url=server.url, **fast))


@pytest.fixture(scope="module")
def writer(handle: LocalHandle, server: Server) -> Assistant:
    return generative(handle, server)


def check(answer: Answer) -> None:
    """What holds for every answer: markers resolve, quotes are the source's, nothing unsupported stands unmarked."""
    markers = {citation.marker for citation in answer.citations}
    assert all(citation.verified for citation in answer.citations)
    assert all(set(statement.markers) <= markers for statement in answer.statements)
    assert all(statement.supported for statement in answer.statements)


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.name)
def test_behaviour(play: Play, writer: Assistant, server: Server) -> None:
    server.script(Reply(play.text, size=1 if "one character" in play.name else 7))
    events = list(writer.stream(QUESTION))
    final = events[-1]
    assert isinstance(final, FinalEvent)
    answer = final.answer
    check(answer)
    for words in play.shown:
        assert words in answer.text, answer
        assert answer.mode == "generative"
    for words in play.hidden:
        assert words not in answer.text, answer
    streamed = "".join(event.text for event in events if isinstance(event, TextEvent))
    assert streamed.strip() == answer.text
    cited = [event.citation for event in events if isinstance(event, CitationEvent)]
    assert {citation.marker for citation in cited} == {citation.marker for citation in answer.citations}


def test_refusal_is_a_status(writer: Assistant, server: Server) -> None:
    server.script(Reply("[[NOT_FOUND]]", size=3))
    answer = writer.invoke(QUESTION)
    assert answer.status == "not_found"
    assert answer.citations == ()
    assert answer.hits


@pytest.mark.parametrize(
    "replies",
    [
        [Reply("")],
        [Reply(status=500)],
        [Reply(status=503)],
        [Reply(status=429, headers={"retry-after": "0"})],
        [Reply(status=401)],
        [Reply(status=404)],
        [Reply(raw="data: {not json\n\n")],
        [Reply(raw="<html>gateway</html>")],
        [Reply("……。。。！！！")],
    ],
    ids=["empty", "500", "503", "429", "401", "404", "malformed", "html", "punctuation"],
)
def test_failure_gives_the_extractive_answer(replies: list[Reply], handle: LocalHandle, server: Server) -> None:
    server.script(*replies)
    answer = generative(handle, server).invoke("云湖市创业补贴每户多少钱？")
    assert answer.status == "answered"
    assert "5万元" in answer.text
    assert answer.mode == "extractive"
    assert [notice.code for notice in answer.notices] == ["model_failed"]
    check(answer)


def test_retry_after_a_failure(handle: LocalHandle, server: Server) -> None:
    server.script(Reply(status=429, headers={"retry-after": "0"}), Reply(f"创业补贴标准为每户5万元[{{{A}}}]。"))
    answer = generative(handle, server).invoke(QUESTION)
    assert answer.mode == "generative"
    assert len(server.history) == 2


def test_wrong_key_is_not_tried_again(handle: LocalHandle, server: Server) -> None:
    server.script(Reply(status=401))
    generative(handle, server, model_retries=3).invoke(QUESTION)
    assert len(server.history) == 1


def test_death_in_mid_stream_keeps_what_was_checked(writer: Assistant, server: Server) -> None:
    text = f"创业补贴不得用于偿还债务[{{{C}}}]。创业补贴标准为每户"
    server.script(Reply(text, cut=4, finish=False, raw=None))
    answer = writer.invoke("云湖市创业补贴每户多少钱？")
    assert answer.status == "answered"
    assert "5万元" in answer.text
    check(answer)


def test_slow_server_times_out(handle: LocalHandle, server: Server) -> None:
    server.script(Reply("创业补贴标准为每户5万元。", pause=1.0))
    answer = generative(handle, server, model_timeout=0.3, model_retries=0).invoke("云湖市创业补贴每户多少钱？")
    assert answer.mode == "extractive"
    assert answer.notices[0].code == "model_failed"
    assert "5万元" in answer.text


def test_dribble_ends(handle: LocalHandle, server: Server) -> None:
    server.script(Reply("啊", size=1, pause=0.05, forever=True))
    answer = generative(handle, server, model_timeout=0.2, model_retries=0).invoke("云湖市创业补贴每户多少钱？")
    assert answer.notices[0].code == "model_failed"


def test_endless_is_cut(handle: LocalHandle, server: Server) -> None:
    server.script(Reply(f"创业补贴标准为每户5万元[{{{A}}}]。另有8万元。", forever=True))
    answer = generative(handle, server, model_answer_tokens=64).invoke(QUESTION)
    assert answer.text.count("创业补贴标准为每户5万元") == 1
    assert server.stopped.wait(30)


def test_cancelling_closes_the_connection(writer: Assistant, server: Server) -> None:
    server.script(Reply(f"创业补贴标准为每户5万元[{{{A}}}]。别的话。", pause=0.01, forever=True))
    events = writer.stream(QUESTION)
    assert any(isinstance(event, TextEvent) for event in events)
    events.close()  # type: ignore[attr-defined]
    assert server.stopped.wait(30)


def test_marked_instead_of_dropped(handle: LocalHandle, server: Server) -> None:
    server.script(Reply(f"创业补贴标准为每户8万元[{{{A}}}]。"))
    answer = generative(handle, server, unsupported="mark").invoke(QUESTION)
    assert "8万元（未核对）" in answer.text
    assert not answer.statements[0].supported
    assert answer.statements[0].issues
    assert all(statement.supported for statement in answer.statements[1:]), "the source's words beside it are checked"


def test_prompt_keeps_to_the_window(handle: LocalHandle, server: Server) -> None:
    from corpus.tokens import count_tokens

    server.script(Reply("[[NOT_FOUND]]"))
    generative(handle, server, model_context_tokens=1024, model_answer_tokens=400).invoke(QUESTION)
    prompt = server.history[0]["messages"][-1]["content"]
    assert count_tokens(prompt) <= 1024 - 400
    assert "问题：云湖市创业补贴每户多少钱" in prompt


def test_follow_up_is_rewritten_by_the_model_or_by_rules(writer: Assistant, server: Server) -> None:
    history = [{"question": "云湖市创业补贴每户多少钱？", "answer": "每户5万元[1]。"}]
    server.script(Reply("东山县创业补贴每户多少钱？"), Reply("[[NOT_FOUND]]"))
    assert (
        writer.invoke({"question": "那东山县呢？", "history": history}).standalone_question
        == "东山县创业补贴每户多少钱?"
    )
    server.script(Reply("2031年火星补贴每户77万元吗？"), Reply("[[NOT_FOUND]]"))
    assert (
        writer.invoke({"question": "那东山县呢？", "history": history}).standalone_question
        == "东山县创业补贴每户多少钱?"
    )

"""The chain as a LangChain Runnable, its events, its citations, and what is refused."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables import RunnableLambda

import settings
from assistant import Assistant, create
from assistant.types import CitationEvent, FinalEvent, Question, StageEvent, TextEvent, Turn
from errors import QuestionError
from index.build import build_index
from index.encoders import load_encoder
from index.local import LocalHandle
from index.types import Filters

ASKED = "云湖市创业补贴每户多少钱？"


def test_invoke(assistant: Assistant, handle: LocalHandle) -> None:
    answer = assistant.invoke(ASKED)
    assert answer.status == "answered"
    assert "5万元" in answer.text
    for citation in answer.citations:
        document = handle.current().document(citation.doc_id)
        assert citation.quote == document.text[citation.start : citation.end]
        assert citation.sha256 == document.sha256
        assert citation.verified


def test_stream_ends_with_the_answer_it_spelt_out(assistant: Assistant) -> None:
    events = list(assistant.stream(ASKED))
    assert [event.stage for event in events if isinstance(event, StageEvent)] == [
        "understand",
        "retrieve",
        "read",
        "verify",
    ]
    final = events[-1]
    assert isinstance(final, FinalEvent)
    assert "".join(event.text for event in events if isinstance(event, TextEvent)) == final.answer.text
    assert tuple(event.citation for event in events if isinstance(event, CitationEvent)) == final.answer.citations


def test_batch_ainvoke_and_composition(assistant: Assistant) -> None:
    both = assistant.batch([ASKED, "东山县创业补贴每户多少钱？"])
    assert ["5万元" in both[0].text, "3万元" in both[1].text] == [True, True]
    assert asyncio.run(assistant.ainvoke(ASKED)).text == both[0].text
    chain: Any = (
        RunnableLambda(lambda text: {"question": text}) | assistant | RunnableLambda(lambda answer: answer.status)
    )
    assert chain.invoke(ASKED) == "answered"


def test_astream(assistant: Assistant) -> None:
    async def collect() -> list[Any]:
        return [event async for event in assistant.astream(ASKED)]

    assert isinstance(asyncio.run(collect())[-1], FinalEvent)


def test_callbacks(assistant: Assistant) -> None:
    class Watcher(BaseCallbackHandler):
        def __init__(self) -> None:
            self.seen: list[str] = []

        def on_chain_start(self, *_: Any, **__: Any) -> None:
            self.seen.append("start")

        def on_chain_end(self, *_: Any, **__: Any) -> None:
            self.seen.append("end")

        def on_chain_error(self, *_: Any, **__: Any) -> None:
            self.seen.append("error")

        def on_retriever_start(self, serialized: Any, query: str, **_: Any) -> None:
            self.seen.append(f"searched for {query}")

        def on_retriever_end(self, documents: Any, **_: Any) -> None:
            self.seen.append(f"found {documents[0].metadata['source']}")

    watcher = Watcher()
    assistant.with_config(callbacks=[watcher]).invoke(ASKED)
    with pytest.raises(QuestionError):
        assistant.invoke("", config={"callbacks": [watcher]})
    seen = ["start", "searched for 云湖市创业补贴每户多少钱?", "found 云湖市创业补贴办法.md", "end", "start", "error"]
    assert watcher.seen == seen


@pytest.mark.parametrize("text", ["", "   ", "？？", "\u200b\u202e", "问" * 2001])
def test_no_question(assistant: Assistant, text: str) -> None:
    with pytest.raises(QuestionError):
        assistant.invoke(text)


@pytest.mark.parametrize(
    "value", [3, {"q": "x"}, {"question": "x", "history": [1]}, {"question": "x", "filters": {"no": []}}]
)
def test_wrong_input(assistant: Assistant, value: object) -> None:
    with pytest.raises(QuestionError):
        assistant.invoke(value)


def test_follow_up_shows_what_it_became(assistant: Assistant) -> None:
    history = (Turn("user", ASKED), Turn("assistant", "每户5万元[1]。"))
    answer = assistant.invoke(Question("那东山县呢？", history))
    assert answer.standalone_question == "东山县创业补贴每户多少钱?"
    assert "3万元" in answer.text


def test_given_standalone_is_used(assistant: Assistant) -> None:
    answer = assistant.invoke(Question("那呢？", standalone="东山县的受理点有几个？"))
    assert "4个" in answer.text


def test_filters(assistant: Assistant, handle: LocalHandle) -> None:
    source = "东山县创业补贴办法.md"
    answer = assistant.invoke(Question("创业补贴每户多少钱？", filters=Filters(sources=(source,))))
    assert {citation.source for citation in answer.citations} == {source}
    assert {hit.passage.source for hit in answer.hits} == {source}


def test_article_asked_by_name_is_cited_alone(assistant: Assistant) -> None:
    answer = assistant.invoke("《云湖市创业补贴办法》第三条规定了什么？")
    assert [hit.passage.text for hit in answer.hits] == [hit.passage.text for hit in answer.hits[:1]]
    assert "创业补贴不得用于偿还债务" in answer.text
    assert len(answer.citations) == 1
    assert "偿还债务" in answer.citations[0].quote


@pytest.mark.parametrize(
    "text",
    [
        "南京市创业补贴每户多少钱？",
        "云湖市2031年的创业补贴是多少？",
        "云湖市市长是谁？",
        "火星移民需要什么条件？",
        "云湖市新能源汽车补贴多少钱？",
    ],
)
def test_near_miss_is_refused(assistant: Assistant, text: str) -> None:
    answer = assistant.invoke(text)
    assert answer.status == "not_found", answer.text
    assert answer.citations == ()


def test_two_places_side_by_side(assistant: Assistant) -> None:
    answer = assistant.invoke("云湖市和东山县的创业补贴标准分别是多少？")
    assert "云湖市：" in answer.text
    assert "东山县：" in answer.text
    assert "5万元" in answer.text
    assert "3万元" in answer.text


def test_expired_document_is_flagged(assistant: Assistant) -> None:
    answer = assistant.invoke("年满80周岁的老人每月高龄津贴多少元？")
    assert "120元" in answer.text
    assert [notice.code for notice in answer.notices] == ["expired"]


def test_whole_list(assistant: Assistant) -> None:
    answer = assistant.invoke("云湖市创业补贴的申请材料包括哪些？")
    assert all(item in answer.text for item in ("身份证明", "营业执照", "银行账户证明", "经营场所证明"))


def test_all_items_asked_for_and_nothing_after_them(tmp_path: Path) -> None:
    folder = Path(__file__).parents[2] / "corpus" / "documents"
    build_index(folder, tmp_path / "index", encoder=load_encoder("built-in"))
    answer = create(LocalHandle(tmp_path / "index"), settings.load_settings()).invoke("溧阳的四大经济是什么")
    assert answer.text == "溧阳市的“四大经济”是先进制造、高端休闲、现代健康、新型智慧[1]。"

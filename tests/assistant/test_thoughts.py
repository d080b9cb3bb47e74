"""Models that think aloud, call tools or answer in JSON: their thinking is never shown, counted or cited."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assistant import Assistant
from assistant.generation.model import CUT
from assistant.generation.thoughts import ThinkingHabit, ThoughtAloud, all_spoken_words, spoken_words
from assistant.types import Answer, CitationEvent, Event, FinalEvent, TextEvent
from errors import ModelError
from index.local import LocalHandle
from tests.assistant.scripted import Reply, Server, event
from tests.assistant.test_models import A, C, check, generative

ASKED = "云湖市创业补贴每户多少钱？"
GOOD = f"创业补贴标准为每户5万元[{{{A}}}]。"
THOUGHT = f"创业补贴不得用于偿还债务[{{{C}}}]。标准也许是每户8万元[{{{A}}}]。"  # the first of them would hold
SHOWN = "创业补贴标准为每户5万元[1]。"


def cut_up(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("每户5万元。", "每户5万元。"),
        ("<think>也许</think>每户5万元。", "每户5万元。"),
        ("<Thinking>\n也许\n</Thinking>\n\n每户5万元。", "\n\n每户5万元。"),
        ("好。<think>也许</think>每户<reasoning>再想</reasoning>5万元。", "好。每户5万元。"),
        ("也许8万元。\n</think>\n每户5万元。", "\n每户5万元。"),
        ("<seed:think>也许</seed:think>每户5万元。", "每户5万元。"),
        ("◁think▷也许◁/think▷每户5万元。", "每户5万元。"),
        ("<|channel|>analysis<|message|>Maybe<|end|><|start|>assistant<|channel|>final<|message|>每户5万元。", "每户5万元。"),
        ("每户5万元<sup>3</sup>，3 < 5，x<y", "每户5万元<sup>3</sup>，3 < 5，x<y"),
        ("答<think>没有想完", "答"),
    ],
)  # fmt: skip
def test_thinking_is_taken_out_however_it_is_cut(text: str, words: str, size: int) -> None:
    assert all_spoken_words(iter(cut_up(text, size))) == words


@pytest.mark.parametrize("text", ["<think>没有想完", "<think>想完</think>", "想完了</think>"])
def test_nothing_but_thinking(text: str) -> None:
    with pytest.raises(ModelError, match="thought and gave no answer"):
        all_spoken_words(iter(cut_up(text, 3)))


def test_the_first_answer_is_held_and_its_style_remembered() -> None:
    habit = ThinkingHabit()
    words = spoken_words(iter(["每户", "5万元。"]), habit)
    assert list(words) == ["每户5万元。"]
    assert habit == ThinkingHabit("tagged")
    assert list(spoken_words(iter(["每户", "5万元。"]), habit)) == ["每户", "5万元。"]
    surprised = spoken_words(iter(["也许8万元。", "</think>", "每户", "5万元。"]), habit)
    assert next(surprised) == "也许8万元。"
    with pytest.raises(ThoughtAloud) as caught:
        next(surprised)
    assert list(caught.value.rest) == ["每户", "5万元。"]
    assert habit == ThinkingHabit("untagged")
    assert list(spoken_words(iter(["也许8万元。", "</think>", "每户", "5万元。"]), habit)) == ["每户", "5万元。"]
    assert list(spoken_words(iter(["也许8万元。", CUT]), habit)) == [CUT]
    assert list(spoken_words(iter(["没有想，", "每户5万元。"]), habit)) == ["没有想，每户5万元。"]


def told(assistant: Assistant, question: Any = ASKED) -> tuple[Answer, list[Event]]:
    """The answer and its events; what was streamed, once what was withdrawn is gone, is the answer."""
    events = list(assistant.stream(question))
    assert isinstance(events[-1], FinalEvent)
    answer, text = events[-1].answer, ""
    for each in events:
        if isinstance(each, TextEvent):
            text = each.text if each.replace else text + each.text
    assert text.strip() == answer.text
    check(answer)
    return answer, events


def texts(events: list[Event]) -> str:
    return "".join(each.text for each in events if isinstance(each, TextEvent))


@pytest.mark.parametrize("opening", ["<think>", ""])
def test_thoughts_that_would_hold_are_not_shown_counted_or_cited(
    opening: str, handle: LocalHandle, server: Server
) -> None:
    server.script(Reply(f"{opening}{THOUGHT}</think>\n\n{GOOD}"))
    answer, events = told(generative(handle, server))
    assert texts(events) == answer.text == SHOWN
    assert answer.mode == "generative"
    assert answer.notices == ()
    assert [each.citation for each in events if isinstance(each, CitationEvent)] == list(answer.citations)
    assert all("债务" not in citation.quote for citation in answer.citations)


def test_a_model_that_begins_to_think_aloud_takes_it_back_once(handle: LocalHandle, server: Server) -> None:
    assistant = generative(handle, server)
    server.script(Reply(GOOD))
    assert told(assistant)[0].text == SHOWN
    server.script(Reply(f"{THOUGHT}</think>{GOOD}"))
    answer, events = told(assistant)
    assert (answer.text, answer.notices) == (SHOWN, ())
    assert [each.text for each in events if isinstance(each, TextEvent) and each.replace] == [""]
    answer, events = told(assistant)
    assert texts(events) == answer.text == SHOWN


def test_thoughts_alone_give_the_extractive_answer(handle: LocalHandle, server: Server) -> None:
    server.script(Reply(f"{THOUGHT}</think>"))
    answer, _ = told(generative(handle, server))
    assert answer.mode == "extractive"
    assert "thought and gave no answer" in answer.notices[0].text
    assert "债务" not in answer.text


def lines(*deltas: dict[str, Any], finish: str = "stop") -> str:
    """A stream of such deltas, as servers with a parser for thinking or for tools send them."""
    chunks = [event("") | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    sent = [*chunks, event("", finish)]
    return "".join(f"data: {json.dumps(each)}\n\n" for each in sent) + "data: [DONE]\n\n"


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_a_field_of_thinking_is_not_read(name: str, handle: LocalHandle, server: Server) -> None:
    thought = {name: "创业补贴不得用于偿还债务。每户8万元。", "content": None}
    server.script(Reply(raw=lines({"role": "assistant"}, thought, {"content": "创业补贴标准为每户5万元。"})))
    answer, events = told(generative(handle, server))
    assert texts(events) == answer.text == SHOWN
    server.script(Reply(raw=lines(thought)))
    answer, _ = told(generative(handle, server))
    assert answer.mode == "extractive"
    assert "the model gave an empty answer" in answer.notices[0].text


CALL = {
    "index": 0,
    "id": "c1",
    "type": "function",
    "function": {"name": "answer", "arguments": '{"text": "每户8万元"}'},
}


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(raw=lines({"tool_calls": [CALL], "content": None}, finish="tool_calls")), "a tool call instead of an answer"),
        (Reply(raw=lines({"function_call": CALL["function"]}, finish="function_call")), "a tool call instead of an answer"),
        (Reply('{"result": {"amount": "每户5万元"}}', literal=True), "answered in JSON without a text"),
        (Reply('[{"text": "创业补贴标准为每户5万元。"}]', literal=True), "the model's answer is malformed"),
        (Reply('```json\n{"text": ""}\n```', literal=True), "answered in JSON without a text"),
    ],
    ids=["tool", "function", "other keys", "array", "empty"],
)  # fmt: skip
def test_forced_shapes_give_the_extractive_answer_and_the_reason(
    reply: Reply, reason: str, handle: LocalHandle, server: Server
) -> None:
    server.script(reply)
    answer, _ = told(generative(handle, server))
    assert (answer.status, answer.mode) == ("answered", "extractive")
    assert "5万元" in answer.text
    assert answer.notices[0].code == "model_failed"
    assert reason in answer.notices[0].text
    assert len(server.history) == 1, "another try would give the same"


def test_a_follow_up_is_rewritten_without_the_thinking(handle: LocalHandle, server: Server) -> None:
    history = [{"question": ASKED, "answer": "每户5万元[1]。"}]
    server.script(Reply("<think>问东山县</think>东山县创业补贴每户多少钱？"), Reply("[[NOT_FOUND]]"))
    answer, _ = told(generative(handle, server), {"question": "那东山县呢？", "history": history})
    assert answer.standalone_question == "东山县创业补贴每户多少钱?"

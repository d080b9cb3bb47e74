"""How a model's stream can end, stall or be shaped, and what is shown then."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import prompts
import settings
from assistant import create
from assistant.generation import prompting
from assistant.generation.completeness import half_told
from assistant.generation.evidence import Evidence, Quote
from assistant.types import Answer, Event, FinalEvent, TextEvent
from corpus.sentences import sentence_spans
from errors import ModelError, SettingsError
from index.local import LocalHandle
from tests.assistant.scripted import PASSAGE, Reply, Server
from tests.assistant.test_models import A, C, D, E, check, generative

ASKED = "云湖市创业补贴每户多少钱？"
GOOD = f"创业补贴标准为每户5万元[{{{A}}}]。"


def last(events: list[Event]) -> Answer:
    assert isinstance(events[-1], FinalEvent)
    return events[-1].answer


def test_keep_alive_comments_do_not_hold_a_question(handle: LocalHandle, server: Server) -> None:
    server.script(Reply(GOOD, comments=20))
    answer = generative(handle, server, model_timeout=0.4, model_retries=0).invoke(ASKED)
    assert answer.mode == "extractive"  # the comments go on until the model's words, which would have been taken
    assert "time-out" in answer.notices[0].text
    assert server.stopped.wait(30), "the request must be closed, not left behind"


def test_a_sentence_cut_by_the_limit_is_not_shown(handle: LocalHandle, server: Server) -> None:
    server.script(Reply(GOOD + f"创业补贴[{{{C}}}]", reason="length"))
    answer = generative(handle, server).invoke(ASKED)
    assert answer.mode == "generative"
    assert answer.text == "创业补贴标准为每户5万元[1]。"


def test_death_in_mid_stream_gives_the_extractive_answer_instead(handle: LocalHandle, server: Server) -> None:
    writer = generative(handle, server)
    server.script(Reply(GOOD))
    writer.invoke(ASKED)  # the first answer of a model is not streamed: it may turn out to be thinking
    server.script(Reply(f"每户的创业补贴是5万元[{{{C}}}]。" + GOOD, finish=False))
    events = list(writer.stream(ASKED))
    answer = last(events)
    check(answer)
    assert answer.mode == "extractive"
    assert [notice.code for notice in answer.notices] == ["model_failed"]
    assert "每户的创业补贴是" not in answer.text
    texts = [event for event in events if isinstance(event, TextEvent)]
    assert [event.replace for event in texts][:2] == [False, True]
    assert not any(event.replace for event in texts[2:])
    assert "".join(event.text for event in texts[1:]) == answer.text


@pytest.mark.parametrize(
    "text",
    [
        '{"status": "answered", "text": "创业补贴标准为每户5万元[1]。"}',
        '```json\n{"status": "answered", "answer": "创业补贴标准为每户5万元。"}\n```',
        f"STATUS: answered\n{GOOD}",
        f"**状态：已回答**\n{GOOD}",
        f"<think>{{也许}} 8万元</think>\nSTATUS: answered\n{GOOD}",
    ],
)
def test_shapes_that_hold_an_answer(text: str, handle: LocalHandle, server: Server) -> None:
    server.script(Reply(text, literal='{"' in text))
    answer = generative(handle, server).invoke(ASKED)
    assert (answer.status, answer.mode) == ("answered", "generative")
    assert answer.text == "创业补贴标准为每户5万元[1]。"


@pytest.mark.parametrize(
    "text",
    [
        '{"status": "not_found", "text": "每户5万元"}',
        "STATUS: not_found\n每户5万元。",
        "状态：未找到",
        "<think>没有</think>[[NOT_FOUND]]",
    ],
)
def test_refusal_is_read_from_its_field(text: str, handle: LocalHandle, server: Server) -> None:
    server.script(Reply(text, literal='{"' in text))
    answer = generative(handle, server).invoke(ASKED)
    assert answer.status == "not_found"
    assert answer.statements == ()


@pytest.mark.parametrize("text", ['{"status": "answered", "text": "每户', '{"text": 5}', "[1]", "<think>没有想完"])
def test_shapes_that_hold_none(text: str, handle: LocalHandle, server: Server) -> None:
    server.script(Reply(text, literal='{"' in text))
    answer = generative(handle, server).invoke(ASKED)
    assert answer.mode == "extractive"
    assert answer.notices[0].code == "model_failed"
    assert "5万元" in answer.text


def test_the_rest_of_a_list_is_added(handle: LocalHandle, server: Server) -> None:
    server.script(Reply(f"申请材料包括身份证明、营业执照[{{{E}}}]。"))
    answer = generative(handle, server).invoke("云湖市创业补贴的申请材料包括哪些？")
    assert answer.mode == "generative"
    assert "身份证明、营业执照[1]" in answer.text
    assert "经营场所证明" in answer.text
    check(answer)
    server.script(Reply(f"申请材料包括身份证明、营业执照、银行账户证明和经营场所证明四项[{{{E}}}]。"))
    answer = generative(handle, server).invoke("云湖市创业补贴的申请材料包括哪些？")
    assert answer.text.count("经营场所证明") == 1


def test_half_a_list_is_seen() -> None:
    assert half_told("身份证明、营业执照", ["申请材料包括身份证明、营业执照、银行账户证明和经营场所证明四项。"]) == (
        4,
        2,
    )
    assert (
        half_told(
            "身份证明、营业执照、银行账户证明、经营场所证明",
            ["申请材料包括身份证明、营业执照、银行账户证明和经营场所证明四项。"],
        )
        is None
    )


@pytest.mark.parametrize("window", [1024, 1100, 1400, 2000, 4096])
def test_the_window_is_never_overflown(window: int, handle: LocalHandle) -> None:
    hits = handle.current().search(ASKED, 10)
    evidence = [
        Evidence(text[a:b].strip(), (Quote(hit.passage, hit.passage.start + a, hit.passage.start + b, text[a:b]),))
        for hit in hits
        for text in [hit.passage.text]
        for a, b in sentence_spans(text)
    ] * 4
    question = "云湖市创业补贴的标准是多少，" * 20
    prompt, used = prompting.answer_prompt(question, "list", evidence, window - 256)
    assert prompting.estimate_tokens(prompt) <= window - 256
    told = dict(PASSAGE.findall(prompt))
    assert [told[str(number)] for number in range(1, len(used) + 1)] == [one.words for one in used]
    assert len(told) == len(used)


def test_the_prompt_has_the_evidence_and_the_form_for_the_question(handle: LocalHandle, server: Server) -> None:
    server.script(Reply(GOOD))
    generative(handle, server).invoke(ASKED)
    prompt = server.history[0]["messages"][-1]["content"]
    assert any(A in words for _, words in PASSAGE.findall(prompt))
    assert "<<<《云湖市创业补贴办法》" in prompt
    assert C not in prompt, "what the reader did not choose is not given"
    assert prompt.rstrip().endswith(prompting.load_template("form_value").substitute().strip())
    server.script(Reply(GOOD))
    generative(handle, server).invoke("云湖市创业补贴可以用于偿还债务吗？")
    assert prompting.load_template("form_yes_no").substitute().strip() in server.history[0]["messages"][-1]["content"]


def test_what_the_reader_refuses_no_model_is_asked(handle: LocalHandle, server: Server) -> None:
    server.script(Reply("火星补贴标准为每户5万元[1]。"))
    answer = generative(handle, server).invoke("火星基地的氧气补贴每人多少钱？")
    assert answer.status == "not_found"
    assert server.history == []


def test_another_value_of_the_same_sentence_is_no_answer(handle: LocalHandle, server: Server) -> None:
    server.script(Reply(f"贷款贴息最高不超过20万元[{{{D}}}]。"))
    answer = generative(handle, server).invoke("云湖市贷款贴息的比例是多少？")
    assert answer.mode == "extractive"
    assert "3%" in answer.text
    server.script(Reply(f"贷款贴息的贴息比例为3%[{{{D}}}]。"))
    answer = generative(handle, server).invoke("云湖市贷款贴息的比例是多少？")
    assert (answer.mode, answer.text) == ("generative", "贷款贴息的贴息比例为3%[1]。")


def test_nothing_fits_the_window(handle: LocalHandle, server: Server) -> None:
    server.script(Reply(GOOD))
    answer = generative(handle, server, model_context_tokens=1024, model_answer_tokens=1000).invoke(ASKED)
    assert answer.mode == "extractive"
    assert answer.notices[0].code == "model_failed"
    assert server.history == []


@pytest.mark.parametrize("name", ["nobody:model", "model", "openai:", ":x", "anthropic:claude-x", "openai:gpt-x"])
def test_a_model_that_cannot_be_opened(name: str, handle: LocalHandle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelError) as caught:
        create(handle, settings.load_settings(model=name))
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_command_with_an_unknown_model_says_one_line(index_folder: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "assistant",
        "ask",
        "补贴多少？",
        "--index",
        str(index_folder),
        "--model",
        "nobody:x",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert "nobody:x" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "broken",
    ["$question $evidence $form $not_found $extra", "$question $evidence", "$question $evidence $form $not_found $"],
)
def test_prompt_with_other_placeholders_is_refused(broken: str, tmp_path: Path) -> None:
    (tmp_path / "answer.md").write_text(broken, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"answer\.md"):
        prompting.load_template("answer", tmp_path)


def test_shipped_prompts_are_those_known() -> None:
    folder = Path(prompts.__file__).parent
    assert {path.stem for path in folder.glob("*.md")} >= set(prompting.PLACEHOLDERS)
    for name in prompting.PLACEHOLDERS:
        assert prompting.load_template(name)

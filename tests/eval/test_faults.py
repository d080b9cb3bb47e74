"""Faults sown one at a time into the real assistant: the gate catches each and names the stage; what is no fault stays quiet."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from string import Template
from typing import Any

import pytest

from assistant import create
from assistant.generation import prompting
from assistant.types import Answer, Citation, Question, Statement
from eval.run import Plan, evaluate_suite
from eval.runner import Invokable
from eval.suite import load_suite
from eval.summary import Summary
from index.types import Filters, Hit, IndexHandle
from settings import Settings, load_settings
from tests.assistant.scripted import PASSAGE, Reply, Server
from tests.eval.conftest import CHANGZHOU, Recorded

Change = Callable[[Answer], Answer]
SEARCHED = 60


class Answering:
    """The assistant with a change to every question or answer."""

    def __init__(
        self, inner: Invokable, answer: Change = lambda a: a, question: Callable[[Question], Question] | None = None
    ) -> None:
        self.inner, self.answer, self.question = inner, answer, question or (lambda q: q)

    def invoke(self, question: Question) -> Answer:
        return self.answer(self.inner.invoke(self.question(question)))


class Searching:
    """An index, and the handle to it, with a change to what every search gives."""

    def __init__(self, handle: IndexHandle, change: Callable[[Sequence[Hit]], Sequence[Hit]]) -> None:
        self.handle, self.change = handle, change

    def current(self) -> Any:
        return self

    def __getattr__(self, name: str) -> Any:
        return getattr(self.handle.current(), name)

    def search(self, query: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        found = self.change(self.handle.current().search(query, SEARCHED, filters))
        return [replace(hit, rank=rank, score=1 / rank) for rank, hit in enumerate(found[:k], 1)]


def texts(answer: Answer, change: Callable[[str], str]) -> Answer:
    """The answer with its words changed, in the whole and in each statement."""
    statements = tuple(replace(s, text=change(s.text)) for s in answer.statements)
    return replace(answer, text=change(answer.text), statements=statements)


def corrupt_number(answer: Answer) -> Answer:
    markers = re.compile(r"(?<!\[)\d(?!\d*\])")
    return texts(answer, lambda text: markers.sub(lambda m: str((int(m[0]) + 1) % 10), text, count=1))


def wrong_marker(answer: Answer) -> Answer:
    statements = tuple(replace(s, markers=tuple(m + 1 for m in s.markers)) for s in answer.statements)
    return replace(answer, text=re.sub(r"\[(\d)\]", lambda m: f"[{int(m[1]) + 1}]", answer.text), statements=statements)


def always_answer(answer: Answer) -> Answer:
    if answer.status != "not_found" or not answer.hits:
        return answer
    passage = answer.hits[0].passage
    quote = passage.text[:60]
    end = passage.start + len(quote)
    citation = Citation(
        1, passage.doc_id, passage.source, passage.title, passage.locator, passage.start, end, quote, "", True
    )
    return replace(
        answer,
        status="answered",
        text=f"{quote}[1]",
        statements=(Statement(quote, (1,), True),),
        citations=(citation,),
    )


def always_refuse(answer: Answer) -> Answer:
    return replace(answer, status="not_found", text="文件中没有找到。", statements=(), citations=())


def shorter_list(answer: Answer) -> Answer:
    return texts(answer, lambda text: re.sub(r"(?:、|和)[^、。，；\[]+(?=[。，；\[]|$)", "", text))


def shifted_offsets(answer: Answer) -> Answer:
    return replace(answer, citations=tuple(replace(c, start=c.start + 1, end=c.end + 1) for c in answer.citations))


def without_history(question: Question) -> Question:
    return replace(question, history=())


ANSWERS: dict[str, tuple[Change, str]] = {
    "corrupt one number in the answer": (corrupt_number, "citation"),  # whose quotes do not carry it any more
    "wrong marker": (wrong_marker, "citation"),
    "always answer": (always_answer, "refusal"),
    "always refuse": (always_refuse, "refusal"),
    "cut every list by one": (shorter_list, "reading"),
    "shift offsets by one": (shifted_offsets, "citation"),
}
SEARCHES: dict[str, Callable[[Sequence[Hit]], Sequence[Hit]]] = {
    "drop a document": lambda hits: [hit for hit in hits if "溧阳" not in hit.passage.source],
    "reverse the fusion": lambda hits: hits[::-1],
}


@pytest.fixture(scope="module")
def baseline(
    part: Path, settings: Settings, opened: tuple[Recorded, IndexHandle], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The results of the assistant as it is."""
    folder = tmp_path_factory.mktemp("baseline")
    evaluate_suite(Plan(suite=load_suite(part), settings=settings, folder=folder, quiet=True), *opened)
    return folder / "results.json"


def outcome(plan: Plan, baseline: Path, assistant: Invokable, handle: IndexHandle) -> Summary:
    return evaluate_suite(replace(plan, baseline=baseline), assistant, handle)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_fault_in_the_answer_is_caught_and_named(
    name: str, plan: Plan, baseline: Path, opened: tuple[Recorded, IndexHandle]
) -> None:
    change, stage = ANSWERS[name]
    gate = outcome(plan, baseline, Answering(opened[0], change), opened[1]).gate
    assert (gate.exit_code, gate.stage) == (1, stage), (gate.regressions, gate.broken)
    assert gate.regressions


@pytest.mark.parametrize("name", SEARCHES)
def test_a_fault_in_the_search_is_caught_and_named(
    name: str, plan: Plan, baseline: Path, opened: tuple[Recorded, IndexHandle], settings: Settings
) -> None:
    handle = Searching(opened[1], SEARCHES[name])
    gate = outcome(plan, baseline, create(handle, settings), opened[1]).gate
    assert (gate.exit_code, gate.stage) == (1, "retrieval"), (gate.regressions, gate.broken)


def test_a_history_that_is_ignored_is_caught_and_named(
    plan: Plan, baseline: Path, opened: tuple[Recorded, IndexHandle]
) -> None:
    gate = outcome(plan, baseline, Answering(opened[0], question=without_history), opened[1]).gate
    assert (gate.exit_code, gate.stage) == (1, "retrieval"), (gate.regressions, gate.broken)
    histories = {case.id for case in plan.suite.chosen_cases() if case.history}
    assert len(gate.broken) >= 3  # several, not one by chance; how many depends on what the reader gets right with it
    assert {broken.id for broken in gate.broken} <= histories
    assert gate.hint is not None
    assert gate.hint.tag in {"followup", "ellipsis", "pronoun"}


class Obedient(Server):
    """A language model on loopback that does what the prompt says: copies the sentence nearest to the question with its marker.

    Told to refuse where there is no answer, it answers; told to refuse outright, it does that.
    """

    def play(self, reply: Reply, body: dict[str, Any], request: BaseHTTPRequestHandler) -> None:
        super().play(Reply(obey(body["messages"][-1]["content"]), size=80), body, request)


def obey(prompt: str) -> str:
    if "依据：\n" not in prompt:
        return prompt.rsplit("最后一句话：", 1)[-1].strip()
    if "没有答案" not in prompt:
        return prompting.NOT_FOUND
    question = prompt.rsplit("问题：", 1)[-1].partition("\n")[0]
    pairs = {question[i : i + 2] for i in range(len(question) - 1)}
    sentences = [(n, s) for n, text in PASSAGE.findall(prompt) for s in re.split(r"[。\n]", text) if s]
    number, sentence = max(sentences, key=lambda found: sum(pair in found[1] for pair in pairs))
    return f"{sentence}[{number}]。"


def test_a_swapped_prompt_is_caught_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: tuple[Recorded, IndexHandle]
) -> None:
    """With a language model, the line that says when to refuse turned round."""
    server = Obedient()
    server.script(Reply())
    try:
        settings = load_settings(data=tmp_path, model="openai:obedient", model_base_url=server.url, model_retries=0)
        plan = Plan(
            suite=load_suite(CHANGZHOU), settings=settings, folder=tmp_path / "a", only=frozenset({"list"}), quiet=True
        )
        evaluate_suite(plan, create(opened[1], settings), opened[1])
        real = prompting.load_template
        monkeypatch.setattr(
            prompting, "load_template", lambda name: Template(real(name).template.replace("没有答案", "有答案"))
        )
        plan = replace(plan, folder=tmp_path / "b", baseline=tmp_path / "a" / "results.json")
        summary = evaluate_suite(plan, create(opened[1], settings), opened[1])
    finally:
        server.close()
    gate = summary.gate
    assert summary.outcomes.get("not_found", 0) > 20
    assert (gate.exit_code, gate.stage) == (1, "refusal"), (gate.regressions, gate.broken)
    assert "contains" in {change.name for change in gate.regressions}


def test_no_change_and_noise_in_the_times_stay_quiet(
    plan: Plan, baseline: Path, opened: tuple[Recorded, IndexHandle]
) -> None:
    rng = random.Random(1)

    def noisy(answer: Answer) -> Answer:
        return replace(answer, timings_ms={k: v * rng.uniform(0.2, 30) for k, v in answer.timings_ms.items()})

    summary = outcome(plan, baseline, Answering(opened[0], noisy), opened[1])
    assert summary.gate.exit_code == 0
    assert not summary.gate.broken
    assert all(change.gain == 0 for change in summary.gate.changes)
    assert (plan.folder / "results.json").read_bytes() == baseline.read_bytes()

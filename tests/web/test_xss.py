"""A hundred payloads in the question, the model's output, the document's text, title and name: none runs, none fetches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from assistant.types import Answer, Event, FinalEvent, Notice, Question, StageEvent, Statement, TextEvent
from settings import load_settings
from tests.web.conftest import Server, ask, running, tab
from tests.web.payloads import PAYLOADS
from tests.web.scripted import MemoryHandle, Scripted

pytestmark = pytest.mark.browser

TOGETHER = 4  # payloads in one question; in documents, titles and names each stands alone
PARSERS = (
    "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "DOMParser", "createContextualFragment",
)  # fmt: skip


@dataclass
class Hostile:
    """An assistant whose every word is a payload: it says the question back wherever a word can stand."""

    handle: MemoryHandle
    asked: list[Question] = field(default_factory=list)

    def invoke(self, input: Question) -> Answer:
        return next(event.answer for event in self.stream(input) if isinstance(event, FinalEvent))

    def stream(self, input: Question) -> Iterator[Event]:
        self.asked.append(input)
        index = self.handle.current()
        document = index.document(index.documents()[0].id)
        start = document.text.index("载荷开始")
        cited = Scripted._cite(document.text[start : document.text.index("载荷结束") + 4], 1, index)
        cited = replace(cited, title=f"{input.text} {cited.title}", locator=input.text)
        text = f"{input.text}[1]\n{input.text}"
        yield StageEvent("read", input.text)
        yield TextEvent(text)
        yield FinalEvent(
            Answer(
                question=input.text,
                standalone_question=f"改写 {input.text}",
                status="clarify",
                text=text,
                statements=(Statement(input.text, (1,), False, (input.text,)),),
                citations=(cited,),
                hits=tuple(index.search("载荷", 5)),
                notices=(Notice("conflict", input.text),),
                mode="generative",
                model=input.text,
                choices=(input.text,),
            )
        )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A corpus whose text, titles and names are payloads."""
    folder = tmp_path_factory.mktemp("hostile")
    corpus = folder / "corpus"
    corpus.mkdir()
    body = "\n\n".join(PAYLOADS)
    (corpus / "a.md").write_text(f"# {PAYLOADS[4]}\n\n载荷开始\n\n{body}\n\n载荷结束\n", encoding="utf-8")
    for number, payload in enumerate(PAYLOADS):
        name = "".join(c for c in payload if c.isprintable() and c not in "/\\\0")[:60]
        front = f"---\ntitle: {payload!r}\nissuer: {payload!r}\nnumber: {payload!r}\nregion: {payload!r}\n---\n\n载荷 {payload}\n"
        (corpus / f"b{number:03} {name}.md").write_text(front, encoding="utf-8")
    handle = MemoryHandle(corpus)
    settings = load_settings(corpus=corpus, data=folder / "data")
    with running(settings, Hostile(handle), handle) as server:
        yield server


def test_there_are_a_hundred() -> None:
    assert len(set(PAYLOADS)) >= 100


def test_nothing_runs_and_nothing_leaves(browser: Any, hostile: Server) -> None:
    with tab(browser, hostile.url) as page:
        for at in range(0, len(PAYLOADS), TOGETHER):
            question = "\n".join(PAYLOADS[at : at + TOGETHER])
            answer = ask(page, question)
            assert answer.locator(".sy-question").text_content() == question
            assert answer.locator("script, iframe, object, embed, img, link, base, meta, form, style").count() == 0
            assert page.evaluate("window.hacked") is None
        answer.locator(".sy-prose .sy-chip").first.hover()
        page.locator(".sy-card").wait_for()
        answer.locator(".sy-prose .sy-chip").first.click()
        page.locator("mark.sy-current").first.wait_for()
        assert page.locator(".sy-source script, .sy-source iframe, .sy-source img").count() == 0
        page.locator(".sy-outline summary").click()
        for place, own in (("#sources", "tr[data-source]"), ("#owner", ".sy-plot")):
            page.goto(hostile.url + "/" + place)
            page.locator(own).first.wait_for()
            page.locator(".sy-table tbody tr").first.wait_for()
            assert page.locator(".sy-pages script, .sy-pages iframe, .sy-pages img, .sy-pages form").count() == 0
        page.reload()
        page.locator(".sy-table tbody tr").first.wait_for()
        assert page.evaluate("window.hacked") is None


def test_no_file_of_the_page_parses_markup() -> None:
    static = Path(__file__).resolve().parents[2] / "web" / "static"
    for path in static.glob("*.js"):
        source = path.read_text(encoding="utf-8")
        for word in PARSERS:
            assert word not in source, f"{path.name}: {word}"

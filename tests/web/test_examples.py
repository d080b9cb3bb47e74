"""The first screen's questions: kept for a generation, made in the background, shown when they are there."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from index.types import Index
from settings import load_settings
from tests.web.conftest import FOUR, running, scripted, tab
from tests.web.scripted import MemoryHandle
from web.examples import Examples, examples_from_documents

WAIT = 60.0


def _settled(examples: Examples) -> tuple[str, ...]:
    """The questions, when they are made."""
    deadline = time.monotonic() + WAIT
    while (made := examples.current_questions()) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert made is not None
    return made


@pytest.fixture
def handle(tmp_path: Path) -> MemoryHandle:
    (tmp_path / "a.md").write_text("# 告示\n\n公园门票的标准为20元。\n", encoding="utf-8")
    return MemoryHandle(tmp_path)


def test_they_are_made_once_a_generation_and_nobody_waits(handle: MemoryHandle) -> None:
    made: list[int] = []
    go = threading.Event()

    def make(index: Index) -> list[str]:
        go.wait(WAIT)
        made.append(index.generation)
        return [f"问题{index.generation}？"]

    examples = Examples(handle, make)
    assert examples.current_questions() is None
    assert examples.current_questions() is None
    go.set()
    assert _settled(examples) == ("问题1？",)
    assert _settled(examples) == ("问题1？",)
    handle.reload()
    assert _settled(examples) == ("问题2？",)
    assert made == [1, 2]


def test_where_they_cannot_be_made_there_are_none(handle: MemoryHandle) -> None:
    def fails(index: Index) -> list[str]:
        raise ValueError("no")

    assert _settled(Examples(handle, fails)) == ()


def test_a_language_model_is_never_asked_for_them(tmp_path: Path) -> None:
    _, assistant, memory = scripted(tmp_path)
    settings = load_settings(model="openai:some", corpus=tmp_path / "corpus", data=tmp_path / "data")
    examples_from_documents(assistant, memory, settings)(memory.current())
    assert assistant.asked == []


@pytest.mark.browser
def test_they_appear_on_the_first_screen_when_they_are_made(browser: Any, tmp_path: Path) -> None:
    settings, assistant, memory = scripted(tmp_path)
    go = threading.Event()

    def make(index: Index) -> list[str]:
        go.wait(WAIT)
        return [FOUR, "<b>不是标记</b>？"]

    with (
        running(settings, assistant, memory, examples=Examples(memory, make)) as server,
        tab(browser, server.url) as page,
    ):
        expect(page.locator("#sy-question")).to_be_visible()
        assert page.locator(".sy-example").count() == 0
        go.set()
        expect(page.locator(".sy-example")).to_have_text([FOUR, "<b>不是标记</b>？"])
        page.get_by_role("button", name=FOUR).click()
        page.locator(".sy-prose .sy-chip").wait_for()

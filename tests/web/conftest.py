"""One scripted server and one browser for all screen tests: starting them costs more than the tests themselves."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from settings import ROOT, Settings, load_settings
from tests.web.scripted import Line, MemoryHandle, Scripted

PATIENCE = 60_000  # milliseconds that a page is waited for before a test says that something never comes
FOUR = "溧阳的四大经济是什么"
FOUR_QUOTE = "先进制造、高端休闲、现代健康、新型智慧"


def script() -> dict[str, Line]:
    """What the scripted assistant answers, over corpus/documents."""
    return {
        FOUR: Line([("先进制造、高端休闲、现代健康、新型智慧。", FOUR_QUOTE)]),
        "溧阳的工作主题和目标愿景": Line(
            [
                ("工作主题是“生态品质巩固提升年”。", "溧阳市2021年的工作主题是“生态品质巩固提升年”"),
                ("目标愿景是“长三角生态创新示范城市”。", "溧阳市的目标愿景是“长三角生态创新示范城市”"),
            ]
        ),
        "它的口号呢": Line(
            [("冲破“县级市思维”，实现绿色现代化新开局。", "冲破“县级市思维”，实现绿色现代化新开局")],
            rewritten="溧阳市大会的口号是什么",
        ),
        "目标是多少": Line(
            [("有几个地方都提到了目标。\n- 溧阳的四大经济是什么\n- 溧阳的工作主题和目标愿景", "")],
            "clarify",
            choices=("溧阳的四大经济是什么", "溧阳的工作主题和目标愿景"),
        ),
        "模型中断的问题": Line(
            [("先进制造、高端休闲、现代健康、新型智慧。", FOUR_QUOTE)], withdrawn="模型说到一半的话"
        ),
        "社保要缴多久": Line(
            [("在本市连续缴纳社会保险满十二个月。", "在本市连续缴纳社会保险满十二个月")],
            notices=[("superseded", "《青岚市人才安居补贴暂行办法（示例）》已被青政规〔2023〕5号替代。")],
        ),
        "比较溧阳和青岚的目标": Line(
            [
                ("溧阳的目标愿景是“长三角生态创新示范城市”。", "溧阳市的目标愿景是“长三角生态创新示范城市”"),
                ("青岚要连续缴纳社会保险满十二个月。", "在本市连续缴纳社会保险满十二个月"),
            ]
        ),
        "有提示的问题": Line(
            [("先进制造、高端休闲、现代健康、新型智慧。", FOUR_QUOTE)],
            notices=[("superseded", "这份文件已被新的文件替代。"), ("incomplete_list", "原文称有五项，只找到四项。")],
        ),
    }


@dataclass
class Server:
    """A running chat."""

    url: str
    settings: Settings
    assistant: Any
    handle: Any
    app: Any


class _Thread(threading.Thread):
    """Makes the application and serves it."""

    def __init__(self, opened: socket.socket, make: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.opened, self.make = opened, make
        self.app: Any = None
        self.server: Any = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:
            self.error = error

    async def _serve(self) -> None:
        import uvicorn

        self.app = self.make()  # while a loop runs: where none does, Gradio opens four of its own and closes none
        options = uvicorn.Config(
            self.app,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=600,  # a busy machine may take longer than the usual five seconds between two requests
        )
        self.server = uvicorn.Server(options)
        await self.server.serve([self.opened])


@contextmanager
def running(settings: Settings, assistant: Any, handle: Any, **kwargs: Any) -> Iterator[Server]:
    """Serves on a free loopback port while the block lasts; its first screen offers one question unless others are given."""
    from web.app import build_application, open_socket
    from web.examples import Examples

    kwargs.setdefault("examples", Examples(handle, lambda index: (FOUR,)))
    opened = open_socket("127.0.0.1", 0)
    thread = _Thread(opened, lambda: build_application(assistant, handle, settings, **kwargs))
    thread.start()
    deadline = time.monotonic() + 240
    while not (thread.server and thread.server.started) and thread.error is None and time.monotonic() < deadline:
        time.sleep(0.02)
    if thread.error:
        raise thread.error
    assert thread.server is not None, "the chat did not start"
    assert thread.server.started, "the chat did not start"
    try:
        yield Server(f"http://127.0.0.1:{opened.getsockname()[1]}", settings, assistant, handle, thread.app)
    finally:
        thread.server.should_exit = True
        thread.join(60)
        assert not thread.is_alive()
        thread.app.state.service.store.close()
        opened.close()


def scripted(tmp: Path, **given: Any) -> tuple[Settings, Scripted, MemoryHandle]:
    """A copy of the shipped documents, and the scripted assistant over it."""
    corpus = tmp / "corpus"
    if not corpus.exists():
        shutil.copytree(ROOT / "corpus" / "documents", corpus)
    settings = load_settings(**({"corpus": corpus, "data": tmp / "data"} | given))
    handle = MemoryHandle(corpus)
    return settings, Scripted(handle, script(), pause=0.05), handle


@pytest.fixture(scope="session")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The chat without login, over the scripted assistant."""
    settings, assistant, handle = scripted(tmp_path_factory.mktemp("chat"))
    with running(settings, assistant, handle) as server:
        yield server


def chromium() -> str | None:
    """Debian's Chromium, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One headless Chromium."""
    found = chromium()
    if not found:
        assert not os.environ.get("CI"), "Chromium must be installed in CI"
        pytest.skip("Debian's chromium is not installed (apt-get install chromium)")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield launched
        launched.close()


class Watch:
    """What a page did that it should not: requests beyond loopback, script errors, dialogs."""

    def __init__(self, page: Any) -> None:
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.dialogs: list[str] = []
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", self._dialog)

    def _request(self, request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.hostname != "127.0.0.1":
            self.outside.append(request.url)

    def _dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def quiet(self) -> None:
        """Asserts that nothing of it happened."""
        assert self.outside == []
        assert self.errors == []
        assert self.dialogs == []


@contextmanager
def tab(browser: Any, url: str, path: str = "/", **options: Any) -> Iterator[Any]:
    """A page of a fresh browser profile; at the end nothing must have left the machine and no script failed."""
    context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}, "locale": "zh-CN"} | options))
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    watch = Watch(page)
    try:
        page.goto(url + path)
        if not re.search(r"/suyuan/login", page.url):
            page.wait_for_selector("#suyuan[data-ready]")
        yield page
        watch.quiet()
    finally:
        context.close()


@pytest.fixture(scope="session")
def shared(browser: Any, chat: Server) -> Iterator[Any]:
    """One page for all tests that need no browser of their own: loading the page costs more than a test."""
    with tab(browser, chat.url) as opened:
        yield opened


@pytest.fixture
def page(shared: Any, chat: Server) -> Any:
    """The chat at its first screen."""
    if not shared.url.startswith(chat.url):
        shared.goto(chat.url)
    shared.evaluate("document.querySelectorAll('dialog').forEach((d) => d.close())")
    start_conversation(shared)
    scope = shared.locator(".sy-scope.sy-on")
    if scope.count():
        scope.click()
        shared.locator("dialog[open] select").first.wait_for()
        for select in shared.locator("dialog select").all():
            select.select_option("")
        shared.get_by_role("button", name="确定").click()
        scope.wait_for(state="detached")
    return shared


def rest(page: Any) -> None:
    """Waits until nothing is being answered: words are shown before their answer has ended, and until then nothing is asked."""
    page.locator(".sy-log:not([aria-busy=true])").wait_for(state="attached")


def start_conversation(page: Any) -> None:
    """An empty conversation, waited for: until the turns of the one before are gone, a count of turns counts those."""
    rest(page)
    page.locator(".sy-side").get_by_role("button", name="新对话").click()
    page.locator(".sy-welcome").wait_for()
    page.locator(".sy-turn").first.wait_for(state="detached")


def ask(page: Any, question: str) -> Any:
    """Types a question, waits for its answer and until another can be asked; returns the answer's element.

    Turns that are there are marked instead of counted: a conversation that is just being left may still be emptied.
    """
    rest(page)
    page.evaluate("document.querySelectorAll('.sy-turn').forEach((turn) => { turn.dataset.earlier = ''; })")
    box = page.locator("#sy-question")
    box.fill(question)
    box.press("Enter")
    turn = page.locator(".sy-turn:not([data-earlier])").last
    turn.locator(".sy-tools").wait_for()
    rest(page)
    return page.locator(".sy-turn").nth(
        turn.evaluate("(turn) => [...document.querySelectorAll('.sy-turn')].indexOf(turn)")
    )

"""The server against people who do not use the form: paths, sizes, other sites, forged requests, many at once."""

from __future__ import annotations

import asyncio
import json
import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.web.conftest import FOUR, FOUR_QUOTE, Server

SECRET = "root:"


@pytest.fixture(scope="module")
def program(chat: Server) -> Iterator[httpx.Client]:
    """A program on the same machine."""
    with httpx.Client(base_url=chat.url, trust_env=False, timeout=60) as opened:
        yield opened


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd", "/file=/etc/passwd", "/gradio_api/file/etc/passwd", "/gradio_api/file=../../etc/passwd",
        "/gradio_api/file=http://169.254.169.254/", "/gradio_api/proxy=http://example.org/", "/suyuan/static/../app.py",
        "/suyuan/static/%2e%2e/app.py", "/suyuan/static/..%2fapp.py", "/suyuan/static//etc/passwd", "/suyuan/static/%2fetc%2fpasswd",
        "/suyuan/texts/..%5c..%5csettings.py", "/static/../../../../../../etc/passwd", "/assets/..%2f..%2f..%2f..%2fetc/passwd",
        "/gradio_api/upload", "/gradio_api/upload_progress", "/gradio_api/component_server", "/gradio_api/dev/reload",
        "/gradio_api/custom_component/a/b/c/d", "/monitoring", "/monitoring/summary", "/gradio_api/deep_link", "/gradio_api/runs",
        "/gradio_api/vibe-edit/", "/gradio_api/stream/a/b/c/playlist-file", "/gradio_api/process_recording", "/docs", "/redoc",
        "/openapi.json", "/.env", "/suyuan/api/../api/me/../../x", "/gradio_api/run/chat", "/gradio_api/api/chat",
        "/suyuan/api/sources/..%2f..%2fetc%2fpasswd/pages/1.png", "/gradio_api/profiling/traces", "/svelte/../app.py",
    ],
)  # fmt: skip
def test_no_way_to_a_file(program: httpx.Client, path: str) -> None:
    for method in ("GET", "POST"):
        answered = program.request(method, path)
        assert answered.status_code in (400, 403, 404, 405), path
        assert SECRET not in answered.text
        assert "import" not in answered.text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
        {"origin": "http://127.0.0.1.evil.example"}, {"origin": "http://127.0.0.1:1"},
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "path", ["/gradio_api/call/chat", "/gradio_api/queue/join", "/suyuan/api/sources", "/suyuan/api/turns/x/feedback"]
)
def test_another_site_cannot_ask_or_change(program: httpx.Client, headers: dict[str, str], path: str) -> None:
    assert program.post(path, json={"data": [{}]}, headers=headers).status_code == 403


def test_another_name_for_this_machine_is_refused(program: httpx.Client) -> None:
    assert program.get("/suyuan/api/me", headers={"host": "evil.example"}).status_code == 421


def test_answers_carry_the_headers(program: httpx.Client) -> None:
    for path in ("/", "/suyuan/api/me", "/suyuan/static/main.js", "/nowhere"):
        headers = program.get(path).headers
        assert "connect-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "access-control-allow-origin" not in headers


def told(program: httpx.Client, name: str, data: list[Any]) -> str:
    """What an endpoint answers, as the stream of events it is."""
    joined = program.post(f"/gradio_api/call/{name}", json={"data": data})
    assert joined.status_code == 200, joined.text
    return program.get(f"/gradio_api/call/{name}/{joined.json()['event_id']}").text


@pytest.mark.parametrize(
    "payload",
    [
        {"question": "字" * 2001}, {"question": ""}, {"question": "   "}, {"question": "\x00\x08"},
        {"question": None}, {"question": ["a"]}, {"question": 7}, {},
        {"question": FOUR, "rewritten": "字" * 2001}, {"question": FOUR, "scope": {"doc_ids": "x"}},
        {"question": FOUR, "scope": {"years": ["1"]}},
        {"question": FOUR, "scope": {"__class__": []}}, {"question": FOUR, "scope": [1]}, {"question": FOUR, "conversation": "x' OR 1=1"},
        {"question": FOUR, "scope": {"doc_ids": ["x"] * 2001}}, {"question": FOUR, "conversation": "0" * 32},
    ],
)  # fmt: skip
def test_limits_hold_without_the_form(program: httpx.Client, chat: Server, payload: dict[str, Any]) -> None:
    before = len(chat.assistant.asked)
    assert '"type": "error"' in told(program, "chat", [payload])
    assert len(chat.assistant.asked) == before


@pytest.mark.parametrize(
    ("name", "data"),
    [("ask", ["字" * 2001, None]), ("ask", ["", None]), ("search", ["经济", 1000, None]), ("document", ["../x"])],
)
def test_limits_of_the_named_endpoints(program: httpx.Client, name: str, data: list[Any]) -> None:
    answered = told(program, name, data)
    assert answered.startswith("event: error")
    assert "Traceback" not in answered


def test_a_megabyte_is_refused_at_the_door(program: httpx.Client) -> None:
    big = {"data": [{"question": "字" * 350_000}]}
    for path in ("/gradio_api/call/chat", "/gradio_api/queue/join", "/suyuan/api/turns/x/feedback"):
        assert program.post(path, json=big).status_code == 413
    pieces = (b"x" * 65536 for _ in range(20))  # no content-length to go by
    assert (
        program.post(
            "/suyuan/api/turns/x/feedback", content=pieces, headers={"content-type": "application/json"}
        ).status_code
        == 413
    )


def test_other_bad_input_is_a_clear_refusal(program: httpx.Client) -> None:
    assert program.post("/suyuan/api/turns/x/feedback", json={"verdict": "hacked"}).status_code == 422
    assert (
        program.post(
            "/suyuan/api/turns/x/feedback", content=b"{", headers={"content-type": "application/json"}
        ).status_code
        == 422
    )
    assert program.get("/suyuan/api/conversations/none/export.exe").status_code == 422
    assert program.get("/suyuan/api/jobs/none").status_code == 404
    view = program.get("/suyuan/api/sources").json()["sources"][0]["id"]
    assert (
        program.post(
            f"/suyuan/api/sources/{view}/view", json={"citations": [{"start": -1, "end": 2, "quote": "x"}]}
        ).status_code
        == 422
    )
    far = program.post(
        f"/suyuan/api/sources/{view}/view",
        json={"citations": [{"start": 10**9, "end": 10**9 + 1, "quote": "哪份文件都不会有的话"}]},
    )
    assert far.json()["citations"][0]["state"] == "changed"


async def _many(url: str, count: int) -> list[str]:
    limits = httpx.Limits(max_connections=count)

    async def one(number: int) -> str:
        async with httpx.AsyncClient(base_url=url, trust_env=False, verify=False, timeout=100, limits=limits) as each:
            joined = await each.post(
                "/gradio_api/call/chat",
                json={"data": [{"question": FOUR if number % 2 else "溧阳的工作主题和目标愿景"}]},
            )
            return (await each.get(f"/gradio_api/call/chat/{joined.json()['event_id']}")).text

    return await asyncio.gather(*(one(number) for number in range(count)))


def many(url: str, count: int) -> list[str]:
    """In a thread of its own: the browser of other tests holds this thread's event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(_many(url, count))).result()


def test_two_hundred_at_once_lose_no_answer(chat: Server) -> None:
    many(chat.url, 20)
    chat.assistant.pause, before = 0.0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        answers = many(chat.url, 200)
    finally:
        chat.assistant.pause = 0.05
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    for number, text in enumerate(answers):
        data = [line[6:] for line in text.splitlines() if line.startswith("data: [")]
        final = json.loads(data[-1])[0]
        assert final["type"] == "final"
        expected = FOUR_QUOTE if number % 2 else "长三角生态创新示范城市"
        assert expected in final["answer"]["text"]
    assert grown < 300  # MiB, the 200 clients of this test included

"""The server as programs use it: named endpoints with their description, Gradio's own client format, MCP tools."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx
import pytest

from tests.web.conftest import FOUR, FOUR_QUOTE, Server, running, scripted
from web.accounts import Accounts

ENDPOINTS = {"/ask", "/search", "/sources", "/document"}


def call(url: str, name: str, *data: Any) -> Any:
    """What a named endpoint gives."""
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as program:
        joined = program.post(f"/gradio_api/call/{name}", json={"data": data}).json()
        told = program.get(f"/gradio_api/call/{name}/{joined['event_id']}").text
    assert told.startswith("event: complete"), told
    return json.loads(told.split("data: ", 1)[1])[0]


def test_the_endpoints_are_named_and_described(chat: Server) -> None:
    told = httpx.get(f"{chat.url}/gradio_api/info", trust_env=False, timeout=60).json()["named_endpoints"]
    assert set(told) == ENDPOINTS
    for name, described in told.items():
        assert described["description"], name
    assert [each["parameter_name"] for each in told["/ask"]["parameters"]] == ["question", "scope"]


def test_ask_gives_the_answer_of_the_command_line(chat: Server) -> None:
    answer = call(chat.url, "ask", FOUR, None)
    assert answer["status"] == "answered"
    cited = answer["citations"][0]
    document = call(chat.url, "document", cited["doc_id"])
    assert document["text"][cited["start"] : cited["end"]] == cited["quote"] == FOUR_QUOTE


def test_search_and_sources(chat: Server) -> None:
    hits = call(chat.url, "search", "四大经济", 3, None)
    assert [hit["rank"] for hit in hits] == list(range(1, len(hits) + 1))
    assert 0 < len(hits) <= 3
    assert len(call(chat.url, "sources")) == 11


def test_nothing_is_sent_to_gradio(chat: Server) -> None:
    config = httpx.get(f"{chat.url}/config", trust_env=False, timeout=60).json()
    assert config["analytics_enabled"] is False
    assert str(chat.settings.data) not in json.dumps(config)


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A chat with MCP tools where people sign in."""
    pytest.importorskip("mcp", reason="the mcp extra is not installed: pip install 'mcp>=1.21,<2'")
    folder = tmp_path_factory.mktemp("mcp")
    accounts = Accounts(folder / "users.json")
    accounts.add_user("zhang", "a long password")
    settings, assistant, handle = scripted(folder, users=accounts.path, questions_a_minute=4)
    with running(settings, assistant, handle, mcp=True) as server:
        yield server


def run(talk: Callable[[], Awaitable[None]]) -> None:
    """Runs it in a thread: the browser's tests keep an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(anyio.run, talk).result()


@asynccontextmanager
async def session(server: Server, path: str = "/gradio_api/mcp/", **cookies: str) -> AsyncIterator[Any]:
    """A client of the protocol's own package, as an agent uses it."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async with (
        httpx.AsyncClient(trust_env=False, cookies=cookies, follow_redirects=True, timeout=60) as carrier,
        streamable_http_client(server.url + path, http_client=carrier) as (read, write, _),
        ClientSession(read, write) as opened,
    ):
        await opened.initialize()
        yield opened


def signed_in(server: Server) -> str:
    """The session cookie of somebody who signed in."""
    with httpx.Client(base_url=server.url, trust_env=False, timeout=60) as program:
        program.post("/suyuan/login", data={"name": "zhang", "password": "a long password"})
        return str(program.cookies["suyuan_session"])


def test_mcp_gives_structured_answers_with_their_citations(team: Server) -> None:
    async def talk() -> None:
        async with session(team, suyuan_session=signed_in(team)) as agent:
            listed = (await agent.list_tools()).tools
            assert [tool.name for tool in listed] == ["ask", "search", "sources", "document"]
            assert all(tool.annotations.readOnlyHint and tool.outputSchema for tool in listed)
            told = await agent.call_tool("ask", {"question": FOUR})
            answer = told.structuredContent
            assert answer == json.loads(told.content[0].text)  # the same as JSON, for clients that read text
            assert "先进制造" in told.content[0].text
            cited = answer["citations"][0]
            read = await agent.call_tool("document", {"doc_id": cited["doc_id"]})
            text = read.structuredContent["text"]
            assert text[cited["start"] : cited["end"]] == cited["quote"] == FOUR_QUOTE
            found = await agent.call_tool("search", {"question": "四大经济", "count": 2})
            hits = found.structuredContent["passages"]
            assert [hit["rank"] for hit in hits] == [1, 2]
            assert len((await agent.call_tool("sources", {})).structuredContent["documents"]) == 11

    run(talk)


def test_mcp_refuses_in_words_and_holds_to_the_limits(team: Server) -> None:
    async def talk() -> None:
        async with session(team, "/gradio_api/mcp", suyuan_session=signed_in(team), suyuan_language="en") as agent:
            for tool, given, words in (
                ("ask", {"question": " "}, "The question is empty"),
                ("ask", {"question": FOUR, "scope": {"planet": ["x"]}}, "scope cannot be understood"),
                ("document", {"doc_id": "none"}, "no such document"),
            ):
                refused = await agent.call_tool(tool, given)
                assert refused.isError
                assert words in refused.content[0].text
            said = [await agent.call_tool("ask", {"question": FOUR}) for _ in range(6)]
            assert any(each.isError and "at most 4 a minute" in each.content[0].text for each in said)

    run(talk)


def test_mcp_lets_nobody_in_who_has_not_signed_in(team: Server) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    head = {"accept": "application/json, text/event-stream"}
    assert (
        httpx.post(f"{team.url}/gradio_api/mcp/", json=body, headers=head, trust_env=False, timeout=60).status_code
        == 401
    )


def test_no_mcp_unless_it_is_asked_for(chat: Server) -> None:
    assert httpx.post(f"{chat.url}/gradio_api/mcp/", json={}, trust_env=False, timeout=60).status_code in (404, 405)

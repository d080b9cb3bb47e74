"""The server as programs use it: named endpoints with their description, Gradio's own client format, MCP tools."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.web.conftest import FOUR, FOUR_QUOTE, Server, running, scripted

ENDPOINTS = {"/ask", "/search", "/sources", "/document"}


def call(url: str, name: str, *data: Any) -> Any:
    """What a named endpoint gives."""
    with httpx.Client(base_url=url, trust_env=False, timeout=30) as program:
        joined = program.post(f"/gradio_api/call/{name}", json={"data": data}).json()
        told = program.get(f"/gradio_api/call/{name}/{joined['event_id']}").text
    assert told.startswith("event: complete"), told
    return json.loads(told.split("data: ", 1)[1])[0]


def test_the_endpoints_are_named_and_described(chat: Server) -> None:
    told = httpx.get(f"{chat.url}/gradio_api/info", trust_env=False).json()["named_endpoints"]
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
    assert len(call(chat.url, "sources")) == 7


def test_nothing_is_sent_to_gradio(chat: Server) -> None:
    config = httpx.get(f"{chat.url}/config", trust_env=False).json()
    assert config["analytics_enabled"] is False
    assert str(chat.settings.data) not in json.dumps(config)


def test_mcp_offers_ask_and_search(tmp_path: Path) -> None:
    pytest.importorskip("mcp", reason="the mcp extra is not installed: pip install 'gradio[mcp]'")
    settings, assistant, handle = scripted(tmp_path)
    with (
        running(settings, assistant, handle, mcp=True) as server,
        httpx.Client(base_url=server.url, trust_env=False, timeout=30) as program,
    ):
        listed = tools(program, "tools/list", {})
        names = {tool["name"].rsplit("suyuan_", 1)[-1] for tool in listed["tools"]}
        assert {"ask", "search"} <= names
        assert "chat" not in names
        told = tools(program, "tools/call", {"name": "ask", "arguments": {"question": FOUR}})
        answer = ast.literal_eval(told["content"][0]["text"])  # Gradio prints a dict as Python does
        assert answer["citations"][0]["quote"] == FOUR_QUOTE


def tools(program: httpx.Client, method: str, params: dict[str, Any]) -> dict[str, Any]:
    """One call of the Model Context Protocol over streamable HTTP."""
    head = {"accept": "application/json, text/event-stream"}
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    told = program.post("/gradio_api/mcp/", json=body, headers=head)
    assert told.status_code == 200, told.text
    text = told.text
    data = text if text.startswith("{") else next(line[6:] for line in text.splitlines() if line.startswith("data: "))
    result: dict[str, Any] = json.loads(data)["result"]
    return result

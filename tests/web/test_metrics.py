"""What machines ask the chat: alive, ready, figures that say how much and how long but never what."""

from __future__ import annotations

import json
import logging
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from assistant.types import Answer
from index.build import build_index
from index.encoders import load_encoder
from index.local import LocalHandle
from tests.web.conftest import FOUR, running, scripted
from web.metrics import JsonLines, Metrics, Readiness
from web.store import Store

TOKEN = "geheim-1234"


def get(url: str, token: str = "") -> tuple[int, str]:
    """Status and body."""
    request = urllib.request.Request(url, headers={"authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_probes_answer_without_sign_in_and_figures_only_with_the_token(tmp_path: Path) -> None:
    settings, assistant, handle = scripted(tmp_path, metrics_token=TOKEN)
    with running(settings, assistant, handle) as server:
        service = server.app.state.service
        service.answer_question("program", False, "zh", FOUR)
        events: list[dict[str, Any]] = list(service.chat_events("visitor", False, "zh", {"question": FOUR}))
        assert events[-1]["type"] == "final"
        assert get(f"{server.url}/healthz") == (200, '{"status":"ok"}')
        assert get(f"{server.url}/readyz") == (200, '{"status":"ok","index":"ok","database":"ok"}')
        assert get(f"{server.url}/metrics")[0] == get(f"{server.url}/metrics", "another")[0] == 404
        status, text = get(f"{server.url}/metrics", TOKEN)
        assert status == 200
        assert 'suyuan_answers_total{status="answered"} 2.0' in text
        assert "suyuan_answers_in_progress 0.0" in text
        assert "suyuan_index_generation 1.0" in text
        assert not any(word in text for word in (FOUR, "溧阳", "经济"))


def test_without_a_token_there_are_no_figures(chat: Any) -> None:
    assert get(f"{chat.url}/metrics", "")[0] == 404
    assert get(f"{chat.url}/metrics", "x")[0] == 404
    assert get(f"{chat.url}/healthz")[0] == 200


def test_a_damaged_index_is_not_ready(tmp_path: Path) -> None:
    corpus = tmp_path / "c"
    corpus.mkdir()
    (corpus / "a.md").write_text("# 一项通知\n\n第一条 一次申请。\n", encoding="utf-8")
    build_index(corpus, tmp_path / "i", encoder=load_encoder())
    handle, store = LocalHandle(tmp_path / "i"), Store("", tmp_path / "data")
    assert Readiness(handle, store).parts_ready() == {"index": True, "database": True}
    handle = LocalHandle(tmp_path / "i")
    file = tmp_path / "i" / "gen-000001" / "documents.sqlite"
    file.write_bytes(b"\0" * file.stat().st_size)
    assert Readiness(handle, store).parts_ready() == {"index": False, "database": True}
    store.close()


def test_a_log_line_says_how_an_answer_ended_and_not_what_it_was(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _, _, handle = scripted(tmp_path)
    answer = Answer("私密的问题", "私密的问题", "not_found", "没有找到", timings_ms={"total": 12.5}, generation=3)
    with caplog.at_level(logging.INFO, "suyuan.answers"):
        Metrics(handle).count_answer(answer)
    line = JsonLines().format(caplog.records[-1])
    told = json.loads(line)
    assert (told["message"], told["status"], told["generation"], told["timings_ms"]) == (
        "answered", "not_found", 3, {"total": 12.5},
    )  # fmt: skip
    assert "私密" not in line
    assert "没有" not in line

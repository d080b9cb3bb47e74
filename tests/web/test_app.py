"""The whole program as a person starts it: the command, the index, the real assistant, the page."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from settings import ROOT
from tests.web.conftest import FOUR, FOUR_QUOTE, ask, tab


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`python app.py` on a free port, over the shipped documents."""
    index = tmp_path_factory.mktemp("app") / "index"
    command = [sys.executable, "app.py", "--corpus", "corpus/documents", "--index", str(index), "--port", "0"]
    environment = {"PATH": "/usr/bin:/bin", "SUYUAN_DATA": str(index.parent / "data"), "HF_HUB_OFFLINE": "1"}
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        found, before = None, []
        for line in process.stderr:
            before.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                break
        assert found, "the chat did not start"
        assert before[:-1] == ["reading 11 new or changed documents\n"]
        yield found[0]
        process.terminate()
        process.wait(60)


@pytest.mark.browser
def test_the_main_job(browser: Any, address: str) -> None:
    with tab(browser, address) as page:
        answer = ask(page, FOUR)
        words = answer.locator(".sy-prose").inner_text()
        assert [item for item in FOUR_QUOTE.split("、") if item not in words] == []
        answer.locator(".sy-prose .sy-chip").first.click()
        page.locator("mark.sy-current").first.wait_for()
        marked = "".join(page.locator("mark.sy-current").all_inner_texts())
        assert FOUR_QUOTE in marked


@pytest.mark.browser
def test_rows_of_a_table_are_shown_as_a_table(browser: Any, address: str) -> None:
    with tab(browser, address) as page:
        rows = ask(page, "各类人才的租房补贴分别是多少").locator(".sy-prose table tbody tr")
        row = rows.filter(has_text="A类")
        expect(row.locator("td").first).to_have_text("A类")
        row.locator(".sy-chip").last.click()
        expect(page.locator("mark.sy-current").first).to_contain_text("5000")
        expect(page.locator(".sy-prose").last).not_to_contain_text("|")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "app.py", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    for word in words:
        assert word in last


def test_a_taken_port_is_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("--port", port)
    one_line(done, port, "--port")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_missing_corpus_is_one_line(tmp_path: Path) -> None:
    one_line(run("--corpus", str(tmp_path / "nowhere"), "--index", str(tmp_path / "i"), "--port", "0"), "nowhere")

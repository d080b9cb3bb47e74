"""Two chats as an office starts them, on one database and one index: whoever signs in at one is known to the other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from index.build import update_index
from index.encoders import load_encoder
from settings import ROOT
from tests.database.test_upgrade import new_database
from tests.web.test_login import call
from web.accounts import Accounts

ASKED = "稳岗补贴是多少"


@dataclass
class Office:
    """The addresses of two servers, and the folders they share."""

    servers: tuple[str, str]
    corpus: Path
    index: Path


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    corpus, index = folder / "corpus", folder / "index"
    corpus.mkdir()
    (corpus / "春江.md").write_text(
        "# 春江市稳岗补贴办法\n\n第一条 企业不裁员的，按每人五百元给予稳岗补贴。\n", encoding="utf-8"
    )
    Accounts(folder / "users.json").add_user("zhang", "zhang's password", "owner")
    for url in new_database(postgres):
        given = {"DATABASE_URL": url, "USERS": str(folder / "users.json"), "QUESTIONS_A_MINUTE": "3"}
        with ExitStack() as stack:
            found = []
            for number in (1, 2):  # the second when the first has built the index: one process writes it at a time
                process = stack.enter_context(server(corpus, index, folder / f"data-{number}", given))
                stack.callback(process.terminate)
                found.append(address(process))
            yield Office((found[0], found[1]), corpus, index)


def server(corpus: Path, index: Path, data: Path, given: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "app.py", "--corpus", str(corpus), "--index", str(index), "--port", "0"]
    environment = os.environ | {"SUYUAN_DATA": str(data)} | {f"SUYUAN_{name}": value for name, value in given.items()}
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=environment)


def address(process: subprocess.Popen[str]) -> str:
    """Where a server listens, once it does."""
    assert process.stderr is not None
    before = []
    for line in process.stderr:
        before.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise AssertionError("".join(before))


def sources(opened: httpx.Client) -> set[str]:
    return {each["source"] for each in opened.get("/suyuan/api/sources").json()["sources"]}


def test_one_office_on_two_servers(office: Office) -> None:
    with ExitStack() as stack:
        one, other = (
            stack.enter_context(httpx.Client(base_url=url, trust_env=False, timeout=60)) for url in office.servers
        )
        assert one.post("/suyuan/login", data={"name": "zhang", "password": "zhang's password"}).status_code == 303
        other.cookies.set("suyuan_session", one.cookies["suyuan_session"])
        assert other.get("/suyuan/api/me").json()["name"] == "zhang"
        conversation = _talk(one, other)
        _pace(one, other, conversation)
        _new_generation(office, one, other)
        assert other.delete(f"/suyuan/api/conversations/{conversation}").status_code in (200, 204)
        assert one.get("/suyuan/api/conversations").json() == {"conversations": []}
        other.post("/suyuan/logout")
        assert one.get("/suyuan/api/me").status_code == 401


def _talk(one: httpx.Client, other: httpx.Client) -> str:
    """A conversation begun on one server goes on on the other."""
    first = call(one, {"question": ASKED})[-1]
    assert "五百元" in first["answer"]["text"]
    conversation: str = first["conversation"]["id"]
    assert call(other, {"question": "稳岗补贴给谁", "conversation": conversation})[-1]["type"] == "final"
    seen: list[dict[str, Any]] = one.get(f"/suyuan/api/conversations/{conversation}").json()["turns"]
    assert [turn["question"] for turn in seen] == [ASKED, "稳岗补贴给谁"]
    return conversation


def _pace(one: httpx.Client, other: httpx.Client, conversation: str) -> None:
    """Three questions a minute, wherever they are asked; two were."""
    asked = {"question": ASKED, "conversation": conversation}
    assert call(one, asked)[-1]["type"] == "final"
    for each in (one, other):
        assert call(each, asked)[-1].get("code") == "many"


def _new_generation(office: Office, one: httpx.Client, other: httpx.Client) -> None:
    (office.corpus / "夏河.md").write_text("# 夏河县人才公寓细则\n\n第一条 硕士可以申请。\n", encoding="utf-8")
    update_index(office.corpus, office.index, encoder=load_encoder("built-in"))
    end = time.monotonic() + 60
    while not all("夏河.md" in sources(each) for each in (one, other)):
        assert time.monotonic() < end, "a server did not notice the new generation"
        time.sleep(0.1)

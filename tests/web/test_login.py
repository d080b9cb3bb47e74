"""Login: nobody gets in without it, and two people never meet in each other's conversations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.web.conftest import FOUR, Server, ask, running, scripted, tab
from web.accounts import Accounts

PASSWORDS = {"zhang": "zhang's password", "li": "li's password"}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A chat with login: zhang is its owner, li is not."""
    folder = tmp_path_factory.mktemp("team")
    accounts = Accounts(folder / "users.json")
    accounts.add_user("zhang", PASSWORDS["zhang"], "owner")
    accounts.add_user("li", PASSWORDS["li"])
    settings, assistant, handle = scripted(folder, users=accounts.path, questions_a_minute=6)
    with running(settings, assistant, handle) as server:
        yield server


@contextmanager
def client(team: Server, name: str = "") -> Iterator[httpx.Client]:
    """A program, signed in when a name is given."""
    with httpx.Client(base_url=team.url, trust_env=False, timeout=60) as opened:
        if name:
            entered = opened.post("/suyuan/login", data={"name": name, "password": PASSWORDS[name]})
            assert entered.status_code == 303
        yield opened


def call(opened: httpx.Client, payload: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of one answer through the queue."""
    joined = opened.post("/gradio_api/call/chat", json={"data": [payload]})
    assert joined.status_code == 200, joined.text
    told = opened.get(f"/gradio_api/call/chat/{joined.json()['event_id']}").text
    data = [line[6:] for line in told.splitlines() if line.startswith("data: [")]
    return [json.loads(each)[0] for each in data[:-1]]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/config"), ("GET", "/gradio_api/info"), ("GET", "/gradio_api/openapi.json"), ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/call/chat"), ("POST", "/gradio_api/queue/join"), ("GET", "/gradio_api/queue/data?session_hash=a"),
        ("GET", "/gradio_api/call/chat/abc"), ("GET", "/suyuan/api/me"), ("GET", "/suyuan/api/sources"), ("GET", "/suyuan/api/owner"),
        ("GET", "/suyuan/api/conversations"), ("POST", "/suyuan/api/sources"), ("DELETE", "/suyuan/api/sources/x"),
        ("GET", "/gradio_api/heartbeat/abc"), ("GET", "/suyuan/%2e%2e/config"), ("GET", "/theme.css"), ("GET", "/assets/x.js"),
    ],
)  # fmt: skip
def test_nothing_without_signing_in(team: Server, method: str, path: str) -> None:
    with client(team) as nobody:
        assert nobody.request(method, path).status_code in (401, 404)
        assert nobody.get("/").headers["location"] == "/suyuan/login"


@pytest.mark.parametrize("token", ["", "a", "x" * 43, "../../etc/passwd", "' OR 1=1 --", "zhang", "0" * 100_000])
def test_a_forged_session_is_nobody(team: Server, token: str) -> None:
    with client(team) as forger:
        answered = forger.get("/suyuan/api/me", headers={"cookie": f"suyuan_session={token}"})
        assert answered.status_code in (400, 401, 431)


def test_signing_out_ends_the_session(team: Server) -> None:
    with client(team, "li") as li:
        token = li.cookies["suyuan_session"]
        assert li.get("/suyuan/api/me").json()["name"] == "li"
        li.post("/suyuan/logout")
        again = li.get("/suyuan/api/me", headers={"cookie": f"suyuan_session={token}"})
        assert again.status_code == 401


def test_the_cookie_is_kept_from_scripts_and_other_sites(team: Server) -> None:
    with client(team) as zhang:
        given = zhang.post("/suyuan/login", data={"name": "zhang", "password": PASSWORDS["zhang"]}).headers[
            "set-cookie"
        ]
    assert "HttpOnly" in given
    assert "SameSite=Strict" in given


def test_wrong_passwords_are_slowed_down(team: Server) -> None:
    with client(team) as guesser:
        answers = [
            guesser.post("/suyuan/login", data={"name": "guessed", "password": f"guess {n}"}).status_code
            for n in range(12)
        ]
    assert set(answers) == {401, 429}
    assert answers[-1] == 429


def test_two_people_never_meet(team: Server) -> None:
    with client(team, "zhang") as zhang, client(team, "li") as li:
        final = call(zhang, {"question": FOUR})[-1]
        conversation, turn = final["conversation"]["id"], final["turn"]
        assert zhang.get(f"/suyuan/api/conversations/{conversation}").status_code == 200
        assert li.get("/suyuan/api/conversations").json() == {"conversations": []}
        attempts = [
            ("GET", f"conversations/{conversation}", None), ("DELETE", f"conversations/{conversation}", None),
            ("PATCH", f"conversations/{conversation}", {"title": "li"}), ("GET", f"conversations/{conversation}/export.docx", None),
            ("GET", f"turns/{turn}/export.md", None), ("POST", f"turns/{turn}/feedback", {"verdict": "wrong"}),
        ]  # fmt: skip
        for method, path, body in attempts:
            assert li.request(method, f"/suyuan/api/{path}", json=body).status_code == 404, path
        told = call(li, {"question": FOUR, "conversation": conversation})
        assert [event["type"] for event in told] == ["error"]


def test_only_the_owner_changes_documents(team: Server) -> None:
    with client(team, "li") as li:
        doc = li.get("/suyuan/api/sources").json()["sources"][0]["id"]
        assert li.delete(f"/suyuan/api/sources/{doc}").status_code == 403
        assert li.post("/suyuan/api/sources", files={"files": ("a.md", b"# a")}).status_code == 403
        assert li.get("/suyuan/api/owner").status_code == 403


def test_the_rate_is_each_persons_own(team: Server) -> None:
    with client(team, "li") as li, client(team, "zhang") as zhang:
        types = [call(li, {"question": FOUR})[-1] for _ in range(8)]
        assert types[-1]["type"] == "error"
        assert types[-1]["code"] == "many"
        assert call(zhang, {"question": FOUR})[-1]["type"] == "final"


def test_secrets_are_in_no_page_and_no_log(team: Server, capfd: pytest.CaptureFixture[str]) -> None:
    with client(team, "zhang") as zhang:
        pages = [
            zhang.get(path).text
            for path in ("/", "/config", "/gradio_api/info", "/suyuan/api/me", "/suyuan/api/sources")
        ]
        token = zhang.cookies["suyuan_session"]
    out, err = capfd.readouterr()
    kept = Path(str(team.settings.users)).read_text(encoding="utf-8")
    for text in [*pages, out, err]:
        for secret in (
            PASSWORDS["zhang"],
            token,
            str(team.settings.data),
            *[row["password"] for row in json.loads(kept)["users"].values()],
        ):
            assert secret not in text


@pytest.mark.browser
def test_signing_in_with_a_browser(browser: Any, team: Server) -> None:
    with tab(browser, team.url) as page:
        page.get_by_label("用户名").fill("zhang")
        page.get_by_label("密码").fill("wrong password")
        page.get_by_role("button", name="登录").click()
        page.get_by_text("用户名或密码不对").wait_for()
        page.get_by_label("用户名").fill("zhang")
        page.get_by_label("密码").fill(PASSWORDS["zhang"])
        page.get_by_role("button", name="登录").click()
        page.wait_for_selector("#suyuan[data-ready]")
        ask(page, FOUR)
        page.get_by_role("button", name="退出（zhang）").click()
        page.get_by_label("用户名").wait_for()

"""The main states as pictures, to be looked at: written to $SUYUAN_SCREENSHOTS, or to build/screenshots.

What a machine can see of a picture is asserted: it is there, of the size of its screen, and not of one colour.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from settings import ROOT
from tests.web.conftest import FOUR, Server, ask, running, scripted, tab

pytestmark = pytest.mark.browser

FOLDER = Path(os.environ.get("SUYUAN_SCREENSHOTS") or ROOT / "build" / "screenshots")
TWO = "溧阳的工作主题和目标愿景"
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
LOOKS: dict[str, dict[str, Any]] = {
    "desktop": DESKTOP,
    "dark": DESKTOP | {"color_scheme": "dark"},
    "phone": PHONE,
}


def shoot(page: Any, look: str, state: str) -> None:
    """One picture, when everything that moves has come to rest."""
    from PIL import Image

    page.evaluate("document.getAnimations().forEach((each) => each.finish())")
    path = FOLDER / f"{look}-{state}.png"
    page.screenshot(path=path)
    with Image.open(path) as image:
        assert image.size == (page.viewport_size["width"], page.viewport_size["height"])
        assert len(image.convert("RGB").getcolors(1 << 24) or ()) > 50, path


@pytest.fixture(scope="module", autouse=True)
def folder() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)


@pytest.mark.parametrize("look", LOOKS)
def test_the_chat(browser: Any, chat: Server, look: str) -> None:
    with tab(browser, chat.url, **LOOKS[look]) as page:
        shoot(page, look, "1-first")
        answer = ask(page, TWO)
        shoot(page, look, "2-answer")
        chip = answer.locator(".sy-prose .sy-chip").first
        chip.tap() if look == "phone" else chip.hover()
        page.locator(".sy-card").wait_for()
        shoot(page, look, "3-quote")
        if look == "phone":
            page.get_by_role("button", name="在原文中查看").tap()
        else:
            chip.click()
        page.locator("mark.sy-current").wait_for()
        shoot(page, look, "4-source")
        page.get_by_role("button", name="关闭原文").click()
        for state, question in (
            ("5-clarify", "目标是多少"),
            ("6-not-found", "外省的补贴标准"),
            ("7-notices", "有提示的问题"),
        ):
            ask(page, question)
            shoot(page, look, state)


@pytest.mark.parametrize("look", ["desktop", "phone"])
def test_the_pages(browser: Any, chat: Server, look: str) -> None:
    with tab(browser, chat.url, path="/#sources", **LOOKS[look]) as page:
        page.locator("tr[data-source]").first.wait_for()
        shoot(page, look, "8-sources")
        page.goto(chat.url + "/#")
        ask(page, FOUR)
        page.goto(chat.url + "/#owner")
        page.locator(".sy-plot").wait_for()
        shoot(page, look, "9-owner")


def test_english(browser: Any, chat: Server) -> None:
    with tab(browser, chat.url, **DESKTOP) as page:
        page.get_by_role("button", name="English").click()
        page.get_by_role("heading", name="Ask about policy").wait_for()
        shoot(page, "english", "1-first")
        answer = ask(page, TWO)
        answer.locator(".sy-prose .sy-chip").first.click()
        page.locator("mark.sy-current").wait_for()
        shoot(page, "english", "4-source")
        page.goto(chat.url + "/#sources")
        page.locator("tr[data-source]").first.wait_for()
        shoot(page, "english", "8-sources")


def test_signing_in(browser: Any, tmp_path: Path) -> None:
    from web.accounts import Accounts

    accounts = Accounts(tmp_path / "users.json")
    accounts.add_user("zhang", "a long password")
    settings, assistant, handle = scripted(tmp_path, users=accounts.path)
    with running(settings, assistant, handle) as server:
        for look in ("desktop", "phone"):
            with tab(browser, server.url, **LOOKS[look]) as page:
                shoot(page, look, "10-login")

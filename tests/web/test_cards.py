"""Policy cards on the screens: made behind the first look at them, in a table of all documents and above each document."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from icalendar import Calendar
from openpyxl import load_workbook
from playwright.sync_api import expect

from assistant.cards.making import make_card
from assistant.cards.store import CardStore
from assistant.cards.types import PolicyCard
from assistant.types import Question
from corpus.types import Document
from tests.web.conftest import FOUR, Server, running, scripted, tab
from tests.web.test_access import AXE, check
from tests.web.test_screenshots import FOLDER, LOOKS, shoot
from web.cards import Attended, Cards


class Held(CardStore):
    """A store whose making waits until it is let go, and asks no network: what is seen meanwhile can be looked at."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.go = threading.Event()

    def card_of(self, document: Document) -> PolicyCard:
        self.go.wait(60)
        return make_card(document)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Held]]:
    """The chat over the scripted assistant, its cards held back."""
    settings, assistant, handle = scripted(tmp_path_factory.mktemp("cards"))
    store = Held(settings.data / "cards")
    with running(settings, assistant, handle, cards=Cards(handle, store)) as server:
        yield server, store


def until_ready(client: httpx.Client) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        page: dict[str, Any] = client.get("/suyuan/api/cards").json()
        if page["ready"]:
            return page
        time.sleep(0.05)
    raise AssertionError(page)


def test_while_they_are_made_there_is_a_state_and_no_file(served: tuple[Server, Held]) -> None:
    server, store = served
    with httpx.Client(base_url=server.url, trust_env=False, timeout=60) as client:
        before = client.get("/suyuan/api/cards").json()
        assert (before["done"], before["ready"], before["rows"]) == (0, False, [])
        refused = client.get("/suyuan/api/cards/export.xlsx")
        assert refused.status_code == 409
        assert "0 / 11" in refused.json()["detail"]
        store.go.set()
        page = until_ready(client)
        assert (page["done"], page["total"], page["matched"]) == (11, 11, 11)


def test_rows_are_found_sorted_and_told_apart(served: tuple[Server, Held]) -> None:
    server, store = served
    store.go.set()
    with httpx.Client(base_url=server.url, trust_env=False, timeout=60) as client:
        until_ready(client)

        def sources(**asked: Any) -> list[str]:
            return [row["source"] for row in client.get("/suyuan/api/cards", params=asked).json()["rows"]]

        assert sources(find="服务券 养老") == ["示例/青岚市-居家养老服务补贴实施细则.md"]
        assert sources(find="没有这样的词") == []
        assert sources(held="past") == ["示例/青岚市-人才安居补贴暂行办法（2020年）.md"]
        assert sources(sort="expires", down=True)[0] == "示例/青岚市-人才安居补贴实施办法.md"
        assert sources(start=10) == sources()[10:]
        assert client.get("/suyuan/api/cards", params={"sort": "no"}).status_code == 422
        assert client.get("/suyuan/api/sources/no/card").status_code == 404
        [row] = client.get("/suyuan/api/cards", params={"find": "服务券"}).json()["rows"]
        card = client.get(f"/suyuan/api/sources/{row['id']}/card").json()
        text = (server.settings.corpus / row["source"]).read_text(encoding="utf-8")
        quotes = [citation["quote"] for field in card["fields"] for citation in field["citations"]]
        assert len(quotes) > 20
        assert all(quote in text for quote in quotes)


def test_the_files_hold_every_document(served: tuple[Server, Held]) -> None:
    server, store = served
    store.go.set()
    with httpx.Client(base_url=server.url, trust_env=False, timeout=60) as client:
        until_ready(client)
        table = client.get("/suyuan/api/cards/export.xlsx")
        assert load_workbook(BytesIO(table.content))["政策速览"].max_row == 12
        days = Calendar.from_ical(client.get("/suyuan/api/cards/export.ics").content)
        assert "有效期届满：青岚市人才安居补贴实施办法（示例）" in {
            str(event["summary"]) for event in days.walk("VEVENT")
        }


class Faulty(Held):
    """A store that fails for one document."""

    def card_of(self, document: Document) -> PolicyCard:
        if "新春第一会" in document.source:
            raise OSError(5, "the disk is bad")
        return super().card_of(document)


def made(cards: Cards) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while not cards.making_state()["ready"] and time.monotonic() < deadline:
        time.sleep(0.02)
    return cards.page_of_rows()


def test_a_new_generation_and_a_bad_document(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    _, _, handle = scripted(tmp_path)
    store = Faulty(tmp_path / "cards")
    store.go.set()
    cards = Cards(handle, store)
    before = made(cards)
    assert (before["done"], before["total"], before["matched"]) == (11, 11, 10)
    assert "武进区-新春第一会" in caplog.text
    (handle.folder / "新.md").write_text("# 青石镇养蜂补助\n\n第一条 补贴标准为每箱80元。\n", encoding="utf-8")
    handle.reload()
    after = made(cards)
    assert (after["total"], after["matched"]) == (12, 11)
    [row] = cards.page_of_rows("养蜂")["rows"]
    assert row["fields"]["support"]["citation"]["quote"] == "第一条 补贴标准为每箱80元。"
    with pytest.raises(KeyError):
        cards.card_of("no")


def test_no_card_is_begun_while_somebody_waits_for_an_answer(tmp_path: Path) -> None:
    _, assistant, handle = scripted(tmp_path)
    store, attended = Held(tmp_path / "cards"), Attended(assistant)
    store.go.set()
    looked = threading.Semaphore(0)

    def busy() -> bool:
        looked.release()
        return attended.is_busy()

    cards = Cards(handle, store, busy)
    answer = attended.stream(Question(FOUR))
    next(answer)
    cards.making_state()
    assert all(looked.acquire(timeout=30) for _ in range(3))  # the making has begun, and holds back
    assert cards.making_state()["done"] == 0
    assert list(answer)
    assert made(cards)["done"] == 11
    assert attended.invoke(Question(FOUR)).status == "answered"
    assert not attended.is_busy()


@pytest.mark.browser
@pytest.mark.parametrize("look", ["desktop", "phone"])
def test_from_the_table_to_the_card_to_the_words(browser: Any, served: tuple[Server, Held], look: str) -> None:
    server, store = served
    store.go.set()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tab(browser, server.url, path="/#overview", **LOOKS[look]) as page:
        page.locator("tr[data-source]").first.wait_for()
        page.wait_for_function("document.querySelector('.sy-progress').hidden")
        page.get_by_label("按文件、对象、标准查找").fill("安居")
        expect(page.locator(".sy-overview tbody tr")).to_have_count(2)
        expect(page.locator(".sy-overview .sy-bad")).to_have_text(["已过期"])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shoot(page, look, "20-overview")
        faults = _faults(page, "overview")
        page.locator("tr[data-source$='实施办法.md'] .sy-link").press("Enter")  # by keyboard
        page.locator(".sy-brief-fields").wait_for()
        shoot(page, look, "21-card")
        faults += _faults(page, "card")
        unit = page.locator(".sy-brief-unit", has_text="有效期至2033年7月31日")
        unit.focus()
        unit.press("Enter")
        page.locator("mark.sy-current").first.wait_for()
        assert "有效期至2033年7月31日" in "".join(page.locator("mark.sy-current").all_inner_texts())
        expect(page.locator(".sy-brief")).to_have_attribute("open", "")
        page.keyboard.press("Escape")
        page.locator(".sy-source").wait_for(state="hidden")
        assert faults == []


@pytest.mark.browser
def test_the_table_is_sorted_by_its_heads_and_taken_along(browser: Any, served: tuple[Server, Held]) -> None:
    server, store = served
    store.go.set()
    with tab(browser, server.url, path="/#overview") as page:
        head = page.get_by_role("button", name="有效期")
        head.click()
        page.locator("th[aria-sort=ascending] >> text=有效期").wait_for()
        head.click()
        page.locator("th[aria-sort=descending] >> text=有效期").wait_for()
        assert "2033-07-31" in page.locator(".sy-overview tbody tr").first.inner_text()
        with page.expect_download() as waited:
            page.get_by_role("button", name="下载表格").click()
        assert waited.value.suggested_filename == "政策速览.xlsx"
        assert load_workbook(BytesIO(waited.value.path().read_bytes()))["政策速览"].max_row == 12
        page.locator(".sy-overview-quote").first.click()
        page.locator("mark.sy-current").first.wait_for()
        assert page.locator(".sy-brief").get_attribute("open") is None  # the words that were asked for stand first


@pytest.mark.browser
@pytest.mark.parametrize("look", ["desktop", "phone"])
def test_the_days_of_all_documents(browser: Any, served: tuple[Server, Held], look: str) -> None:
    server, store = served
    store.go.set()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tab(browser, server.url, path="/#calendar", **LOOKS[look]) as page:
        ending = page.locator(".sy-day[data-date='2033-07-31']")
        ending.wait_for()
        expect(page.locator(".sy-progress")).to_be_hidden()
        expect(page.get_by_role("button", name="下载日历")).to_be_enabled()  # the last days are there
        expect(ending).to_contain_text("有效期届满")
        assert page.locator(".sy-past").count() == 0
        shoot(page, look, "19-calendar")
        assert _faults(page, "calendar") == []
        page.get_by_label("只看未到期的").focus()
        page.keyboard.press("Space")
        page.locator(".sy-past").first.wait_for()
        expect(page.locator(".sy-past .sy-bad").first).to_have_text("已过期")
        dates = page.locator(".sy-day").evaluate_all("(days) => days.map((day) => day.dataset.date)")
        assert dates == sorted(dates)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        ending.get_by_role("button").focus()
        page.keyboard.press("Enter")
        page.locator("mark.sy-current").first.wait_for()
        assert "2033年7月31日" in "".join(page.locator("mark.sy-current").all_inner_texts())
        page.keyboard.press("Escape")
        with page.expect_download() as waited:
            page.get_by_role("button", name="下载日历").click()
        days = Calendar.from_ical(Path(waited.value.path()).read_bytes())
        assert len(days.walk("VEVENT")) == len(dates)


def _faults(page: Any, screen: str) -> list[str]:
    """What axe-core says of the screen; nothing where it is not installed."""
    if not AXE.exists():
        assert not os.environ.get("CI"), "axe-core must be installed in CI: npm install --no-save axe-core"
        return []
    page.add_script_tag(path=str(AXE))
    return check(page, screen)

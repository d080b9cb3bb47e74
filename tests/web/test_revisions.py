"""From the notice that a document is superseded to what changed, on a desk and on a phone, by keyboard; and its routes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.web.conftest import Server, ask, tab
from tests.web.test_access import AXE, check
from tests.web.test_screenshots import FOLDER, LOOKS, shoot

SUPERSEDED = "社保要缴多久"


def ids(chat: Server) -> tuple[str, str]:
    """The older and the newer version among the shipped documents."""
    found = {each.source: each.id for each in chat.handle.current().documents() if "人才安居" in each.source}
    new, old = sorted(found)
    return found[old], found[new]


@pytest.mark.browser
@pytest.mark.parametrize("look", ["desktop", "phone"])
def test_from_the_notice_to_the_table_and_to_the_source(browser: Any, chat: Server, look: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tab(browser, chat.url, **LOOKS[look]) as page:
        link = ask(page, SUPERSEDED).locator(".sy-notice").get_by_role("link", name="看修订对照")
        link.focus()
        shoot(page, look, "11-superseded")
        page.keyboard.press("Enter")
        row = page.locator("tr[data-status=changed]", has_text="原第四条 → 第五条")
        row.wait_for()
        expect(row).to_contain_text("一年 → 三年")
        assert row.locator("td").first.locator("del").all_inner_texts()[:2] == ["一年", "十二个月"]
        shoot(page, look, "12-revisions")
        if AXE.exists():
            page.add_script_tag(path=str(AXE))
            assert check(page, "revisions") == []
        shown = page.locator("tr[data-status]").count()
        page.get_by_label("只看有变化的条文").focus()
        page.keyboard.press("Space")
        expect(page.get_by_label("只看有变化的条文")).not_to_be_checked()
        assert page.locator("tr[data-status]").count() == shown  # no provision came through as it was
        row.get_by_role("button", name="第五条").focus()
        page.keyboard.press("Enter")
        page.locator("mark.sy-current", has_text="满六个月").wait_for()
        shoot(page, look, "13-revision-source")
        page.get_by_role("link", name="与旧版（青政规〔2020〕8号）对照").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_table_is_whole_and_saved_as_word(chat: Server) -> None:
    from docx import Document

    old, new = ids(chat)
    with httpx.Client(base_url=chat.url, trust_env=False, timeout=60) as program:
        found = program.get(f"/suyuan/api/revisions/{old}/{new}").json()
        for row in found["rows"]:
            for cell in (row["old"], row["new"]):
                assert cell is None or "".join(piece["text"] for piece in cell["pieces"]) == cell["quote"]
        saved = program.get(f"/suyuan/api/revisions/{old}/{new}/table.docx")
        assert "filename" in saved.headers["content-disposition"]
        assert len(Document(BytesIO(saved.content)).tables[0].rows) == len(found["rows"]) + 1
        assert program.get(f"/suyuan/api/revisions/{old}/none").status_code == 404


def test_a_document_names_its_versions(chat: Server) -> None:
    old, new = ids(chat)
    with httpx.Client(base_url=chat.url, trust_env=False, timeout=60) as program:
        for doc_id in (old, new):
            shown = program.post(f"/suyuan/api/sources/{doc_id}/view", json={}).json()
            assert [(pair["old"]["id"], pair["new"]["id"]) for pair in shown["versions"]] == [(old, new)]
        other = next(each.id for each in chat.handle.current().documents() if "天宁" in each.source)
        assert program.post(f"/suyuan/api/sources/{other}/view", json={}).json()["versions"] == []

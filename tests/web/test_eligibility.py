"""A person fills in the form by keyboard, sees what holds and opens a condition in its source; and the routes behind it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.web.conftest import Server, tab
from tests.web.test_access import AXE, check
from tests.web.test_screenshots import FOLDER, LOOKS, shoot


@pytest.mark.browser
@pytest.mark.parametrize("look", ["desktop", "phone"])
def test_from_a_sentence_to_the_conditions(browser: Any, chat: Server, look: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tab(browser, chat.url, path="/#eligible", **LOOKS[look]) as page:
        box = page.get_by_label("用几句话介绍（可不填）")
        box.fill("本人82岁，住在青岚市望澜区，青岚市户籍，特困人员")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        age = page.get_by_label("年龄（周岁）")
        age.wait_for()
        expect(age).to_have_value("82")
        expect(page.get_by_label("户籍（从市写到区县）")).to_have_value("青岚市")
        shoot(page, look, "14-eligible-form")
        age.press("Enter")
        best = page.locator(".sy-fit").first
        best.wait_for()
        expect(best.locator("summary")).to_contain_text("居家养老服务补贴")
        first = best.locator("tbody tr").first
        expect(first).to_contain_text("具有本市户籍并在本市居住、年满六十周岁")
        expect(first).to_have_attribute("data-verdict", "符合")
        best.scroll_into_view_if_needed()
        shoot(page, look, "15-eligible")
        if AXE.exists():
            page.add_script_tag(path=str(AXE))
            assert check(page, "conditions") == []
        first.get_by_role("button").focus()
        page.keyboard.press("Enter")
        page.locator("mark.sy-current", has_text="年满六十周岁").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_routes(chat: Server) -> None:
    with httpx.Client(base_url=chat.url, trust_env=False, timeout=60) as program:
        given = {"kind": "公司", "place": "青岚市松屏区", "certificates": "规模以上工业企业", "dishonest": False}
        found = program.post("/suyuan/api/eligible", json={"profile": given}).json()
        policy = next(each for each in found["policies"] if "技术改造" in each["title"])
        assert [each["verdict"] for each in policy["conditions"]][:4] == ["符合", "需确认", "需确认", "符合"]
        refused = program.post("/suyuan/api/eligible", json={"profile": {"age": "很大"}})
        assert (refused.status_code, refused.json()["detail"]) == (400, "填写的内容无法使用：很大")
        assert program.post("/suyuan/api/eligible/read", json={"text": "你好"}).status_code == 400

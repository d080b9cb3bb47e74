"""axe-core finds no serious fault on any main screen, light or dark."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from settings import ROOT
from tests.web.conftest import FOUR, Server, ask, tab

pytestmark = pytest.mark.browser

AXE = Path(os.environ.get("AXE_CORE") or ROOT / "node_modules" / "axe-core" / "axe.min.js")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault(browser: Any, chat: Server, scheme: str) -> None:
    if not AXE.exists():
        assert not os.environ.get("CI"), "axe-core must be installed in CI: npm install --no-save axe-core"
        pytest.skip("axe-core is not installed (npm install --no-save axe-core)")
    with tab(browser, chat.url, color_scheme=scheme) as page:
        page.add_script_tag(path=str(AXE))
        faults = check(page, "first screen")
        answer = ask(page, FOUR)
        for summary in answer.locator("summary").all():
            summary.click()
        faults += check(page, "answer")
        answer.locator(".sy-prose .sy-chip").first.click()
        page.locator("mark.sy-current").wait_for()
        faults += check(page, "source")
        ask(page, "目标是多少")
        ask(page, "没有的东西在哪里")
        ask(page, "有提示的问题")
        faults += check(page, "clarify, not found, notices")
        page.locator(".sy-turn").last.get_by_role("button", name="有误").click()
        page.locator("dialog[open]").wait_for()
        faults += check(page, "dialog")
        page.keyboard.press("Escape")
        for place, own in (("#sources", "tr[data-source]"), ("#owner", ".sy-plot")):
            page.evaluate(f"location.hash = '{place}'")
            page.locator(own).first.wait_for()
            faults += check(page, place)
        assert faults == []


def check(page: Any, screen: str) -> list[str]:
    """Serious and critical faults of our own screens, in a line each."""
    page.evaluate("document.getAnimations().forEach((each) => each.finish())")
    found = page.evaluate("axe.run('#suyuan', { resultTypes: ['violations'] })")
    return [
        f"{screen}: {fault['id']}: {node['html'][:120]} {node['any'][0]['message'] if node['any'] else ''}"
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]

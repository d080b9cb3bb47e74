"""The main job in a browser: ask, see the four items, click [1], see the quote marked in the document."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.conftest import FOUR, FOUR_QUOTE, ask

pytestmark = pytest.mark.browser


def test_ask_see_click_highlight(page: Any) -> None:
    answer = ask(page, FOUR)
    assert FOUR_QUOTE in answer.locator(".sy-prose").inner_text()
    chip = answer.locator(".sy-prose .sy-chip")
    chip.hover()
    card = page.locator(".sy-card")
    assert FOUR_QUOTE in card.inner_text()
    assert "已核对" in card.inner_text()
    chip.click()
    mark = page.locator("mark.sy-current")
    mark.wait_for()
    assert mark.inner_text() == FOUR_QUOTE
    assert "溧阳" in page.locator(".sy-source-title").inner_text()
    body, seen = page.locator(".sy-source-body").bounding_box(), mark.bounding_box()
    assert body["y"] <= seen["y"] <= body["y"] + body["height"]

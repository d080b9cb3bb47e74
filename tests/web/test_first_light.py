"""The main job in a browser: ask, see the four items, click [1], see the quote marked in the document."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.conftest import FOUR, FOUR_QUOTE, ask

pytestmark = pytest.mark.browser


IN_SIGHT = """() => {
  const body = document.querySelector(".sy-source-body").getBoundingClientRect();
  const mark = document.querySelector("mark.sy-current").getBoundingClientRect();
  return body.top <= mark.top && mark.top <= body.bottom;
}"""


def test_ask_see_click_highlight(page: Any) -> None:
    answer = ask(page, FOUR)
    assert FOUR_QUOTE in answer.locator(".sy-prose").inner_text()
    chip = answer.locator(".sy-prose .sy-chip")
    chip.hover()
    card = page.locator(".sy-card")
    expect(card).to_contain_text(FOUR_QUOTE)
    expect(card).to_contain_text("已核对")
    chip.click()
    mark = page.locator("mark.sy-current")
    expect(mark).to_have_text(FOUR_QUOTE)
    expect(page.locator(".sy-source-title")).to_contain_text("溧阳")
    page.wait_for_function(IN_SIGHT)  # the document is moved there once it is drawn

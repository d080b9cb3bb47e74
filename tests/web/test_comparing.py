"""Documents side by side: from the list, from an answer, on a desk and on a phone, by keyboard; the routes and the workbook."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText
from playwright.sync_api import expect

from tests.web.conftest import Server, ask, tab
from tests.web.test_access import AXE, check
from tests.web.test_screenshots import FOLDER, LOOKS, shoot

COMPARING = "比较溧阳和青岚的目标"


def ids(chat: Server) -> tuple[str, str]:
    """The newer and the older version among the shipped documents."""
    found = {each.source: each.id for each in chat.handle.current().documents() if "人才安居" in each.source}
    newer, older = sorted(found)
    return found[newer], found[older]


def get(chat: Server, path: str, **asked: Any) -> httpx.Response:
    with httpx.Client(base_url=chat.url, trust_env=False, timeout=60) as program:
        return program.get(f"/suyuan/api/{path}", params=asked)


def test_every_cell_is_cited_and_what_differs_is_cut_out(chat: Server) -> None:
    made = get(chat, "compare", of=ids(chat)).json()
    texts = [chat.handle.current().document(each).text for each in ids(chat)]
    assert [row["key"] for row in made["rows"]][:2] == ["audience", "support"]
    for row in made["rows"]:
        for cell, text in zip(row["cells"], texts, strict=True):
            for citation in cell["citations"]:
                assert text[citation["start"] : citation["end"]] == citation["quote"]
                assert "".join(piece["text"] for piece in citation["pieces"]) == citation["quote"]
    validity = next(row for row in made["rows"] if row["key"] == "validity")
    marked = [p["text"] for cell in validity["cells"] for c in cell["citations"] for p in c["pieces"] if p["differs"]]
    assert validity["differs"]
    assert "2033年7月31日" in marked


def test_a_place_is_one_column_of_all_its_documents(chat: Server) -> None:
    regions = [each.metadata.region.value for each in chat.handle.current().documents() if each.metadata.region]
    one, other = sorted(set(regions), key=regions.count)[-2:]
    made = get(chat, "compare", of=[f"@{one}", f"@{other}"]).json()
    assert [each["title"] for each in made["documents"]] == [one, other]
    sources = [{c["source"] for row in made["rows"] for c in row["cells"][at]["citations"]} for at in (0, 1)]
    assert max(map(len, sources)) > 1
    assert not sources[0] & sources[1]
    for row in made["rows"]:
        for cell in row["cells"]:
            assert all(c["quote"] for c in cell["citations"])


def test_the_workbook_says_where_each_cell_stands(chat: Server) -> None:
    saved = get(chat, "compare/export.xlsx", of=ids(chat))
    assert "filename" in saved.headers["content-disposition"]
    book = load_workbook(BytesIO(saved.content), rich_text=True)
    side, sources = book["对比"], book["出处"]
    assert [cell.value for cell in side[1]][0::3] == ["项目", "有无差别"]
    assert side.max_row == 11
    filled = [cell for row in side.iter_rows(min_row=2, min_col=2, max_col=3) for cell in row if cell.value]
    assert len(filled) > 12
    assert all(cell.comment and "第" in cell.comment.text for cell in filled)
    validity = next(row for row in side.iter_rows(min_row=2) if row[0].value == "有效期")
    marked = [cell.value for cell in validity[1:3] if isinstance(cell.value, CellRichText)]
    bold = [str(block) for value in marked for block in value if getattr(block, "font", None)]
    assert "2033年7月31日" in bold
    texts = {each.source: chat.handle.current().document(each.id).text for each in chat.handle.current().documents()}
    for row in sources.iter_rows(min_row=2, values_only=True):
        assert texts[str(row[7])][int(str(row[5])) : int(str(row[6]))] == row[4]


@pytest.mark.parametrize(("chosen", "status"), [((), 422), (("@无此地",), 404), (("none", "none2"), 404)])
def test_what_is_not_there_is_refused(chat: Server, chosen: tuple[str, ...], status: int) -> None:
    assert get(chat, "compare", of=chosen).status_code == status


def test_one_document_is_refused_in_words(chat: Server) -> None:
    refused = get(chat, "compare", of=ids(chat)[:1])
    assert refused.status_code == 400
    assert "请选 2 至 5 份" in refused.json()["detail"]


def _faults(page: Any) -> list[str]:
    if not AXE.exists():
        return []
    page.add_script_tag(path=str(AXE))
    return check(page, "compare")


@pytest.mark.browser
@pytest.mark.parametrize("look", ["desktop", "phone"])
def test_from_the_list_to_the_words(browser: Any, chat: Server, look: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tab(browser, chat.url, path="/#sources", **LOOKS[look]) as page:
        for name in ("青岚市人才安居补贴实施办法（示例）", "青岚市人才安居补贴暂行办法（示例）"):
            page.get_by_role("checkbox", name=name).focus()
            page.keyboard.press("Space")
        side = page.get_by_role("button", name="并排对比 2 份")
        side.focus()
        page.keyboard.press("Enter")
        row = page.locator("tr[data-field=validity]")
        row.wait_for()
        assert "2033年7月31日" in row.locator("mark").all_inner_texts()
        expect(row).to_have_attribute("data-differs", "true")
        shoot(page, look, "16-compare")
        assert _faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        row.locator(".sy-brief-unit").first.focus()
        page.keyboard.press("Enter")
        page.locator("mark.sy-current", has_text="有效期").first.wait_for()
        shoot(page, look, "17-compare-source")
        page.keyboard.press("Escape")
        page.locator(".sy-source").wait_for(state="hidden")
        shown = page.locator("tr[data-field]").count()
        page.get_by_label("只看有差别的项目").uncheck()
        assert page.locator("tr[data-field]").count() >= shown
        with page.expect_download() as waited:
            page.get_by_role("button", name="下载表格").click()
        assert waited.value.suggested_filename == "政策对比.xlsx"
        assert load_workbook(BytesIO(waited.value.path().read_bytes()))["对比"].max_column == 4


@pytest.mark.browser
def test_columns_are_put_beside_and_taken_away(browser: Any, chat: Server) -> None:
    with tab(browser, chat.url, path=f"/#compare/{'/'.join(ids(chat))}") as page:
        page.locator("tr[data-field=validity]").wait_for()
        page.get_by_label("添加文件或地区").select_option(label="青岚市居家养老服务补贴实施细则（示例）")
        page.get_by_role("button", name="加入对比").click()
        page.locator(".sy-compare[data-columns='3']").wait_for()
        page.get_by_role("button", name="移去：青岚市居家养老服务补贴实施细则（示例）").click()
        page.locator(".sy-compare[data-columns='2']").wait_for()
        page.locator(".sy-compare-chosen button").first.click()
        page.get_by_text("请选两至五份文件或地区。").wait_for()


@pytest.mark.browser
@pytest.mark.parametrize("look", ["desktop", "phone"])
def test_an_answer_to_a_comparing_question_leads_there(browser: Any, chat: Server, look: str) -> None:
    with tab(browser, chat.url, **LOOKS[look]) as page:
        link = ask(page, COMPARING).get_by_role("link", name="并排对比这 2 份文件")
        link.focus()
        shoot(page, look, "18-comparing-answer")
        page.keyboard.press("Enter")
        page.locator(".sy-compare[data-columns='2']").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

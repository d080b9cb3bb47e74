"""Every state of the chat in a browser: stages, hover, follow-up, clarify, not found, notices, history, feedback, exports."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.conftest import FOUR, FOUR_QUOTE, Server, ask, start_conversation, tab

pytestmark = pytest.mark.browser

TWO = "溧阳的工作主题和目标愿景"
RECORD_STAGES = """() => {
  window.stagesSeen = [];
  new MutationObserver(() => {
    const now = document.querySelector(".sy-stages .sy-now")?.textContent;
    if (now && window.stagesSeen.at(-1) !== now) window.stagesSeen.push(now);
  }).observe(document.querySelector(".sy-log"), { subtree: true, attributes: true, childList: true });
}"""


def test_first_screen_says_what_to_do(page: Any) -> None:
    expect(page.get_by_role("heading", name="问政策，看原文")).to_be_visible()
    expect(page.locator(".sy-welcome")).to_contain_text("已收录 11 份文件")
    page.get_by_role("button", name=FOUR).click()
    page.locator(".sy-prose .sy-chip").wait_for()


def test_stages_are_shown_while_working(page: Any) -> None:
    page.evaluate(RECORD_STAGES)
    ask(page, FOUR)
    assert page.evaluate("window.stagesSeen") == ["理解问题", "检索", "阅读", "核对"]
    assert page.locator(".sy-stages").count() == 0


def test_words_that_are_withdrawn_give_place_to_the_answer(page: Any) -> None:
    page.evaluate(
        """() => {
          window.wordsSeen = [];
          new MutationObserver(() => {
            const now = document.querySelector(".sy-working .sy-prose")?.textContent;
            if (now && window.wordsSeen.at(-1) !== now) window.wordsSeen.push(now);
          }).observe(document.querySelector(".sy-log"), { subtree: true, childList: true });
        }"""
    )
    answer = ask(page, "模型中断的问题")
    seen = page.evaluate("window.wordsSeen")
    assert seen[0] == "模型说到一半的话"
    assert FOUR_QUOTE in seen[-1]
    assert "说到一半" not in seen[-1]
    assert "说到一半" not in answer.inner_text()


def test_previous_and_next_citation(page: Any) -> None:
    answer = ask(page, TWO)
    chips = answer.locator(".sy-prose .sy-chip")
    expect(chips).to_have_text(["1", "2"])
    chips.nth(0).click()
    page.locator("mark.sy-current", has_text="生态品质巩固提升年").wait_for()
    expect(page.locator(".sy-count")).to_have_text("1 / 2")
    page.get_by_role("button", name="下一处引用").click()
    page.locator("mark.sy-current", has_text="长三角生态创新示范城市").wait_for()
    expect(page.locator("mark")).to_have_count(2)
    page.get_by_role("button", name="上一处引用").click()
    page.locator("mark.sy-current", has_text="生态品质巩固提升年").wait_for()


AT_THE_TOP = """(words) => {
  const body = document.querySelector(".sy-source-body");
  const head = [...body.querySelectorAll(".sy-head")].find((node) => node.textContent.includes(words));
  const at = head.getBoundingClientRect().top - body.getBoundingClientRect().top;
  return at >= 0 && at < 40;
}"""


def test_outline_leads_to_its_place(page: Any) -> None:
    ask(page, FOUR).locator(".sy-prose .sy-chip").click()
    page.locator("mark.sy-current").wait_for()
    page.locator(".sy-outline summary").click()
    page.locator(".sy-outline").get_by_role("button", name="口号").click()
    page.wait_for_function(AT_THE_TOP, arg="口号")


def test_cited_and_other_results_stand_apart(page: Any) -> None:
    answer = ask(page, FOUR)
    expect(answer.locator("summary", has_text="已引用（1）")).to_be_visible()
    quote = answer.locator(".sy-evidence[data-cited] .sy-quote")
    expect(quote).to_be_visible()  # few quotes stand in sight: checked without a click
    assert FOUR_QUOTE in quote.inner_text()
    assert answer.locator("summary", has_text="其他检索结果").count() == 1
    assert "%" not in answer.inner_text()


def test_follow_up_shows_the_rewritten_question_and_lets_it_be_changed(page: Any, chat: Server) -> None:
    ask(page, FOUR)
    answer = ask(page, "它的口号呢")
    assert "溧阳市大会的口号是什么" in answer.locator(".sy-rewritten").inner_text()
    assert chat.assistant.asked[-1].history[0].text == FOUR
    answer.get_by_role("button", name="修改检索用的问题").click()
    page.get_by_label("完整的问题").fill("溧阳市的口号")
    page.get_by_role("button", name="重新检索").click()
    page.locator(".sy-turn").nth(2).locator(".sy-tools").wait_for()
    assert chat.assistant.asked[-1].standalone == "溧阳市的口号"


def test_clarify_offers_buttons(page: Any) -> None:
    answer = ask(page, "目标是多少")
    expect(answer.locator(".sy-clarify")).to_be_visible()
    assert (
        answer.locator(".sy-prose").inner_text() == "有几个地方都提到了目标。"
    )  # the choices are buttons, not lines too
    answer.get_by_role("button", name=FOUR).click()
    page.locator(".sy-turn").nth(1).locator(".sy-prose .sy-chip").wait_for()


def test_not_found_looks_different_and_offers_related_passages(page: Any) -> None:
    answer = ask(page, "溧阳的养老金每月多少元")
    assert "文件中没有找到" in answer.locator(".sy-not_found .sy-status").inner_text()
    assert answer.locator(".sy-prose .sy-chip").count() == 0
    assert "可能相关" in answer.inner_text()


def test_notices_are_in_words(page: Any) -> None:
    notices = ask(page, "有提示的问题").locator(".sy-notice").all_inner_texts()
    assert any("已被替代" in text for text in notices)
    assert any("只找到四项" in text for text in notices)


def test_conversations_are_kept_searched_renamed_deleted(browser: Any, chat: Server) -> None:
    with tab(browser, chat.url) as page:
        keep_search_rename_delete(page)


def keep_search_rename_delete(page: Any) -> None:
    ask(page, FOUR)
    page.reload()
    page.locator(".sy-prose .sy-chip").click()
    page.locator("mark.sy-current").wait_for()
    start_conversation(page)
    ask(page, TWO)
    kept = page.locator(".sy-conversations [data-id]")
    expect(kept).to_have_count(2)  # the list with both is there: none that is still coming is drawn over what is found
    find = page.get_by_label("搜索对话")
    find.fill("高端休闲")  # words of an answer
    expect(kept).to_have_count(1)
    find.fill("没有这样的话")
    page.get_by_text("没有符合的对话").wait_for()
    find.fill("")
    expect(kept).to_have_count(2)
    page.locator(".sy-conversations [data-id]", has_text=FOUR).locator("summary").click()
    page.get_by_role("button", name="重命名").first.click()
    page.get_by_label("名称").fill("四大经济")
    page.get_by_role("button", name="保存").click()
    link = page.get_by_role("link", name="四大经济", exact=True)
    renamed = page.locator(".sy-conversations [data-id]").filter(has=link)
    renamed.locator("summary").click()
    renamed.get_by_role("button", name="删除对话").click()
    page.locator("dialog").get_by_role("button", name="删除").click()
    expect(kept).to_have_count(1)


def test_feedback_and_eval_case(page: Any, chat: Server) -> None:
    answer = ask(page, FOUR)
    answer.get_by_role("button", name="出处不对").click()
    page.get_by_label("补充说明").fill("应引用第二段")
    page.get_by_role("button", name="提交").click()
    answer.locator("[data-verdict=wrong_source][aria-pressed=true]").wait_for()
    answer.get_by_role("button", name="存入评测集").click()
    page.locator(".sy-toast", has_text="已存入评测集").wait_for()
    suite = chat.settings.data / "suite"
    case = json.loads((suite / "cases.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert case["question"] == FOUR
    assert case["answerable"] is True
    cited = case["evidence"][0]
    assert cited["quote"] in (chat.settings.corpus / cited["doc"]).read_text(encoding="utf-8")
    page.goto(f"{chat.url}/#owner")
    page.get_by_role("heading", name="运行情况").wait_for()
    expect(page.locator(".sy-table")).to_contain_text(
        "应引用第二段"
    )  # until it is loaded, the page looked at before stands there


def test_owner_sees_what_was_not_found_first(page: Any, chat: Server) -> None:
    ask(page, FOUR)
    ask(page, "外省的补贴标准")
    page.goto(f"{chat.url}/#owner")
    page.locator(".sy-table tbody tr", has_text="外省的补贴标准").first.wait_for()
    expect(page.locator(".sy-table tbody tr").first).to_have_attribute("data-status", "not_found")
    expect(page.locator(".sy-plot")).to_be_visible()


def test_export_opens_again_with_the_quote_in_a_footnote(page: Any, tmp_path: Path) -> None:
    from docx import Document
    from docx.opc.constants import RELATIONSHIP_TYPE

    answer = ask(page, FOUR)
    with page.expect_download() as coming:
        answer.get_by_role("button", name="导出 Word").click()
    saved = tmp_path / "answer.docx"
    coming.value.save_as(saved)
    document = Document(BytesIO(saved.read_bytes()))
    assert any(FOUR_QUOTE in paragraph.text for paragraph in document.paragraphs)
    notes = document.part.part_related_by(RELATIONSHIP_TYPE.FOOTNOTES)
    assert FOUR_QUOTE in notes.blob.decode()
    with page.expect_download() as coming:
        answer.get_by_role("button", name="导出 Markdown").click()
    text = Path(coming.value.path()).read_text(encoding="utf-8")
    assert "[^1]" in text
    assert FOUR_QUOTE in text


def test_scope_reaches_the_assistant(page: Any, chat: Server) -> None:
    page.goto(f"{chat.url}/#sources")
    row = page.locator("tr[data-source]", has_text="天宁区创新发展大会")
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="在选中的 1 份中提问").click()
    ask(page, FOUR)
    (chosen,) = chat.assistant.asked[-1].filters.doc_ids
    assert "天宁" in chat.handle.current().document(chosen).title


def test_english_screens(page: Any, chat: Server) -> None:
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Ask about policy, read the source").wait_for()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    ask(page, FOUR).locator(".sy-prose .sy-chip").hover()
    page.locator(".sy-card", has_text="verified").wait_for()
    assert chat.assistant.asked[-1].language == "en"  # what the assistant says itself is in English too
    page.goto(f"{chat.url}/#c/none")
    page.locator(".sy-toast", has_text="Not found; it may have been deleted.").wait_for()
    page.reload()
    page.get_by_role("heading", name="Ask about policy, read the source").wait_for()
    page.get_by_role("button", name="中文").click()
    page.get_by_role("heading", name="问政策，看原文").wait_for()


def test_keyboard_alone(browser: Any, chat: Server) -> None:
    with tab(browser, chat.url) as page:
        keyboard_alone(page)


def keyboard_alone(page: Any) -> None:
    page.locator("body").press("Tab")
    assert page.evaluate("document.activeElement.className") == "sy-skip"
    page.keyboard.press("Enter")
    page.keyboard.type(FOUR)
    page.keyboard.press("Enter")
    page.locator(".sy-tools").wait_for()
    page.locator(".sy-scroll").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.marker") == "1"
    page.locator(".sy-card").wait_for()
    page.keyboard.press("Enter")
    page.locator("mark.sy-current").wait_for()
    page.keyboard.press("Escape")
    page.locator(".sy-source").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.dataset.marker") == "1"


def test_phone(browser: Any, chat: Server) -> None:
    with tab(browser, chat.url, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True) as page:
        answer = ask(page, TWO)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        answer.locator(".sy-prose .sy-chip").first.tap()
        page.locator(".sy-card").wait_for()
        box = page.locator(".sy-card").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        page.get_by_role("button", name="在原文中查看").tap()
        page.locator("mark.sy-current").wait_for()
        page.get_by_role("button", name="关闭原文").tap()
        page.get_by_role("button", name="打开菜单").tap()
        page.locator(".sy-side").get_by_role("button", name="文件").wait_for()


def test_dark(browser: Any, chat: Server) -> None:
    with tab(browser, chat.url, color_scheme="dark") as page:
        ground = page.locator("#suyuan")
        expect(ground).to_have_css("background-color", "rgb(25, 26, 27)")
        page.get_by_role("button", name="切换深色或浅色").click()
        expect(ground).to_have_css("background-color", "rgb(250, 248, 243)")


def test_citations_after_the_documents_changed(browser: Any, chat: Server) -> None:
    path = next(chat.settings.corpus.glob("溧阳*"))
    before = path.read_text(encoding="utf-8")
    try:
        with tab(browser, chat.url) as page:
            ask(page, FOUR)
            path.write_text(
                before.replace("## 会议概况", "## 新加的一段\n\n这是后来加上的话。\n\n## 会议概况"), encoding="utf-8"
            )
            chat.handle.reload()
            page.reload()
            page.locator(".sy-prose .sy-chip[data-state=moved]").click()
            expect(page.locator("mark.sy-current")).to_have_text(FOUR_QUOTE)
            path.write_text(before.replace(FOUR_QUOTE, "另外的四种经济"), encoding="utf-8")
            chat.handle.reload()
            page.reload()
            page.locator(".sy-prose .sy-chip[data-state=changed]").click()
            page.locator(".sy-source-body", has_text="原文已变更").wait_for()
            expect(page.locator(".sy-source-body .sy-quote")).to_contain_text(FOUR_QUOTE)
    finally:
        path.write_text(before, encoding="utf-8")
        chat.handle.reload()


def test_copy_takes_the_sources_along(browser: Any, chat: Server) -> None:
    with tab(browser, chat.url, permissions=["clipboard-read", "clipboard-write"]) as page:
        ask(page, FOUR).get_by_role("button", name="复制答案和出处").click()
        page.locator(".sy-toast", has_text="已复制").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert f"“{FOUR_QUOTE}”" in copied
        assert "[1] 《溧阳市“生态品质巩固提升年”动员大会》" in copied
        page.emulate_media(media="print")
        expect(page.locator(".sy-prose")).to_be_visible()
        for hidden in (".sy-side", ".sy-composer", ".sy-tools"):
            expect(page.locator(hidden).first).to_be_hidden()


def test_scope_by_region_and_year(page: Any, chat: Server) -> None:
    page.locator(".sy-scope").click()
    page.get_by_label("地区").select_option("常州市溧阳市")
    page.get_by_label("年份").select_option("2021")
    page.get_by_role("button", name="确定").click()
    page.locator(".sy-scope.sy-on", has_text="只在：常州市溧阳市 · 2021").wait_for()
    ask(page, FOUR)
    filters = chat.assistant.asked[-1].filters
    assert (filters.regions, filters.years) == (("常州市溧阳市",), (2021,))

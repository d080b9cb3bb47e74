"""Saved pages in the forms that common makers of government sites give them: the article is read, what is around it is not."""

import re
from pathlib import Path

import pytest

from corpus.document import assemble_document
from corpus.readers import page_parts, read_bytes
from corpus.types import Document

FOLDER = Path(__file__).parent / "pages"
PAGES = sorted(path.name for path in FOLDER.glob("*.html"))
AROUND = re.compile(
    "首页|导航|打印|关闭|分享|收藏|字体|字号|相关(?:阅读|链接|信息|稿件|文件)|上一|下一|位置|版权|点击|浏览|扫一扫|备案|微博|解读|一图|流程图|友情"
)


def _document(name: str) -> Document:
    return assemble_document(name, read_bytes(name, (FOLDER / name).read_bytes()), "")


def test_there_are_ten_forms() -> None:
    assert len(PAGES) == 10


@pytest.mark.parametrize("name", PAGES)
def test_the_text_is_the_golden_one(name: str) -> None:
    assert _document(name).text == (FOLDER / f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_title_number_and_dates_are_kept_and_nothing_around_them(name: str) -> None:
    found = _document(name)
    assert found.title.endswith("关于发放稳岗补贴的通知")
    assert found.metadata.number is not None
    assert found.metadata.number.value == "云人社发〔2023〕12号"
    assert "云人社发〔2023〕12号" in found.text
    assert found.metadata.issued is not None
    assert found.metadata.issued.value == "2023-03-09"
    assert re.search("2023(?:-03-15|-3-15|年03月15日)", found.text), "the day it was published"
    assert not AROUND.search(found.text)
    assert found.text.index("一、补贴对象") < found.text.index("三、申请时间") < found.text.index("2023年3月9日")


def _read(body: str) -> str:
    return read_bytes("a.html", f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>'.encode()).text


LONG = "<p>" + "为了规范管理，制定本办法。" * 20 + "</p>"


def test_a_list_of_files_to_take_along_is_no_list_of_related_pages() -> None:
    text = _read(
        f'<div>{LONG}<p>相关文件</p><ul><li><a href="a.docx">申请表</a></li><li><a href="b.pdf">办法</a></li></ul></div>'
    )
    assert "申请表" in text
    assert "办法" in text.split("申请表")[1]


def test_related_pages_end_where_other_text_begins() -> None:
    text = _read(
        f'<div>{LONG}<p>相关阅读：</p><p><a href="a.html">甲的新闻</a></p><p>第二条 申请人应当年满十八周岁。</p></div>'
    )
    assert "甲的新闻" not in text
    assert "第二条 申请人应当年满十八周岁。" in text


def test_a_column_that_is_called_so_stays() -> None:
    rows = "<tr><th>事项</th><th>相关链接</th></tr><tr><td>申领</td><td><a href='a.html'>办事大厅</a></td></tr>"
    assert "事项：申领；相关链接：办事大厅" in _read(f"<div>{LONG}<table>{rows}</table></div>")


def test_the_head_of_the_article_is_not_that_of_the_site() -> None:
    site = '<div class="header">某某网 首页 概况</div>'
    head = '<div class="header"><div class="title">借书办法</div><span class="date">2024-07-09</span></div>'
    for article in (
        f'<div class="article">{head}<div class="content"><p>{LONG}</p></div></div>',
        f"<article><header>2024-07-09</header><p>{LONG}</p></article>",
    ):
        text = _read(f"{site}<div>{article}</div>")
        assert "2024-07-09" in text
        assert "某某网" not in text


def test_a_page_inside_a_form_is_read() -> None:
    assert "第一条 甲" in _read(
        f'<form id="aspnetForm"><div>{LONG}<p>第一条 甲</p></div></form><form><p>搜索</p></form>'
    )
    assert "搜索" not in _read(f'<form id="aspnetForm"><div>{LONG}</div></form><form><p>搜索</p></form>')


@pytest.mark.parametrize(
    ("line", "tool"),
    [
        ("【打印】【关闭】", True), ("字体：[大 中 小]", True), ("分享到：微信 微博 QQ空间", True), ("浏览次数：1024", True),
        ("当前位置：首页 > 通知公告", True), ("上一篇：关于体检的通知", True), ("扫一扫在手机打开当前页", True),
        ("打印机应当定期维护。", False), ("2021", False), ("中", False), ("微信：yunchuan2023", False), ("关闭煤矿12处", False),
        ("阅读", False), ("大" * 200, False), ("1" * 150 + "x", False),
    ],
)  # fmt: skip
def test_what_a_page_offers_to_do(line: str, tool: bool) -> None:
    assert page_parts.is_tool(line) is tool

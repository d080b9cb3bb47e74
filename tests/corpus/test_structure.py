"""The outline of official documents, locators and passages."""

import re
from pathlib import Path

import pytest

from corpus import tokens
from corpus.document import assemble_document, read_document
from corpus.folder import scan_folder
from corpus.locators import locator_of
from corpus.outline import build_outline
from corpus.passages import split_passages
from corpus.readers import read_bytes as read_format
from corpus.types import Document

LAWS = Path("../shared/bench/stard/corpus")


def _document(text: str, name: str = "意见.txt") -> Document:
    return assemble_document(name, read_format(name, text.encode()), "")


def _outline(document: Document) -> list[tuple[int, str, str]]:
    return [(node.level, node.label, node.title) for node in document.outline if node.kind != "signature"]


OPINION = """某某区关于建设产业高地的实施意见
一、总体要求
坚持创新驱动。
二、重点任务
（一）培育企业。支持企业做大做强，包括：
1. 新增上市企业15家；
2. 新增单项冠军3家：
（1）市级2家；
①制造业1家。
（二）建设平台
2.5亿元资金用于平台建设。
依照第二条的规定执行。
三、保障措施
强化领导。
附件：1. 任务分工表
2. 资金安排表
附件1 任务分工表
一、牵头单位
科技局。
"""


def test_the_levels_of_an_opinion() -> None:
    document = _document(OPINION)
    assert _outline(document) == [
        (1, "一、", "总体要求"),
        (1, "二、", "重点任务"),
        (2, "（一）", "培育企业"),
        (3, "1.", ""),
        (3, "2.", ""),
        (4, "（1）", ""),
        (5, "①", ""),
        (2, "（二）", "建设平台"),
        (1, "三、", "保障措施"),
        (1, "附件1", "任务分工表"),
        (2, "一、", "牵头单位"),
    ]


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("新增上市企业", "第二部分（一）第1项"),
        ("制造业1家", "第二部分（一）第2项（1）①"),
        ("2.5亿元资金", "第二部分（二）"),
        ("强化领导", "第三部分"),
        ("科技局", "附件1第一部分"),
    ],
)
def test_a_civil_servant_points_to(words: str, place: str) -> None:
    document = _document(OPINION)
    start = document.text.index(words)
    assert locator_of(document, start, start + len(words)) == f"《某某区关于建设产业高地的实施意见》{place}"


LAW = """# 某某条例

目录

第一章 总则

第二章 附则

## 第一章 总则

第一条 为了规范网络平台的管理，保护消费者和经营者的合法权益，促进平台经济健康发展，根据有关法律，结合本区实际，制定本条例。

第二条 本条例适用于下列情形：

（一）通过网络平台销售商品的第一种情形；

（二）通过网络平台提供服务的第二种情形。

前款规定的情形由区政府认定。

第二条之一 依照
第二条规定的情形处理。

第三条【定义】本条例所称平台，是指网络平台。

## 第二章 附则

第四条 本条例自2021年1月1日起施行。
"""


def test_a_law_in_markdown() -> None:
    document = _document(LAW, "条例.md")
    labels = [node.label for node in document.outline if node.kind in ("chapter", "article", "item")]
    assert labels == ["第一章", "第一条", "第二条", "（一）", "（二）", "第二条之一", "第三条", "第二章", "第四条"]
    start = document.text.index("前款规定")
    assert locator_of(document, start, start + 4) == "《某某条例》第二条第二款"
    assert next(node.title for node in document.outline if node.label == "第三条") == "定义"
    passages = split_passages(document)
    whole = next(passage for passage in passages if "第一种情形" in passage.text)
    assert whole.locator == "《某某条例》第一条至第三条"
    assert whole.text.startswith(("# 某某条例", "## 第一章", "第一章"))
    assert whole.text.endswith("是指网络平台。")


def test_a_full_passage_ends_before_an_article_not_within_one() -> None:
    articles = [f"第{n}条 {'本条规定的事项由区人民政府依法办理。' * 4}" for n in "一二三四五六七八九"]
    document = _document("办法\n第一章 总则\n" + "\n".join(articles) + "\n", "办法.txt")
    passages = split_passages(document, budget=160)
    assert [passage.locator.removeprefix("《办法》") for passage in passages] == [
        "第一条至第三条",
        "第四条至第六条",
        "第七条至第九条",
    ]
    assert all(passage.text.endswith("办理。") for passage in passages)
    assert passages[1].headings == ("第一章 总则",)


def test_a_passage_over_several_articles_names_the_first_and_the_last() -> None:
    document = _document("办法\n第二条 短。\n第二条之一 也短。\n第三条 依据上位法的规定。\n", "办法.txt")
    assert [passage.locator for passage in split_passages(document)] == ["《办法》第二条至第三条"]
    assert locator_of(document, 3, 20) == "《办法》第二条至第二条之一"


def test_a_markdown_table_is_rows_with_the_header_above() -> None:
    document = _document(
        "# 标准\n\n表2 住宿标准\n\n| 职级 | 金额 |\n| --- | ---: |\n| 厅级 | 800 |\n| 处级 | 500 |\n\n以上。\n",
        "标准.md",
    )
    start = document.text.index("处级")
    assert locator_of(document, start, start + 2) == "《标准》表2第2行"
    table = next(node for node in document.outline if node.kind == "table")
    assert (table.label, table.title) == ("表2", "住宿标准（职级、金额）")


def test_passages_are_neither_tiny_nor_huge_and_lists_keep_their_lead() -> None:
    items = "".join(f"（{n}）申请人应当提交第{n}种材料，并对材料的真实性负责；\n" for n in "一二三四五六七八九十")
    text = f"办事指南\n一、申请材料\n申请人应当提交下列材料：\n{items}二、办理\n{'本事项由窗口受理。' * 120}\n"
    document = _document(text, "指南.txt")
    passages = split_passages(document)
    assert [passage for passage in passages if passage.text.rstrip().endswith("：")] == []
    assert all(tokens.count_tokens(passage.text) <= 512 for passage in passages)
    assert all(len(passage.text) >= 60 for passage in passages)
    assert all(passage.text.endswith(("。", "；")) for passage in passages)
    assert "".join("".join(passage.text.split()) for passage in passages) == "".join(text.split())


def test_a_sentence_longer_than_the_budget_is_cut_at_a_comma() -> None:
    document = _document("很长的句子，" * 300 + "完。", "长.txt")
    passages = split_passages(document, 64)
    assert all(tokens.count_tokens(passage.text) <= 64 for passage in passages)
    assert all(passage.text.endswith(("，", "。")) for passage in passages)


@pytest.mark.skipif(not LAWS.is_dir(), reason="../shared/bench/stard/corpus is not here")
def test_every_article_of_real_laws_is_a_node() -> None:
    """Every tenth law; `benchmarks.corpus_speed` and this test count 第X条 by a regular expression of their own."""
    count = re.compile(r"(?m)^第[零〇一二三四五六七八九十百千0-9]+条(?:之[一二三四五六七八九十]+)?[ \u3000]")
    wanted = found = other = 0
    for file in scan_folder(LAWS).files[::10]:
        document = read_document(file)
        starts = {match.start() for match in count.finditer(document.text)}
        nodes = {node.start for node in document.outline if node.kind == "article"}
        wanted, found, other = wanted + len(starts), found + len(starts & nodes), other + len(nodes - starts)
    assert wanted > 10_000
    assert found >= 0.995 * wanted
    assert other <= 0.001 * wanted  # cross-references are not among them


@pytest.mark.parametrize(
    ("line", "label", "title", "number"),
    [
        ("附 件", "附 件", "", None),
        ("（附件1）", "附件1", "", 1),
        ("附件（一）", "附件（一）", "", 1),
        ("附件1-2", "附件1-2", "", 1),
        ("附件2. 申报材料清单", "附件2", "申报材料清单", 2),
        ("附件1 2026年招生计划表", "附件1", "2026年招生计划表", 1),
        ("附录A", "附录A", "", None),
        ("附件1：1.申报表", None, "", None),
        ("附件1、2中的材料", None, "", None),
        ("附件3所列全国性法律", None, "", None),
    ],
)
def test_annexes_as_people_write_them(line: str, label: str | None, title: str, number: int | None) -> None:
    found = [
        (n.label, n.title, n.number)
        for n in build_outline(f"某某办法\n正文。\n{line}\n附件的内容。\n")
        if n.kind == "annex"
    ]
    assert found == ([] if label is None else [(label, title, number)])


def test_items_numbered_with_dots_and_single_characters() -> None:
    lines = [
        "1. 总体要求",
        "1.1 基本原则",
        "1.1.1 依法",
        "1.1.2 公开",
        "1.2 主要目标",
        "㈠ 甲",
        "⑴ 乙",
        "⑵ 丙",
        "1）丁",
        "3.5亿元以上的项目",
    ]
    nodes = build_outline("\n".join(lines))
    assert [(n.label, n.level, n.number) for n in nodes] == [
        ("1.", 1, 1),
        ("1.1", 2, 1),
        ("1.1.1", 3, 1),
        ("1.1.2", 3, 2),
        ("1.2", 2, 2),
        ("㈠", 3, 1),
        ("⑴", 4, 1),
        ("⑵", 4, 2),
        ("1）", 5, 1),
    ]


def test_a_list_of_annexes_is_no_list_of_the_text() -> None:
    """附件：1.… below the text names what follows; its numbers are places of nothing."""
    text = "某某办法\n1. 甲\n2. 乙\n\n　　附件：1．标准表\n　　　　　2．报销单\n某某市人民政府\n2021年3月5日\n附件1\n标准表\n"
    assert [n.label for n in build_outline(text) if n.kind != "signature"] == ["1.", "2.", "附件1"]


def test_the_title_below_a_red_head() -> None:
    head = "某某市人民政府文件\n某政发〔2021〕12号　　　　签发人：某某某\n某某市关于印发《某某办法》的通知\n各区人民政府：\n"
    assert _document(head, "a.txt").title == "某某市关于印发《某某办法》的通知"
    assert _document(head, "a.md").title == "某某市关于印发《某某办法》的通知"
    titled = "某委印发《某某措施》的通知（某发改〔2020〕111号）\n正文。\n"
    assert _document(titled).title == "某委印发《某某措施》的通知（某发改〔2020〕111号）"

"""Comparisons: how a question is split into its sides, whose a figure is, and the table that comes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.citing import Citations
from assistant.composing.comparison import write_comparison
from assistant.composing.refusal import of_sides_without_answer
from assistant.composing.sides import key_of, of_side, sides_named
from assistant.composing.writing import Draft
from assistant.reading.types import Extract, Reading
from assistant.understanding.analysis import analyse_question
from assistant.understanding.comparing import Side, split_comparison
from assistant.understanding.subquestions import split_subquestions
from index.build import build_index
from index.encoders import load_encoder
from index.local import LocalHandle
from index.types import Hit

KNOWN = ("云湖市东山县", "云湖市北川区", "云湖市南坪区", "青岚市")


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (
            "东山县和北川区的重点有什么不同",
            [("东山县", "", "东山县的重点是什么?"), ("北川区", "", "北川区的重点是什么?")],
        ),
        (
            "比较租房补贴和购房补贴的标准",
            [("租房补贴", "", "租房补贴的标准是多少?"), ("购房补贴", "", "购房补贴的标准是多少?")],
        ),
        ("本科生和研究生学费有什么区别", [("本科生", "", "本科生学费是多少?"), ("研究生", "", "研究生学费是多少?")]),
        (
            "会计专硕全日制和非全日制学费差多少",
            [("全日制", "", "会计专硕全日制学费是多少?"), ("非全日制", "", "会计专硕非全日制学费是多少?")],
        ),
        (
            "机器人和集成电路两条产业链的目标对比一下",
            [("机器人产业链", "", "机器人产业链的目标是什么?"), ("集成电路产业链", "", "集成电路产业链的目标是什么?")],
        ),
        (
            "公办小学和民办小学招生有什么区别？时间和录取方式分别讲讲",
            [
                ("公办小学", "时间", "公办小学招生的时间是什么?"),
                ("公办小学", "录取方式", "公办小学招生的录取方式是什么?"),
                ("民办小学", "时间", "民办小学招生的时间是什么?"),
                ("民办小学", "录取方式", "民办小学招生的录取方式是什么?"),
            ],
        ),
        ("补贴标准是多少", []),
        ("东山县的愿景跟北川区的定位有什么不同？", []),  # each is asked something of its own: two questions
    ],
)
def test_the_sides_of_a_comparison(question: str, asked: list[tuple[str, str, str]]) -> None:
    found = split_comparison(analyse_question(question, KNOWN), KNOWN)
    assert [(side.label, side.aspect, side.analysis.text) for side in found] == asked


def test_three_districts_are_those_of_one_city() -> None:
    found = split_subquestions(analyse_question("三个区的书记分别是谁", KNOWN), KNOWN)
    assert [text.text for _, text in found] == ["东山县的书记是谁", "北川区的书记是谁", "南坪区的书记是谁"]
    assert split_subquestions(analyse_question("四个区的书记分别是谁", KNOWN), KNOWN) == []


def test_a_side_is_not_found_inside_the_name_of_another() -> None:
    assert sides_named("非全日制每年12万元", ["全日制", "非全日制"]) == ["非全日制"]
    assert (key_of("东山县"), key_of("设备更新类"), key_of("本科生")) == ("东山", "设备更新", "本科生")


DOCUMENT = """# 补贴办法

## 一、租房补贴

申请租房补贴，标准为每月800元。

## 二、购房补贴

标准为一次性5万元。

## 三、其他

租房补贴按季发放；购房补贴一次发放。两种补贴都由住建局审核。

## 四、标准表

| 类别 | 租房补贴 | 购房补贴 |
| --- | --- | --- |
| 甲类 | 800元 | 5万元 |
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> LocalHandle:
    root = tmp_path_factory.mktemp("comparing")
    (root / "corpus").mkdir()
    (root / "corpus" / "补贴办法.md").write_text(DOCUMENT, encoding="utf-8")
    build_index(root / "corpus", root / "index", encoder=load_encoder("built-in"))
    return LocalHandle(Path(root / "index"), encoder=load_encoder("built-in"))


def _extract(pages: LocalHandle, words: str) -> Extract:
    index = pages.current()
    (summary,) = index.documents()
    start = index.document(summary.id).text.index(words)
    passage = next(p for p in index.passages(summary.id) if p.start <= start < p.end)
    return Extract(words, Hit(passage, 1.0, 1, ("lexical",)), start, start + len(words))


SIDES = ("租房补贴", "购房补贴")


def _table(pages: LocalHandle, rent: list[str], purchase: list[str]) -> Draft:
    draft = Draft(Citations(pages.current()))
    asked = [Side(name, "", analyse_question(f"{name}的标准是多少")) for name in SIDES]
    readings = [Reading(tuple(_extract(pages, words) for words in said)) for said in (rent, purchase)]
    written = list(write_comparison(asked, readings, draft, pages.current()))
    assert "".join(text for text, _ in written) == draft.text
    return draft


def test_a_table_has_a_column_a_side_and_every_cell_is_cited(pages: LocalHandle) -> None:
    draft = _table(pages, ["申请租房补贴，标准为每月800元。"], ["标准为一次性5万元。"])
    lines = draft.text.split("\n")
    assert lines[0] == "| 对比项 | 租房补贴 | 购房补贴 |"
    assert lines[2:] == ["| 标准 | 申请租房补贴，标准为每月800元[1] | 标准为一次性5万元[2] |"]
    assert all(statement.supported and statement.markers for statement in draft.statements)
    assert [citation.quote for citation in draft.citations.made] == [
        "申请租房补贴，标准为每月800元。",
        "标准为一次性5万元。",
    ]


def test_a_cell_never_holds_the_figure_of_the_other_side(pages: LocalHandle) -> None:
    index = pages.current()
    document = index.document(index.documents()[0].id)
    of_rent = _extract(pages, "标准为每月800元。")
    assert of_side(of_rent, "租房补贴", SIDES, document)
    assert of_side(of_rent, "购房补贴", SIDES, document) == []
    both = _extract(pages, "租房补贴按季发放；购房补贴一次发放。")
    assert [part.text for part in of_side(both, "购房补贴", SIDES, document)] == ["购房补贴一次发放。"]


def test_no_table_of_one_side(pages: LocalHandle) -> None:
    assert _table(pages, ["申请租房补贴，标准为每月800元。"], []).text == ""


def test_no_table_from_a_row_that_holds_the_figures_of_both(pages: LocalHandle) -> None:
    assert _table(pages, ["申请租房补贴，标准为每月800元。"], ["| 甲类 | 800元 | 5万元 |"]).text == ""


def test_a_side_without_an_answer_is_said() -> None:
    assert of_sides_without_answer(["东山县", "北川区"], ["东山县"]) == "\n北川区：没有在文件中找到。"
    assert of_sides_without_answer(["东山县", "北川区"], ["东山县", "北川区"]) == ""
    assert of_sides_without_answer(["", ""], [""]) == ""

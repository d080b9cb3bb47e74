"""What is said where nothing was found, and that it says no more than the hits hold."""

from __future__ import annotations

import pytest

from assistant.composing.refusal import explain_refusal
from assistant.understanding.analysis import analyse_question
from corpus.types import Metadata, Passage, Value
from index.types import DocumentSummary, Hit


def _hit(title: str, text: str, rank: int = 1) -> Hit:
    return Hit(Passage(title, title, f"{title}.md", title, 0, len(text), text, f"《{title}》第一条"), 1.0 / rank, rank)


def _document(title: str, region: str = "") -> DocumentSummary:
    metadata = Metadata(region=Value(region) if region else None)
    return DocumentSummary(title, f"{title}.md", title, metadata, "", 10, 1)


def _explained(
    question: str, hits: list[Hit], documents: list[DocumentSummary] | None = None, language: str = "zh"
) -> str:
    analysis = analyse_question(question)
    asked = [place.name for place in analysis.places]
    return explain_refusal(question, asked, analysis.years, hits, documents or [], language=language)


ROBOTS = _hit("武进区机器人产业链实施意见", "武进区机器人产业链的企业数量力争突破100家。")


def test_a_figure_of_another_place() -> None:
    said = _explained("溧阳市机器人产业链的企业数量是多少", [ROBOTS])
    assert said.startswith("没有在文件中找到溧阳市、")
    assert "讲的是武进区，没有提到溧阳市" in said
    assert "《武进区机器人产业链实施意见》第一条" in said


def test_a_figure_of_another_year() -> None:
    said = _explained("2025年租房补贴的标准是多少", [_hit("租房补贴通知", "2023年租房补贴的标准为每月600元。")])
    assert "写的是2023年的，没有2025年的" in said


def test_an_attribute_that_is_not_there() -> None:
    said = _explained("武进区机器人产业链的利率是多少", [ROBOTS])
    assert "提到了“机器人产业链”，没有提到“利率”" in said


def test_nothing_near_is_claimed_where_no_word_is_shared() -> None:
    said = _explained("火星移民的补贴是多少", [_hit("图书馆通知", "图书馆周一闭馆。")])
    assert "最接近" not in said
    assert _explained("火星移民的补贴是多少", []) == said


def test_what_stands_in_the_hit_is_never_said_to_be_missing() -> None:
    said = _explained("武进区机器人产业链的企业数量是多少", [ROBOTS])
    assert "没有提到" not in said
    assert "没有直接回答" in said


def test_a_title_that_tells_is_named_and_one_of_another_place_is_not() -> None:
    documents = [_document("溧阳市租房补贴办法", "常州市溧阳市"), _document("天宁区租房补贴办法", "常州市天宁区")]
    said = _explained("溧阳市租房补贴向谁申请", [ROBOTS], documents)
    assert "《溧阳市租房补贴办法》可能有关" in said
    assert "天宁区" not in said


def test_a_document_that_came_nearest_is_not_named_again() -> None:
    hit = _hit("溧阳市租房补贴办法", "溧阳市租房补贴每月600元。")
    said = _explained("溧阳市租房补贴的利率", [hit], [_document("溧阳市租房补贴办法")])
    assert "可能有关" not in said


@pytest.mark.parametrize("question", ["", "？", "多少", "hello world"])
def test_a_question_without_content_is_refused_plainly(question: str) -> None:
    assert "没有在文件中找到" in explain_refusal(question, (), (), [ROBOTS], [])


def test_in_english() -> None:
    said = _explained("溧阳市机器人产业链的企业数量是多少", [ROBOTS], language="en")
    assert "it is about 武进区 and does not mention 溧阳市" in said

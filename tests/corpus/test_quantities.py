"""Quantities, dates, folding and places: the cases on which several parsers once disagreed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.text.characters import fold, simplify
from corpus.text.dates import find_dates
from corpus.text.numbers import in_figures, parse_integer, parse_number
from corpus.text.places import find_places, provinces_named
from corpus.text.quantities import canonical_values, find_quantities


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一万二千人", [("12000", "人", "一万二千人")]),
        ("一〇一人", [("101", "人", "一〇一人")]),
        ("三分之一", [("3分之100", "%", "三分之一")]),
        ("1/3以上", [("3分之100", "%", "1/3")]),
        ("二十一世纪", [("21", "世纪", "二十一世纪")]),
        ("1,000元", [("1000", "元", "1,000元")]),
        ("1．5万人", [("15000", "人", "1．5万人")]),
        ("廿三人", [("23", "人", "廿三人")]),
        ("两千元", [("2000", "元", "两千元")]),
        ("壹佰贰拾叁元", [("123", "元", "壹佰贰拾叁元")]),
        ("半年", [("6", "月长", "半年")]),
        ("一年半", [("18", "月长", "一年半")]),
        ("一个半月", [("1.5", "月长", "一个半月")]),
        ("上半年", []),
        ("五六个", []),
        ("几十个", []),
        ("一二三产业", []),
        ("三成五", [("35", "%", "三成五")]),
        ("5年成立", [("5", "年", "5年")]),
        ("三至五成", [("30", "%", "三"), ("50", "%", "五成")]),
        ("五至十万元", [("50000", "元", "五"), ("100000", "元", "十万元")]),
        ("百分之三十至五十", [("30", "%", "百分之三十"), ("50", "%", "五十")]),
        ("2亿3千万元", [("230000000", "元", "2亿3千万元")]),
        ("30多万人", [("300000", "人", "30多万人")]),
        ("五十斤化肥", [("50", "斤", "五十斤")]),
        ("第十二条", []),
    ],
)
def test_quantities_in_a_text(text: str, found: list[tuple[str, str, str]]) -> None:
    quantities = find_quantities(text)
    assert [(in_figures(q.value), q.unit, text[q.start : q.end]) for q in quantities] == found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一〇一", 101),
        ("⑩", 10),
        ("廿", 20),
        ("两", 2),
        ("一万二", 12000),
        ("一万零二", 10002),
        ("三千五百", 3500),
        ("１，０００", 1000),
        ("1．5万", 15000),
        ("三点五亿", 350_000_000),
        ("三四百", None),
        ("点五", None),
    ],
)
def test_value_of_a_number(text: str, value: int | None) -> None:
    assert parse_number(text) == value


def test_a_third_is_exact() -> None:
    (quantity,) = find_quantities("三分之一")
    assert quantity.value == Fraction(100, 3)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("一年半", "18个月"),
        ("半年", "6个月"),
        ("三成五", "35%"),
        ("二分之一", "50%"),
        ("⅓", "1/3"),
        ("二〇二一年", "2021年"),
    ],
)
def test_one_value_has_one_form(one: str, other: str) -> None:
    assert canonical_values(fold(one) if len(one) > 1 else "1⁄3") == canonical_values(other)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("二〇二一年二月十九日", [(2021, 2, 19)]),
        ("2021-02-19", [(2021, 2, 19)]),
        ("2月18日至19日", [(0, 2, 18), (0, 0, 19)]),
        ("3月内", []),
        ("一百二十日", []),
        ("2021年13月", []),
    ],
)
def test_dates_in_a_text(text: str, parts: list[tuple[int, int, int]]) -> None:
    assert [date.parts for date in find_dates(text)] == parts


@given(st.text(alphabet="一二十百千万亿〇两半年月个成分之又点多至到0123,.%/⁄第号 人", max_size=30))
@settings(max_examples=300)
def test_no_text_breaks_the_parser_and_one_form_stays_as_it_is(text: str) -> None:
    for quantity in find_quantities(text):
        assert 0 <= quantity.start < quantity.end <= len(text)
    assert isinstance(canonical_values(text), str)


@given(st.text(max_size=40))
@settings(max_examples=300)
def test_folding_and_simplifying_keep_offsets(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert len(simplify(text)) == len(text)


def test_characters_of_one_kind_fold_to_one() -> None:
    assert fold("⽤⼾ＧＤＰ５％特徵乾隆") == "用户gdp5%特征乾隆"
    assert simplify("甚麼是積體電路？乾淨，乾隆，著名") == "什么是集成电路？干净，乾隆，著名"
    assert simplify("补贴资金多少元") == "补贴资金多少元"


def test_everyday_words_are_no_places() -> None:
    assert provinces_named("大理石、长治久安、重大庆典、开封") == frozenset()
    assert provinces_named("大理、开封市") == {"云南", "河南"}
    assert [place.name for place in find_places("开封的大理石和大同、朝阳区、仙桃")] == ["开封", "朝阳区", "仙桃"]


def test_numeral_written_by_digits_is_no_other_number() -> None:
    assert parse_integer("一〇一") == parse_integer("101") == 101
    assert parse_integer("十四五") is None

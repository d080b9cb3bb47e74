from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.locators import chinese_ordinal
from corpus.text.numbers import parse_integer
from corpus.text.quantities import find_values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十二", 12),
        ("二十", 20),
        ("一百零五", 105),
        ("二百六十", 260),
        ("一千二百六十", 1260),
        ("壹佰贰拾叁", 123),
        ("三万五千", 35000),
        ("一亿二千万", 120_000_000),
        ("二〇二一", 2021),
        ("１２", 12),
        ("⑳", 20),
        ("廿三", 23),
        ("十四五", None),
        ("甲", None),
        ("", None),
    ],
)
def test_whole_numbers(text: str, value: int | None) -> None:
    assert parse_integer(text) == value


@given(st.integers(1, 999))
@settings(max_examples=200)
def test_a_written_number_reads_as_itself(number: int) -> None:
    assert parse_integer(chinese_ordinal(number)) == number


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("突破1500亿元", [("150000000000", "元", "number")]),
        ("3.34万人", [("33400", "人", "number")]),
        ("１，５００．５元", [("1500.5", "元", "number")]),
        ("1,500万元", [("15000000", "元", "number")]),
        ("比重达3.3％", [("3.3", "%", "percent")]),
        ("百分之三十五", [("35", "%", "percent")]),
        ("千分之五", [("0.5", "%", "percent")]),
        ("2‰", [("0.2", "%", "percent")]),
        ("百分之三点五", [("3.5", "%", "percent")]),
        ("2021年2月19日", [("20210219", "2021-02-19", "date")]),
        ("二〇二一年二月十九日", [("20210219", "2021-02-19", "date")]),
        ("2021-02-19", [("20210219", "2021-02-19", "date")]),
        ("2021年度", [("20210000", "2021", "date")]),
        ("2月19日", [("219", "--02-19", "date")]),
        ("三年", [("3", "年", "number")]),
        ("第十二条第二款", [("12", "条", "ordinal"), ("2", "款", "ordinal")]),
        ("5至10个工作日", [("5", "工作日", "number"), ("10", "工作日", "number")]),
        ("10-15万元", [("100000", "元", "number"), ("150000", "元", "number")]),
        ("500至1万元", [("500", "元", "number"), ("10000", "元", "number")]),
        ("2026年1月至12月", [("20260100", "2026-01", "date"), ("1200", "--12", "date")]),
        ("四大经济", [("4", "大", "number")]),
        ("二十条", [("20", "条", "number")]),
        ("统一安排，一律从严，“十四五”时期", []),
        ("两千元", [("2000", "元", "number")]),
        ("一亿二千万元", [("120000000", "元", "number")]),
    ],
)
def test_values_in_a_text(text: str, values: list[tuple[str, str, str]]) -> None:
    assert [(q.value, q.unit, q.kind) for q in find_values(text)] == [(Fraction(v), u, k) for v, u, k in values]


def test_three_quarters_is_a_fraction() -> None:
    (quantity,) = find_values("四分之三以上")
    assert (quantity.value, quantity.unit, quantity.kind) == (Fraction(75), "%", "percent")


@given(st.text(alphabet="第一二十百千万亿点分之0123９.,，%％年月日元个条至-O零〇 ", max_size=40))
@settings(max_examples=300)
def test_no_text_breaks_the_reading_of_values(text: str) -> None:
    for quantity in find_values(text):
        assert 0 <= quantity.start < quantity.end <= len(text)

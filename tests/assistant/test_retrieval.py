"""Whose documents a question about a place may be answered from first."""

from __future__ import annotations

import pytest

from assistant.retrieval.order import is_out_of_region
from assistant.understanding.analysis import analyse_question
from corpus.types import Metadata, Passage, Value


@pytest.mark.parametrize(
    ("question", "region", "away"),
    [
        ("南昌市减免房租吗", "江西省", False),
        ("南昌市减免房租吗", "江西省南昌市", False),
        ("南昌市减免房租吗", "浙江省", True),
        ("南昌市减免房租吗", "江西省九江市", True),
        ("江西省减免房租吗", "江西省", False),
        ("减免房租吗", "江西省", False),
        ("南昌市减免房租吗", "全国", False),
    ],
)
def test_what_a_province_decides_holds_for_its_cities(question: str, region: str, away: bool) -> None:
    text = "对承租国有资产类经营用房的企业，免收一个月房租。"
    passage = Passage("p", "d", "文件.txt", "若干措施", 0, len(text), text, "")
    assert is_out_of_region(Metadata(region=Value(region)), analyse_question(question, (region,)), passage) is away


@pytest.mark.parametrize(
    ("written", "number"), [("一〇一", 101), ("一百零一", 101), ("１０１", 101), ("一千二百六十一", 1261), ("十二", 12)]
)
def test_article_in_any_numerals(written: str, number: int) -> None:
    assert analyse_question(f"《城市绿化条例》第{written}条讲什么").articles == (number,)

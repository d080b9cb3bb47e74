"""The verifier on statements made from the shipped documents, and on changes that only a closer look tells apart."""

from __future__ import annotations

import pytest

from assistant.reading.prompt_injection import injected_spans
from assistant.verification import verify
from benchmarks import verifier_mutations
from benchmarks.paraphrases import chinese

TOLD_APART = [
    ("2月15日至2月15日为第一批", "2月13日至2月15日为第一批。", "期间"),
    ("免收1至1个月房租", "免收1至3个月房租。", "范围"),
    ("由2021年的33项增至2021年的36项", "由2020年的33项增至2021年的36项。", "次"),
    ("企业可享受收费培训", "企业可享受免费培训。", "免费"),
    ("比例不超过总课时的60%", "比例不低于总课时的60%。", "不低于"),
    ("第五条所称企业名单", "第一条所称企业名单，第五条另有规定。", "第一"),
    ("三大高耗能行业除外", "六大高耗能行业除外。", "3大"),
    ("电话为0311-966008", "电话为0311-966018。", "966008"),
    ("餐食可以遗撒", "餐食不得遗撒。", ""),
    ("要求金融机构下浮利率", "鼓励金融机构下浮利率。", "语气"),
    ("租金为零", "标准厂房的租金为每平方米8元。", ""),
]


@pytest.mark.parametrize(("false", "quote", "words"), TOLD_APART)
def test_a_small_change_is_seen(false: str, quote: str, words: str) -> None:
    verdict = verify(false, [quote])
    assert not verdict.supported
    assert words in "；".join(verdict.issues)
    assert verify(quote.rstrip("。"), [quote]).supported


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2021-02-19", "2021年2月19日"),
        ("二〇二一年二月十九日", "2021年2月19日"),
        ("13.75亿元", "137500万元"),
        ("百分之一", "1%"),
        ("三十余家", "30多家"),
    ],
)
def test_forms_of_one_value(one: str, other: str) -> None:
    assert verify(f"本次发布的数据为{one}以上", [f"本次发布的数据为{other}以上。"]).supported
    assert verify(f"本次发布的数据为{other}以上", [f"本次发布的数据为{one}以上。"]).supported


def test_statements_made_from_the_shipped_documents() -> None:
    made = verifier_mutations.build(each=60, most=300, outside=False)
    result = verifier_mutations.measure(made)
    assert result["pairs"] == len(made)
    assert len(made) >= 400
    assert result["balanced_accuracy"] >= verifier_mutations.TARGET  # type: ignore[operator]
    assert result["false_alarms"] <= verifier_mutations.ALARMS  # type: ignore[operator]


def test_the_generator_is_deterministic() -> None:
    first = verifier_mutations.build(each=5, most=300, outside=False)
    assert first == verifier_mutations.build(each=5, most=300, outside=False)


@pytest.mark.parametrize(
    ("value", "written"),
    [(10, "十"), (12, "十二"), (101, "一百零一"), (115, "一百一十五"), (1005, "一千零五"), (2300, "二千三百")],
)
def test_numerals_of_the_generator(value: int, written: str) -> None:
    assert chinese(value) == written


@pytest.mark.parametrize(
    "text",
    [
        "申请人应当在30日内回复主管部门的询问。",
        "各单位收到意见后，应当在5个工作日内答复。",
        "市政府办公室负责解释本办法，请各单位遵照执行。",
        "智能助手平台已上线，企业可在线咨询。",
        "办法所称系统，是指全省统一的政务服务系统。",
        "请用户妥善保管登录密码。",
    ],
)
def test_policy_wording_gives_no_orders_to_programs(text: str) -> None:
    assert injected_spans(text) == ()

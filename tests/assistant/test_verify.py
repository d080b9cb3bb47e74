"""The verifier, check by check: what a quote carries and what it does not."""

from __future__ import annotations

import pytest

from assistant.verification import verify

CARRIED = [
    ("补贴标准为每户5万元", "创业补贴的标准为每户5万元。"),
    ("补贴标准为每户50000元", "创业补贴的标准为每户5万元。"),
    ("补贴标准为每户五万元", "创业补贴的标准为每户５万元。"),
    ("贴息比例为百分之三", "贷款贴息，贴息比例为3％，最高不超过20万元。"),
    ("奖励5万至10万元", "对首台套给予奖励5至10万元。"),
    ("依据常政发[2021]12号", "现依据常政发〔2021〕12号文件执行。"),
    ("企业应于2023年9月30日前提交申请", "企业应当在2023年9月30日前向受理点提交申请。"),
    ("禁止用于偿还债务", "补贴资金不得用于偿还债务。"),
    ("产值突破3000亿元", "规上工业总产值要突破3000亿元。"),
    ("由县人力资源和社会保障局受理", "租房补贴由县人力资源和社会保障局受理。"),
    ("材料包括身份证明、营业执照", "申请材料包括身份证明、营业执照、银行账户证明。"),
    ("不断完善服务", "要不断完善服务体系。"),
]
NOT_CARRIED = [
    ("补贴标准为每户8万元", "创业补贴的标准为每户5万元。", "不在引文中"),
    ("补贴标准为每户5亿元", "创业补贴的标准为每户5万元。", "不在引文中"),
    ("贴息比例提高3个百分点", "贷款贴息，贴息比例为3%。", "百分点"),
    ("最低不少于20万元", "最高不超过20万元。", "上下限"),
    ("2024年9月30日前提交申请", "在2023年9月30日前提交申请。", "2024"),
    ("2023年9月30日后提交申请", "在2023年9月30日前提交申请。", "上下限"),
    ("补贴资金可用于偿还债务", "补贴资金不得用于偿还债务。", "肯定或否定"),
    ("企业可以提交书面报告", "企业应当提交书面报告。", "语气"),
    ("企业应当申请贴息", "企业可以申请贴息。", "语气"),
    ("由市财政局负责管理", "由市人力资源和社会保障局负责管理。", "财政局"),
    ("南京市设立12个受理点", "全市设立12个受理点。", "南京"),
    ("该园区是全国首个受理点", "该园区是受理点。", "首个"),
    ("第九条规定不得转让", "第八条规定不得转让。", "第9条"),
    ("依据常政发〔2021〕13号", "现依据常政发〔2021〕12号文件执行。", "13"),
    ("材料包括身份证明、户口本、营业执照", "申请材料包括身份证明、营业执照、银行账户证明。", "户口本"),
    ("材料包括身份证明、营业执照三项", "申请材料包括身份证明、营业执照、银行账户证明三项。", "列出的是2项"),
    ("另外还提供免费住房和子女入学服务", "创业补贴的标准为每户5万元。", "措辞"),
    ("", "创业补贴。", "空"),
]


@pytest.mark.parametrize(("statement", "quote"), CARRIED)
def test_carried(statement: str, quote: str) -> None:
    assert verify(statement, [quote]).issues == ()


@pytest.mark.parametrize(("statement", "quote", "words"), NOT_CARRIED)
def test_not_carried(statement: str, quote: str, words: str) -> None:
    verdict = verify(statement, [quote])
    assert not verdict.supported
    assert words in "；".join(verdict.issues)


def test_without_quotes() -> None:
    assert not verify("补贴5万元", []).supported
    assert not verify("补贴5万元", ["  "]).supported


def test_two_quotes_carry_together() -> None:
    quotes = ["补贴标准为每户5万元。", "补贴由市财政局发放。"]
    assert verify("补贴标准为每户5万元，由市财政局发放", quotes).supported
    assert not verify("补贴标准为每户5万元，由市财政局发放", quotes[:1]).supported


def test_a_name_may_stand_in_the_title() -> None:
    quote = "创业补贴的标准为每户5万元。"
    assert verify("溧阳市创业补贴的标准为每户5万元", [quote], ["溧阳市创业补贴办法"]).supported
    assert not verify("溧阳市创业补贴的标准为每户5万元", [quote]).supported

"""Holds words that single a thing out, do away with it or ask for a secret (首个, 作废, 密码) to the quotes. Knows no numbers or names."""

from __future__ import annotations

import re

from assistant.verification.types import ClaimAndEvidence

_GROUPS = (
    (
        "首个",
        "首家",
        "首次",
        "首批",
        "第一个",
        "第一家",
        "首创",
        "首座",
        "首条",
        "首届",
        "第一次",
        "率先",
        "最早",
        "最先",
    ),
    ("唯一", "仅有", "独家", "唯有"),
    ("最高", "最多", "最大", "至多", "上限", "不超过", "以下", "以内"),
    ("最低", "最少", "最小", "至少", "下限", "不少于", "不低于", "以上"),
    ("最好", "最优", "最佳"),
    ("最快",),
    ("领先", "一流", "首屈一指", "名列前茅", "前列", "第一"),
    ("史上", "有史以来", "空前", "前所未有"),
    ("全国", "全中国", "国内", "我国", "国家级"),
    ("全球", "全世界", "世界", "国际"),
    ("全省", "省内", "省级"),
    ("全部", "所有", "一律", "全体", "各类", "任何", "凡", "每"),
    ("只有", "仅限", "仅", "只"),
    ("作废", "废止", "失效", "停止执行"),
    ("取消", "撤销"),
    ("永久", "终身", "长期"),
    ("免费", "无偿", "免收", "不收费", "免除", "不收取", "免征", "不收"),
    ("为零", "零元", "0元", "为0"),
    ("密码", "口令"),
    ("验证码",),
    ("银行卡", "卡号", "银行账户", "银行账号"),
    ("转账", "汇款", "打款"),
    ("扫码", "二维码"),
    ("微信", "公众号", "加群"),
    ("链接", "网址", "http"),
)
_CHECKED = re.compile(
    "|".join(sorted((word for group in _GROUPS for word in group[:12] if len(word) >= 2), key=len, reverse=True))
)
_NOT_ADDED = frozenset((
    "首个", "首家", "首次", "首批", "第一个", "第一家", "首创", "率先", "唯一", "独家", "最高", "最多",
    "最大", "最低", "最少", "最小", "最好", "最优", "最佳", "最快", "全国", "全球", "全世界", "世界",
    "全省", "全部", "所有", "一律", "只有", "仅限", "最早", "最先", "领先", "一流", "首屈一指", "史上",
    "有史以来", "空前", "前所未有",
    "作废", "废止", "失效", "取消", "永久", "终身", "免费", "无偿", "为零", "零元", "0元", "为0",
    "密码", "口令", "验证码", "银行卡", "卡号", "转账", "汇款", "打款", "扫码", "二维码", "加群", "链接", "网址", "http",
))  # fmt: skip

# between things; before a number they are a bound
_COMPARED = re.compile(r"(?<![不未得])(?:低于|高于|多于|少于|优于|大于|小于|快于|慢于|强于)(?!.{0,4}\d)")


def superlative_issues(sides: ClaimAndEvidence) -> list[str]:
    """An issue for each such word that the quotes have in none of its forms."""
    known = sides.quote + "\n" + sides.context
    issues = []
    for word in dict.fromkeys(_CHECKED.findall(sides.statement)):
        group = next(group for group in _GROUPS if word in group)
        if word in _NOT_ADDED and not any(other in known for other in group):
            issues.append(f"引文没有说“{word}”")
    compared = dict.fromkeys(_COMPARED.findall(sides.statement))
    return issues + [f"引文没有说“{word}”" for word in compared if word not in known]

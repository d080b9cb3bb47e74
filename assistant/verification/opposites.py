"""Holds words that have an opposite (以上 and 以下, 免费 and 收费) to the quotes, clause by clause. Knows nothing of numbers."""

from __future__ import annotations

import re

from assistant.verification.text import align_clauses
from assistant.verification.types import ClaimAndEvidence

_WORDS = (
    "以上 以下", "不超过 不低于", "不超过 不少于", "不高于 不低于", "不多于 不少于", "最高 最低", "至少 至多", "之前 之后",
    "以前 以后", "以内 以上", "以内 以外", "超过 不足", "高于 低于", "多于 少于", "上限 下限", "免费 收费",
    "免费 有偿", "无偿 有偿", "允许 禁止", "允许 严禁", "准许 禁止", "有权 无权", "有效 无效", "公开 保密",
    "开放 关闭", "开放 封闭", "恢复 暂停", "继续 暂停", "启用 停用", "开始 停止", "开始 结束", "设立 撤销",
    "保留 取消", "增加 减少", "提高 降低", "上调 下调", "上升 下降", "增长 下降", "扩大 缩小", "延长 缩短",
    "放宽 收紧", "加强 削弱", "提前 推迟", "提前 延期", "同意 反对", "赞成 反对", "批准 驳回", "通过 否决",
    "合格 不合格", "合法 非法", "境内 境外", "省内 省外", "市内 市外", "国内 国外", "线上 线下", "营利性 非营利性",
    "公办 民办", "公立 私立", "成年人 未成年人", "城镇 农村", "进口 出口", "买方 卖方", "甲方 乙方", "借款 还款",
    "收入 支出", "盈利 亏损", "可以 不得", "可以 一律", "必须 不得", "应当 不得", "必须 不必", "需要 无需",
    "需要 不需要", "予以 不予", "有 没有", "已经 尚未", "全额 部分", "全部 部分", "一次性 分期", "主动 被动",
    "自愿 强制", "匿名 实名", "优先 最后", "长期 短期", "永久 临时", "固定 浮动", "集中 分散", "直接 间接",
    "支持 限制", "鼓励 限制", "优先 限制", "奖励 罚款", "奖励 处罚", "补贴 罚款", "同意 放弃", "同意 拒绝", "牵头 配合",
    "主办 协办", "缴纳 返还",
    "定期 不定期", "含税 不含税", "税前 税后", "上半年 下半年", "年初 年底", "月初 月底", "上午 下午", "工作日 节假日",
)  # fmt: skip
_PAIRS = tuple((one, other) for one, other in (pair.split() for pair in _WORDS))


def opposite_issues(sides: ClaimAndEvidence) -> list[str]:
    """An issue for each clause that has a word where its source has the opposite."""
    issues = []
    for pair in align_clauses(sides.statement, sides.quote):
        for one, other in _PAIRS:
            for mine, theirs in ((one, other), (other, one)):
                if _is_turned_round(pair.clause, pair.window, mine, theirs):
                    issues.append(f"引文说的是“{theirs}”，不是“{mine}”")
    return issues


def _is_turned_round(clause: str, window: str, mine: str, theirs: str) -> bool:
    """Whether the clause has more of its word and less of the opposite than the source has."""
    return (
        mine in clause
        and _count_word(clause, mine, theirs) > _count_word(window, mine, theirs)
        and (_count_word(clause, theirs, mine) < _count_word(window, theirs, mine))
    )


def _count_word(text: str, word: str, longer: str) -> int:
    """How often a word stands in a text, not counting where it is part of its opposite (有 in 没有)."""
    return sum(
        not text.startswith(longer, max(0, match.start() - longer.find(word))) if word in longer else True
        for match in re.finditer(f"(?<![不无未非没]){word}", text)
    )

"""Holds a statement's negations to the quotes, clause by clause. Knows nothing of numbers, names or modality."""

from __future__ import annotations

import re

from assistant.verification.text import align_clauses
from assistant.verification.types import ClaimAndEvidence

# Words with a negative character that deny nothing.
_NO_NEGATION = re.compile(
    r"不断|不仅|不但|不同|不少于|不超过|不低于|不高于|不多于|不得超过|不得低于|不得少于|不得高于|不足|不论|不管|不久|不动产|不良|不可抗力|不锈钢|不记名|"
    r"不限于|不等|差不多|不遗余力|不折不扣|不忘|不懈|必不可少|不可或缺|不可分割|未来|无锡|无线|无障碍|无人机|无纸化|无偿|无论|无疑|无条件|无缝|非常|非遗|非税|非公|非农|非物质|"
    r"莫过于|取消资格|没收|毫不|不法|不正当|不合格|不合理|无证|未成年人?|未婚"
)
_NEGATION = re.compile(
    r"不得|不能|不可|不准|不许|不予|不再|不必|不需|无需|无须|禁止|严禁|没有|并非|免征|免收|免于|免除|暂停|停止|拒绝|取消|不|未|无|非|没"
)

_EXCEPT = re.compile(r"除(?![了去以])[^,;。]{1,30}?(?:以外|之外|外)")
_EXCEPTED = re.compile(r"除|以外|之外|不包括|不含")


def polarity_issues(sides: ClaimAndEvidence) -> list[str]:
    """An issue for each clause that denies what its source affirms, or the other way round."""
    issues = [
        f"“{pair.clause}”与引文的肯定或否定不同"
        for pair in align_clauses(sides.statement, sides.quote)
        if count_denials(pair.clause) % 2 != count_denials(pair.window) % 2
    ]
    if _EXCEPT.search(sides.statement) and not _EXCEPTED.search(sides.quote):
        issues.append("引文没有说除外")
    return issues


def count_denials(text: str) -> int:
    """How many negations a clause holds."""
    return len(_NEGATION.findall(_NO_NEGATION.sub("", text)))

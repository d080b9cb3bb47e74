"""Holds a statement's negations and its must, may and must-not to the quotes. Knows nothing of numbers or names."""

from __future__ import annotations

import re

from assistant.verification.text import clauses, pairs
from assistant.verification.types import Sides

_NEGATION = re.compile(
    r"不得|不能|不可(?!或缺|分割)|不准|不许|不予|不再|不必|不需要?|无需|无须|未经|禁止|严禁|严控|没有|并非|不是|不属于|不包括|不含|不享受|不符合|不受|免征|免收|免于|免除|暂停|停止|拒绝|取消|不(?![断仅但同少低超高足管论久])|未(?!来)|无(?!线|锡|障碍|论|人|疑)|非(?!常|物质|公有)|没"
)
_CLASSES = (
    ("禁止", re.compile(r"不得|禁止|严禁|不准|不许|不能|不可")),
    ("应当", re.compile(r"应当|必须|须|应(?![邀对急用急]|急|届|季)|务必|一律|要求")),
    ("可以", re.compile(r"可以|可(?![能行持靠控]|再生|持续)|允许|有权")),
    ("鼓励", re.compile(r"鼓励|支持|提倡|倡导|引导")),
)


def check(sides: Sides) -> list[str]:
    """An issue for each clause whose negation or modality differs from the clause of the quotes it comes from."""
    sources = clauses(sides.quote)
    issues = []
    for clause in clauses(sides.statement):
        source = _nearest(clause, sources)
        if source is None:
            continue
        issues.extend(_compare(clause, source))
    return issues


def _nearest(clause: str, sources: list[str]) -> str | None:
    """The clause of the quotes that shares the most wording; None when it is not half of it."""
    wanted = pairs(clause)
    best = max(sources, key=lambda source: (len(wanted & pairs(source)), -len(source)), default=None)
    if best is None or len(wanted) < 2 or len(wanted & pairs(best)) < 0.5 * len(wanted):
        return None
    return best


def _compare(clause: str, source: str) -> list[str]:
    """What differs between a clause and its source."""
    here, there = bool(_NEGATION.search(clause)), bool(_NEGATION.search(source))
    if here != there and _covers(clause, source):
        return [f"“{clause}”与引文的肯定或否定不同"]
    mine = {name for name, rule in _CLASSES if rule.search(clause)}
    theirs = {name for name, rule in _CLASSES if rule.search(source)}
    if mine and theirs and not mine & theirs:
        return [f"“{clause}”的语气（{'、'.join(sorted(mine))}）与引文（{'、'.join(sorted(theirs))}）不同"]
    return []


def _covers(clause: str, source: str) -> bool:
    """Whether the clause takes so much of its source that a negation there would have come along."""
    return len(clause) >= 0.6 * len(source) or clause in source

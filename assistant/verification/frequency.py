"""Holds how often and in what parts (每年, 按日, 一次性, 减半) to the quotes, clause by clause. Knows nothing of amounts."""

from __future__ import annotations

import re

from assistant.verification.text import align_clauses
from assistant.verification.types import ClaimAndEvidence

_KINDS = {
    "每年": re.compile(r"每1?年(?!龄)|每个?年度|按年(?!龄)|逐年|年均|/年"),
    "每半年": re.compile(r"每半年"),
    "每季度": re.compile(r"每个?季度|按季|逐季|/季"),
    "每月": re.compile(r"每1?个?月|按月|逐月|月均|/月"),
    "每周": re.compile(r"每1?周|每星期|按周"),
    "每日": re.compile(r"每1?[日天]|每个?工作日|按[日天]|逐日|日均|/[日天]"),
    "一次性": re.compile(r"1次性|一次性"),
}
_PARTS = {
    "半年": re.compile(r"(?<!每)(?<!上)(?<!下)半年|6个月"),
    "减半": re.compile(r"减半|折半|半价|(?<![\d.])50%"),
    "翻番": re.compile(r"翻一?1?番|翻[一1]?倍|[一1两2]倍"),
    "一半": re.compile(r"[一1]半|半数|过半|(?<![\d.])50%"),
}


def frequency_issues(sides: ClaimAndEvidence) -> list[str]:
    """An issue for a frequency that the source's clause has otherwise or the quotes do not have, and for a part they lack."""
    everywhere = frequency_kinds(sides.quote)
    issues = [
        f"引文没有说“{name}”"
        for name, rule in _PARTS.items()
        if rule.search(sides.statement) and not rule.search(sides.quote)
    ]
    for pair in align_clauses(sides.statement, sides.quote):
        mine, theirs = frequency_kinds(pair.clause), frequency_kinds(pair.window)
        added = mine - theirs
        if added and (theirs - mine or added - everywhere):
            issues.append(f"“{pair.clause}”的频次（{'、'.join(sorted(added))}）与引文不同")
    return issues


def frequency_kinds(text: str) -> set[str]:
    """The frequencies that a text has."""
    return {name for name, rule in _KINDS.items() if rule.search(text)}

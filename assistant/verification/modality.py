"""Holds a statement's must, may, must not and encouraged to the quotes, clause by clause. Knows nothing of numbers or names."""

from __future__ import annotations

import re

from assistant.verification.text import align_clauses
from assistant.verification.types import ClaimAndEvidence

_CLASSES = (
    ("不得", re.compile(r"不得(?!超过|少于|低于|高于)|禁止|严禁|不准|不许|不可(?!抗|或缺|分割)|不能")),
    (
        "应当",
        re.compile(
            r"(?<!不)应当|必须|务必|(?<![必])须(?!知)|(?<![相反响供适效对感不本])应(?![急邀对届用聘付收税该有])|应该|有义务|一律"
        ),
    ),
    ("可以", re.compile(r"可以|可(?![能行持靠控观再视执抗或分不供见])(?=[\u4e00-\u9fff])|允许|有权|准予")),
    ("鼓励", re.compile(r"鼓励|提倡|倡导")),
)
_DEMAND = re.compile(r"要求|责令|强制|需要")  # binds where the source only allows or encourages
_NEVER_ADDED = ("不得", "应当", "鼓励")


def modality_issues(sides: ClaimAndEvidence) -> list[str]:
    """An issue for each clause that binds more, less or otherwise than its source."""
    issues = []
    for pair in align_clauses(sides.statement, sides.quote):
        mine, theirs = modality_classes(pair.clause), modality_classes(pair.window)
        if theirs and not mine and _DEMAND.search(pair.clause) and not _DEMAND.search(pair.window):
            mine = {"应当"}
        changed = mine - theirs if theirs else mine & set(_NEVER_ADDED)
        if changed:
            source = "、".join(sorted(theirs)) or "无"
            issues.append(f"“{pair.clause}”的语气（{'、'.join(sorted(changed))}）与引文（{source}）不同")
    return issues


def modality_classes(text: str) -> set[str]:
    """The kinds of modality a clause has."""
    return {name for name, rule in _CLASSES if rule.search(text)}

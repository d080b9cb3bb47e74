"""Policies with their judged conditions as JSON values and as lines for people. Knows nothing of how they were judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from fractions import Fraction
from typing import Any

from assistant.eligibility.types import JudgedCondition, PolicyFit, Profile

_MARKS = {"符合": "✓", "不符合": "✗", "需确认": "?"}
_MODES = {"all": "", "any": "（满足其一）", "exclusion": "（排除情形）"}


def fits_to_dict(profile: Profile, fits: Sequence[PolicyFit]) -> dict[str, Any]:
    """What was understood of the applicant, and the policies, best first."""
    return {"profile": profile_to_dict(profile), "policies": [_policy_to_dict(fit) for fit in fits]}


def profile_to_dict(profile: Profile) -> dict[str, Any]:
    """The entries of a profile that were said."""
    said = {field.name: getattr(profile, field.name) for field in fields(profile)}
    return {name: _json_value(value) for name, value in said.items() if value is not None}


def _json_value(value: Any) -> Any:
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    return list(value) if isinstance(value, tuple) else value


def _policy_to_dict(fit: PolicyFit) -> dict[str, Any]:
    names = ("doc_id", "source", "title", "number", "sha256", "in_force", "verdict")
    return {name: getattr(fit, name) for name in names} | {
        "conditions": [_condition_to_dict(each) for each in fit.conditions],
    }


def _condition_to_dict(each: JudgedCondition) -> dict[str, Any]:
    clause = each.clause
    return {
        "verdict": each.verdict,
        "reason": each.reason,
        "mode": each.mode,
        "programme": each.programme,
        "locator": clause.locator,
        "start": clause.start,
        "end": clause.end,
        "quote": clause.quote,
    }


def fits_for_people(fits: Sequence[PolicyFit]) -> str:
    """Each policy with its conditions, the clause as it stands and where, and why it was judged so."""
    lines = []
    for fit in fits:
        lines += ["", f"[{fit.verdict}] 《{fit.title}》{fit.number}{'' if fit.in_force else '（已失效或被替代）'}"]
        for each in fit.conditions:
            quote = " ".join(each.clause.quote.split())
            lines.append(f"  {_MARKS[each.verdict]} {each.verdict}{_MODES[each.mode]}  {quote}")
            lines.append(f"      {each.clause.locator} · {each.reason}")
    return "\n".join(lines).strip() or "文件里没有找到写明申请条件的政策。"

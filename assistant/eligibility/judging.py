"""Conditions and a profile to policies with what holds, the likeliest first. Knows nothing of how a clause is understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from assistant.eligibility.conditions import condition_groups
from assistant.eligibility.rules import judge_clause
from assistant.eligibility.types import VERDICTS, ConditionGroup, JudgedCondition, PolicyFit, Profile, Subject, Verdict
from assistant.notices import validity_rank
from corpus.types import Document
from index.types import Index

_SUBJECTS: dict[Subject, str] = {"organisation": "单位", "person": "个人或家庭"}
_LOOK = "有这些情形的不能申请，请对照原文核对"


def judge_policies(index: Index, profile: Profile, today: date) -> list[PolicyFit]:
    """Every document of the index that states conditions, by fit; what is out of force stands behind."""
    fits: list[PolicyFit] = []
    for summary in index.documents():
        in_force = not validity_rank(summary, today)
        fit = None if summary.same_as else judge_policy(index.document(summary.id), profile, today, in_force=in_force)
        fits += [fit] if fit is not None else []
    return sorted(fits, key=_order_key)


def _order_key(fit: PolicyFit) -> tuple[bool, int, float, str]:
    met = sum(each.verdict == "符合" for each in fit.conditions)
    return not fit.in_force, VERDICTS.index(fit.verdict), -met / len(fit.conditions), fit.source


def judge_policy(document: Document, profile: Profile, today: date, *, in_force: bool = True) -> PolicyFit | None:
    """One document's conditions judged; None for a document that states none."""
    groups = condition_groups(document)
    if not any(group.mode != "exclusion" for group in groups):
        return None
    others = {group.programme for group in groups if group.mode != "exclusion" and not _asked_of(group, profile)}
    asked = [group for group in groups if group.mode == "exclusion" or group.programme not in others]
    region = document.metadata.region.value if document.metadata.region else ""
    if any(group.mode != "exclusion" for group in asked):
        judged = tuple(each for group in asked for each in _judge_group(group, profile, region, today))
        verdict = _best_verdict(judged)
    else:
        judged, verdict = (_of_another_kind(groups, profile),), "不符合"
    number = document.metadata.number.value if document.metadata.number else ""
    return PolicyFit(document.id, document.source, document.title, number, document.sha256, verdict, judged, in_force)


def _asked_of(group: ConditionGroup, profile: Profile) -> bool:
    return not group.subject or not profile.subject or group.subject == profile.subject


def _judge_group(group: ConditionGroup, profile: Profile, region: str, today: date) -> Iterator[JudgedCondition]:
    for clause in group.clauses:
        verdict: Verdict = "需确认"
        reason = _LOOK
        if group.mode != "exclusion":
            verdict, reason = judge_clause(clause.quote, profile, region, today)
        yield JudgedCondition(clause, verdict, reason, group.mode, group.programme)


def _of_another_kind(groups: list[ConditionGroup], profile: Profile) -> JudgedCondition:
    """The lead of conditions that are asked of another kind of applicant."""
    group = next(group for group in groups if group.mode != "exclusion" and not _asked_of(group, profile))
    reason = f"面向{_SUBJECTS[group.subject]}，类型：{profile.kind}"
    return JudgedCondition(group.lead, "不符合", reason, "all", group.programme)


def _best_verdict(judged: Iterable[JudgedCondition]) -> Verdict:
    """The verdict of the best programme; what rules an applicant out counts for each of them."""
    every = list(judged)
    excluding = [each for each in every if each.mode == "exclusion"]
    programmes = dict.fromkeys(each.programme for each in every if each.mode != "exclusion")
    verdicts = [
        _joint_verdict([each for each in every if each.programme == programme and each.mode != "exclusion"] + excluding)
        for programme in programmes
    ]
    return min(verdicts, key=VERDICTS.index)


def _joint_verdict(judged: list[JudgedCondition]) -> Verdict:
    """Every condition has to hold, and of alternatives one."""
    verdicts = [each.verdict for each in judged if each.mode != "any"]
    alternatives = [each.verdict for each in judged if each.mode == "any"]
    verdicts += [min(alternatives, key=VERDICTS.index)] if alternatives else []
    return max(verdicts, key=VERDICTS.index)

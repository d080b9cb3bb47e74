"""Applicants and policies with what holds of each condition: never wrong, and open only where the clause or the profile is."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from assistant.eligibility import PolicyFit, Profile, judge_policy, profile_from_mapping
from corpus.document import assemble_document
from corpus.readers import read_bytes
from corpus.types import Document
from settings import ROOT

HERE = Path(__file__).parent
TODAY = date(2026, 6, 1)
NAMES = {"符": "符合", "不": "不符合", "确": "需确认"}


class Pair(NamedTuple):
    """An applicant and a policy, what holds of the policy, and of its conditions; `half`: written before the rules, or after."""

    applicant: str
    policy: str
    whole: str
    conditions: list[str]
    half: str


def pairs() -> list[Pair]:
    found, half = [], ""
    for line in (HERE / "pairs.txt").read_text(encoding="utf-8").splitlines():
        half = line.removeprefix("=== ") if line.startswith("===") else half
        match = re.fullmatch(r"(\S+) × (\S+) \| (\S+) \| (\S+)", line)
        if match:
            judged = ["不符合"] if match[4] == "类" else [NAMES[each] for each in match[4]]
            found.append(Pair(match[1], match[2], match[3], judged, half))
    return found


def documents() -> dict[str, Document]:
    files = [*(HERE / "documents").iterdir(), *(ROOT / "corpus" / "documents").rglob("*.md")]
    return {file.stem: assemble_document(file.name, read_bytes(file.name, file.read_bytes()), "") for file in files}


def profiles() -> dict[str, Profile]:
    given = json.loads((HERE / "profiles.json").read_text(encoding="utf-8"))
    return {name: profile_from_mapping(value) for name, value in given.items()}


PAIRS, DOCUMENTS, PROFILES = pairs(), documents(), profiles()


def fit(pair: Pair) -> PolicyFit:
    found = judge_policy(DOCUMENTS[pair.policy], PROFILES[pair.applicant], TODAY)
    assert found is not None
    return found


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.applicant}-{pair.policy}")
def test_never_wrong(pair: Pair) -> None:
    """Each condition is found, and judged as a person does or left open; so is the policy."""
    found = fit(pair)
    judged = [each.verdict for each in found.conditions]
    assert len(judged) == len(pair.conditions)
    wrong = [
        (each.clause.quote, each.verdict, right)
        for each, right in zip(found.conditions, pair.conditions, strict=True)
        if each.verdict not in (right, "需确认")
    ]
    assert wrong == []
    assert found.verdict in (pair.whole, "需确认")


def test_open_for_at_most_a_third() -> None:
    """Of the pairs; and of the conditions that a person can decide, nearly all are decided."""
    assert len(PAIRS) == 60
    found = [(fit(pair), pair) for pair in PAIRS]
    assert sum(one.verdict == "需确认" for one, _ in found) <= len(PAIRS) / 3
    decidable = [
        (each.verdict, right)
        for one, pair in found
        for each, right in zip(one.conditions, pair.conditions, strict=True)
        if right != "需确认"
    ]
    assert sum(verdict == right for verdict, right in decidable) >= 0.9 * len(decidable)


def test_every_condition_is_cited() -> None:
    for pair in PAIRS:
        document = DOCUMENTS[pair.policy]
        for each in fit(pair).conditions:
            clause = each.clause
            assert clause.quote == document.text[clause.start : clause.end] != ""
            assert clause.locator.startswith(f"《{document.title}》")
            assert each.reason

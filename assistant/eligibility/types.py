"""The values of a check of conditions: who applies, what a policy asks, what holds. Knows nothing of how conditions are read."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Verdict = Literal["符合", "不符合", "需确认"]
VERDICTS: tuple[Verdict, ...] = ("符合", "需确认", "不符合")  # the best first
Subject = Literal["organisation", "person", ""]
# all: every clause; any: one of them (下列情形之一); exclusion: what rules an applicant out, for a person to look at.
Mode = Literal["all", "any", "exclusion"]


@dataclass(frozen=True, slots=True)
class Profile:
    """What an applicant says of itself; None: not said.

    kind: 公司, 企业, 个体工商户, 合作社, 社会组织 or 个人. place: where it is registered, or lives and works, written from the
    widest level (云溪市河东区). founded: (year, month, day), 0 for a part not said. revenue: of last year, in 元. certificates:
    every one that is held. dishonest: on a list of 失信 (严重失信主体, 失信被执行人). A person: household 特困人员, 低保家庭,
    低保边缘家庭 or 普通家庭; income: a head of the household, 元 a year; hukou: 户籍; social_insurance_months and
    contract_years: paid without a break, and agreed with an employer, in `place`; owns_home: the person, spouse or children
    under age own a home in `place`.
    """

    kind: str | None = None
    place: str | None = None
    industry: str | None = None
    size: str | None = None
    founded: tuple[int, int, int] | None = None
    revenue: Fraction | None = None
    employees: int | None = None
    certificates: tuple[str, ...] | None = None
    dishonest: bool | None = None
    age: int | None = None
    household: str | None = None
    income: Fraction | None = None
    hukou: str | None = None
    social_insurance_months: int | None = None
    education: str | None = None
    contract_years: int | None = None
    owns_home: bool | None = None

    @property
    def subject(self) -> Subject:
        """Whether a person applies or an organisation; "" where that is open: 个体工商户 may be either."""
        if self.kind is None or self.kind == "个体工商户":
            return ""
        return "person" if self.kind == "个人" else "organisation"


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition: `quote == Document.text[start:end]`."""

    start: int
    end: int
    quote: str
    locator: str


@dataclass(frozen=True, slots=True)
class ConditionGroup:
    """Conditions under one lead. Groups of one `programme` have to hold together; `subject`: whom they are asked of."""

    lead: Clause
    mode: Mode
    subject: Subject
    programme: int
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class JudgedCondition:
    """A condition with what holds of it and why, in words; `mode` is that of its group, `programme` which conditions belong together."""

    clause: Clause
    verdict: Verdict
    reason: str
    mode: Mode
    programme: int


@dataclass(frozen=True, slots=True)
class PolicyFit:
    """A policy with its conditions judged; `verdict` is of the best of its programmes. `in_force`: not expired, not replaced."""

    doc_id: str
    source: str
    title: str
    number: str
    sha256: str
    verdict: Verdict
    conditions: tuple[JudgedCondition, ...]
    in_force: bool = True

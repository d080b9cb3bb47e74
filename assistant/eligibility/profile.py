"""A Profile from a form's values or from a few sentences. Knows nothing of policies.

From free text only what is said in a known way is taken; the rest stays unsaid.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from fractions import Fraction
from typing import Any

from assistant.eligibility.rules import EDUCATION
from assistant.eligibility.types import Profile
from corpus.text.characters import fold
from corpus.text.dates import find_dates
from corpus.text.numbers import parse_integer, parse_number
from corpus.text.quantities import find_quantities
from errors import ProfileError

KINDS = ("公司", "企业", "个体工商户", "合作社", "社会组织", "个人")
SIZES = ("大型", "中型", "小型", "微型")
HOUSEHOLDS = ("普通家庭", "低保家庭", "低保边缘家庭", "特困人员")
MOST_CHARACTERS = 2000
# The words that say it, the surest first: a company says of itself that it is an 企业 of some kind.
_ORGANISATIONS = {
    "公司": "公司",
    "个体工商户": "个体工商户",
    "个体户": "个体工商户",
    "合作社": "合作社",
    "社会组织": "社会组织",
    "企业": "企业",
}
_PLACE = r"[\u4e00-\u9fff]{2,}?[省市区县](?:[\u4e00-\u9fff]{1,6}?[市区县])?(?:[\u4e00-\u9fff]{1,6}?[区县])?"


def profile_from_mapping(given: Mapping[str, Any]) -> Profile:
    """A profile from the names of its fields. Raises ProfileError for an unknown name or a value that cannot be used."""
    unknown = sorted(set(given) - {field.name for field in fields(Profile)})
    if unknown:
        raise ProfileError("the profile has an unknown entry", ", ".join(unknown), f"known are: {', '.join(_READERS)}")
    return Profile(**{name: _read_field(name, value) for name, value in given.items() if value not in (None, "")})


def _read_field(name: str, value: Any) -> Any:
    try:
        read = _READERS[name](value)
    except (TypeError, ValueError, ZeroDivisionError):
        read = None
    if read is None:
        raise ProfileError(f"{name} of the profile cannot be used", value, _HELP.get(name, "give it as text"))
    return read


def _read_text(value: Any) -> str | None:
    return value.strip()[:80] if isinstance(value, str) and value.strip() else None


def _one_of(known: tuple[str, ...]) -> Callable[[Any], str | None]:
    return lambda value: value if value in known else None


def _read_count(value: Any) -> int | None:
    read = value if isinstance(value, int) else parse_integer(fold(str(value)).strip())
    return read if read is not None and not isinstance(value, bool) and 0 <= read < 10**9 else None


def _read_money(value: Any) -> Fraction | None:
    """元, as a number or as written: 3000万元."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return Fraction(str(value)) if value >= 0 else None
    written = fold(str(value)).replace(" ", "")
    found = find_quantities(written)
    if len(found) == 1 and found[0].end - found[0].start == len(written) and found[0].unit == "元":
        return None if found[0].vague else found[0].value
    return parse_number(written)


def _read_day(value: Any) -> tuple[int, int, int] | None:
    """2019, 2019-05, 2019-05-01, 2019年5月."""
    match = re.fullmatch(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?)?[年月]?", fold(str(value)).strip())
    if match is None:
        return None
    year, month, day = (int(part or 0) for part in match.groups())
    return (year, month, day) if 1800 < year < 2200 and month <= 12 and day <= 31 else None


def _read_texts(value: Any) -> tuple[str, ...] | None:
    if isinstance(value, str):
        value = [each for each in re.split(r"[、,，;；]", value) if each.strip() and each.strip() != "无"]
    if not isinstance(value, list | tuple) or len(value) > 50:
        return None
    return tuple(each.strip()[:80] for each in value) if all(isinstance(each, str) for each in value) else None


def _read_yes_no(value: Any) -> bool | None:
    return value if isinstance(value, bool) else {"是": True, "有": True, "否": False, "无": False}.get(value)


_READERS: dict[str, Callable[[Any], Any]] = {
    "kind": _one_of(KINDS), "place": _read_text, "industry": _read_text, "size": _one_of(SIZES), "founded": _read_day,
    "revenue": _read_money, "employees": _read_count, "certificates": _read_texts, "dishonest": _read_yes_no,
    "age": _read_count, "household": _one_of(HOUSEHOLDS), "income": _read_money, "hukou": _read_text,
    "social_insurance_months": _read_count, "education": _one_of(EDUCATION), "contract_years": _read_count,
    "owns_home": _read_yes_no,
}  # fmt: skip
_HELP = {
    "kind": f"one of {'、'.join(KINDS)}", "size": f"one of {'、'.join(SIZES)}", "household": f"one of {'、'.join(HOUSEHOLDS)}",
    "education": f"one of {'、'.join(EDUCATION)}", "founded": "a year or a date, 2019 or 2019-05-01",
    "revenue": "元 as a number, or 3000万元", "income": "元 a year as a number, or 3万元", "certificates": "a list of names",
    "dishonest": "true or false", "owns_home": "true or false", "employees": "a whole number", "age": "a whole number",
    "social_insurance_months": "a whole number", "contract_years": "a whole number",
}  # fmt: skip


def profile_from_text(text: str) -> Profile:
    """What a few sentences say of an applicant. Raises ProfileError when nothing in them is understood."""
    words = "".join(fold(text[:MOST_CHARACTERS]).split())
    said = {name: value for name, read in _SAID.items() if (value := read(words)) is not None}
    if not said:
        raise ProfileError(
            "nothing is understood of the applicant", text, "say kind, place, age or the like, or give --profile"
        )
    return Profile(**said)


def _only_match(pattern: str, words: str) -> str | None:
    found = {match[1] for match in re.finditer(pattern, words)}
    return found.pop() if len(found) == 1 else None  # two answers are none


def _said_kind(words: str) -> str | None:
    person = re.search(r"\d+(?:周)?岁|户籍|学历|本人|毕业|我是[^，。,]{0,6}(?:学生|职工|老人|居民)", words)
    kind = next((kind for word, kind in _ORGANISATIONS.items() if word in words), None)
    if person and kind:
        return None
    return "个人" if person else kind


def _said_amount(before: str, unit: str) -> Callable[[str], Fraction | None]:
    """The one amount in this unit behind the words."""

    def read_amount(words: str) -> Fraction | None:
        found = [
            each.value
            for each in find_quantities(words)
            if each.unit == unit
            and not each.vague
            and re.search(rf"(?:{before})[是为约有达到]{{0,2}}$", words[: each.start])
        ]
        return found[0] if len(found) == 1 else None

    return read_amount


def _said_count(before: str, unit: str) -> Callable[[str], int | None]:
    read = _said_amount(before, unit)

    def read_count(words: str) -> int | None:
        value = read(words)
        return int(value) if value is not None and value.denominator == 1 else None

    return read_count


def _said_age(words: str) -> int | None:
    found = [each.value for each in find_quantities(words) if each.unit == "岁" and not each.vague]
    return int(found[0]) if len(found) == 1 else None


def _said_founded(words: str) -> tuple[int, int, int] | None:
    found = [
        date.parts
        for date in find_dates(words)
        if date.parts[0] and re.match(r"(?:在[^，。,]{2,12})?(?:注册|成立|设立|登记)", words[date.end :])
    ]
    return found[0] if len(found) == 1 else None


def _said_insurance(words: str) -> int | None:
    match = re.search(r"(?:连续)(?:缴纳?|交)(?:了|满)?(?:社会保险|社保)(?:费)?(?:了|满|已)?(?:满)?", words)
    found = find_quantities(words[match.end() : match.end() + 8]) if match else []
    if len(found) != 1 or found[0].start or found[0].unit not in ("月长", "年"):
        return None
    return int(found[0].value * (12 if found[0].unit == "年" else 1))


def _said_certificates(words: str) -> tuple[str, ...] | None:
    known = r"高新技术企业|科技型中小企业|创新型中小企业|专精特新(?:中小企业|[“\"]?小巨人[”\"]?企业)|规模以上工业企业"
    found = [m[0] for m in re.finditer(rf"(?<!不是)(?<!没有)(?<!未取得)(?<!申请)(?:{known})", words)]
    return tuple(dict.fromkeys(found)) if found else None


def _said_honest(words: str) -> bool | None:
    return False if re.search(r"(?:没有|无)(?:任何)?失信记录|未被?列入失信", words) else None


_SAID: dict[str, Callable[[str], Any]] = {
    "kind": _said_kind,
    "place": lambda words: _only_match(
        rf"(?:注册地?在|位于|住在|居住在|在)({_PLACE})(?=[的,，。;注登成居工上就]|$)", words
    ),
    "size": lambda words: _only_match(r"(大型|中型|小型|微型)企业", words),
    "founded": _said_founded,
    "revenue": _said_amount("营业收入|营收|销售收入", "元"),
    "employees": _said_count("职工|员工|从业人员|职工人数|员工人数", "人"),
    "certificates": _said_certificates,
    "dishonest": _said_honest,
    "age": _said_age,
    "household": lambda words: _only_match(r"(特困人员|低保边缘家庭|低保家庭)", words),
    "income": _said_amount("人均年收入|人均收入每年", "元"),
    "hukou": lambda words: (
        _only_match(rf"(?:户籍在?|户口在?)({_PLACE})", words)
        or _only_match(rf"(?:^|[,，。;是])({_PLACE})户[籍口]", words)
    ),
    "social_insurance_months": _said_insurance,
    "education": lambda words: _only_match(rf"({'|'.join(EDUCATION)})(?:学历|学位|毕业|研究生|生)", words),
    "contract_years": _said_count("劳动合同", "年"),
}

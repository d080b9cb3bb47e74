"""A clause and a profile to what holds: a rule a form of words, matched whole. Knows nothing of documents.

A clause is decided only where every word of it is understood; one that leaves a choice or makes an exception is left open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from assistant.eligibility.places import lies_in, resolve_place
from assistant.eligibility.types import Profile, Verdict
from corpus.text.characters import fold
from corpus.text.quantities import Quantity, find_quantities

# Words that leave a choice, make an exception, give a part of a whole, or say for which case the rest is asked (…的，; …：).
_OPEN = re.compile(
    r"或|除|以外|之一|但|其中|放宽|优先|视同|视为|原则|一般|参照|另行|特殊|等(?!级)|如|不受|双方|任一|分别|均可|比照|的[,，]|:"
)
_AND = re.compile(r"[,;，；]|(?:并且|而且|且|并)(?=在|具有|具备|已|有|年|属|未|没)")
_WHO = re.compile(
    r"^(?:申请人|申报人|申请企业|申报企业|申报单位|申请单位|企业|单位|个人|本人(?![及、和与])|家庭|申请家庭)?(?:应当|必须|应|须|需)?(?=.)"
)
_APPLICANTS = re.compile(
    r"(?P<asked>.+)的(?P<which>[\u4e00-\u9fff]{0,6}?(?:老年人|毕业生|劳动者)|[\u4e00-\u9fff]{1,6}人员)?(?:居民|人员|个人)?"
)
_LABEL = re.compile(r"^(?:[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十]+[、.．]|\d+[.、．)）])\s*")
_AT_LEAST = ("不低于", "不少于", "不小于", "达到", "至少", "年满", "已满", "满")
_AT_MOST = ("不超过", "不高于", "不多于", "不大于", "至多")
_ABOVE, _BELOW = ("超过", "高于", "大于", "多于"), ("低于", "少于", "小于", "未满", "不满", "不足")
_BEFORE = rf"(?P<before>{'|'.join((*_AT_LEAST, *_AT_MOST, *_ABOVE, *_BELOW))})?"
_AFTER = r"(?P<after>及?以[上下内])?"
_Q = "\x00"
_BOUND = f"(?:应)?(?:在)?{_BEFORE}{_Q}{_AFTER}"
_PLACE = r"(?P<place>[本我全][省市区县]|[^\x00-\x7f在及和与的为由、]{2,12}?[省市区县])(?:行政区域|辖区|范围|境)?内?"
_CERTIFICATES = (
    "高新技术企业", "科技型中小企业", "创新型中小企业", "专精特新中小企业", "专精特新小巨人企业", "规模以上工业企业",
)  # fmt: skip
_SIZES = {
    "小型微型企业": ("小型", "微型"), "小微企业": ("小型", "微型"), "中小微企业": ("中型", "小型", "微型"),
    "中小企业": ("中型", "小型", "微型"), "大型企业": ("大型",), "中型企业": ("中型",), "小型企业": ("小型",), "微型企业": ("微型",),
}  # fmt: skip
EDUCATION = ("高中", "大专", "本科", "硕士", "博士")
_EDUCATION_NAMES = {"专科": "大专", "学士": "本科", "研究生": "硕士", **{name: name for name in EDUCATION}}
HOUSEHOLDS = {
    "特困人员": "特困人员",
    "最低生活保障家庭": "低保家庭",
    "低保家庭": "低保家庭",
    "低保边缘家庭": "低保边缘家庭",
}
_LISTS = "严重违法失信名单|严重违法失信企业名单|严重失信主体名单|严重失信名单|失信被执行人名单|失信被执行人|失信名单"


@dataclass(frozen=True, slots=True)
class ClausePart:
    """A part of a clause: the words with its quantities taken out, the quantities, and where and when it is asked."""

    words: str
    quantities: tuple[Quantity, ...]
    region: str
    today: date


@dataclass(frozen=True, slots=True)
class Finding:
    """What holds of a part and why: True, False, or None where that is open; `understood`: whether its words were."""

    holds: bool | None
    reason: str
    understood: bool = True


Rule = Callable[[ClausePart, Profile], Finding | None]


def judge_clause(clause: str, profile: Profile, region: str, today: date) -> tuple[Verdict, str]:
    """What holds of a clause, and why, in words for people."""
    text = _LABEL.sub("", "".join(fold(clause).split())).rstrip("。;；,，.")
    if _OPEN.search(text):
        return "需确认", "这一条有选择、例外或分类，请对照原文核对"
    found = [_judge_part(part, profile, region, today) for part in _AND.split(text) if part]
    reasons = "；".join(dict.fromkeys(each.reason for each in found))
    if any(each.holds is False for each in found) and all(each.understood for each in found):
        return "不符合", "；".join(dict.fromkeys(each.reason for each in found if each.holds is False))
    return ("符合" if found and all(each.holds for each in found) else "需确认"), reasons


def _judge_part(words: str, profile: Profile, region: str, today: date) -> Finding:
    """What holds of a part; of parts joined by 、 only where each of them is understood."""
    found = _first_finding(words, profile, region, today)
    if found is None and "、" in words:
        parts = [_first_finding(each, profile, region, today) for each in words.split("、")]
        known = [each for each in parts if each is not None]
        if len(known) == len(parts):
            worst = min(known, key=lambda each: (each.holds is not False, each.holds is not None))
            return Finding(worst.holds, "；".join(each.reason for each in known))
    return (
        found
        or _of_applicants(words, profile, region, today)
        or Finding(None, "这一条请对照原文核对", understood=False)
    )


def _of_applicants(words: str, profile: Profile, region: str, today: date) -> Finding | None:
    """年满八十周岁的独居老年人: who is younger is none of them; who is not may still not live alone."""
    match = _APPLICANTS.fullmatch(words)
    found = _first_finding(match["asked"], profile, region, today) if match else None
    return found if match and found and (found.holds is False or not match["which"]) else None


def _first_finding(words: str, profile: Profile, region: str, today: date) -> Finding | None:
    quantities = [each for each in find_quantities(words) if each.unit]
    for quantity in reversed(quantities):
        words = words[: quantity.start] + _Q + words[quantity.end :]
    asked = ClausePart(_WHO.sub("", words), tuple(quantities), region, today)
    return next((found for rule in RULES if (found := rule(asked, profile)) is not None), None)


# -- amounts --


def _bound_holds(before: str | None, after: str | None, bound: Fraction, low: Fraction, high: Fraction) -> bool | None:
    """Whether what lies between `low` and `high` keeps the bound; None where the words do not say, or it depends."""
    least = before in _AT_LEAST or (after is not None and after.endswith("上"))
    most = before in _AT_MOST or (after is not None and after.endswith(("下", "内")))
    above, below = before in _ABOVE, before in _BELOW
    if least + most + above + below != 1:
        return None
    outcomes = {
        value >= bound if least else value <= bound if most else value > bound if above else value < bound
        for value in (low, high)
    }
    return outcomes.pop() if len(outcomes) == 1 else None


def _judge_amount(
    asked: ClausePart, match: re.Match[str] | None, units: dict[str, int], value: Fraction | int | None, name: str
) -> Finding | None:
    """What holds of the one amount that a form of words has."""
    if match is None or len(asked.quantities) != 1 or asked.quantities[0].unit not in units:
        return None
    if asked.quantities[0].vague:
        return None
    if value is None:
        return Finding(None, f"没有填写{name}")
    bound = asked.quantities[0].value * units[asked.quantities[0].unit]
    kept = _bound_holds(match["before"], match["after"], bound, Fraction(value), Fraction(value))
    return Finding(kept, f"{name}：{_amount_words(value)}")


def _amount_words(value: Fraction | int) -> str:
    return f"{float(value) / 10000:g}万元" if isinstance(value, Fraction) and value >= 10000 else f"{float(value):g}"


def _judge_age(asked: ClausePart, profile: Profile) -> Finding | None:
    units = {each.unit for each in asked.quantities}
    if units != {"岁"}:
        return None
    between = re.fullmatch(rf"(?:年龄)?(?:在|为)?{_Q}(?:以上|至|到|-|~){_Q}(?:以下|之间)?", asked.words)
    if between and len(asked.quantities) == 2 and not any(each.vague for each in asked.quantities):
        if profile.age is None:
            return Finding(None, "没有填写年龄")
        low, high = (each.value for each in asked.quantities)
        return Finding(low <= profile.age <= high, f"年龄：{profile.age}")
    match = re.fullmatch(rf"(?:申请时|申报时)?(?:年龄)?(?:为)?{_BOUND}", asked.words)
    return _judge_amount(asked, match, {"岁": 1}, profile.age, "年龄")


def _judge_revenue(asked: ClausePart, profile: Profile) -> Finding | None:
    match = re.fullmatch(rf"(?:上一?年度?|年度?)(?:营业收入|销售收入|营收)(?:总额)?{_BOUND}", asked.words)
    return _judge_amount(asked, match, {"元": 1}, profile.revenue, "上年营业收入")


def _judge_employees(asked: ClausePart, profile: Profile) -> Finding | None:
    match = re.fullmatch(rf"(?:从业人员|在职职工|在职员工|职工|员工)(?:人数|总数|数)?{_BOUND}", asked.words)
    return _judge_amount(asked, match, {"人": 1}, profile.employees, "职工人数")


def _judge_income(asked: ClausePart, profile: Profile) -> Finding | None:
    match = re.fullmatch(rf"(?:家庭|申请家庭)?人均(?P<per>[年月])(?:可支配)?收入{_BOUND}", asked.words)
    each_year = 12 if match and match["per"] == "月" else 1
    return _judge_amount(asked, match, {"元": each_year}, profile.income, "家庭人均年收入")


def _judge_insurance(asked: ClausePart, profile: Profile) -> Finding | None:
    match = re.fullmatch(
        rf"(?:已)?(?:在{_PLACE})?(?:已)?(?P<how>连续|累计)?(?:正常)?缴[纳交](?:社会保险|社保|基本养老保险|养老保险)费?(?:已)?{_BOUND}",
        asked.words,
    )
    found = _judge_amount(asked, match, {"月长": 1, "年": 12}, profile.social_insurance_months, "连续缴纳社会保险月数")
    if match is None or found is None or found.holds is None:
        return found
    if not found.holds and (match["how"] == "累计" or match["place"] is None):
        return Finding(None, "只填写了在所在地连续缴纳的月数")
    if match["place"] is None:
        return found
    return _finding_in_place(match["place"], asked, profile, found)


def _judge_contract(asked: ClausePart, profile: Profile) -> Finding | None:
    match = re.fullmatch(rf"与{_PLACE}(?:用人单位|企业)签订{_BOUND}(?:期限)?的?劳动合同", asked.words)
    found = _judge_amount(asked, match, {"年": 1}, profile.contract_years, "劳动合同年限")
    return found if match is None or found is None else _finding_in_place(match["place"], asked, profile, found)


def _finding_in_place(name: str, asked: ClausePart, profile: Profile, found: Finding) -> Finding:
    """What was said of the applicant's own place, where the clause asks it of that place; else it is open."""
    inside = lies_in(profile.place or "", resolve_place(name, asked.region))
    return found if inside else Finding(None, f"{found.reason}；不清楚是否在{name}")


def _judge_founding(asked: ClausePart, profile: Profile) -> Finding | None:
    match = re.fullmatch(
        rf"(?:(?:依法)?在{_PLACE})?(?:依法)?(?:登记注册|注册登记|登记成立|注册成立|注册|登记|成立|设立)(?:时间)?(?:已)?{_BOUND}",
        asked.words,
    )
    if match is None or len(asked.quantities) != 1 or asked.quantities[0].unit not in ("年", "月长"):
        return None
    old_enough = _months_old(asked, profile, match)
    if match["place"] is None:
        return old_enough
    return _both_findings(_in_place(match["place"], profile.place, asked, "所在地"), old_enough)


def _months_old(asked: ClausePart, profile: Profile, match: re.Match[str]) -> Finding:
    if profile.founded is None:
        return Finding(None, "没有填写成立时间")
    year, month, day = profile.founded
    quantity = asked.quantities[0]
    months = quantity.value * (12 if quantity.unit == "年" else 1)
    latest = _months_between((year, month or 12, day or 31), asked.today)
    earliest = _months_between((year, month or 1, day or 1), asked.today)
    said = "-".join(f"{part:02d}" for part in profile.founded if part)
    return Finding(_bound_holds(match["before"], match["after"], months, latest, earliest), f"成立时间：{said}")


def _months_between(start: tuple[int, int, int], today: date) -> Fraction:
    """Months with the days of the last one as a part: more than twelve is more than a year."""
    months = (today.year - start[0]) * 12 + today.month - start[1]
    return Fraction(months) + Fraction(today.day - start[2], 31)


def _both_findings(one: Finding, other: Finding) -> Finding:
    reason = f"{one.reason}；{other.reason}"
    if one.holds is False or other.holds is False:
        return Finding(False, reason)
    return Finding(True if one.holds and other.holds else None, reason)


# -- places --


def _in_place(name: str, place: str | None, asked: ClausePart, what: str) -> Finding:
    if place is None:
        return Finding(None, f"没有填写{what}")
    return Finding(lies_in(place, resolve_place(name, asked.region)), f"{what}：{place}")


def _judge_registration(asked: ClausePart, profile: Profile) -> Finding | None:
    match = re.fullmatch(
        rf"(?:依法)?在{_PLACE}(?:依法)?(?:登记注册|注册登记|工商注册|注册|登记|设立)(?:的企业|的)?", asked.words
    )
    if match is None or (profile.subject == "person" and not match[0].endswith("企业")):
        return None
    found = _in_place(match["place"], profile.place, asked, "所在地")
    return _judge_enterprise(found, profile) if match[0].endswith("企业") else found


def _judge_enterprise(found: Finding, profile: Profile) -> Finding:
    """What holds of an enterprise; whether 个体工商户 and the like count as one is for a person to say."""
    if profile.kind in ("公司", "企业") or found.holds is False:
        return found
    if profile.subject == "person":
        return Finding(False, f"类型：{profile.kind}")
    return Finding(None, f"{found.reason}；类型：{profile.kind or '没有填写'}")


def _judge_residence(asked: ClausePart, profile: Profile) -> Finding | None:
    match = re.fullmatch(rf"在{_PLACE}(?:常住|居住)", asked.words)
    if match is None or profile.subject != "person":
        return None
    return _in_place(match["place"], profile.place, asked, "所在地")


def _household_register(asked: ClausePart, profile: Profile) -> Finding | None:
    match = re.fullmatch(rf"(?:具有|持有|拥有){_PLACE}(?:常住)?户[籍口]的?(?:居民|人员)?", asked.words)
    return None if match is None else _in_place(match["place"], profile.hukou, asked, "户籍")


def _no_home(asked: ClausePart, profile: Profile) -> Finding | None:
    match = re.fullmatch(
        rf"(?:本人|本人及配偶|本人及配偶、未成年子女|本人、配偶及未成年子女)?在{_PLACE}(?:没有|无)(?:自有)?住房",
        asked.words,
    )
    if match is None:
        return None
    if profile.owns_home is None:
        return Finding(None, "没有填写有无住房")
    return _finding_in_place(
        match["place"],
        asked,
        profile,
        Finding(not profile.owns_home, f"有无住房：{'有' if profile.owns_home else '无'}"),
    )


# -- kinds --


def _judge_certificate(asked: ClausePart, profile: Profile) -> Finding | None:
    words = re.sub(r"[“”\"]", "", asked.words)
    match = re.fullmatch(
        rf"(?:属于|为|是|系|被认定为|经认定的)?(?:国家)?(?P<name>{'|'.join(_CERTIFICATES)})(?:资格|称号|资质|的)?",
        words,
    )
    if match is None:
        return None
    if profile.subject == "person":
        return Finding(False, f"类型：{profile.kind}")
    if profile.certificates is None:
        return Finding(None, "没有填写资质")
    held = [re.sub(r"[“”\"]", "", fold(each)) for each in profile.certificates]
    reason = f"资质：{'、'.join(profile.certificates) or '无'}"
    if any(each.removeprefix("国家") == match["name"] for each in held):
        return Finding(True, reason)
    near = any("专精特新" in each or match["name"][:4] in each for each in held)
    return Finding(None if near else False, reason)


def _judge_size(asked: ClausePart, profile: Profile) -> Finding | None:
    match = re.fullmatch(rf"(?:属于|为|是|系)?(?P<name>{'|'.join(_SIZES)})", asked.words)
    if match is None:
        return None
    if profile.size is None and profile.subject != "person":
        return Finding(None, "没有填写规模")
    return _judge_enterprise(Finding(profile.size in _SIZES[match["name"]], f"规模：{profile.size}"), profile)


def _judge_industry(asked: ClausePart, profile: Profile) -> Finding | None:
    match = re.fullmatch(r"(?:从事|属于)(?P<name>[\u4e00-\u9fff]{2,10}?)(?:行业|产业|业务)(?:的企业)?", asked.words)
    if match is None:
        return None
    if profile.industry is None:
        return Finding(None, "没有填写行业")
    same = profile.industry.removesuffix("业") == match["name"].removesuffix("业")
    return Finding(True if same else None, f"行业：{profile.industry}")  # what belongs to what is for a person to say


def _legal_person(asked: ClausePart, profile: Profile) -> Finding | None:
    if not re.fullmatch(r"(?:具有|具备)(?:独立)?法人资格(?:的企业)?", asked.words):
        return None
    known = {"公司": True, "个体工商户": False, "个人": False}.get(profile.kind or "")
    return Finding(known, f"类型：{profile.kind}" if profile.kind else "没有填写类型")


def _judge_honesty(asked: ClausePart, profile: Profile) -> Finding | None:
    if not re.fullmatch(rf"(?:没有|未)被?(?:列入|列为|纳入)(?:{_LISTS})", asked.words):
        return None
    if profile.dishonest is None:
        return Finding(None, "没有填写失信记录")
    return Finding(None, "有失信记录，请核对是哪一种") if profile.dishonest else Finding(True, "失信记录：无")


def _judge_education(asked: ClausePart, profile: Profile) -> Finding | None:
    match = re.fullmatch(
        rf"具有(?P<full>全日制)?(?P<name>{'|'.join(_EDUCATION_NAMES)})(?:研究生)?(?P<more>及?以上)?(?:学历|学位|文化程度)?(?P<also>及?以上)?(?:的人员|人员)?",
        asked.words,
    )
    if match is None:
        return None
    if profile.education is None:
        return Finding(None, "没有填写学历")
    reason = f"学历：{profile.education}"
    wanted = EDUCATION.index(_EDUCATION_NAMES[match["name"]])
    own = EDUCATION.index(profile.education)
    if own < wanted:
        return Finding(False, reason)
    exact = own == wanted or match["more"] or match["also"]
    return Finding(True if exact and not match["full"] else None, reason)


def _judge_household(asked: ClausePart, profile: Profile) -> Finding | None:
    match = re.fullmatch(rf"(?:属于|为|是)?(?P<name>{'|'.join(HOUSEHOLDS)})", asked.words)
    if match is None:
        return None
    if profile.household is None:
        return Finding(None, "没有填写家庭情况")
    if profile.household == HOUSEHOLDS[match["name"]]:
        return Finding(True, f"家庭情况：{profile.household}")
    return Finding(False if profile.household == "普通家庭" else None, f"家庭情况：{profile.household}")


RULES: Sequence[Rule] = (
    _judge_age, _judge_revenue, _judge_employees, _judge_income, _judge_insurance, _judge_contract, _judge_founding,
    _judge_registration, _judge_residence, _household_register, _no_home, _judge_certificate, _judge_size,
    _judge_industry, _legal_person, _judge_honesty, _judge_education, _judge_household,
)  # fmt: skip

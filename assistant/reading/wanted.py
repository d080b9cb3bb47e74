"""What values a question of a kind wants and which of a sentence's values are such. Knows nothing of scores."""

from __future__ import annotations

import re

from assistant.reading import values
from assistant.understanding import places
from assistant.understanding.analysis import Analysis
from corpus.normal import fold

Span = tuple[int, int]

_CLASSES = (
    ("percent", re.compile(r"[%％‰]|百分之|百分点|成$")),
    ("money", re.compile(r"(?:[万亿千百]|[\d一二三四五六七八九十])\s*(?:元|美元|欧元|人民币|港元|日元)|[万亿]元|元")),
    ("area", re.compile(r"平方|公顷|亩")),
    ("length", re.compile(r"公里|米")),
    ("mass", re.compile(r"公斤|千克|克|吨|升")),
    ("time", re.compile(r"小时|分钟|工作日|[年月天日周时岁]|季度")),
    ("people", re.compile(r"[人名位]|人次")),
    ("bodies", re.compile(r"[家户]")),
    ("times", re.compile(r"[次倍度届]")),
)
_LOOSE = {
    "people": {"people"},
    "bodies": {"bodies", "things"},
    "things": {"people", "bodies", "things", "times"},
    "times": {"times", "things"},
}
_ASKED = (
    ("phone", re.compile(r"电话|热线|手机号|号码|传真|邮编|qq|微信号")),
    (
        "percent",
        re.compile(
            r"百分之几|百分比|比例|比重|占比|占.{2,12}多少|增长率|增速|失业率|利率|税率|几成|[\u4e00-\u9fff]率(?:是|为|目标|要)"
        ),
    ),
    (
        "money",
        re.compile(
            r"(?:多少|几)(?:个)?[百千万]?[亿万]?(?:元|钱|亿)|多少钱|几千亿|金额|资金|费用|价格|预算收入|生产总值|gdp|产值|销售收入|营业额|利润|罚款|补贴|投资额|贷款"
        ),
    ),
    ("area", re.compile(r"面积|多少(?:万)?(?:平方|亩|公顷)")),
    (
        "time",
        re.compile(
            r"多久|多长时间|几年|几个?月|几天|几个?小时|多少[年天]|多少个(?:工作日|月|小时)|期限|多大(?:年纪|岁数|年龄)|几岁|年龄"
        ),
    ),
    (
        "people",
        re.compile(
            r"(?:多少|几)(?:人|名|位)|人数|多少(?:[\u4e00-\u9fff]{0,8}?)(?:人才|企业家|学生|员工|职工|人员|代表)"
        ),
    ),
    ("bodies", re.compile(r"(?:多少|几)(?:家|户)|多少(?:企业|公司|单位)|企业数量?")),
    ("times", re.compile(r"(?:多少|几)(?:次|倍|届)")),
    (
        "things",
        re.compile(
            r"(?:多少|几)(?:个|项|条|件|款|种|类|批|所|座|台|辆|份|页|套|只|张|场|期|处|盏|顶|册|本|部|棵|间)|数量"
        ),
    ),
)


def class_of(amount: str) -> str:
    """The class of an amount by its unit: money, percent, time ...; things for a counted one, number without unit."""
    for name, rule in _CLASSES:
        if rule.search(amount):
            return name
    return "things" if re.search(r"[\u4e00-\u9fff]$", amount) else "number"


def asked_class(question: str) -> str:
    """The class of amount asked for, empty when any will do."""
    folded = fold(question)
    return next((name for name, rule in _ASKED if rule.search(folded)), "")


def fitting(analysis: Analysis, sentence: str) -> list[Span]:
    """The spans of values of the kind asked for that the question does not hold itself; empty where none is wanted."""
    match analysis.kind:
        case "how_many":
            return _amounts(analysis, sentence)
        case "when":
            found = _unasked(values.dates(sentence), sentence, analysis.core)
            return found or [
                span
                for span in _unasked(values.amounts(sentence), sentence, analysis.core)
                if class_of(sentence[slice(*span)]) == "time"
            ]
        case "who":
            return _who(analysis, sentence)
        case "where" | "which" if asks_for_place(analysis.core):
            named = places.find(sentence)
            return _unasked([(place.start, place.end) for place in named], sentence, analysis.core)
    return []


def needs_value(analysis: Analysis) -> bool:
    """Whether only a sentence with a fitting value can answer."""
    return analysis.kind in ("how_many", "when", "who")


def asks_for_place(question: str) -> bool:
    """Whether the answer is the name of a place."""
    return bool(re.search(r"哪[个一]?(?:地方|区|市|县|省|城市|国家|地区|里|儿|地)|在哪|何[地处]", question))


def asks_for_body(question: str) -> bool:
    """Whether 谁 or 哪个 asks for an office, a company or a place rather than a person."""
    return bool(
        re.search(
            r"部门|单位|机构|机关|公司|企业|委员会|局|组织|由谁|谁(?:负责|来|牵头|讲|提|承|主|组织)|哪[个一]?(?:区|市|县|省|国|地)",
            question,
        )
    )


def _unasked(spans: list[Span], sentence: str, question: str) -> list[Span]:
    """The spans whose words do not already stand in the question."""
    asked = fold(question)
    return [(start, end) for start, end in spans if fold(sentence[start:end]).strip() not in asked]


def _amounts(analysis: Analysis, sentence: str) -> list[Span]:
    """The amounts of the class asked for; of them those in the very unit, when there are any."""
    wanted = asked_class(analysis.core)
    if wanted == "phone":
        return _unasked(values.phones(sentence), sentence, analysis.core)
    spans = []
    for span in _unasked(values.amounts(sentence), sentence, analysis.core):
        given = class_of(sentence[slice(*span)])
        if _mere_count(sentence[slice(*span)], analysis.core) or sentence[span[0] - 1 : span[0]] == "“":
            continue
        if wanted and given not in _LOOSE.get(wanted, {wanted}) and given != "number":
            continue
        if not wanted and (given == "time" or re.fullmatch(r"[一二两三四五六七八九十]\S", sentence[slice(*span)])):
            continue
        spans.append(span)
    exact = [span for span in spans if analysis.unit and analysis.unit[-1] in sentence[slice(*span)]]
    return exact or spans


def _mere_count(amount: str, question: str) -> bool:
    """Whether the amount only introduces things (一个, 三类) and the question does not ask for such a count."""
    match = re.fullmatch(r"([一二两三四五六七八九十])([^\d年月天日百千万亿成])", amount)
    if match is None:
        return False
    return match.group(1) == "一" or (match.group(2) in "种类大点面方步件" and match.group(2) not in question)


def _who(analysis: Analysis, sentence: str) -> list[Span]:
    """People, or bodies where the question asks for one."""
    people = _unasked(values.people(sentence), sentence, analysis.core)
    if asks_for_body(analysis.core):
        return people + _unasked(values.bodies(sentence), sentence, analysis.core)
    return people

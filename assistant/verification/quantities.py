"""Reads the numbers of a text with their units, so that 1.5万元, 15000元 and 一万五千元 are one. Knows nothing of statements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from corpus.numbers import integer

_HAN = "零〇一二三四五六七八九十百千两壹贰叁肆伍陆柒捌玖拾佰仟"
_SCALE = {
    "万亿": Decimal(10**12),
    "亿": Decimal(10**8),
    "千万": Decimal(10**7),
    "百万": Decimal(10**6),
    "万": Decimal(10**4),
    "千": Decimal(1000),
    "百": Decimal(100),
    "": Decimal(1),
}
_UNIT = (
    r"个百分点|百分点|平方米|平方公里|平方千米|立方米|公里|千米|公斤|千克|毫克|毫升|厘米|毫米|公顷|人民币|美元|欧元|港元|日元|个工作日|工作日|"
    r"个小时|小时|分钟|个月|年|月|日|天|元|周|季度|岁|个|家|名|人次|人|项|条|款|种|类|批|所|座|台|辆|件|份|页|米|吨|户|倍|位|亩|套|只|张|场|期|度|例|间|部|次|级|步|处|支|门|面|层|版|届|分|秒|成|号|块|大(?=[\u4e00-\u9fff])"
)
_ARABIC = re.compile(
    rf"(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?)(?P<scale>万亿|千万|百万|亿|万|千|百)?(?P<vague>多|余|馀|几)?(?P<unit>%|‰|{_UNIT})?"
)
_CHINESE = re.compile(
    rf"(?P<percent>百分之|千分之)?(?P<number>[{_HAN}]+(?:点[{_HAN}]+)?)(?P<scale>万亿|亿|万)?(?P<rest>[{_HAN}]+)?(?P<scale2>万|亿)?(?P<vague>多|余|馀|几)?(?P<unit>%|{_UNIT})?"
)
_SAME_UNIT = {
    "个百分点": "百分点",
    "平方千米": "平方公里",
    "千米": "公里",
    "千克": "公斤",
    "个月": "月长",
    "个工作日": "工作日",
    "个小时": "小时",
    "人民币": "元",
    "块": "元",
    "人次": "人次",
    "天": "天",
    "名": "人",
    "位": "人",
    "号": "日",
}
_FAMILIES = {
    **dict.fromkeys(
        ("个", "家", "项", "条", "种", "类", "所", "座", "件", "支", "台", "份", "处", "批", "户"), "count"
    ),
    **dict.fromkeys(("人", "名", "位", "人次"), "people"),
}
_ORDINAL = re.compile(rf"第[{_HAN}\d]+")
_ISO = re.compile(r"(?<![\d.-])((?:19|20)\d{2})[-/.](\d{1,2})[-/.](\d{1,2})(?![\d.-])")
_YEAR = re.compile(r"[一二][〇零○o一二三四五六七八九]{3}(?=年)")
_DIGIT = {char: str(at % 10) for at, char in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "o": "0"}
_RANGE = re.compile(r"^(?:[-—–~至到])$")
# Words in which a Chinese numeral counts nothing.
_NOT_NUMBERS = re.compile(
    r"一(?:些|定|般|致|律|切|体|起|直|样|旦|方面|并|同|边|经|概|贯|向|时|再|下|番|批|系列|流|线|手|把手|站式|网通|码|路|带|部分|步|如|道|心|大批|时间|季度|度|带一路|企一策|对一|事一议|案一策|人一|户一|岗双责|票否决|次性|揽子|刀切|窗|门|般性|词|发|举|跃)|"
    r"[百千万](?:分点|姓|户|方百计)|万(?:一|元以|达|科|众|物|事|里|象)|十(?:分(?!之)|足)|三农|三方|四[川处]|五金|千方百计|百强|统一|唯一|(?<![百千万]分)之一|万无|逐一|专一|单一|第一方阵|不一|二维码|二手|三明|四川|三亚|七台河|九江|十堰|百色|双一流|两会|两山"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a comparable text: its value with the scale multiplied in, its unit in one form, where it stands.

    `vague` marks 多, 余, 几; `ratio` percent and the like, whose value is in percent.
    """

    value: Decimal
    unit: str
    start: int
    end: int
    vague: bool = False


def find(text: str) -> list[Number]:
    """The numbers of a comparable text, in order."""
    text = _ORDINAL.sub(lambda match: "\0" * len(match.group()), text)
    found = [number for match in _ARABIC.finditer(text) if (number := _arabic(match, text))]
    masked = _NOT_NUMBERS.sub(lambda match: "\0" * len(match.group()), text)
    for match in _CHINESE.finditer(masked):
        number = _chinese(match, masked)
        if number and not any(other.start < number.end and number.start < other.end for other in found):
            found.append(number)
    return _ranges(sorted(found, key=lambda number: number.start), text)


def canonical(text: str) -> str:
    """A comparable text with its dates and numbers in one form (2021年2月19日, 15000元), so that its wording can be compared."""
    text = _ISO.sub(lambda match: f"{match[1]}年{int(match[2])}月{int(match[3])}日", text)
    text = _YEAR.sub(lambda match: "".join(_DIGIT[char] for char in match.group()), text)
    parts, position = [], 0
    for number in find(text):
        if number.start >= position:
            parts += [text[position : number.start], _written(number, text)]
            position = number.end
    return "".join([*parts, text[position:]])


def _written(number: Number, text: str) -> str:
    """A number in figures with its unit as it stands."""
    written = text[number.start : number.end]
    if re.match(r"0\d", written):
        return written  # a telephone number or a code: its zero counts
    vague = "多" if number.vague else ""
    if number.unit in ("%", "‰"):
        return f"{number.value.normalize():f}{vague}{number.unit}"
    unit = re.sub(rf"^[\d.,{_HAN}点万亿多余几]+", "", written)
    return f"{number.value.normalize():f}{vague}{unit}"


def family(unit: str) -> str:
    """What units are taken for one another: counters of things, counters of people; any other stands for itself."""
    return _FAMILIES.get(unit, unit)


def _ranges(found: list[Number], text: str) -> list[Number]:
    """The numbers, the first of a range such as 5至10万元 with the scale and unit of the second."""
    for place in range(len(found) - 1):
        one, other = found[place], found[place + 1]
        if not one.unit and other.unit and _RANGE.match(text[one.end : other.start]):
            scale = next((s for s in ("万亿", "亿", "万", "千", "百") if s in text[other.start : other.end]), "")
            bare_first = not re.search(r"[万亿千百]", text[one.start : one.end])
            value = one.value * (_SCALE[scale] if bare_first and text[other.start].isdigit() else 1)
            found[place] = Number(value, other.unit, one.start, one.end, one.vague)
    return found


def _arabic(match: re.Match[str], text: str) -> Number | None:
    """The number of one match of Arabic digits."""
    before = text[: match.start()]
    digits = match.group("number").replace(",", "")
    try:
        value = Decimal(digits) * _SCALE[match.group("scale") or ""]
    except InvalidOperation:
        return None
    if before.endswith("百分之"):
        return Number(value, "%", match.start() - 3, match.end(), bool(match.group("vague")))
    if match.group("unit") == "‰":
        return Number(value / 10, "%", match.start(), match.end(), bool(match.group("vague")))
    return Number(value, _unit(match.group("unit")), match.start(), match.end(), bool(match.group("vague")))


def _chinese(match: re.Match[str], text: str) -> Number | None:
    """The number of one match of Chinese numerals; None for a single 一 or 两 without a unit."""
    whole, scale, unit = match.group("number"), match.group("scale") or "", _unit(match.group("unit"))
    if len(whole) == 1 and not scale and not unit and not match.group("percent"):
        return None
    head, _, tail = whole.partition("点")
    value = integer(head)
    if value is None:
        return None
    total = Decimal(value)
    if tail:
        digits = "".join(str(integer(char)) for char in tail)
        total += Decimal(f"0.{digits}") if digits.isdigit() else 0
    total *= _SCALE[scale]
    rest = integer(match.group("rest")) if match.group("rest") else None
    if rest is not None:
        total += Decimal(rest) * _SCALE[match.group("scale2") or ""]
    if match.group("percent"):
        unit = "%"
        total = total if match.group("percent") == "百分之" else total / 10
    return Number(total, unit, match.start(), match.end(), bool(match.group("vague")))


def _unit(unit: str | None) -> str:
    """A unit in its one form, empty when there is none."""
    return _SAME_UNIT.get(unit or "", unit or "")

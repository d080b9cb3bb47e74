"""Finds what a text counts and measures: 1.5万元, 15000元 and 一万五千元 are one. Knows nothing of statements or documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from corpus.text.characters import fold
from corpus.text.dates import find_dates
from corpus.text.numbers import ARABIC, DIGITS, NUMERALS, SMALL, in_figures, magnitude_of, parse_integer, parse_number

Kind = Literal["number", "percent", "ordinal", "date"]

# Each unit with the name it is compared by, where that is another.
_UNIT_TEXT = """
    个百分点=百分点 百分点 平方米 平方公里 平方千米=平方公里 立方米 公里 千米=公里 公斤 千克=公斤 斤 毫克 毫升 厘米 毫米 公顷
    人民币=元 美元 欧元 港元 港币=港元 日元 元 块=元 角 个工作日=工作日 工作日 个自然日=自然日 自然日 个小时=小时 小时 分钟
    个月=月长 个季度=季度 季度 个世纪=世纪 世纪 年 月 日 号=日 天 周岁=岁 周 岁 秒 个 家 名=人 位=人 人次 人 户次 项次 项 条
    款 种 类 批 所 座 台 辆次 辆 件 份 页 米 吨 户 倍 亩 套 只 张 场 期 度 例 间 部 次 级 步 处 支 门 面 层 版 届 分 克 升
    千瓦时 千瓦 兆瓦 立方 株 棵 头 栋 幢 篇 册 章 节 ℃
"""
_UNITS = {word: name or word for word, _, name in (item.partition("=") for item in _UNIT_TEXT.split())}
_UNIT = (
    "|".join(sorted(_UNITS, key=len, reverse=True))
    # 大 counts before a noun (四大经济); 成 is ten percent, unless a word begins with it (5年成立)
    + r"|大(?=[\u4e00-\u9fff])|成(?![立为果员功品本都交长人分效套熟就千上])"
)
_FAMILIES = {
    **dict.fromkeys(
        ["个", "家", "项", "条", "种", "类", "所", "座", "件", "支", "台", "份", "处", "批", "户"], "count"
    ),
    **dict.fromkeys(("人", "人次"), "people"),
}
_VAGUE = "(?:(?P<vague>多|余|馀|几)(?P<after>万亿|千万|百万|十万|亿|万|千|百)?)?"
_TAIL = (
    rf"{_VAGUE}(?:(?P<half>个半)(?=小时|月|世纪)(?P<halved>小时|月|世纪)"
    rf"|[ ]?(?P<unit>%|‰|{_UNIT})(?P<more>半(?![年数价径])|(?<=成)[{DIGITS}](?![{NUMERALS}点]|{_UNIT}))?)?"
)
_ARABIC = re.compile(rf"(?P<number>{ARABIC})[ ]?(?P<scale>万亿|千万|百万|十万|亿|万|千(?![克米瓦])|百(?!分))?{_TAIL}")
_CHINESE = re.compile(
    rf"(?<![几数\d])(?P<number>[{SMALL}][{NUMERALS}]*(?:点[{DIGITS}]+(?:万亿|[万亿])?)?)(?P<scale>){_TAIL}"
)
_COUNTED = rf"(?:{ARABIC}[万亿]?|[{NUMERALS}]+(?:点[{DIGITS}]+)?)"
_FRACTION = re.compile(
    rf"(?:(?P<whole>{_COUNTED})又)?(?P<below>{_COUNTED})分之(?P<above>{_COUNTED})(?P<vague>多|余)?"
    r"|(?<![0-9a-z/.-])(?P<top>\d{1,3})[/⁄](?P<bottom>\d{1,3})(?![0-9a-z/.-]|[年月日号楼室栋])"
)
_HALF = re.compile(
    r"(?<![上下前后每大小多各一过个年月天时亩])半(?P<unit>个月|个小时|小时|个世纪|世纪|年|天|日)(?![度报制载终中])"
)
_ORDINAL = re.compile(rf"第[ ]?(?P<number>[{NUMERALS}]+|\d+)(?P<unit>{_UNIT}|款|目|编|章|节)?")
_ISO = re.compile(r"(?<![\d.-])((?:19|20)\d{2})[-/.](\d{1,2})[-/.](\d{1,2})(?![\d.-])")
_YEAR = re.compile(r"[一二][〇零○o一二三四五六七八九]{3}(?=年)")
_RANGE = re.compile(r"[ ]?(?:[-—–~]{1,2}|至|到)[ ]?")
_ZERO = "〇零○"
# Words in which a Chinese numeral counts nothing, unless it ends a longer one (一万元以上, 五百户).
_NOT_NUMBERS = re.compile(
    rf"(?<![{NUMERALS}\d])(?:"
    r"一(?:些|定|般|致|律|切|体|起|直|样|旦|方面|并|同|边|经|概|贯|向|时|再|下|番|批|系列|流|线|手|把手|站式|网通|码|路|带|部分|步|如|道|心|大批|时间|季度|度|带一路|企一策|对一|事一议|案一策|人一|户一|岗双责|票否决|次性|揽子|刀切|窗|门|般性|词|发|举|跃)|"
    r"[百千万](?:分点|姓|户|方百计)|万(?:一|元以|达|科|众|物|事|里|象)|十(?:分(?!之)|足)|三农|三方|四[川处]|五金|千方百计|百强|统一|唯一|(?<!分)之一|万无|逐一|专一|单一|第一方阵|不一|二维码|二手|三明|四川|三亚|七台河|九江|十堰|百色|双一流|两会|两山)"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in a text, at `text[start:end]`.

    value: the whole value, exact, with 万 and 亿 multiplied out (1500亿元 is 150000000000); for a percentage, a fraction or 成
    the number of percent, for a date year × 10000 + month × 100 + day with 0 for a part that is not said. unit: what it counts
    in, in one form (个工作日 is 工作日), "" when none follows; for a date its ISO form. written: the unit as it stands.
    vague: 多, 余 or 几 stands with it. factor: what the figure as written was multiplied by (10000 for 5万).
    """

    value: Fraction
    unit: str
    kind: Kind
    start: int
    end: int
    written: str = ""
    vague: bool = False
    factor: Fraction = Fraction(1)


def find_quantities(text: str) -> list[Quantity]:
    """The numbers of a text that count or measure, in order; offsets are those of the text.

    Fractions and 成 come as percentages. A Chinese numeral of one character counts only with a unit after it (五项, not 统一),
    one of digits alone not where it names two (五六个). 5至10万元 gives both ends their 万 and their unit. Ordinals are left out.
    """
    folded = _ORDINAL.sub(lambda match: "\0" * len(match.group()), fold(text))
    found: list[Quantity] = list(_find_fractions(folded))
    text = _blot_out(folded, found)
    found += [quantity for match in _ARABIC.finditer(text) if (quantity := _quantity_in_figures(match))]
    found += [_half_quantity(match) for match in _HALF.finditer(text)]
    masked = _NOT_NUMBERS.sub(lambda match: "\0" * len(match.group()), _blot_out(text, found))
    found += [quantity for match in _CHINESE.finditer(masked) if (quantity := _quantity_in_numerals(match))]
    return _with_ranges(_join_two_steps(sorted(found, key=lambda quantity: quantity.start)), folded)


def find_values(text: str) -> list[Quantity]:
    """The dates, ordinals and quantities of a text in order; a day without its month (19日) counts as a quantity."""
    folded = fold(text)
    found = [
        Quantity(Fraction(y * 10000 + m * 100 + d), date.iso, "date", date.start, date.end)
        for date in find_dates(folded)
        for y, m, d in (date.parts,)
        if y or m
    ]
    for match in _ORDINAL.finditer(_blot_out(folded, found)):
        value = parse_integer(match["number"])
        if value is not None:
            unit = match["unit"] or ""
            found.append(Quantity(Fraction(value), unit, "ordinal", *match.span(), unit))
    found += find_quantities(_blot_out(folded, found))
    return sorted(found, key=lambda quantity: quantity.start)


def canonical_values(text: str) -> str:
    """The text with its dates and quantities in one form (2021年2月19日, 15000元), so that its wording can be compared."""
    text = _ISO.sub(lambda match: f"{match[1]}年{int(match[2])}月{int(match[3])}日", text)
    text = _YEAR.sub(lambda match: str(parse_integer(match.group().replace("o", "〇"))), text)
    parts, position = [], 0
    for quantity in find_quantities(text):
        if quantity.start >= position:
            parts += [text[position : quantity.start], _in_figures(quantity, text)]
            position = quantity.end
    return "".join([*parts, text[position:]])


def unit_family(unit: str) -> str:
    """What units are taken for one another: counters of things, counters of people; any other stands for itself."""
    return _FAMILIES.get(unit, unit)


def _blot_out(text: str, found: list[Quantity]) -> str:
    """The text with what was found blotted out, as long as before."""
    for quantity in found:
        text = text[: quantity.start] + "\0" * (quantity.end - quantity.start) + text[quantity.end :]
    return text


def _find_fractions(text: str) -> Iterator[Quantity]:
    """三分之一, 百分之三十, 千分之五, 一又二分之一, 1/3: in percent."""
    for match in _FRACTION.finditer(text):
        above, below = parse_number(match["above"] or match["top"]), parse_number(match["below"] or match["bottom"])
        whole = parse_number(match["whole"]) if match["whole"] else Fraction(0)
        if above is None or whole is None or not below or (match["top"] and above >= below):
            continue
        yield Quantity(
            (whole + above / below) * 100,
            "%",
            "percent",
            *match.span(),
            vague=bool(match["vague"]),
            factor=100 / below,
        )


def _quantity_in_figures(match: re.Match[str]) -> Quantity | None:
    """The quantity of a match in Arabic figures."""
    value = parse_number(match["number"])
    return None if value is None else _with_unit(match, value)


def _quantity_in_numerals(match: re.Match[str]) -> Quantity | None:
    """The quantity of a match in Chinese numerals; None where the characters count nothing."""
    numeral = match["number"]
    value = parse_number(numeral)
    if value is None:
        return None
    quantity = _with_unit(match, value)
    digits = all(character in DIGITS for character in numeral)
    if len(numeral) == 1 and not quantity.unit and not _RANGE.match(match.string, match.end()):
        return None
    if digits and len(numeral) > 1 and not set(numeral) & set(_ZERO) and (len(numeral) == 2 or not quantity.unit):
        return None
    large = re.search("[万亿]+$", numeral)
    return replace(quantity, factor=quantity.factor * magnitude_of(large.group())) if large else quantity


def _with_unit(match: re.Match[str], value: Fraction) -> Quantity:
    """A value with the scale and the unit that follow it."""
    factor = Fraction(magnitude_of(match["scale"] or "") * magnitude_of(match["after"] or ""))
    word, more = match["unit"] or "", match["more"] or ""
    if match["half"]:
        word, value = "个" + match["halved"], value + Fraction(1, 2)
    elif more == "半":
        value += Fraction(1, 2 * factor)
    if word in ("%", "‰", "成"):
        tenths = Fraction(parse_integer(more) or 0, 10) if word == "成" and more != "半" else Fraction(0)
        each = {"%": Fraction(1), "‰": Fraction(1, 10), "成": Fraction(10)}[word]
        share = (value * factor + tenths) * each
        if word != "成" or share <= 100:
            return Quantity(share, "%", "percent", *match.span(), "%", bool(match["vague"]), factor * each)
    return _in_whole_months(
        Quantity(value * factor, _UNITS.get(word, word), "number", *match.span(), word, bool(match["vague"]), factor)
    )


def _half_quantity(match: re.Match[str]) -> Quantity:
    """半年, 半个月, 半小时."""
    word = match["unit"]
    return _in_whole_months(Quantity(Fraction(1, 2), _UNITS[word], "number", *match.span(), word))


def _in_whole_months(quantity: Quantity) -> Quantity:
    """Years that are not whole told in months, as 一年半 and 18个月 are one."""
    if quantity.unit != "年" or quantity.value.denominator == 1:
        return quantity
    return replace(quantity, value=quantity.value * 12, unit="月长", written="个月")


def _in_figures(quantity: Quantity, text: str) -> str:
    """A quantity in figures with its unit as it stands."""
    shown = text[quantity.start : quantity.end]
    if re.match(r"0\d", shown):
        return shown  # a telephone number or a code: its zero counts
    vague = "多" if quantity.vague else ""
    if quantity.kind == "percent":
        share = in_figures(quantity.value)
        return f"{share}{vague}%" if "分之" not in share else in_figures(quantity.value / 100) + vague
    return in_figures(quantity.value) + vague + quantity.written


def _join_two_steps(found: list[Quantity]) -> list[Quantity]:
    """The quantities, those written in two steps as one: 2亿3千万元."""
    kept: list[Quantity] = []
    for quantity in found:
        before = kept[-1] if kept else None
        follows = before is not None and before.end == quantity.start and not before.unit and not before.vague
        if before and follows and before.factor > quantity.value and before.factor >= 10**4:
            kept[-1] = replace(quantity, value=before.value + quantity.value, start=before.start)
        else:
            kept.append(quantity)
    return kept


def _with_ranges(found: list[Quantity], text: str) -> list[Quantity]:
    """The quantities, the ends of a range in one unit: 5至10万元, 三至五成, 百分之三十至五十."""
    for place in range(len(found) - 1):
        one, other = found[place], found[place + 1]
        if not _RANGE.fullmatch(text, one.end, other.start):
            continue
        if not one.unit and other.unit:
            value = one.value * other.factor if one.factor == 1 else one.value
            value = value if value < other.value else one.value
            found[place] = replace(one, value=value, unit=other.unit, kind=other.kind, factor=other.factor)
        elif "分之" in text[one.start : one.end] and not other.unit:
            found[place + 1] = replace(other, value=other.value * one.factor, unit="%", kind="percent")
    single = re.compile(f"[{SMALL}]")
    return [q for q in found if q.unit or not single.fullmatch(text, q.start, q.end)]

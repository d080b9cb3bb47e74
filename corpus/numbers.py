"""Chinese and Arabic numerals, and the quantities and dates in a text. Knows nothing of documents."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

Kind = Literal["number", "ordinal", "percent", "fraction", "date"]

_DIGIT_FORMS = ("零〇○Ｏ", "一壹弌", "二贰弐两貳", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
_DIGITS = {character: value for value, characters in enumerate(_DIGIT_FORMS) for character in characters}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_SPECIAL = {"廿": 20, "卅": 30}
# ① to ⑳, ⑴ to ⒇ and ㈠ to ㈩.
_CIRCLED = {
    chr(first + place): place + 1 for first, most in ((0x2460, 20), (0x2474, 20), (0x3220, 10)) for place in range(most)
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in a text, at `text[start:end]`.

    value: the whole value with 万 and 亿 multiplied out (1500亿元 is 150000000000); for a percentage the number of percent,
    for a date year × 10000 + month × 100 + day with 0 for a part that is not said. unit: the word it counts in (元, 个, %), ""
    when none follows; for a date its ISO form, a missing part left out (2021-02-19, 2021-02, 2021, --02-19, --02).
    """

    value: Decimal
    unit: str
    kind: Kind
    start: int
    end: int


@lru_cache(maxsize=4096)
def integer(text: str) -> int | None:
    """The value of a whole number in Arabic (any width), Chinese or financial numerals, or circled; None when it is none.

    Both Chinese forms are read: with units (一百二十三) and digit by digit (二〇二一). 十四五 is neither.
    """
    text = text.strip()
    if not text:
        return None
    if text in _CIRCLED:
        return _CIRCLED[text]
    if text.isdecimal():
        return int(text)
    if all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    return _with_units(text)


def _with_units(text: str) -> int | None:
    """一百二十三, 三万五千, 十二; None for a numeral whose digits stand side by side."""
    total = section = 0
    digit: int | None = None
    for character in text:
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
        elif character in _UNITS or character in _SPECIAL:
            section += _SPECIAL.get(character) or (digit or 1) * _UNITS[character]
            digit = None
        elif character in _LARGE:
            held = section + (digit or 0)
            total = (total + held or 1) * 10**8 if _LARGE[character] == 10**8 else total + (held or 1) * 10**4
            section, digit = 0, None
        else:
            return None
    return total + section + (digit or 0)


_A = "[0-9０-９]"
_C = "[" + "".join(_DIGITS) + "".join(_UNITS) + "".join(_SPECIAL) + "]"
_CL = _C[:-1] + "".join(_LARGE) + "]"
_ARABIC = rf"(?:{_A}{{1,3}}(?:[,，]{_A}{{3}})+|{_A}+)(?:[.．]{_A}+)?"
_UNIT_TEXT = """
个百分点 百分点 人民币 美元 港元 港币 欧元 日元 元 角 人次 人 户次 户 家次 家
个工作日 工作日 个自然日 自然日 个月 个 项次 项 条 名 亩 公顷 万平方米 平方米
平方公里 立方米 公里 千米 厘米 毫米 米 吨 千克 公斤 克 升 毫升 千瓦时 千瓦 兆瓦
年 月 日 天 周岁 周 小时 分钟 秒 岁 倍 次 件 套 间 所 座 辆 台 篇 部 册 份
章 节 款 目 编 级 类 种 批 届 期 号 楼 层 ℃ 度 分 位 只 头 株 棵 张 笔
单 场 方面 方 大 点 步 轮 成 辆次 把 块 支 队 组 片 门 处 道 代 字 页 行
列 格 段 句 词 幢 栋 床 幅 枚 艘 架 匹 口 站 城 镇 街 村 区 市 县 省 国
"""
_UNIT_WORDS = sorted(_UNIT_TEXT.split(), key=len, reverse=True)
_UNIT = "|".join(_UNIT_WORDS)
_YEAR = rf"(?:[12１２]{_A}{{3}}|[一二][零〇○ＯO一二三四五六七八九]{{3}})"
_SMALL = rf"(?:{_A}{{1,2}}|[一二三四五六七八九十]{{1,3}})"
_DATE = (
    rf"(?P<year>{_YEAR})[ \u3000]*年(?:度)?(?:[ \u3000]*(?P<month>{_SMALL})[ \u3000]*月(?![份]?以?[内上])"
    rf"(?:[ \u3000]*(?P<day>{_SMALL})[ \u3000]*[日号])?)?"
    rf"|(?P<month2>{_SMALL})[ \u3000]*月(?:[ \u3000]*(?P<day2>{_SMALL})[ \u3000]*[日号])?(?:份|底|初|中旬|上旬|下旬)?(?!龄|薪)"
    rf"|(?P<isoyear>[12]\d{{3}})[-/.](?P<isomonth>\d{{1,2}})[-/.](?P<isoday>\d{{1,2}})(?![\d.])"
)
_VALUE = re.compile(
    rf"(?P<date>{_DATE})"
    rf"|(?P<per>百|千|万)分之(?P<pervalue>{_ARABIC}|{_C}+(?:点[{''.join(_DIGITS)}]+)?)"
    rf"|(?P<below>{_C}{{1,4}}|{_A}{{1,4}})分之(?P<above>{_C}{{1,4}}|{_A}{{1,4}})"
    rf"|(?P<rate>{_ARABIC})[ ]?(?P<ratesign>[%％‰])"
    rf"|(?P<nth>第)[ ]?(?P<ordinal>{_A}+|{_CL}+)(?P<nthunit>{_UNIT})?"
    rf"|(?P<arabic>{_ARABIC})[ ]?(?P<large>[十百千]?[万亿萬億]{{1,2}}|千(?![克米瓦]))?(?P<unit>{_UNIT})?"
    rf"|(?P<chinese>{_CL}+(?:点[{''.join(_DIGITS)}]+)?)(?P<cunit>{_UNIT})?"
)
_RANGE = re.compile(r"[ ]?(?:[-—–~～]{1,2}|至|到|或|、)[ ]?")
_PERCENT_OF = {"百": Decimal(1), "千": Decimal("0.1"), "万": Decimal("0.01")}
_SCALE = {**_UNITS, **_LARGE}


def find_values(text: str) -> list[Quantity]:
    """The quantities and dates of `text` in order.

    A Chinese numeral of one character counts only with a unit after it (五项, not 统一), and 5至10个 gives both ends their unit.
    """
    found: list[Quantity] = []
    for match in _VALUE.finditer(text):
        quantity = _quantity(match)
        if quantity is None:
            continue
        if found and _is_range(found[-1], quantity, text):
            found[-1] = _like(found[-1], quantity, match["large"])
        found.append(quantity)
    return found


def _is_range(first: Quantity, second: Quantity, text: str) -> bool:
    same = first.kind == second.kind and not first.unit and bool(second.unit)
    return same and _RANGE.fullmatch(text, first.end, second.start) is not None


def _like(first: Quantity, second: Quantity, large: str | None) -> Quantity:
    """The lower end of a range in the unit of its upper end, and in its 万 or 亿 (10-15万元) unless it would pass it."""
    scale = Decimal(1)
    for character in large or "":
        scale *= _SCALE[character]
    value = first.value * scale if first.value * scale < second.value else first.value
    return Quantity(value, second.unit, second.kind, first.start, first.end)


def _quantity(match: re.Match[str]) -> Quantity | None:
    if match["date"]:
        return _date(match)
    if match["per"]:
        value = _decimal(match["pervalue"]) * _PERCENT_OF[match["per"]]
        return Quantity(value, "%", "percent", *match.span())
    if match["below"]:
        below, above = integer(match["below"]), integer(match["above"])
        return Quantity(Decimal(above) / below, "", "fraction", *match.span()) if below and above is not None else None
    if match["rate"]:
        scale = Decimal("0.1") if match["ratesign"] == "‰" else 1
        return Quantity(_decimal(match["rate"]) * scale, "%", "percent", *match.span())
    return _ordinal(match) if match["nth"] else _counted(match)


def _ordinal(match: re.Match[str]) -> Quantity | None:
    number = integer(match["ordinal"])
    return None if number is None else Quantity(Decimal(number), match["nthunit"] or "", "ordinal", *match.span())


def _counted(match: re.Match[str]) -> Quantity | None:
    if match["arabic"]:
        value = _decimal(match["arabic"])
        for character in match["large"] or "":
            value *= _SCALE[character]
        return Quantity(value, match["unit"] or "", "number", *match.span())
    return _chinese(match)


def _chinese(match: re.Match[str]) -> Quantity | None:
    numeral, unit = match["chinese"], match["cunit"] or ""
    whole = numeral.partition("点")[0]
    if len(whole) == 1 and (not unit or whole in _UNITS or whole in _LARGE) and whole != "十":
        return None
    if not unit and whole in ("十", "万亿", "千万", "百万", "千百"):
        return None
    if integer(whole) is None or (len(whole) > 1 and not unit and all(character in _DIGITS for character in whole)):
        return None
    return Quantity(_decimal(numeral), unit, "number", *match.span())


def _decimal(text: str) -> Decimal:
    plain = unicodedata.normalize("NFKC", text).replace(",", "")
    if plain[:1].isdecimal():
        return Decimal(plain)
    whole, _, part = plain.partition("点")
    digits = "".join(str(_DIGITS[character]) for character in part)
    return Decimal(integer(whole) or 0) + (Decimal(f"0.{digits}") if digits else 0)


def _date(match: re.Match[str]) -> Quantity | None:
    year = match["year"] or match["isoyear"]
    month = match["month"] or match["month2"] or match["isomonth"]
    day = match["day"] or match["day2"] or match["isoday"]
    y, m, d = ((integer(part.replace("O", "〇")) or 0) if part else 0 for part in (year, month, day))
    if m > 12 or d > 31 or (month and not m) or (day and not d):
        return None
    iso = (f"{y:04d}" if y else "-") + (f"-{m:02d}" if m else "") + (f"-{d:02d}" if d else "")
    return Quantity(Decimal(y * 10000 + m * 100 + d), iso, "date", *match.span())

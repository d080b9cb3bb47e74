"""Numbers as Chinese texts write them, and their values. Knows nothing of units, dates or documents."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

_DIGIT_FORMS = ("零〇○Ｏ", "一壹弌", "二贰弐两貳", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
_DIGITS = {character: value for value, characters in enumerate(_DIGIT_FORMS) for character in characters}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_SPECIAL = {"廿": 20, "卅": 30}
# ① to ⑳, ⑴ to ⒇ and ㈠ to ㈩.
_CIRCLED = {
    chr(first + place): place + 1 for first, most in ((0x2460, 20), (0x2474, 20), (0x3220, 10)) for place in range(most)
}
_SCALES = {**_TENS, **_LARGE}

# Characters for the classes of regular expressions: of digits, of whole numbers below 万, and of all whole numbers.
DIGITS = "".join(_DIGITS)
SMALL = DIGITS + "".join(_TENS) + "".join(_SPECIAL)
NUMERALS = SMALL + "".join(_LARGE)
# Half-width figures with thousands apart and a decimal part.
ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"


@lru_cache(maxsize=4096)
def parse_integer(text: str) -> int | None:
    """The value of a whole number in Arabic (any width), Chinese or financial numerals, or circled; None when it is none.

    Both Chinese forms are read: with units (一百二十三) and digit by digit (二〇二一, 一〇一). A last digit without its unit
    counts in the next one (一万二 is 12000, 一万零二 is 10002). 十四五 is neither form.
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
    last, zero = 1, False  # the unit before this place, and whether a 零 stands between
    for character in text:
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
            zero = zero or digit == 0
        elif character in _TENS or character in _SPECIAL:
            last = _TENS.get(character, 10)
            section += _SPECIAL.get(character) or (digit or 1) * last
            digit, zero = None, False
        elif character in _LARGE:
            last = _LARGE[character]
            held = section + (digit or 0)
            together = last == 10**8 or (total and not held)  # 万亿 and 万万: what stands before is multiplied whole
            total = (total + held or 1) * last if together else total + (held or 1) * last
            section, digit, zero = 0, None, False
        else:
            return None
    rest = (digit or 0) * (last // 10 if last >= 100 and not zero else 1)
    return total + section + rest


def parse_number(text: str) -> Fraction | None:
    """The value of a number: whole or with a decimal part (1,500.5, 三点五), 万 and 亿 multiplied out; None when it is none."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    figures = re.fullmatch(r"(\d+(?:\.\d+)?)([十拾百佰千仟万萬亿億]*)", plain)
    if figures:
        return Fraction(figures[1]) * magnitude_of(figures[2])
    broken = re.fullmatch(rf"([{NUMERALS}]+)点([{DIGITS}]+)([十百千万萬亿億]*)", plain)
    if broken is None:
        value = parse_integer(plain)
        return None if value is None else Fraction(value)
    head = parse_integer(broken[1])
    part = "".join(str(_DIGITS[character]) for character in broken[2])
    return None if head is None else Fraction(f"{head}.{part}") * magnitude_of(broken[3])


def magnitude_of(characters: str) -> int:
    """What a figure is multiplied by that these characters follow: 万 10000, 百万 1000000, none 1."""
    product = 1
    for character in characters:
        product *= _SCALES[character]
    return product


def in_figures(value: Fraction) -> str:
    """A value in Arabic figures without exponent; one with no finite decimal form as a fraction in Chinese, 3分之1."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.denominator}分之{value.numerator}"
    return f"{(Decimal(value.numerator) / value.denominator).normalize():f}"

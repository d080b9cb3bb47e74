"""Chinese and Arabic numerals, and the quantities in a text. Knows nothing of documents."""

from __future__ import annotations

from typing import Literal

Kind = Literal["number", "percent", "date", "number_of"]

_DIGITS = {
    character: value
    for value, characters in enumerate(
        ("零〇○Ｏ", "一壹弌", "二贰弐两", "三叁參", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for character in characters
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_SPECIAL = {"廿": 20, "卅": 30}
NUMERALS = "".join(_DIGITS) + "".join(_UNITS) + "".join(_LARGE) + "".join(_SPECIAL)
_CIRCLED = {chr(0x2460 + i): i + 1 for i in range(20)}


def integer(text: str) -> int | None:
    """The value of a whole number in Arabic (any width), Chinese or financial numerals, or circled; None when it is none.

    Both forms are read: with units (一百二十三) and digit by digit (二〇二一).
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
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _UNITS:
            section += (digit or 1) * _UNITS[character]
            digit = 0
        elif character in _SPECIAL:
            section += _SPECIAL[character]
            digit = 0
        elif character in _LARGE:
            total = (total + section + digit or 1) * _LARGE[character]
            section = digit = 0
        else:
            return None
    return total + section + digit

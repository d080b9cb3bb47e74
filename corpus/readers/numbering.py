"""The numbers and marks that Word computes for its lists (第一条, （一）, 1.1). Knows nothing of the text they stand before."""

from __future__ import annotations

import re
from typing import Any

from corpus.locators import chinese_ordinal

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_CHINESE_FORMATS = frozenset(
    (
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "ideographDigital",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "chineseLegalSimplified",
        "koreanCounting",
    )
)
_CIRCLED = "".join(chr(0x2460 + place) for place in range(20))
_MARKS = {
    "decimalEnclosedCircle": _CIRCLED,
    "decimalEnclosedCircleChinese": _CIRCLED,
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
}


class Numbering:
    """Counts through a document's lists in the order its paragraphs are asked about."""

    def __init__(self, root: Any, styles: dict[str, dict[str, str]]) -> None:
        self._styles = styles
        self._levels: dict[str, dict[int, dict[str, str]]] = {}
        self._abstract: dict[str, str] = {}
        self._counters: dict[str, dict[int, int]] = {}
        if root is None:
            return
        abstract = {str(a.get(f"{_W}abstractNumId")): _read_levels(a) for a in root.iter(f"{_W}abstractNum")}
        for num in root.iter(f"{_W}num"):
            identity = str(num.get(f"{_W}numId"))
            link = num.find(f"{_W}abstractNumId")
            name = str(link.get(f"{_W}val")) if link is not None else ""
            levels = {level: dict(values) for level, values in abstract.get(name, {}).items()}
            # A list with its own start counts apart; the others of one definition count on.
            overrides = [o for o in num.iter(f"{_W}lvlOverride") if o.find(f"{_W}startOverride") is not None]
            for override in overrides:
                start = override.find(f"{_W}startOverride").get(f"{_W}val")
                levels.setdefault(int(override.get(f"{_W}ilvl") or 0), {})["start"] = str(start)
            self._levels[identity] = levels
            self._abstract[identity] = f"{name}/{identity}" if overrides else name

    @classmethod
    def of_lists(cls, levels: dict[str, dict[int, dict[str, str]]], counted_as: dict[str, str]) -> Numbering:
        """Lists by identity, each level's start, format, text (%1 is the first level's number) and suffix.

        counted_as: what each list counts with; lists with the same value go on counting from each other.
        """
        made = cls(None, {})
        made._levels, made._abstract = levels, counted_as
        return made

    def label_of(self, paragraph: Any, style: str) -> str:
        """The mark before a paragraph with a space after it where it has one, "" for a paragraph in no list."""
        return self.next_mark(*self._list_and_level(paragraph, style))

    def next_mark(self, identity: str, level: int) -> str:
        """The next mark of a list's level, as `label` gives it, "" for a list that is not known."""
        levels = self._levels.get(identity)
        if not levels or level not in levels:
            return ""
        counters = self._counters.setdefault(self._abstract[identity], {})
        counters[level] = counters.get(level, _number_or(levels[level].get("start"), 1) - 1) + 1
        for deeper in [other for other in counters if other > level]:
            del counters[deeper]
        if levels[level].get("format") in ("bullet", "none", None):
            return ""
        text = re.sub(
            r"%([1-9])",
            lambda mark: self._written_number(levels, counters, int(mark[1]) - 1),
            levels[level].get("text", ""),
        )
        joined = text.endswith(("、", "）", ")", ".", "．")) or levels[level].get("suffix") == "nothing"
        return text if joined or not text else f"{text} "

    def _list_and_level(self, paragraph: Any, style: str) -> tuple[str, int]:
        own = paragraph.find(f"{_W}pPr/{_W}numPr")
        if own is not None:
            identity, level = own.find(f"{_W}numId"), own.find(f"{_W}ilvl")
            value = (
                str(identity.get(f"{_W}val")) if identity is not None else self._styles.get(style, {}).get("num", "")
            )
            return value, _number_or(level.get(f"{_W}val") if level is not None else None, 0)
        for _ in range(20):
            known = self._styles.get(style)
            if known is None:
                break
            if known["num"]:
                return known["num"], _number_or(known["ilvl"], 0)
            style = known["base"]
        return "", 0

    @staticmethod
    def _written_number(levels: dict[int, dict[str, str]], counters: dict[int, int], level: int) -> str:
        values = levels.get(level, {})
        number = counters.setdefault(level, _number_or(values.get("start"), 1))
        return list_number(number, values.get("format", "decimal"))


def _read_levels(abstract: Any) -> dict[int, dict[str, str]]:
    found = {}
    for level in abstract.iter(f"{_W}lvl"):
        values = {}
        for key, name in (("start", "start"), ("format", "numFmt"), ("text", "lvlText"), ("suffix", "suff")):
            element = level.find(f"{_W}{name}")
            if element is not None:
                values[key] = str(element.get(f"{_W}val") or "")
        found[_number_or(level.get(f"{_W}ilvl"), 0)] = values
    return found


def _number_or(value: str | None, default: int) -> int:
    return int(value) if value is not None and value.isdigit() and len(value) < 6 else default


def list_number(number: int, form: str) -> str:
    """A list number as Word writes it in the given format (ST_NumberFormat of ECMA-376); Arabic for formats not known here."""
    if form in _CHINESE_FORMATS and 0 < number < 1000:
        return chinese_ordinal(number)
    if form.endswith("Letter") and number > 0:
        letter = (chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1))[:20]
        return letter if form == "upperLetter" else letter.lower()
    if form.endswith("Roman") and 0 < number < 4000:
        return _roman_numeral(number).upper() if form == "upperRoman" else _roman_numeral(number)
    marks = _MARKS.get(form, "")
    if 0 < number <= len(marks):
        return marks[number - 1]
    return f"{number:02d}" if form == "decimalZero" else str(number)


def _roman_numeral(number: int) -> str:
    text = ""
    for value, mark in _ROMAN:
        times, number = divmod(number, value)
        text += mark * times
    return text

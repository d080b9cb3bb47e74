"""Says a sentence of a document in other words without changing what it says. Knows no verifier.

Each function takes a random generator and a sentence and returns a faithful variant, or None when it has nothing to work on.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from decimal import Decimal

Paraphrase = Callable[[random.Random, str], str | None]

_HAN = "零一二三四五六七八九"
_SYNONYMS = (
    ("提出", "明确"), ("全力", "着力"), ("加快", "加速"), ("同时", "并且"), ("以及", "和"), ("目前", "现在"),
    ("已经", "已"), ("能够", "能"), ("进行", "开展"), ("因为", "由于"), ("通过", "借助"), ("帮助", "协助"),
    ("立即", "马上"), ("根据", "按照"), ("应当", "必须"), ("应当", "应"), ("对于", "对"), ("如果", "如"),
    ("并且", "并"), ("为了", "为"), ("大力", "全力"), ("主要", "重点"), ("达到", "达"), ("其中", "这里面"),
    ("将会", "将"), ("表示", "说"), ("介绍", "说"), ("及时", "第一时间"), ("力争", "争取"), ("不得", "不能"),
    ("不得", "禁止"), ("无需", "不需要"), ("严禁", "禁止"), ("没有", "未能"), ("可以", "可"), ("以上", "及以上"),
)  # fmt: skip
_LEADS = ("据介绍，", "会议指出，", "其中，", "同时，", "此外，", "目前，", "截至目前，", "另外，")


def verbatim(rng: random.Random, text: str) -> str | None:
    """The sentence itself."""
    return text


def clause(rng: random.Random, text: str) -> str | None:
    """A run of its clauses, when each can stand alone."""
    parts = [part for part in re.split(r"[，；]", text.rstrip("。！；")) if part]
    if len(parts) < 2 or re.search(r"[“（(][^”）)]*，", text):
        return None
    size = rng.randrange(1, len(parts))
    at = rng.randrange(len(parts) - size + 1)
    kept = "，".join(parts[at : at + size])
    return kept + "。" if len(kept) >= 8 else None


def width(rng: random.Random, text: str) -> str | None:
    """Full-width for half-width figures and the other way round."""
    wide = str.maketrans("0123456789%", "０１２３４５６７８９％")
    half = str.maketrans("０１２３４５６７８９％", "0123456789%")
    changed = text.translate(wide if re.search(r"[0-9]", text) else half)
    return changed if changed != text else None


def numerals(rng: random.Random, text: str) -> str | None:
    """Small Arabic numbers before a unit in Chinese numerals: 12个 to 十二个."""

    def change(match: re.Match[str]) -> str:
        return chinese(int(match.group()))

    changed = re.sub(r"(?<![\d.,〔\[:：-])[1-9]\d{0,3}(?=[个家名项件天人种类座所亩][^\d])", change, text)
    return changed if changed != text else None


def chinese(value: int) -> str:
    """A number from 1 to 9999 in Chinese numerals."""
    if value >= 1000:
        rest = value % 1000
        return _HAN[value // 1000] + "千" + ("" if not rest else ("零" if rest < 100 else "") + chinese(rest))
    if value >= 100:
        rest = value % 100
        tail = "" if not rest else ("零" + chinese(rest) if rest < 10 else ("一" if rest < 20 else "") + chinese(rest))
        return _HAN[value // 100] + "百" + tail
    if value >= 10:
        return ("" if value < 20 else _HAN[value // 10]) + "十" + ("" if value % 10 == 0 else _HAN[value % 10])
    return _HAN[value]


def scale(rng: random.Random, text: str) -> str | None:
    """3万元 written out as 30000元, 15亿元 as 150000万元, 20000元 as 2万元."""

    def change(match: re.Match[str]) -> str:
        value = Decimal(match.group(1))
        if match.group(2) == "万":
            return f"{(value * 10000).normalize():f}"
        if match.group(2) == "亿":
            return f"{(value * 10000).normalize():f}万"
        return f"{(value / 10000).normalize():f}万"

    pattern = re.compile(
        r"(?<![\d.,至到~—-])(\d+(?:\.\d+)?)(万|亿)(?=[元人平名户吨亩])|(?<![\d.,至到~—-])(\d{1,4}0000)()(?=元)"
    )

    def either(match: re.Match[str]) -> str:
        if match.group(3):
            return f"{(Decimal(match.group(3)) / 10000).normalize():f}万"
        return change(match)

    changed = pattern.sub(either, text)
    return changed if changed != text else None


def percent(rng: random.Random, text: str) -> str | None:
    """30% as 百分之三十."""

    def change(match: re.Match[str]) -> str:
        whole, _, part = match.group(1).partition(".")
        head = chinese(int(whole)) if int(whole) else "零"
        return "百分之" + head + ("点" + "".join(_HAN[int(digit)] for digit in part) if part else "")

    changed = re.sub(r"(?<![\d.])(\d{1,2}(?:\.\d{1,2})?)[%％]", change, text)
    return changed if changed != text else None


def iso_date(rng: random.Random, text: str) -> str | None:
    """2021年2月19日 as 2021-02-19 or 二〇二一年二月十九日."""
    pattern = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日(?!\d)")

    def change(match: re.Match[str]) -> str:
        year, month, day = match.groups()
        if rng.random() < 0.5:
            return f"{year}-{int(month):02d}-{int(day):02d}"
        return (
            "".join("〇一二三四五六七八九"[int(digit)] for digit in year)
            + f"年{chinese(int(month))}月{chinese(int(day))}日"
        )

    changed = pattern.sub(change, text)
    return changed if changed != text else None


def synonyms(rng: random.Random, text: str) -> str | None:
    """One to three words exchanged for words that mean the same here."""
    pairs = [pair for pair in _SYNONYMS if pair[0] in _outside(text)]
    if not pairs:
        return None
    for old, new in rng.sample(pairs, min(len(pairs), rng.randrange(1, 4))):
        text = _change_outside(text, lambda part, old=old, new=new: part.replace(old, new, 1))  # type: ignore[misc]
    return text


_NAMED = re.compile(r"(“[^”]*”|《[^》]*》)")


def _outside(text: str) -> str:
    """The text without what stands in quotation or title marks: that is said letter by letter or not at all."""
    return _NAMED.sub("\n", text)


def _change_outside(text: str, change: Callable[[str], str]) -> str:
    """The text with its parts outside quotation and title marks changed."""
    return "".join(part if _NAMED.fullmatch(part) else change(part) for part in _NAMED.split(text))


def lead(rng: random.Random, text: str) -> str | None:
    """A connecting phrase in front, or the one that is there taken away."""
    stripped = re.sub(r"^(?:据介绍|会议指出|会议强调|同时|此外|另外|目前|其中|截至目前)，", "", text)
    return stripped if stripped != text else rng.choice(_LEADS) + text


def order(rng: random.Random, text: str) -> str | None:
    """The last clause first."""
    parts = re.split(r"，", text.rstrip("。"))
    if (
        re.search("[“”]", text)
        or len(parts) != 2
        or len(parts[1]) < 6
        or re.match(r"并|而|但|使|让|从而|其|以|也|还|又|再|要|将|且|同时", parts[1])
    ):
        return None
    return f"{parts[1]}，{parts[0]}。"


def shorter(rng: random.Random, text: str) -> str | None:
    """Without 的, 了 and adverbs that add nothing."""
    empty = re.compile(
        r"(?<=[\u4e00-\u9fff]{2})的(?=[\u4e00-\u9fff]{2})|(?:进一步|积极|认真|切实|全面|扎实|深入)(?=[\u4e00-\u9fff])"
    )
    changed = _change_outside(text, lambda part: empty.sub("", part))
    return changed if changed != text else None


FAITHFUL: dict[str, Paraphrase] = {
    "verbatim": verbatim, "clauses": clause, "width": width, "numerals": numerals, "scale": scale, "percent": percent,
    "date form": iso_date, "synonyms": synonyms, "connective": lead, "clause order": order, "shorter": shorter,
}  # fmt: skip

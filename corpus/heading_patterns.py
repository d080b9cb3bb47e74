"""Which lines open a place in a document: a heading, a provision, an item, an annex. Knows nothing of how places nest."""

from __future__ import annotations

import re
from typing import NamedTuple

from corpus.text.numbers import parse_integer
from corpus.types import NodeKind

NUMERALS = "零〇一二三四五六七八九十百千两"
NUMBER = f"[{NUMERALS}0-9０-９]"
_STRUCTURE = re.compile(
    rf"第[ \u3000]?({NUMBER}{{1,9}})[ \u3000]?(编|分编|章|节|条|部分)(之[一二三四五六七八九十]{{1,3}})?(?P<gap>[ \t\u3000]*)(?P<rest>.*)"
)
_ITEMS: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    ("cn", 20, re.compile(rf"([{NUMERALS}]{{1,4}})[、．.](?P<rest>.*)")),
    ("cn_bracket", 21, re.compile(rf"[（(][ \u3000]?([{NUMERALS}]{{1,4}})[ \u3000]?[）)][、.．]?(?P<rest>.*)")),
    *(  # 1.1, 1.1.1
        (
            f"dotted{n}",
            22 + n,
            re.compile(rf"(?:[0-9]{{1,2}}\.){{{n}}}([0-9]{{1,2}})[ \u3000]+(?=[^0-9\s])(?P<rest>.*)"),
        )
        for n in (1, 2, 3)
    ),
    ("digit", 22, re.compile(r"([0-9０-９]{1,3})[ ]?[.．、](?![0-9０-９]{1,3}(?:[%％万亿元个年月日]|$))(?P<rest>.*)")),
    ("digit_bracket", 27, re.compile(r"[（(][ \u3000]?([0-9０-９]{1,3})[ \u3000]?[）)][、.．]?(?P<rest>.*)")),
    ("digit_half", 28, re.compile(r"([0-9０-９]{1,2})[）)][、.．]?(?P<rest>.*)")),
    ("circled", 29, re.compile(r"([\u2460-\u2473])[、.．]?(?P<rest>.*)")),
    ("cn_bracket", 21, re.compile(r"([\u3220-\u3229])[、.．]?(?P<rest>.*)")),  # ㈠ is （一）
    ("digit_bracket", 27, re.compile(r"([\u2474-\u2487])[、.．]?(?P<rest>.*)")),  # ⑴ is （1）
)
_ANNEX = re.compile(
    rf"[（(【]?(附[ \u3000]?件|附表|附录)[ \u3000]?[（(]?({NUMBER}{{1,3}}|(?<=附录)[A-Z])?(?:[-—－][0-9]{{1,2}})?[）)]?"
    rf"(?P<gap>[ \t\u3000]*[:：.．、]?】?[ \t\u3000]*)(?P<rest>.*)"
)
# What follows an annex that is only mentioned: 附件1所列的…, 附件1、2中的….
_ANNEX_MENTION = re.compile(r"[、和与及或至到的中所]|规定|列明|明确")
_RANKS: dict[str, tuple[NodeKind, int]] = {
    "编": ("part", 10),
    "分编": ("part", 11),
    "部分": ("part", 12),
    "章": ("chapter", 13),
    "节": ("section", 14),
    "条": ("article", 16),
}
# What follows the number of a provision that is only mentioned: 第十二条规定的…, 第三条、第四条…, 第五条第二款…
_MENTION = re.compile(
    r"(?:第|规定|所列|所称|所指|中|之规定|以外|的|[、，。；）)》”]|和|与|及|或|至|到|款|项|目|—|－|-|同时|执行|办理)"
)
_MARK = re.compile(r"(#{1,6})[ \t]+|\*\*|__")
SENTENCE_END = re.compile(r"[。；！？!?;]")
_PUNCTUATION = re.compile("[。；，：、！？]")
_TITLE_LIMIT = 40
_ANNEX_RANK = 8


class Opening(NamedTuple):
    """A node whose level is not known yet, nor its end where that is -1.

    `style` tells 一、 from （一） and the rest, `rank` orders what may hold what.
    """

    kind: NodeKind
    style: str
    rank: int
    label: str
    number: int | None
    title: str
    start: int
    end: int = -1


def find_opening(
    line: str, first: str, start: int, last_article: int, *, level: int | None, markdown: bool
) -> Opening | None:
    """The node that a line opens, or None. `start` is the offset of the line's first visible character."""
    if markdown and first in "#*_":
        mark = _MARK.match(line)
        if mark is None:
            return None
        level = len(mark[1]) if mark[1] else level
        line = line[mark.end() :].rstrip("#* _\t")
        first = line[0] if line else ""
    node = _find_structure(line, first, start, last_article, bool(level))
    if level:
        if node is None:
            node = Opening("heading", "heading", level, "", None, line.strip(), start)
        elif node.kind != "article":
            node = node._replace(rank=level, style="heading", title=node.title or line.strip())
    return node


def _find_structure(line: str, first: str, start: int, last_article: int, is_heading: bool) -> Opening | None:
    if first == "第":
        return _provision_opening(line, start, last_article, is_heading)
    if first == "附" or (first in "（(【" and line[1:2] == "附"):
        return _annex_opening(line, start)
    for style, rank, pattern in _CANDIDATES.get(first, ()):
        match = pattern.match(line)
        if match:
            label = line[: match.start("rest")].rstrip()
            return Opening("item", style, rank, label, parse_integer(match[1]), item_title(match["rest"]), start)
    return None


_CANDIDATES = {
    character: tuple(item for item in _ITEMS if item[0] in styles)
    for characters, styles in (
        (NUMERALS, ("cn",)),
        ("（(", ("cn_bracket", "digit_bracket")),
        ("0123456789０１２３４５６７８９", ("dotted1", "dotted2", "dotted3", "digit", "digit_half")),
        ("".join(map(chr, range(0x2460, 0x2488))), ("circled", "digit_bracket")),
        ("".join(map(chr, range(0x3220, 0x322A))), ("cn_bracket",)),
    )
    for character in characters
}


def _provision_opening(line: str, start: int, last_article: int, is_heading: bool) -> Opening | None:
    match = _STRUCTURE.match(line)
    if match is None:
        return None
    kind, rank = _RANKS[match[2]]
    rest = match["rest"]
    number = parse_integer(match[1])
    if rest and not match["gap"] and not is_heading:
        if _MENTION.match(rest):
            return None
        # Without a space after it, an article is believed when it is the next one; a chapter when its line is short.
        if kind == "article" and number not in (1, last_article, last_article + 1):
            return None
        if kind != "article" and (len(rest) > _TITLE_LIMIT or SENTENCE_END.search(rest)):
            return None
    elif rest and kind != "article" and len(rest) > _TITLE_LIMIT and not is_heading:
        return None
    label = line[: match.start("gap")]
    title = article_title(rest, 0) if kind == "article" else rest.strip()
    return Opening(kind, match[2], rank, label, number, title, start)


def _annex_opening(line: str, start: int) -> Opening | None:
    match = _ANNEX.match(line)
    if match is None or len(line) > _TITLE_LIMIT + 10 or SENTENCE_END.search(match["rest"]):
        return None
    if match["rest"] and not match["gap"] and not match[2]:
        return None
    # 附件：1.…… lists the annexes that follow the text; it is not an annex.
    if (match["rest"][:1].isdigit() and match["gap"].strip()) or (
        not match["gap"].strip("、") and _ANNEX_MENTION.match(match["rest"])
    ):
        return None
    number = parse_integer(match[2]) if match[2] else None
    label = line[: match.start("gap")]
    if label[0] != "附":
        label = label[1:].rstrip("）)")
    return Opening("annex", "annex", _ANNEX_RANK, label, number, match["rest"].strip(), start)


def item_title(rest: str) -> str:
    """The heading words of an item: the whole short line, or what stands before its first full stop."""
    rest = rest.strip()
    end = SENTENCE_END.search(rest, 0, _TITLE_LIMIT + 1)
    if end is None:
        return rest if len(rest) <= _TITLE_LIMIT and not rest.endswith(("，", "：", ":", "、")) else ""
    return rest[: end.start()] if end[0] == "。" and 2 <= end.start() <= 24 and end.end() < len(rest) else ""


def article_title(text: str, start: int) -> str:
    """What an article's line from `start` on says it is about: 【…】, or a few words without punctuation."""
    rest = text[start : start + _TITLE_LIMIT + 1]
    if rest[:1] in ("【", "［", "["):
        rest = rest.partition("\n")[0]
        close = min((place for place in map(rest.find, "】］]") if place > 0), default=0)
        return rest[1:close]
    end = rest.find("\n", 0, 17)
    if end < 0 and len(rest) > 16:
        return ""
    rest = rest[: end if end >= 0 else None]
    return rest.strip() if rest and not _PUNCTUATION.search(rest) else ""


def opens_place(line: str) -> bool:
    """Whether a line reads like the start of a provision, item or annex."""
    line = line.lstrip(" \t\u3000\xa0")
    return bool(line) and _find_structure(line, line[0], 0, -1, True) is not None

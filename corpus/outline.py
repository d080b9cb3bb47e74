"""The outline of a document: which lines open a chapter, an article, an item, an annex or a heading, and how they nest.

Knows nothing of files or of passages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from corpus.dates import DATE
from corpus.front import TITLE_ENDS, is_agency
from corpus.numbers import integer
from corpus.types import Node, NodeKind

_CN = "零〇一二三四五六七八九十百千两"
_NUMBER = f"[{_CN}0-9０-９]"
_STRUCTURE = re.compile(
    rf"第[ \u3000]?({_NUMBER}{{1,9}})[ \u3000]?(编|分编|章|节|条|部分)(之[一二三四五六七八九十]{{1,3}})?(?P<gap>[ \t\u3000]*)(?P<rest>.*)"
)
_ITEMS: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    ("cn", 20, re.compile(rf"([{_CN}]{{1,4}})[、．.](?P<rest>.*)")),
    ("cn_bracket", 21, re.compile(rf"[（(][ \u3000]?([{_CN}]{{1,4}})[ \u3000]?[）)][、.．]?(?P<rest>.*)")),
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
    rf"[（(【]?(附[ \u3000]?件|附表|附录)[ \u3000]?[（(]?({_NUMBER}{{1,3}}|(?<=附录)[A-Z])?(?:[-—－][0-9]{{1,2}})?[）)]?"
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
_TABLE_NUMBER = re.compile(rf"(附?表[ \u3000]?(?:{_NUMBER}{{1,3}}(?:[-.][0-9]{{1,2}})?))[ \u3000:：、.]*(.*)")
_STARTERS = f"第附#*_（(【{_CN}0-9０-９\u2460-\u2487\u3220-\u3229"
_BLANK = "[ \t\u3000\xa0]"
# A line that can open something, in a text with a line end put before it: a search for one character first is the fastest.
_ARTICLE = rf"第[ \u3000]?(?P<number>{_NUMBER}{{1,9}})[ \u3000]?条(?:之[一二三四五六七八九十]{{1,3}})?(?P<space>[ \t\u3000]+)(?=\S)"
_ITEM = rf"（(?P<item>[{_CN}]{{1,4}})）(?![、.．])"
_OPENING = re.compile(rf"\n(?P<indent>{_BLANK}*+)(?:{_ARTICLE}|{_ITEM}|(?=[{_STARTERS}]))")
_ANY_LINE = re.compile(rf"\n(?P<indent>{_BLANK}*+)(?=[^\n])(?P<number>)(?P<space>)(?P<item>)")
_DATE_STARTS = frozenset("12１２二一")
_MARK = re.compile(r"(#{1,6})[ \t]+|\*\*|__")
_SENTENCE_END = re.compile(r"[。；！？!?;]")
_PUNCTUATION = re.compile("[。；，：、！？]")
_TITLE_LIMIT = 40
_ANNEX_RANK = 8


class Heading(NamedTuple):
    """A line that the file's format itself calls a heading: its offset in the text and its level from 1."""

    start: int
    level: int


class Table(NamedTuple):
    """A table in the text: where it stands, its caption and the half-open spans of its rows."""

    start: int
    end: int
    caption: str
    rows: tuple[tuple[int, int], ...]


class _Open(NamedTuple):
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


def outline(
    text: str,
    headings: Sequence[Heading] = (),
    tables: Sequence[Table] = (),
    *,
    markdown: bool = False,
    title: str = "",
) -> tuple[Node, ...]:
    """The nodes of `text` in the order they start; each ends where the next one of its level or above starts.

    headings: lines that the format marks as headings; tables: spans whose lines are rows and nothing else; markdown: read
    `#` marks as headings; title: the document's title, which is not a node. A cross-reference to a provision at the start of
    a line is not a node.
    """
    levels = {heading.start: heading.level for heading in headings}
    found: list[_Open] = []
    last_article = 0
    for match in (_ANY_LINE if levels else _OPENING).finditer("\n" + text):
        start = match.end(1) - 1
        numeral, space, item = match.group(2, 3, 4)
        if space:  # 第十二条 and a space: an article, whatever follows
            number = integer(numeral)
            after = match.end() - 1
            label = text[start : after - len(space)]
            found.append(_Open("article", "条", 16, label, number, _article_title(text, after), start))
            last_article = number or 0
            continue
        if item:  # （三）, the most frequent of the items
            after = match.end() - 1
            found.append(
                _Open("item", "cn_bracket", 21, text[start:after], integer(item), _title(_line(text, after)), start)
            )
            continue
        line = _line(text, start)
        node = _line_node(line, line[0], start, last_article, level=levels.get(match.start()), markdown=markdown)
        if node is not None:
            if node.kind == "article":
                last_article = node.number or 0
            elif node.kind == "annex":
                last_article = 0
            found.append(node)
        if line[0] in _DATE_STARTS and len(line) < 30 and DATE.fullmatch(line.rstrip()):
            signed = _signature(text, match.start(), start + len(line))
            found += signed
            last_article = 0 if signed else last_article
    found = [node for node in found if not (node.kind == "heading" and node.title == title and node.start < 2000)]
    found = _without_contents(text, found)
    return _nest(_with_tables(found, tables) if tables else found, text)


def _line(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start : end if end >= 0 else None]


def _with_tables(found: list[_Open], tables: Sequence[Table]) -> list[_Open]:
    """Adds a node for each table and row and drops what seemed to open inside them. Tables are counted anew in each annex."""
    nodes: list[_Open] = []
    rest = iter([*found, None])
    node = next(rest)
    count = 0
    for table in tables:
        while node is not None and node.start < table.end:
            if node.start < table.start:
                nodes.append(node)
                count = 0 if node.kind == "annex" else count
            node = next(rest)
        count += 1
        own = _TABLE_NUMBER.match(table.caption)
        label, caption = (own[1].replace(" ", ""), own[2]) if own else (f"表{count}", table.caption)
        nodes.append(_Open("table", "table", 40, label, count, caption.strip(), table.start, end=table.end))
        for place, (start, end) in enumerate(table.rows, 1):
            nodes.append(_Open("row", "row", 41, f"第{place}行", place, "", start, end=end))
    while node is not None:
        nodes.append(node)
        node = next(rest)
    return nodes


def _signature(text: str, start: int, end: int) -> list[_Open]:
    """落款: the agencies' lines above a date alone on its line, with the date; then the title of what is issued, if it follows."""
    begin = start
    for _ in range(8 if start else 0):
        above = text.rfind("\n", 0, begin - 1) + 1
        line = text[above : max(above, begin - 1)].strip()
        if line and not is_agency(line):
            break
        if not line:
            break
        begin = above
        if above == 0:
            break
    if begin == start:
        return []
    nodes = [_Open("signature", "signature", -1, "", None, "", begin, end=end)]
    after = re.compile(r"\s*(\S[^\n]{2,58}\S)[ \u3000]*\n").match(text, end)
    if after and after[1].endswith(TITLE_ENDS) and not _SENTENCE_END.search(after[1]) and after[1][0] not in "附第":
        nodes.append(_Open("heading", "heading", 1, "", None, after[1].strip(), after.start(1)))
    return nodes


def _line_node(
    line: str, first: str, start: int, last_article: int, *, level: int | None, markdown: bool
) -> _Open | None:
    """The node that a line opens, or None. `start` is the offset of the line's first visible character."""
    if markdown and first in "#*_":
        mark = _MARK.match(line)
        if mark is None:
            return None
        level = len(mark[1]) if mark[1] else level
        line = line[mark.end() :].rstrip("#* _\t")
        first = line[0] if line else ""
    node = _structure(line, first, start, last_article, bool(level))
    if level:
        if node is None:
            node = _Open("heading", "heading", level, "", None, line.strip(), start)
        elif node.kind != "article":
            node = node._replace(rank=level, style="heading", title=node.title or line.strip())
    return node


def _structure(line: str, first: str, start: int, last_article: int, is_heading: bool) -> _Open | None:
    if first == "第":
        return _provision(line, start, last_article, is_heading)
    if first == "附" or (first in "（(【" and line[1:2] == "附"):
        return _annex(line, start)
    for style, rank, pattern in _CANDIDATES.get(first, ()):
        match = pattern.match(line)
        if match:
            label = line[: match.start("rest")].rstrip()
            return _Open("item", style, rank, label, integer(match[1]), _title(match["rest"]), start)
    return None


_CANDIDATES = {
    character: tuple(item for item in _ITEMS if item[0] in styles)
    for characters, styles in (
        (_CN, ("cn",)),
        ("（(", ("cn_bracket", "digit_bracket")),
        ("0123456789０１２３４５６７８９", ("dotted1", "dotted2", "dotted3", "digit", "digit_half")),
        ("".join(map(chr, range(0x2460, 0x2488))), ("circled", "digit_bracket")),
        ("".join(map(chr, range(0x3220, 0x322A))), ("cn_bracket",)),
    )
    for character in characters
}


def _provision(line: str, start: int, last_article: int, is_heading: bool) -> _Open | None:
    match = _STRUCTURE.match(line)
    if match is None:
        return None
    kind, rank = _RANKS[match[2]]
    rest = match["rest"]
    number = integer(match[1])
    if rest and not match["gap"] and not is_heading:
        if _MENTION.match(rest):
            return None
        # Without a space after it, an article is believed when it is the next one; a chapter when its line is short.
        if kind == "article" and number not in (1, last_article, last_article + 1):
            return None
        if kind != "article" and (len(rest) > _TITLE_LIMIT or _SENTENCE_END.search(rest)):
            return None
    elif rest and kind != "article" and len(rest) > _TITLE_LIMIT and not is_heading:
        return None
    label = line[: match.start("gap")]
    title = _article_title(rest, 0) if kind == "article" else rest.strip()
    return _Open(kind, match[2], rank, label, number, title, start)


def _annex(line: str, start: int) -> _Open | None:
    match = _ANNEX.match(line)
    if match is None or len(line) > _TITLE_LIMIT + 10 or _SENTENCE_END.search(match["rest"]):
        return None
    if match["rest"] and not match["gap"] and not match[2]:
        return None
    # 附件：1.…… lists the annexes that follow the text; it is not an annex.
    if (match["rest"][:1].isdigit() and match["gap"].strip()) or (
        not match["gap"].strip("、") and _ANNEX_MENTION.match(match["rest"])
    ):
        return None
    number = integer(match[2]) if match[2] else None
    label = line[: match.start("gap")]
    if label[0] != "附":
        label = label[1:].rstrip("）)")
    return _Open("annex", "annex", _ANNEX_RANK, label, number, match["rest"].strip(), start)


def _title(rest: str) -> str:
    """The heading words of an item: the whole short line, or what stands before its first full stop."""
    rest = rest.strip()
    end = _SENTENCE_END.search(rest, 0, _TITLE_LIMIT + 1)
    if end is None:
        return rest if len(rest) <= _TITLE_LIMIT and not rest.endswith(("，", "：", ":", "、")) else ""
    return rest[: end.start()] if end[0] == "。" and 2 <= end.start() <= 24 and end.end() < len(rest) else ""


def _article_title(text: str, start: int) -> str:
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


def _without_contents(text: str, found: list[_Open]) -> list[_Open]:
    """Drops the entries of a table of contents (目录): provisions with nothing under them that come again further down."""
    if "目" not in text[:3000] or re.search(r"目[ \u3000]*[录次]", text[:3000]) is None:
        return found
    last = {(node.kind, node.label): index for index, node in enumerate(found)}
    kept = []
    for index, node in enumerate(found):
        end = found[index + 1].start if index + 1 < len(found) else len(text)
        again = last[node.kind, node.label] > index and node.kind in ("part", "chapter", "section", "annex", "item")
        if not (again and node.start < 6000 and text.count("\n", node.start, end) <= 2 and end - node.start < 80):
            kept.append(node)
    return kept


def _nest(found: list[_Open], text: str) -> tuple[Node, ...]:
    """Levels and ends, by a stack of what is open.

    An item of an article ends with its line or its last sub-item: what follows on a line of its own is the next 款.
    """
    levels: list[int] = []
    ends = [node.end for node in found]
    lasts = [0] * len(found)  # where the last item below each ends
    stack: list[tuple[int, _Open]] = []
    articles = 0
    end_of_text = _Open("heading", "", -1, "", None, "", len(text))
    for place, node in enumerate((*found, end_of_text)):
        rank, start = node.rank, node.start
        while stack:
            index, top = stack[-1]
            if top.rank < rank if rank < 20 or top.rank < 20 else _holds(stack, node):
                break
            stack.pop()
            if ends[index] < 0:
                ends[index] = start
            if top.kind == "article":
                articles -= 1
            elif articles and top.kind == "item":
                line = text.find("\n", top.start, start)
                ends[index] = lasts[stack[-1][0]] = max(lasts[index], line if line >= 0 else start)
        levels.append(len(stack) + 1)
        if rank >= 0:  # a signature holds nothing
            stack.append((place, node))
            articles += node.kind == "article"
    return tuple(
        [
            Node(kind, label, title, level, start, end, number)
            for (kind, _, _, label, number, title, start, _), level, end in zip(found, levels[:-1], ends, strict=True)
        ]
    )


def _holds(stack: list[tuple[int, _Open]], node: _Open) -> bool:
    """Whether the innermost open item stays open for another one."""
    for _, held in stack:
        if held.style == node.style:
            return False
    # 1. …（一）… is unusual but written: a list that starts anew under the item before it belongs to that item.
    return stack[-1][1].rank < node.rank or (node.number == 1 and node.style != "cn")


def opens(line: str) -> bool:
    """Whether a line reads like the start of a provision, item or annex."""
    line = line.lstrip(" \t\u3000\xa0")
    return bool(line) and _structure(line, line[0], 0, -1, True) is not None

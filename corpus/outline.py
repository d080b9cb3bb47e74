"""The outline of a document: how the chapters, articles, items, annexes and headings that its lines open nest.

Knows nothing of files or of passages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from corpus.heading_patterns import NUMBER, NUMERALS, SENTENCE_END, Opening, article_title, find_opening, item_title
from corpus.official_header import TITLE_ENDS, is_agency
from corpus.text.dates import DATE
from corpus.text.numbers import parse_integer
from corpus.types import Node

_STARTERS = f"第附#*_（(【{NUMERALS}0-9０-９\u2460-\u2487\u3220-\u3229"
_BLANK = "[ \t\u3000\xa0]"
# A line that can open something, in a text with a line end put before it: a search for one character first is the fastest.
_ARTICLE = rf"第[ \u3000]?(?P<number>{NUMBER}{{1,9}})[ \u3000]?条(?:之[一二三四五六七八九十]{{1,3}})?(?P<space>[ \t\u3000]+)(?=\S)"
_ITEM = rf"（(?P<item>[{NUMERALS}]{{1,4}})）(?![、.．])"
_OPENING = re.compile(rf"\n(?P<indent>{_BLANK}*+)(?:{_ARTICLE}|{_ITEM}|(?=[{_STARTERS}]))")
_ANY_LINE = re.compile(rf"\n(?P<indent>{_BLANK}*+)(?=[^\n])(?P<number>)(?P<space>)(?P<item>)")
_TABLE_NUMBER = re.compile(rf"(附?表[ \u3000]?(?:{NUMBER}{{1,3}}(?:[-.][0-9]{{1,2}})?))[ \u3000:：、.]*(.*)")
_ANNEX_LIST = re.compile(r"附[ \u3000]?件[ \u3000]?[:：][ \u3000]*[1１][.．、]")
_DATE_STARTS = frozenset("12１２二一")


class Heading(NamedTuple):
    """A line that the file's format itself calls a heading: its offset in the text and its level from 1."""

    start: int
    level: int


class Table(NamedTuple):
    """A table in the text: where it stands with the notes under it, its caption and the half-open spans of its rows."""

    start: int
    end: int
    caption: str
    rows: tuple[tuple[int, int], ...]


def build_outline(
    text: str,
    headings: Sequence[Heading] = (),
    tables: Sequence[Table] = (),
    *,
    markdown: bool = False,
    title: str = "",
) -> tuple[Node, ...]:
    """The nodes of `text` in the order they start; each ends where the next one of its level or above starts.

    headings: lines that the format marks as headings; tables: spans whose lines are rows and notes and nothing else; markdown: read
    `#` marks as headings; title: the document's title, which is not a node. A cross-reference to a provision at the start of
    a line is not a node.
    """
    levels = {heading.start: heading.level for heading in headings}
    found: list[Opening] = []
    last_article = listed = 0
    for match in (_ANY_LINE if levels else _OPENING).finditer("\n" + text):
        start = match.end(1) - 1
        numeral, space, item = match.group(2, 3, 4)
        if space:  # 第十二条 and a space: an article, whatever follows
            number = parse_integer(numeral)
            after = match.end() - 1
            label = text[start : after - len(space)]
            found.append(Opening("article", "条", 16, label, number, article_title(text, after), start))
            last_article = number or 0
            continue
        if item:  # （三）, the most frequent of the items
            after = match.end() - 1
            found.append(
                Opening(
                    "item",
                    "cn_bracket",
                    21,
                    text[start:after],
                    parse_integer(item),
                    item_title(_line_at(text, after)),
                    start,
                )
            )
            continue
        line = _line_at(text, start)
        if _ANNEX_LIST.match(line) or (listed and line[0].isdigit() and text[listed:start].isspace()):
            listed = start + len(line)  # 附件：1.… and the lines below it name the annexes that follow the text
            continue
        node = find_opening(line, line[0], start, last_article, level=levels.get(match.start()), markdown=markdown)
        if node is not None:
            if node.kind == "article":
                last_article = node.number or 0
            elif node.kind == "annex":
                last_article = 0
            found.append(node)
        if line[0] in _DATE_STARTS and len(line) < 30 and DATE.fullmatch(line.rstrip()):
            signed = _signature_openings(text, match.start(), start + len(line))
            found += signed
            last_article = 0 if signed else last_article
    found = [node for node in found if not (node.kind == "heading" and node.title == title and node.start < 2000)]
    found = _without_contents(text, found)
    return _nest_openings(_with_tables(found, tables) if tables else found, text)


def _line_at(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start : end if end >= 0 else None]


def _with_tables(found: list[Opening], tables: Sequence[Table]) -> list[Opening]:
    """Adds a node for each table and row and drops what seemed to open inside them. Tables are counted anew in each annex."""
    nodes: list[Opening] = []
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
        nodes.append(Opening("table", "table", 40, label, count, caption.strip(), table.start, end=table.end))
        for place, (start, end) in enumerate(table.rows, 1):
            nodes.append(Opening("row", "row", 41, f"第{place}行", place, "", start, end=end))
    while node is not None:
        nodes.append(node)
        node = next(rest)
    return nodes


def _signature_openings(text: str, start: int, end: int) -> list[Opening]:
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
    nodes = [Opening("signature", "signature", -1, "", None, "", begin, end=end)]
    after = re.compile(r"\s*(\S[^\n]{2,58}\S)[ \u3000]*\n").match(text, end)
    if after and after[1].endswith(TITLE_ENDS) and not SENTENCE_END.search(after[1]) and after[1][0] not in "附第":
        nodes.append(Opening("heading", "heading", 1, "", None, after[1].strip(), after.start(1)))
    return nodes


def _without_contents(text: str, found: list[Opening]) -> list[Opening]:
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


def _nest_openings(found: list[Opening], text: str) -> tuple[Node, ...]:
    """Levels and ends, by a stack of what is open.

    An item of an article ends with its line or its last sub-item: what follows on a line of its own is the next 款.
    """
    levels: list[int] = []
    ends = [node.end for node in found]
    lasts = [0] * len(found)  # where the last item below each ends
    stack: list[tuple[int, Opening]] = []
    articles = 0
    end_of_text = Opening("heading", "", -1, "", None, "", len(text))
    for place, node in enumerate((*found, end_of_text)):
        rank, start = node.rank, node.start
        while stack:
            index, top = stack[-1]
            if top.rank < rank if rank < 20 or top.rank < 20 else _stays_open(stack, node):
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


def _stays_open(stack: list[tuple[int, Opening]], node: Opening) -> bool:
    """Whether the innermost open item stays open for another one."""
    for _, held in stack:
        if held.style == node.style:
            return False
    # 1. …（一）… is unusual but written: a list that starts anew under the item before it belongs to that item.
    return stack[-1][1].rank < node.rank or (node.number == 1 and node.style != "cn")

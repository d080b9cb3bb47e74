"""How a civil servant would point to a place in a document. Knows nothing of files or of passages."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import islice

from corpus.text.numbers import parse_integer
from corpus.types import Document, Node

_CHINESE = "零一二三四五六七八九十"
_HEADINGS = ("heading", "part", "chapter", "section", "annex", "table")


def chinese_ordinal(number: int) -> str:
    """The number from 1 to 999 as Chinese writes an ordinal: 12 is 十二."""
    if number <= 10:
        return _CHINESE[number]
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = (_CHINESE[hundreds] + "百" if hundreds else "") + ("零" if hundreds and rest and not tens else "")
    if tens:
        text += ("" if tens == 1 and not hundreds else _CHINESE[tens]) + "十"
    return text + (_CHINESE[ones] if ones else "")


class Locator:
    """Points to places in one document; made once for many places."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._text, self._nodes = document.text, document.outline
        self._starts = [node.start for node in self._nodes]
        self._parents = _parents_of(self._nodes)
        self._labels: dict[int, str] = {}
        self._paragraphs: dict[int, list[int]] = {}
        self._paths: dict[int, tuple[str, ...]] = {}
        number = document.metadata.number
        name = document.title if document.title.startswith("《") else f"《{document.title}》"
        self._head = name + (f"（{number.value}）" if number else "")

    def innermost_node(self, offset: int) -> int:
        """The index of the innermost node that holds `offset`, -1 for none."""
        index = bisect_right(self._starts, offset) - 1
        while index >= 0 and self._nodes[index].end <= offset:
            index = self._parents[index]
        return index

    def path_to(self, offset: int) -> tuple[Node, ...]:
        """The nodes that hold `offset`, outermost first."""
        nodes = []
        index = self.innermost_node(offset)
        while index >= 0:
            nodes.append(self._nodes[index])
            index = self._parents[index]
        return tuple(reversed(nodes))

    def headings_above(self, offset: int) -> tuple[str, ...]:
        """The headings above `offset`, outermost first: a heading line is not above itself."""
        return self._headings_above_node(self.innermost_node(offset), offset)

    def _headings_above_node(self, index: int, offset: int) -> tuple[str, ...]:
        if index >= 0 and self._starts[index] == offset:
            index = self._parents[index]
        return self._heading_path(index)

    def _heading_path(self, index: int) -> tuple[str, ...]:
        if index < 0:
            return ()
        known = self._paths.get(index)
        if known is None:
            node = self._nodes[index]
            known = self._heading_path(self._parents[index])
            if node.kind in _HEADINGS or (node.kind in ("item", "article") and node.title):
                gap = "" if not node.label or node.kind == "item" else " "
                known = (*known, f"{node.label}{gap}{node.title}".strip())
            self._paths[index] = known
        return known

    def page_at(self, offset: int) -> int | None:
        """The page that holds `offset`, from 1; None for a document without pages."""
        pages = self._document.pages
        return max(1, bisect_right(pages, offset)) if pages else None

    def locate(self, start: int, end: int) -> str:
        """《title》（number）, then the provision, item, table row or heading that holds `text[start:end]`, then the page."""
        return self.describe_span(start, end)[0]

    def describe_span(self, start: int, end: int) -> tuple[str, tuple[str, ...], int | None]:
        """The locator of `text[start:end]`, the headings above it and its page, at one go."""
        inside = first_index = self.innermost_node(start)
        starts = self._starts
        if self._is_whole_article(inside, start, end):
            page = self.page_at(start)
            place = self._head + self._label_of(inside) + (f"（第{page}页）" if page else "")
            return place, self._heading_path(self._parents[inside]), page
        if inside < 0:  # a preamble or title with what follows it: pointed to by what follows
            following = bisect_left(starts, start)
            first_index = following if following < len(starts) and starts[following] < end else -1
        first_index = self._first_article(first_index, end)
        first = self._place_in_node(
            first_index, max(start, starts[first_index]) if first_index >= 0 else start, start, end
        )
        alone = first_index + 1 >= len(starts) or starts[first_index + 1] >= end
        if not (alone and first.endswith("条")):
            last = self._place_in_node(self.innermost_node(max(start, end - 1)), max(start, end - 1), start, end)
            if last and not _lies_within(first, last):
                first = f"{first}至{_without_shared_labels(first, last)}"
        page = self.page_at(start)
        return self._head + first + (f"（第{page}页）" if page else ""), self._headings_above_node(inside, start), page

    def _first_article(self, index: int, end: int) -> int:
        """The article below a heading of chapters that starts here, where one starts before `end`; else the node itself."""
        first = index
        while first >= 0 and self._nodes[first].kind in ("part", "chapter", "section"):
            first += 1
            if first == len(self._nodes) or self._starts[first] >= end:
                return index
        return first if first >= 0 and self._nodes[first].kind == "article" else index

    def _is_whole_article(self, index: int, start: int, end: int) -> bool:
        if index < 0 or self._starts[index] != start:
            return False
        node = self._nodes[index]
        return node.kind == "article" and (end == node.end or (end < node.end and self._text[end : node.end].isspace()))

    def _place_in_node(self, index: int, offset: int, start: int, end: int) -> str:
        """The place of `offset` within the document, such as 第十二条第二款; the 款 is left out where the whole article is meant."""
        if index < 0:
            return ""
        node = self._nodes[index]
        if node.kind != "article" or (
            node.start >= start and (end >= node.end or self._text[end : node.end].isspace())
        ):
            return self._label_of(index)
        paragraphs = self._paragraphs.get(index)
        if paragraphs is None:
            paragraphs = self._paragraphs[index] = self._paragraph_starts(index)
        seen = bisect_right(paragraphs, offset)
        return self._label_of(index) + (
            f"第{chinese_ordinal(seen)}款" if len(paragraphs) > 1 and 0 < seen < 1000 else ""
        )

    def _paragraph_starts(self, index: int) -> list[int]:
        """Where the paragraphs (款) of an article start; the lines of its items and tables are not paragraphs."""
        article, text = self._nodes[index], self._text
        below = []
        for node in islice(self._nodes, index + 1, None):
            if node.start >= article.end:
                break
            below.append(node)
        opened = {node.start for node in below}
        tables = [(node.start, node.end) for node in below if node.kind == "table"]
        starts = []
        position = article.start
        for line in text[article.start : article.end].split("\n"):
            begin = position + len(line) - len(line.lstrip())
            if line.strip() and begin not in opened and not any(left <= begin < right for left, right in tables):
                starts.append(begin)
            position += len(line) + 1
        return starts

    def _label_of(self, index: int) -> str:
        known = self._labels.get(index)
        if known is None:
            known = self._make_label(index)
            self._labels[index] = known
        return known

    def _make_label(self, index: int) -> str:
        node, parent = self._nodes[index], self._parents[index]
        above = self._label_of(parent) if parent >= 0 else ""
        if node.kind == "article":
            annex = self._annex_above(parent)
            return (annex + node.label).replace(" ", "").replace("\u3000", "")
        if node.kind in ("part", "chapter", "section", "annex"):
            return above + node.label.replace(" ", "").replace("\u3000", "") if node.label else above
        if node.kind == "item":
            return above + self._item_label(node, parent)
        if node.kind == "row":
            return above + node.label
        if node.kind == "table":
            return above + (node.label or "表")
        return f"{above}“{node.title}”" if node.title else above

    def _annex_above(self, index: int) -> str:
        while index >= 0:
            if self._nodes[index].kind == "annex":
                return self._label_of(index)
            index = self._parents[index]
        return ""

    def _item_label(self, node: Node, parent: int) -> str:
        """（三） and ① stay as they are, 二、 is 第二部分 (第二项 in an article), 1. is 第1项."""
        mark = node.label.strip("、.． \t\u3000")
        inside = False
        index = parent
        while index >= 0 and not inside:
            inside = self._nodes[index].kind == "article"
            index = self._parents[index]
        if mark[:1] in "（(":
            return f"第{mark}项" if inside and not any(c.isdecimal() for c in mark) else mark
        if mark.isdecimal():
            return f"第{parse_integer(mark)}项"
        if node.number is not None and node.level and mark and mark[0] in _CHINESE + "两百〇":
            return f"第{mark}项" if inside else f"第{mark}部分"
        return mark


def _parents_of(nodes: tuple[Node, ...]) -> list[int]:
    parents = []
    stack: list[int] = []
    for index, node in enumerate(nodes):
        while stack and nodes[stack[-1]].level >= node.level:
            stack.pop()
        parents.append(stack[-1] if stack else -1)
        stack.append(index)
    return parents


def _lies_within(first: str, last: str) -> bool:
    """Whether the place `last` lies in the place `first`: 第二条第一款 in 第二条, but neither 第二条之一 nor 附件10 in 附件1."""
    rest = last[len(first) :]
    return last.startswith(first) and (not first or not rest or not (rest[0] == "之" or rest[0].isdecimal()))


def _without_shared_labels(first: str, last: str) -> str:
    """What is left of `last` after the labels it shares with `first`; whole provisions and marks are never cut."""
    shared = 0
    for place in range(min(len(first), len(last))):
        if first[place] != last[place]:
            break
        following = last[place + 1 : place + 2]
        whole = last[place] in "条款项部分）章节编”" and last[place : place + 2] != "部分" and following != "之"
        if whole or (following == "第" == first[place + 1 : place + 2]):
            shared = place + 1
    return last[shared:]


def locator_of(document: Document, start: int, end: int) -> str:
    """The locator of `document.text[start:end]`; for many places of one document make a `Locator` once."""
    return Locator(document).locate(start, end)

"""A document to the conditions it states for an applicant, from its outline. Knows nothing of who applies or of what holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from assistant.eligibility.types import Clause, ConditionGroup, Mode, Subject
from corpus.locators import Locator
from corpus.sentences import sentence_spans
from corpus.types import Document, Node

_KINDS = ("heading", "part", "chapter", "section", "article", "item")
# 应当同时符合下列条件, 具备以下基本条件, 符合下列情形之一
_LEAD = re.compile(r"(?:符合|具备|满足)(?:以下|下列)(?:基本)?(?:条件|要求|情形)(?P<any>之一)?")
_HEADING = re.compile(
    r"(?:申报|申请|申领|认定|享受|基本|资助|支持|扶持|补贴|奖励|补助)?(?:对象和|对象与|对象及)?(?:资格)?(?:条件|对象)|[\u4e00-\u9fff]{2,8}应当?具备的条件"
)
_EXCLUSION = re.compile(
    r"有下列(?:情形|行为)之一的[，,]?(?:一律)?(?:不予|不得|不能)(?:给予|再)?(?:补贴|补助|支持|资助|享受|申报|申请|受理|认定|奖励)"
)
# What a lead asks before its list: 具有本市户籍…，且符合下列情形之一的老年人
_BEFORE_LIST = re.compile(
    r"(?P<asked>(?:具有|年满|在[^，。]{1,12}(?:注册|登记|居住))[^。：:]*?)[，,]?(?:且|并且|并)?(?:应当)?(?:同时)?$"
)
# Whom a lead asks: the word right before its verb or right behind its list's name. A company's staff (人员) may be asked of the
# company, and a word further off may name somebody else: both leave it open.
_ORGANISATION = "企业|机构|单位|合作社"
_PERSON = "个人|老年人|家庭|居民|毕业生|学生|儿童|残疾人|退役军人"
_ASKED_BEFORE = re.compile(
    rf"(?:(?P<organisation>{_ORGANISATION})|(?P<person>{_PERSON}))[，,]?(?:应当|必须|应|须|需)?(?:同时)?$"
)
_ASKED_BEHIND = re.compile(
    rf"的[\u4e00-\u9fff]{{0,6}}?(?:(?P<organisation>{_ORGANISATION})|(?P<person>{_PERSON}))(?=[，,。：:]|可以|应当)"
)
_ASKED_HEADING = re.compile(rf"(?:申报|申请)?(?P<organisation>{_ORGANISATION})应当?具备的条件")
# Who founds an institution is none yet: 设立人才服务机构，应当具备下列条件.
_FOUNDED = re.compile("设立|成立|开办|举办|创办|兴办")
_APPLIES = re.compile("申请|申报|申领|享受")


@dataclass
class _Place:
    """A node of the outline with those below it."""

    node: Node
    below: list[_Place] = field(default_factory=list)


def condition_groups(document: Document) -> list[ConditionGroup]:
    """The groups of conditions in the order of the text; empty for a document that states none in a form that is known."""
    return list(_Reader(document).read_groups())


class _Reader:
    def __init__(self, document: Document) -> None:
        self._document, self._text = document, document.text
        self._locator = Locator(document)
        self._programmes = 0

    def read_groups(self) -> Iterator[ConditionGroup]:
        for place in _place_tree(self._document.outline):
            yield from self._groups_at(place)

    def _groups_at(self, place: _Place) -> Iterator[ConditionGroup]:
        own = self._own_words(place)
        if _EXCLUSION.search(own):
            yield self._make_group(place, "exclusion", (self._own_clause(place),))
        elif _LEAD.search(own):
            self._programmes += 1
            yield from self._groups_of_lead(place)
        elif self._is_heading(place) and not any(self._states_conditions(each) for each in _all_below(place)):
            self._programmes += 1
            if place.below and all(self._is_heading(each) for each in place.below):
                for each in place.below:
                    yield self._group_of_list(each, "all")
            else:
                yield self._group_of_list(place, "all")
        else:
            for each in place.below:
                yield from self._groups_at(each)

    def _states_conditions(self, place: _Place) -> bool:
        own = self._own_words(place)
        return bool(_LEAD.search(own) or _EXCLUSION.search(own))

    def _is_heading(self, place: _Place) -> bool:
        title = re.sub(r"\s", "", place.node.title)
        return place.node.kind != "article" and bool(_HEADING.fullmatch(title))

    def _groups_of_lead(self, place: _Place) -> Iterator[ConditionGroup]:
        """What a lead asks itself, then its list."""
        own = self._own_words(place)
        lead = _LEAD.search(own)
        if lead is None:
            return
        before = _BEFORE_LIST.search(own[: lead.start()])
        if before:
            start = place.node.start + before.start("asked")
            asked = self._make_clause(start, start + len(before["asked"]))
            yield self._make_group(place, "all", (asked,))
        yield self._group_of_list(place, "any" if lead["any"] else "all")

    def _group_of_list(self, place: _Place, mode: Mode) -> ConditionGroup:
        """The list below a lead or a heading; without items, what stands behind its colon, or the whole."""
        if place.below:
            clauses = [self._make_clause(each.node.start, each.node.end) for each in place.below]
        else:
            clauses = self._sentence_clauses(place) or [self._own_clause(place)]
        return self._make_group(place, mode, tuple(clauses))

    def _sentence_clauses(self, place: _Place) -> list[Clause]:
        """The sentences behind the colon of a lead, or below a heading."""
        own = self._own_words(place)
        lead = _LEAD.search(own)
        ends = re.compile("[：:]").search(own, lead.end()) if lead else re.compile("[\n。]").search(own)
        if ends is None:
            return []
        start = place.node.start + ends.end()
        spans = sentence_spans(self._text[start : place.node.start + len(own)])
        return [self._make_clause(start + left, start + right) for left, right in spans]

    def _make_group(self, place: _Place, mode: Mode, clauses: tuple[Clause, ...]) -> ConditionGroup:
        return ConditionGroup(
            self._own_clause(place), mode, _subject_asked(self._own_words(place)), self._programmes, clauses
        )

    def _own_words(self, place: _Place) -> str:
        """What stands at a place before anything below it."""
        end = place.below[0].node.start if place.below else place.node.end
        return self._text[place.node.start : end]

    def _own_clause(self, place: _Place) -> Clause:
        return self._make_clause(place.node.start, place.node.start + len(self._own_words(place)))

    def _make_clause(self, start: int, end: int) -> Clause:
        piece = self._text[start:end]
        mark = re.match(r"\s*(?:#{1,6}[ \t]+)?", piece)
        start += mark.end() if mark else 0
        end = start + len(self._text[start:end].rstrip())
        return Clause(start, end, self._text[start:end], self._locator.locate(start, end))


def _subject_asked(words: str) -> Subject:
    """Whom the words of a lead ask, "" where they do not say it: persons only where it is they who apply."""
    lead = _LEAD.search(words)
    found = _ASKED_HEADING.search(words)
    if lead is not None:
        found = _ASKED_BEFORE.search(words[: lead.start()]) or _ASKED_BEHIND.match(words, lead.end())
    if found is None:
        return ""
    if found["organisation"]:
        return "" if _FOUNDED.search(words) else "organisation"
    return "person" if _APPLIES.search(words) else ""


def _place_tree(nodes: tuple[Node, ...]) -> list[_Place]:
    roots: list[_Place] = []
    open_places: list[_Place] = []
    for node in nodes:
        if node.kind not in _KINDS:
            continue
        while open_places and open_places[-1].node.level >= node.level:
            open_places.pop()
        place = _Place(node)
        (open_places[-1].below if open_places else roots).append(place)
        open_places.append(place)
    return roots


def _all_below(place: _Place) -> Iterator[_Place]:
    for each in place.below:
        yield each
        yield from _all_below(each)

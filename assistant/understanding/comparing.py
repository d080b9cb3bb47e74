"""Splits a comparison into one question a side, and an aspect where several are named. Knows nothing of answers.

溧阳和天宁的重点有什么不同 asks 溧阳的重点是什么 and 天宁的重点是什么; 三明和泰州在房租、缓缴上有什么不同 asks four questions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.understanding import fragments
from assistant.understanding.analysis import Analysis, analyse_question, whole_or_core
from corpus.text import places

MOST_SIDES, MOST_QUESTIONS = 4, 8  # each question is a search and a reading
SHORTEST_SIDE, LONGEST_SIDE = 2, 12  # characters of the name of a side
LONGEST_ASPECT = 8
_DIFFER = (
    r"(?:都|各|会|存在|主要|到底|究竟|又)*(?:有|是)?(?:什么|哪些|啥|何|怎样的?|多大的?|没有|无)?(?:不同|区别|差别|差异|变化|不一样|两样)(?:点|之处|的地方)?(?:都|主要)?(?:在哪里?|在什么地方|是什么|是啥|有哪些|呢|吗)?|"
    r"差在(?:哪里?|什么地方)|差(?:了)?多少|(?:做个|作个|一下|进行|放一起)?(?:对比|比较|比一比|对照)(?:一下)?|放(?:在)?一起比|相比(?:怎么样|如何|呢)?|"
    r"(?:目标|结果)?哪(?:个|家|边|种|里|一个)(?:更|最)?(?:高|低|多|少|大|小|长|短|早|晚|严|松|好|贵|便宜|划算)"
)
_DIFFERS = re.compile(_DIFFER)
_ENDS = re.compile(rf"(?:[，,、的]|上|方面|{_DIFFER}|[？?。！!\s])+$")
_OPENS = re.compile(r"^(?:请|帮我|麻烦|给我|能不能|把|将|(?:做个|作个)?(?:对比|比较|对照|比一比)(?:一下)?)+")
_JOINT = r"[、,，]?(?:和|与|跟|同|以及|及|还是|对比|比|、|/)"
_JOINED = re.compile(_JOINT)
_BOUNDARY = re.compile(
    r"的|在|，|,|：|各|分别|放|要|需|有|是|怎|哪|多少|两[条个种类者项]|三[条个种类者项]|差|不同|相比|相|[？?。]|$"
)
_KIND_NOUN = re.compile(r"^[两三四][条个项份种](?P<noun>[^的，,？?放要有是各分差]{1,4})")
_LISTED = r"(?P<list>[^，。？?、在：:]{2,8}?(?:(?:、|和|与|及)[^，。？?、]{2,8}?)+)"
_ASPECTS = re.compile(
    rf"(?:在|：|:){_LISTED}(?:等)?(?:上|方面|这[几两三]点|$)|^{_LISTED.replace('list', 'each')}(?:等)?(?:分别|各自?)"
)
_NUMERIC = re.compile(r"(?:比例|标准|税率|费|金|额|期限|年限|数量?|家数|规模|上限|下限|面积|年龄|收入|产值|GDP)$")


@dataclass(frozen=True, slots=True)
class Side:
    """One question of a comparison: for which side, on which aspect ("" where none is named), and as it was read."""

    label: str
    aspect: str
    analysis: Analysis


def split_comparison(analysis: Analysis, known_places: Sequence[str] = ()) -> list[Side]:
    """The questions that a comparison holds, side by side; empty for another question or where the sides are not clear."""
    whole = whole_or_core(analysis)
    text, _, more = re.sub(r"[\s？?。！!]+$", "", whole.strip()).partition("?")
    bare = _OPENS.sub("", text)
    if (not _DIFFERS.search(text) and bare == text) or _names_again(text, more, known_places):
        return []
    split = _by_place(bare, known_places) or _by_kind(bare) or _by_joint(bare, known_places)
    if split is None:
        return []
    lead, sides, tail = split
    aspects, asked = _aspects_named(tail, more)
    made = [
        Side(side, aspect, analyse_question(_question_of_side(lead, side, asked, aspect), known_places))
        for side in sides
        for aspect in aspects or [""]
    ]
    return made if 2 <= len(sides) <= MOST_SIDES and len(made) <= MOST_QUESTIONS else []


def _names_again(text: str, more: str, known: Sequence[str]) -> bool:
    """Whether what each side is asked is said apart: in a second sentence, or behind each place (甲的愿景跟乙的定位)."""
    named = places.find_places(text, known)
    apart = any(text[one.end : other.start].startswith("的") for one, other in pairwise(named))
    return apart or len({place.stem for place in places.find_places(more, known)}) > 1


Split = tuple[str, list[str], str]  # what stands before the sides, the sides, what is said of them


def _by_place(text: str, known: Sequence[str]) -> Split | None:
    """Sides that are places."""
    named = places.find_places(text, known)
    if len({place.stem for place in named}) < 2:
        return None
    run = [named[0]]
    for one, other in pairwise(named):
        if not re.fullmatch(rf"(?:{_JOINT})?", text[one.end : other.start]):
            break
        run.append(other)
    sides = list(dict.fromkeys(place.name for place in run))
    return (text[: run[0].start], sides, text[run[-1].end :]) if len(sides) > 1 else None


def _by_kind(text: str) -> Split | None:
    """Sides of one kind: 本科生和研究生, 全日制和非全日制, 一等奖、二等奖."""
    for rule in fragments.KINDRED:
        found = list(rule.finditer(text))
        for at, first in enumerate(found[:-1]):
            run = [first]
            for other in found[at + 1 :]:
                if not _JOINED.fullmatch(text[run[-1].end() : other.start()]):
                    break
                run.append(other)
            sides = list(dict.fromkeys(match.group() for match in run))
            if len(sides) > 1:
                return text[: first.start()], sides, text[run[-1].end() :]
    return None


def _by_joint(text: str, known: Sequence[str]) -> Split | None:
    """Sides joined by 和 or 、: 租房补贴和购房补贴的材料; 2023年的办法和2020年的暂行办法, where each has its own 的."""
    joint = next((match for match in re.finditer("和|与|跟|以及", text) if match.start() >= SHORTEST_SIDE), None)
    if joint is None:
        return None
    end = _BOUNDARY.search(text, joint.end() + SHORTEST_SIDE)
    stop = _end_of_last_side(text, joint, end.start() if end else len(text), known)
    begins = [place.end for place in places.find_places(text[: joint.start()], known) if place.end < joint.start()]
    begins += [match.end() for match in re.finditer(r"[在里，,：:]|\d年", text[: joint.start()])]
    owner = text.rfind("的", max(begins, default=0), joint.start()) + 1
    owned = owner and text[stop : stop + 1] == "的"
    start = max(begins, default=0) if owned else max([*begins, owner])
    if owned:
        further = _BOUNDARY.search(text, stop + 1)
        stop = further.start() if further else len(text)
    sides = [side for side in re.split("[、]", text[start : joint.start()]) if side] + [text[joint.end() : stop]]
    tail = text[stop:]
    noun = _KIND_NOUN.match(tail)
    if noun:
        kind = noun["noun"]
        sides = [side if side.endswith(kind) else side + kind for side in sides]
        tail = tail[noun.end() :]
    fits = all(SHORTEST_SIDE <= len(side) <= LONGEST_SIDE for side in sides)
    return (text[:start], sides, tail) if fits and len(set(sides)) == len(sides) else None


def _end_of_last_side(text: str, joint: re.Match[str], stop: int, known: Sequence[str]) -> int:
    """Where the last side ends: with the place that it begins with, or with what the side before it ends with."""
    last = text[joint.end() : stop]
    first = next(iter(places.find_places(last, known)), None)
    if first and not first.start:
        return joint.end() + first.end
    shared = last.find(text[joint.start() - 2 : joint.start()], 1)
    return joint.end() + shared + 2 if shared > 0 else stop


def _aspects_named(tail: str, more: str) -> tuple[list[str], str]:
    """The aspects that are named one by one, there or in a second sentence, and what is asked as a whole."""
    for text in (tail, more):
        listed = _ASPECTS.search(text)
        items = [item for item in re.split("、|和|与|及", listed["list"] or listed["each"]) if item] if listed else []
        if listed and len(items) > 1 and all(len(item) <= LONGEST_ASPECT for item in items):
            about = _ENDS.sub("", tail[: listed.start()] if text is tail else tail)
            return items, about.lstrip("的，, ") if about.startswith(("的", "，", ",")) else about
    return [], tail


def _question_of_side(lead: str, side: str, asked: str, aspect: str) -> str:
    """What is asked of one side alone, on one aspect where there is one."""
    said = re.sub(r"分别|各自|各(?=[是为有多几叫怎要])", "", _ENDS.sub("", asked)).lstrip("的，, ")
    said = re.sub(r"^(?:之间)?(?:相比|比)", "", said)
    glue = "的" if asked.startswith("的") or (aspect and not said) else ""
    if aspect:
        said = f"{said}的{aspect}" if said else aspect
    if fragments.holds_question_word(said):
        return f"{lead}{side}{glue}{said}？"
    ends = "是多少" if _NUMERIC.search(said or side) else "是什么"
    if not said and ends == "是什么":
        ends = "的情况是什么" if places.find_places(side) else "怎么规定"
    return f"{lead}{side}{glue}{said}{ends}？"

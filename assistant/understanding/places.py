"""Finds the names of Chinese places in a text and says when two name the same place. Knows nothing of questions.

Provinces, cities and counties are known by name (places.txt); others by their suffix; those of the corpus are added by the
caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

# Names that are also everyday words: taken for a place only with their suffix.
_WORDS = {"朝阳", "中山", "山南", "白银", "海东", "吉安", "三明", "大同", "资阳", "黄山", "来宾", "日照", "本溪"}
_SUFFIX = "省市区县旗州盟镇乡"
_TAIL = re.compile(
    rf"[\u4e00-\u9fff]{{1,5}}?(?:自治区|自治州|自治县|特别行政区|开发区|高新区|经开区|经发区|街道|[{_SUFFIX}])"
)
_CUT = re.compile(
    r"[的是在和与及为有对于到从由向把被让给按据如若当且或等将已各该本我全这那哪某每其了也都就并要会能可请问至来个几]"
)
_GENERIC = re.compile(
    r"(?:特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|自治州|自治县|新区|[省市区县旗州盟镇乡])$"
)
_LEVELS = re.compile(r"[\u4e00-\u9fff]{2,8}?(?:自治区|自治州|自治县|[省市区县旗州盟镇乡])")
_LONGEST = 8


@dataclass(frozen=True, slots=True)
class Place:
    """A place named in a text: the `name` as written there, its `stem` without the suffix, and where it stands."""

    name: str
    stem: str
    start: int
    end: int


@lru_cache(maxsize=1)
def gazetteer() -> dict[str, frozenset[str]]:
    """The lists of places.txt beside this module: provinces, cities, counties, and words that only look like places."""
    lists: dict[str, frozenset[str]] = {}
    for block in (Path(__file__).parent / "places.txt").read_text(encoding="utf-8").split("["):
        name, _, words = block.partition("]")
        if name.strip():
            lists[name] = frozenset(words.split())
    return lists


def stem(name: str) -> str:
    """The name without its administrative suffix (溧阳市 -> 溧阳); a name of two characters or fewer is left whole."""
    short = _GENERIC.sub("", name)
    return short if len(short) >= 2 else name


def levels(name: str) -> list[str]:
    """The levels of a full name, widest first (常州市溧阳市 -> 常州市, 溧阳市)."""
    return _LEVELS.findall(name) or [name]


def same(one: str, other: str) -> bool:
    """Whether the names can mean the same place or one lies, by its written name, within the other (常州市溧阳市, 溧阳)."""
    a, b = stem(one), stem(other)
    return a in other or b in one


@lru_cache(maxsize=16)
def _names(known: tuple[str, ...]) -> frozenset[str]:
    """Every name that is taken for a place wherever it stands."""
    lists = gazetteer()
    own = {stem(level) for name in known for level in levels(name)}
    fixed = (
        lists["provinces"] | lists["cities"] | lists["counties"] | lists["counties-with-suffix"] | lists["countries"]
    ) - _WORDS
    return frozenset(fixed | {name for name in own if len(name) >= 2})


def find(text: str, known: Iterable[str] = ()) -> list[Place]:
    """The places named in `text`, in order; `known` are names of this corpus, with or without suffix."""
    names = _names(tuple(sorted(known)))
    found: list[Place] = []
    at = 0
    while at < len(text) - 1:
        end = next(
            (at + size for size in range(min(_LONGEST, len(text) - at), 1, -1) if text[at : at + size] in names), 0
        )
        if end:
            end = _with_suffix(text, end)
            found.append(Place(text[at:end], stem(text[at:end]), at, end))
        at = end or at + 1
    found.extend(_by_suffix(text, [(place.start, place.end) for place in found]))
    return sorted(found, key=lambda place: place.start)


def _with_suffix(text: str, end: int) -> int:
    """Where the name ends when its suffix is taken along."""
    if (
        text[end - 1] not in "市区县旗"
        and text[end : end + 1] in tuple("省市区县州镇乡")
        and text[end : end + 2] not in ("市场", "区域", "市民")
    ):
        return end + 1
    for tail in ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "新区"):
        if text.startswith(tail, end):
            return end + len(tail)
    return end


def _by_suffix(text: str, taken: list[tuple[int, int]]) -> list[Place]:
    """Names known only by their suffix, such as a town's."""
    places = []
    for run in re.finditer(r"[\u4e00-\u9fff]+", text):
        position = run.start()
        pieces: list[tuple[int, int]] = []
        for cut in _CUT.finditer(run.group()):
            pieces.append((position, run.start() + cut.start()))
            position = run.start() + cut.end()
        pieces.append((position, run.end()))
        for left, right in pieces:
            after = max([left, *(end for begin, end in taken if begin <= left < end)])
            match = _TAIL.match(text, after, right)
            if match is None:
                continue
            name = match.group()
            clean = text[match.end() : match.end() + 1] not in ("级", "里") and not any(
                begin < match.end() and match.start() < end for begin, end in taken
            )
            longest = 2 if name[-1] in "省市区县旗州盟" and len(name) - len(stem(name)) == 1 else 4
            if clean and 2 <= len(stem(name)) <= longest and not _is_word(name):
                places.append(Place(name, stem(name), match.start(), match.end()))
    return places


def _is_word(name: str) -> bool:
    """Whether the words only look like a place's name (社区, 上市)."""
    return len(name) < 3 or "什么" in name or any(name.endswith(word) for word in gazetteer()["not-places"])

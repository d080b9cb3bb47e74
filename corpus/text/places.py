"""Finds the names of Chinese places in a text and says which place lies in which. Knows nothing of questions or documents.

places.txt beside this module is the one table: a line a province with its cities, then counties, countries and words that only
look like places. A name that is an everyday word too stands there with its suffix (大同市): it is a place only with it. One
whose suffix is in brackets, 开封(市), counts bare in `find_places`, which looks at what a person asks, and not in `provinces_named`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

EVERYWHERE = "全国"
# What a name is no place before: 大理石, 北海道.
_NO_PLACE_BEFORE = {"大理": "石", "北海": "道", "长治": "久"}
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
_REGION_NAME = re.compile(
    r"([\u4e00-\u9fff]{2,}?)(?:特别行政区|(?:[\u4e00-\u9fff]{1,6}[族尔])?自治[区州县旗]|经济特区|新区|地区|[省市区县盟旗镇乡]|$)"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place named in a text: the `name` as written there, its `stem` without the suffix, and where it stands."""

    name: str
    stem: str
    start: int
    end: int


@lru_cache(maxsize=1)
def load_gazetteer() -> dict[str, frozenset[str]]:
    """The lists of places.txt: provinces, cities, counties, counties-with-suffix, countries, and words that only look like places."""
    blocks = (block.partition("]") for block in _read_table().split("[") if block.strip())
    lists = {name: frozenset(words.split()) for name, _, words in blocks if name != "provinces"}
    return {**lists, "provinces": frozenset(PROVINCES), "cities": frozenset(_city_names())}


def _read_table() -> str:
    return (Path(__file__).parent / "places.txt").read_text(encoding="utf-8")


def _province_rows() -> list[list[str]]:
    """The provinces, each with its cities, as the table writes them."""
    return [line.split() for line in _read_table().partition("\n\n")[0].splitlines()[1:]]


PROVINCES = tuple(row[0] for row in _province_rows())


def _city_names() -> Iterator[str]:
    """The cities as `find_places` takes them: without a suffix in brackets."""
    for row in _province_rows():
        yield from (name.partition("(")[0] for name in row[1:])


@lru_cache(maxsize=1)
def load_provinces() -> dict[str, str]:
    """The province of each province and city, by the name that is safe in any text (大庆市, not 大庆)."""
    return {re.sub("[()]", "", name): row[0] for row in _province_rows() for name in row}


@lru_cache(maxsize=1)
def _safe_names() -> re.Pattern[str]:
    names = sorted(load_provinces(), key=len, reverse=True)
    return re.compile(
        "|".join(f"{name}(?!{_NO_PLACE_BEFORE[name]})" if name in _NO_PLACE_BEFORE else name for name in names)
    )


def provinces_named(text: str) -> frozenset[str]:
    """The provinces that a text names, or one of whose cities it names."""
    return frozenset(load_provinces()[name] for name in _safe_names().findall(text))


def region_stems(region: str) -> tuple[str, ...]:
    """The names in a region without what kind of place each is: 常州市溧阳市 is 常州 and 溧阳; none for the whole country."""
    return () if region == EVERYWHERE else tuple(_REGION_NAME.findall(region))


def place_stem(name: str) -> str:
    """The name without its administrative suffix (溧阳市 -> 溧阳); a name of two characters or fewer is left whole."""
    short = _GENERIC.sub("", name)
    return short if len(short) >= 2 else name


def name_levels(name: str) -> list[str]:
    """The levels of a full name, widest first (常州市溧阳市 -> 常州市, 溧阳市)."""
    return _LEVELS.findall(name) or [name]


def same_place(one: str, other: str) -> bool:
    """Whether the names can mean the same place or one lies, by its written name, within the other (常州市溧阳市, 溧阳)."""
    a, b = place_stem(one), place_stem(other)
    return a in other or b in one


@lru_cache(maxsize=16)
def _certain_names(known: tuple[str, ...]) -> frozenset[str]:
    """Every name that is taken for a place wherever it stands."""
    lists = load_gazetteer()
    own = {place_stem(level) for name in known for level in name_levels(name)}
    fixed = (
        lists["provinces"] | lists["cities"] | lists["counties"] | lists["counties-with-suffix"] | lists["countries"]
    )
    return frozenset(fixed | {name for name in own if len(name) >= 2})


def find_places(text: str, known: Iterable[str] = ()) -> list[Place]:
    """The places named in `text`, in order; `known` are names of this corpus, with or without suffix."""
    names = _certain_names(tuple(sorted(known)))
    found: list[Place] = []
    at = 0
    while at < len(text) - 1:
        end = next(
            (
                at + size
                for size in range(min(_LONGEST, len(text) - at), 1, -1)
                if text[at : at + size] in names
                and text[at + size : at + size + 1] != _NO_PLACE_BEFORE.get(text[at : at + size])
            ),
            0,
        )
        if end:
            end = _with_suffix(text, end)
            found.append(Place(text[at:end], place_stem(text[at:end]), at, end))
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
            longest = 2 if name[-1] in "省市区县旗州盟" and len(name) - len(place_stem(name)) == 1 else 4
            if clean and 2 <= len(place_stem(name)) <= longest and not _is_word(name):
                places.append(Place(name, place_stem(name), match.start(), match.end()))
    return places


def _is_word(name: str) -> bool:
    """Whether the words only look like a place's name (社区, 上市)."""
    return len(name) < 3 or "什么" in name or any(name.endswith(word) for word in load_gazetteer()["not-places"])

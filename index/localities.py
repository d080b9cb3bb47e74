"""Documents that hold for one place only, against the places a question names. Knows nothing of how passages are found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

EVERYWHERE = "全国"
_NAME = re.compile(
    r"([\u4e00-\u9fff]{2,}?)(?:特别行政区|(?:[\u4e00-\u9fff]{1,6}[族尔])?自治[区州县旗]|经济特区|新区|地区|[省市区县盟旗镇乡]|$)"
)


@cache
def provinces() -> dict[str, str]:
    """The province of each province and city by name, without what kind of place each is (provinces.txt beside this module)."""
    lines = (Path(__file__).parent / "provinces.txt").read_text(encoding="utf-8").splitlines()
    return {name: line.split()[0] for line in lines for name in line.split()}


@cache
def _named() -> re.Pattern[str]:
    return re.compile("|".join(sorted(provinces(), key=len, reverse=True)))


def within(text: str) -> frozenset[str]:
    """The provinces that a text names, or one of whose cities it names."""
    return frozenset(provinces()[name] for name in _named().findall(text))


def stems(region: str) -> tuple[str, ...]:
    """The names in a region without what kind of place each is: 常州市溧阳市 is 常州 and 溧阳; none for the whole country."""
    return () if region == EVERYWHERE else tuple(_NAME.findall(region))


class Localities:
    """The regions of documents, each kept once, and of those without a region the provinces that their titles name."""

    def __init__(self, regions: Sequence[str | None], titles: Sequence[str]) -> None:
        """One region, None where it is not known, and one title a document."""
        known: dict[tuple[tuple[str, ...], frozenset[str]], int] = {}
        keys = [
            (stems(region or ""), frozenset() if region else within(title))
            for region, title in zip(regions, titles, strict=True)
        ]
        self._of = np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int64)
        self._places = list(known)

    def foreign(self, question: str, documents: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the documents, by number, hold for one place only, and one that the question does not name.

        What a province decides holds for its cities.
        """
        asked = within(question)

        def away(names: tuple[str, ...], titled: frozenset[str]) -> bool:
            if names:
                return names[-1] not in asked and not any(name in question for name in names)
            return bool(titled) and not titled & asked

        return np.array([away(*places) for places in self._places], dtype=bool)[self._of[documents]]

"""Documents that hold for one place only, against the places a question names. Knows nothing of how passages are found."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

EVERYWHERE = "全国"
_NAME = re.compile(
    r"([\u4e00-\u9fff]{2,}?)(?:特别行政区|(?:[\u4e00-\u9fff]{1,6}[族尔])?自治[区州县旗]|经济特区|新区|地区|[省市区县盟旗镇乡]|$)"
)


def stems(region: str) -> tuple[str, ...]:
    """The names in a region without what kind of place each is: 常州市溧阳市 is 常州 and 溧阳; none for the whole country."""
    return () if region == EVERYWHERE else tuple(_NAME.findall(region))


class Localities:
    """The regions of documents, each kept once."""

    def __init__(self, regions: Sequence[str | None]) -> None:
        """One region a document, None where it is not known."""
        known: dict[tuple[str, ...], int] = {}
        self._of = np.array([known.setdefault(stems(region or ""), len(known)) for region in regions], dtype=np.int64)
        self._stems = list(known)

    def foreign(self, question: str, documents: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the documents, by number, hold for one place only, and one that the question does not name."""
        away = [bool(names) and not any(name in question for name in names) for names in self._stems]
        return np.array(away, dtype=bool)[self._of[documents]]

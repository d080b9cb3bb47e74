"""Documents that hold for one place only, against the places a question names. Knows nothing of how passages are found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.text.places import provinces_named, region_stems


class Localities:
    """The regions of documents, each kept once, and of those without a region the provinces that their titles name."""

    def __init__(self, regions: Sequence[str | None], titles: Sequence[str]) -> None:
        """One region, None where it is not known, and one title a document."""
        known: dict[tuple[tuple[str, ...], frozenset[str]], int] = {}
        keys = [
            (region_stems(region or ""), frozenset() if region else provinces_named(title))
            for region, title in zip(regions, titles, strict=True)
        ]
        self._of = np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int64)
        self._places = list(known)

    def out_of_region(self, question: str, documents: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the documents, by number, hold for one place only, and one that the question does not name.

        What a province decides holds for its cities.
        """
        asked = provinces_named(question)

        def is_outside(names: tuple[str, ...], titled: frozenset[str]) -> bool:
            if names:
                return names[-1] not in asked and not any(name in question for name in names)
            return bool(titled) and not titled & asked

        return np.array([is_outside(*places) for places in self._places], dtype=bool)[self._of[documents]]

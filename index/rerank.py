"""Rerankers by name: a second, slower look at the candidates of a search. Knows nothing of how they were found."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import StoreError
from corpus.types import Passage
from index.encoders import BUILT_IN, models
from index.types import Reranker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NONE = "none"
TRUSTED = 6  # passages whose order is the ranker's alone


def load_reranker(name: str) -> Reranker | None:
    """The reranker for "none" (no reranking), "built-in", or a CrossEncoder folder or model name.

    Raises StoreError when the name cannot be loaded.
    """
    if name in (NONE, ""):
        return None
    return BuiltInReranker() if name == BUILT_IN else CrossReranker(name)


class BuiltInReranker:
    """A linear ranker over what wording says and, for the first few, what the built-in network says of relevance."""

    READ = 5  # passages that the network reads; the ones behind keep their order among themselves

    def __init__(self) -> None:
        """Nothing is loaded before the first question."""
        self.name = BUILT_IN

    def words(self, question: str, passages: Sequence[Passage], prior: Sequence[float]) -> NDArray[np.float32]:
        """What wording says: (len(passages), len(ranking.NAMES)), without reading any passage."""
        from index import ranking
        from index.encoders.windows import built_in

        return ranking.features(ranking.asked(question, built_in().rarity), passages, prior)

    def table(self, question: str, passages: Sequence[Passage], prior: Sequence[float]) -> NDArray[np.float32]:
        """The features (len(passages), len(ranking.NAMES) + 4) that are weighed; the last four come from the network."""
        import numpy as np

        from index.encoders.windows import built_in

        words = self.words(question, passages, prior)
        first = np.argsort(-(words @ _weights(models())[0]), kind="stable")[: self.READ]
        read = built_in().read(question, [passages[i] for i in first])
        relevance = np.array([s.relevance for s in read], np.float32)
        meaning = np.zeros((len(passages), 4), dtype=np.float32)
        meaning[first, 0] = relevance / 4
        meaning[first, 1] = 1 / (1 + np.exp(-relevance))
        meaning[first, 2] = np.exp(relevance - relevance.max())
        meaning[first, 3] = 1
        return np.concatenate([words, meaning], axis=1)

    def scores(self, question: str, passages: Sequence[Passage], prior: Sequence[float]) -> Sequence[float]:
        """One score a passage between 0 and 1, the best one's being 1."""
        if not passages:
            return []
        return ordered(self.table(question, passages, prior) @ _weights(models())[1], prior)


def ordered(total: NDArray[np.float32], prior: Sequence[float]) -> list[float]:
    """Scores between 0 and 1 from the ranker's totals: its first TRUSTED, then what the search has in its first ten, then the rest.

    The ranker puts the best first, but of what it takes into the ten it knows less than the search of what it drops.
    """
    import numpy as np

    by_total = np.argsort(-total, kind="stable").tolist()
    first = by_total[:TRUSTED]
    found = np.argsort(-np.asarray(prior), kind="stable")[:10].tolist()
    order = list(dict.fromkeys([*first, *found, *by_total]))
    falling = np.minimum.accumulate(np.exp((total[order] - total.max()) / 4)) * (1 - 1e-5 * np.arange(len(order)))
    scores = np.empty(len(order))
    scores[order] = falling
    return [float(score) for score in scores]


@cache
def _weights(folder: Path) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The weights of the wording signs alone, and of all."""
    from safetensors.numpy import load_file

    parts = load_file(str(folder / "ranker" / "model.safetensors"))
    return parts["words"], parts["all"]


class CrossReranker:
    """A sentence-transformers `CrossEncoder` over the question and the passage with its title."""

    def __init__(self, name: str) -> None:
        """`name` is a folder or a model name. Raises StoreError when it cannot be loaded."""
        from sentence_transformers import CrossEncoder

        try:
            self.model = CrossEncoder(name)
        except (OSError, ValueError, RuntimeError, ImportError) as error:
            reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
            raise StoreError(f"the reranker cannot be loaded ({reason})", name, "name a folder, or none") from None
        self.name = name

    def scores(self, question: str, passages: Sequence[Passage], prior: Sequence[float]) -> Sequence[float]:
        """One score a passage, higher is better; the search's own opinion is not asked."""
        if not passages:
            return []
        pairs = [(question, f"{passage.title}\n{passage.text}") for passage in passages]
        return [float(score) for score in self.model.predict(pairs, show_progress_bar=False)]

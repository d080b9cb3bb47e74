"""Orders of candidates by name, instead of the shipped one: the search's own, or any CrossEncoder's. Knows no reader."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from assistant.retrieval.ranking import Order
from errors import StoreError
from index.types import Hit

BUILT_IN, NONE = "built-in", "none"


def order_named(name: str) -> Order | None:
    """None for "built-in" (the shipped ranker); for "none" the search's; else that of a CrossEncoder folder or model name.

    Raises StoreError when the name cannot be loaded.
    """
    if name == BUILT_IN:
        return None
    return search_order if name in (NONE, "") else CrossEncoderOrder(name).scores


def search_order(question: str, hits: Sequence[Hit]) -> Sequence[float]:
    """The search's own scores."""
    return [hit.score for hit in hits]


@cache
class CrossEncoderOrder:
    """A sentence-transformers `CrossEncoder` over the question and the passage with its title; loaded once a name."""

    def __init__(self, name: str) -> None:
        """`name` is a folder or a model name. Raises StoreError when it cannot be loaded."""
        from sentence_transformers import CrossEncoder

        try:
            self.model = CrossEncoder(name)
        except (OSError, ValueError, RuntimeError, ImportError) as error:
            reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
            raise StoreError(f"the reranker cannot be loaded ({reason})", name, "name a folder, or none") from None

    def scores(self, question: str, hits: Sequence[Hit]) -> Sequence[float]:
        """One score a passage, higher is better."""
        if not hits:
            return []
        pairs = [(question, f"{hit.passage.title}\n{hit.passage.text}") for hit in hits]
        return [float(score) for score in self.model.predict(pairs, show_progress_bar=False)]

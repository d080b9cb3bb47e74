"""Rerankers by name: a second, slower look at the candidates of a search. Knows nothing of how they were found."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.errors import StoreError
from corpus.types import Passage
from index.encoders import BUILT_IN
from index.types import Reranker

NONE = "none"


def load_reranker(name: str) -> Reranker | None:
    """The reranker for "none" (no reranking), "built-in", or a CrossEncoder folder or model name.

    Raises StoreError when the name cannot be loaded.
    """
    if name in (NONE, "", BUILT_IN):
        # No built-in weights are shipped yet: the order of the fused search stands.
        return None
    return CrossReranker(name)


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

    def scores(self, question: str, passages: Sequence[Passage]) -> Sequence[float]:
        """One score a passage, higher is better."""
        if not passages:
            return []
        pairs = [(question, f"{passage.title}\n{passage.text}") for passage in passages]
        return [float(score) for score in self.model.predict(pairs, show_progress_bar=False)]

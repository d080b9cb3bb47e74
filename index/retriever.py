"""The index as a LangChain retriever. Knows nothing of prompts or of answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import run_in_executor
from pydantic import ConfigDict, Field

from corpus.types import Passage
from errors import QuestionError
from index.types import Filters, Hit, Index


class Pinned:
    """A handle that stays with one generation, for as long as one question lasts."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def current(self) -> Index:
        """The generation given."""
        return self._index


class PolicyRetriever(BaseRetriever):
    """Searches the newest generation of an index.

    A document found carries the passage's text and, in its metadata, "hit" (the Hit as a dict) and "source", "title",
    "locator", "start", "end", "doc_id" of the passage. `k` and `filters` may be given for one search: `invoke(words, k=3)`.
    Raises QuestionError for a `k` below 1.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    handle: Any = Field(description="an IndexHandle")
    k: int = Field(default=10, ge=1, description="most passages")
    filters: Filters = Field(default_factory=Filters, description="where to search")

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        k: int | None = None,
        filters: Filters | None = None,
    ) -> list[LangChainDocument]:
        return self._find_documents(query, k, filters)

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,
        k: int | None = None,
        filters: Filters | None = None,
    ) -> list[LangChainDocument]:
        return await run_in_executor(None, self._find_documents, query, k, filters)

    def _find_documents(self, query: str, k: int | None, filters: Filters | None) -> list[LangChainDocument]:
        most = self.k if k is None else k
        if most < 1:
            raise QuestionError("the number of passages is out of range", most, "give 1 or more")
        hits = self.handle.current().search(query, most, self.filters if filters is None else filters)
        return [to_langchain(hit) for hit in hits]


def to_langchain(hit: Hit) -> LangChainDocument:
    """A hit as LangChain's own document."""
    p = hit.passage
    metadata = {"hit": asdict(hit), "source": p.source, "title": p.title, "locator": p.locator, "doc_id": p.doc_id}
    return LangChainDocument(page_content=p.text, id=p.id, metadata={**metadata, "start": p.start, "end": p.end})


def from_langchain(document: LangChainDocument) -> Hit:
    """The hit that `to_langchain` was given. Raises KeyError or TypeError for a document that is none of ours."""
    hit = document.metadata["hit"]
    passages = {"passage": Passage(**hit["passage"]), "also": tuple(Passage(**other) for other in hit["also"])}
    return Hit(**{**hit, **passages})

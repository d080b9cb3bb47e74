"""Tells LangChain's callbacks what was searched for and what was found. Knows nothing of how."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

    from index.types import Hit


def trace_retrieval(config: RunnableConfig | None, query: str, hits: Sequence[Hit]) -> None:
    """A retriever's start and end, for whoever traces the chain; nothing where nobody does."""
    if not config or not config.get("callbacks"):
        return
    from langchain_core.runnables.config import get_callback_manager_for_config

    from index.retriever import to_langchain

    run = get_callback_manager_for_config(config).on_retriever_start({"name": "suyuan"}, query)
    run.on_retriever_end([to_langchain(hit) for hit in hits])

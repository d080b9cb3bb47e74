"""Questions to answers with citations. Knows nothing of screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.chain import Assistant, create

__all__ = ["Assistant", "create"]


def __getattr__(name: str) -> Any:
    """`create` and `Assistant`, imported when first used: they bring LangChain with them."""
    if name in __all__:
        from assistant import chain

        return getattr(chain, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

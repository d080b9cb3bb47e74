"""Questions to answers with citations. Knows nothing of screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.chain import Assistant, create
    from assistant.tool import policy_tool

__all__ = ["Assistant", "create", "policy_tool"]


def __getattr__(name: str) -> Any:
    """What is public, imported when first used: it brings LangChain with it."""
    if name == "policy_tool":
        from assistant.tool import policy_tool

        return policy_tool
    if name in __all__:
        from assistant import chain

        return getattr(chain, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

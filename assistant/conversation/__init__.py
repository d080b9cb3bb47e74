"""Conversation: what is said to the assistant that is no question of its own. Knows nothing of search or of models."""

from assistant.conversation.acts import classify, respond, settled
from assistant.conversation.types import Act

__all__ = ["Act", "classify", "respond", "settled"]

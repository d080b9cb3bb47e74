"""Conversation: what is said to the assistant that is no question of its own. Knows nothing of search or of models."""

from assistant.conversation.acts import classify_utterance, respond_to_act, settle_history
from assistant.conversation.types import Act

__all__ = ["Act", "classify_utterance", "respond_to_act", "settle_history"]

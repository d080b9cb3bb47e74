"""A document to its policy card: what it gives, to whom, how much, until when, where. Knows nothing of questions or of screens."""

from assistant.cards.types import CardField, FieldKey, PolicyCard

__all__ = ["CardField", "FieldKey", "PolicyCard"]

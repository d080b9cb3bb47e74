"""The one cross-encoder: a question and a passage in, relevance, spans and evidence out. Knows no query and no answer."""

from assistant.reader.session import Reader, shipped_reader
from assistant.reader.types import PassageReading

__all__ = ["PassageReading", "Reader", "shipped_reader"]

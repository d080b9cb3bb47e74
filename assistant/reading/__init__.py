"""From the passages found to the words that answer, in the source's own words. Knows nothing of language models or screens."""

from assistant.reading.reader import read
from assistant.reading.types import Extract, Reading

__all__ = ["Extract", "Reading", "read"]

"""From passages read by the network to the words that answer, in the source's own words. Knows no language model, no screen."""

from assistant.reading.reader import read_answer
from assistant.reading.types import Extract, Reading, ReadingWeights

__all__ = ["Extract", "Reading", "ReadingWeights", "read_answer"]

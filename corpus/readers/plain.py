"""Plain text files. Knows nothing of other formats."""

from __future__ import annotations

from corpus.decoding import clean, decode
from corpus.readers.raw import Raw


def read(data: bytes) -> Raw:
    """The text, its encoding detected. Raises ReadError for data that is no text."""
    text, _, warning = decode(data)
    return Raw(clean(text), warnings=(warning,) if warning else ())

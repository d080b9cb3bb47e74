"""One reader a file format, chosen by the file's name. Knows nothing of structure, metadata or passages."""

from __future__ import annotations

from importlib import import_module
from pathlib import PurePath

from corpus.errors import ReadError
from corpus.readers.raw import Raw, Reader

# Suffix to the module of this package whose `read` reads it; modules are imported when a file asks for them.
READERS = {
    ".txt": "plain",
    ".text": "plain",
    ".md": "markdown",
    ".markdown": "markdown",
}


def supported(name: str) -> bool:
    """Whether a file of this name has a reader."""
    return PurePath(name).suffix.lower() in READERS


def reader(name: str) -> Reader:
    """The reader for a file of this name. Raises ReadError when its format is not known."""
    suffix = PurePath(name).suffix.lower()
    module = READERS.get(suffix)
    if module is None:
        raise ReadError("no reader for this kind of file", suffix or "no suffix", f"use one of {' '.join(READERS)}")
    found: Reader = import_module(f"corpus.readers.{module}").read
    return found


def read(name: str, data: bytes) -> Raw:
    """What the file says. Raises ReadError with the reason when it cannot be read."""
    return reader(name)(data)

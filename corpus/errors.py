"""Errors with words for people, shared by every room. Knows nothing of what raised them.

SuyuanError                 wrong use or a missing prerequisite: one line on stderr, exit code 2
├── SettingsError           a setting is unknown or has a value that cannot be used
├── CorpusError             the corpus folder is missing, empty or unreadable
│   └── ReadError           one file cannot be read
├── StoreError              the index cannot be opened or written
│   ├── IndexMissing        there is no index at the path
│   ├── IndexDamaged        a record or a file does not match its checksum        (exit code 1)
│   ├── IndexOutdated       the index was written in another format: `index update` builds it anew
│   ├── IndexBusy           another process is writing
│   └── EncoderMismatch     the index was made with another encoder
├── QuestionError           the question is empty or too long
├── ModelError              the language model cannot be named, reached or understood
└── ServeError              the chat cannot be served (port taken, bad address)
"""

from __future__ import annotations


class SuyuanError(Exception):
    """What is wrong, the value seen, and what to do, in one line.

    what: a short clause; value: the offending value as seen (None to leave out); do: the next step for the person.
    """

    exit_code = 2

    def __init__(self, what: str, value: object = None, do: str = "") -> None:
        self.what, self.value, self.do = what, value, do
        text = str(value)
        # A person needs to recognise what they gave, not to read ten thousand characters of it again.
        seen = "" if value is None else f": {text if len(text) <= 200 else text[:80] + '…'}"
        super().__init__(f"{what}{seen}" + (f" — {do}" if do else ""))


class SettingsError(SuyuanError):
    """A setting is unknown or has a value that cannot be used."""


class CorpusError(SuyuanError):
    """The corpus folder is missing, empty or unreadable."""


class ReadError(CorpusError):
    """One file cannot be read."""


class StoreError(SuyuanError):
    """The index cannot be opened or written."""


class IndexMissing(StoreError):
    """There is no index at the path."""


class IndexDamaged(StoreError):
    """A record or a file does not match its checksum."""

    exit_code = 1


class IndexOutdated(StoreError):
    """The index was written in another format."""


class IndexBusy(StoreError):
    """Another process is writing to the index."""


class EncoderMismatch(StoreError):
    """The index was made with another encoder."""


class QuestionError(SuyuanError):
    """The question is empty or too long."""


class ModelError(SuyuanError):
    """The language model cannot be named, reached or understood."""


class ServeError(SuyuanError):
    """The chat cannot be served."""

"""Every error that people see, as one tree. Knows nothing of what raised them or of how a command ends.

SuyuanError                 wrong use or a missing prerequisite
├── SettingsError           a setting is unknown or has a value that cannot be used
├── CorpusError             the corpus folder is missing, empty or unreadable
│   └── ReadError           one file cannot be read
│       └── ReadRefused     one file must not be read: it claims more than an honest one has
├── StoreError              the index cannot be opened or written
│   ├── IndexMissing        there is no index at the path
│   ├── IndexDamaged        a record or a file does not match its checksum
│   ├── IndexOutdated       the index was written in another format
│   ├── IndexBusy           another process is writing to the index
│   ├── EngineAway          a server that keeps the index does not answer
│   └── EncoderMismatch     the index was made with another encoder
├── QuestionError           the question is empty or too long
├── ProfileError            what an applicant says of itself cannot be used
├── BackupError             a backup cannot be written, read or restored
├── BatchError              a file of questions or of answers cannot be used
├── ModelError              the language model cannot be named, reached or understood
├── ServeError              the chat cannot be served
├── AccountError            the name or the password of a user cannot be used
├── Refusal                 the server does not do it, said in the reader's language (in web/, beside its words)
│   └── TooManyError        somebody asks faster than the owner allows
├── SuiteError              the suite folder, its suite.toml or a line of its cases.jsonl cannot be used
├── ResultsError            a results or baseline file is missing, of another format, or damaged
└── JudgeError              the judge has no model, or its answer cannot be understood

`cli` turns them into one line on stderr and an exit code, the web into a line on the screen.
"""

from __future__ import annotations

__all__ = [
    "AccountError",
    "BackupError",
    "BatchError",
    "CorpusError",
    "EncoderMismatch",
    "EngineAway",
    "IndexBusy",
    "IndexDamaged",
    "IndexMissing",
    "IndexOutdated",
    "JudgeError",
    "ModelError",
    "ProfileError",
    "QuestionError",
    "ReadError",
    "ReadRefused",
    "ResultsError",
    "ServeError",
    "SettingsError",
    "StoreError",
    "SuiteError",
    "SuyuanError",
]

MOST_SHOWN = 200  # characters of a value shown whole: a person needs to recognise what they gave, not to read it again
SHOWN = 80  # characters shown of a longer one


class SuyuanError(Exception):
    """What is wrong, the value seen, and what to do, in one line.

    what: a short clause; value: the offending value as seen (None to leave out); do: the next step for the person.
    """

    def __init__(self, what: str, value: object = None, do: str = "") -> None:
        self.what, self.value, self.do = what, value, do
        text = str(value)
        seen = "" if value is None else f": {text if len(text) <= MOST_SHOWN else text[:SHOWN] + '…'}"
        super().__init__(f"{what}{seen}" + (f" — {do}" if do else ""))


class SettingsError(SuyuanError):
    """A setting is unknown or has a value that cannot be used."""


class CorpusError(SuyuanError):
    """The corpus folder is missing, empty or unreadable."""


class ReadError(CorpusError):
    """One file cannot be read."""


class ReadRefused(ReadError):
    """One file must not be read: it claims more than an honest one has."""


class StoreError(SuyuanError):
    """The index cannot be opened or written."""


class IndexMissing(StoreError):
    """There is no index at the path."""


class IndexDamaged(StoreError):
    """A record or a file does not match its checksum."""


class IndexOutdated(StoreError):
    """The index was written in another format."""


class IndexBusy(StoreError):
    """Another process is writing to the index."""


class EngineAway(StoreError):
    """A server that keeps the index does not answer."""


class EncoderMismatch(StoreError):
    """The index was made with another encoder."""


class QuestionError(SuyuanError):
    """The question is empty or too long."""


class ProfileError(SuyuanError):
    """What an applicant says of itself cannot be used."""


class BackupError(SuyuanError):
    """A backup cannot be written, read or restored."""


class BatchError(SuyuanError):
    """A file of questions or of answers cannot be used."""


class ModelError(SuyuanError):
    """The language model cannot be named, reached or understood."""


class ServeError(SuyuanError):
    """The chat cannot be served."""


class AccountError(SuyuanError):
    """The name or the password of a user cannot be used."""


class SuiteError(SuyuanError):
    """The suite folder, its suite.toml or a line of its cases.jsonl cannot be used."""


class ResultsError(SuyuanError):
    """A results or baseline file is missing, of another format, or damaged."""


class JudgeError(SuyuanError):
    """The judge has no model, or its answer cannot be understood."""

"""The values of a conversation: question, answer, statements, citations, and the events of a streamed answer.

Knows nothing of screens, of models or of how an answer is found.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from index.types import Filters, Hit

AnswerStatus = Literal["answered", "not_found", "clarify", "error"]
Mode = Literal["extractive", "generative"]
NoticeCode = Literal[
    "superseded",
    "conflict",
    "incomplete_list",
    "expired",
    "low_evidence",
    "model_failed",
    "dropped",
]
Stage = Literal["understand", "retrieve", "read", "verify"]


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words a statement rests on: `quote == Document.text[start:end]`.

    `marker` is the number shown in brackets, from 1. `verified` says that the quote was compared with the document of the
    index generation the answer was made from, and is equal.
    """

    marker: int
    doc_id: str
    source: str
    title: str
    locator: str
    start: int
    end: int
    quote: str
    sha256: str
    verified: bool
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said in a conversation."""

    role: Literal["user", "assistant"]
    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One checkable claim of an answer, without its markers. `issues` says, for people, what is not carried by the quotes."""

    text: str
    markers: tuple[int, ...]
    supported: bool
    issues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a reader of the answer must know: a code for programs, a sentence for people."""

    code: NoticeCode
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the words, the turns before them (oldest first), where to look.

    `standalone` is a rewriting given by the person, used instead of the system's own. `language` ("zh" or "en") is that of
    what the system says itself (nothing found, notices); empty: as set.
    """

    text: str
    history: tuple[Turn, ...] = ()
    filters: Filters = field(default_factory=Filters)
    standalone: str | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with everything needed to check it.

    `text` carries its markers as [1]; `statements` are its parts in order. `hits` are up to ten retrieved passages, best
    first, cited or not. `choices` are the questions to pick from when `status` is "clarify". `timings_ms` maps a stage to
    milliseconds and has "total". `generation` is the index generation that was searched.
    """

    question: str
    standalone_question: str
    status: AnswerStatus
    text: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    notices: tuple[Notice, ...] = ()
    mode: Mode = "extractive"
    model: str = ""
    generation: int = 0
    timings_ms: dict[str, float] = field(default_factory=dict)
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StageEvent:
    """The chain has entered a stage."""

    stage: Stage
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TextEvent:
    """More of the answer's text, markers included; only text that passed the check is ever sent.

    `replace`: everything sent before is withdrawn (the model failed after some checked sentences), and this stands instead.
    """

    text: str
    replace: bool = False


@dataclass(frozen=True, slots=True)
class CitationEvent:
    """A citation that the text sent so far refers to."""

    citation: Citation


@dataclass(frozen=True, slots=True)
class FinalEvent:
    """The whole answer; always the last event."""

    answer: Answer


Event = StageEvent | TextEvent | CitationEvent | FinalEvent

"""The values of this room: a case, what an assistant gave for it, and what that was worth. Knows nothing of files or figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Stage = Literal["retrieval", "reading", "citation", "refusal", "error"]
STAGES: tuple[Stage, ...] = ("retrieval", "reading", "citation", "refusal", "error")
Fraction = tuple[float, float]  # a share of something: (numerator, denominator)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of a document that carry the answer. Evidence of one `group` is one thing to find, written in several places.

    `doc` is relative to the corpus folder; `weak` says that the words occur there but perhaps about something else.
    """

    doc: str
    quote: str
    group: str | None = None
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Nugget:
    """A fact that a whole answer states: every one of `must` occurs in it, where `a|b` is either.

    `quote` of `doc` is where it stands, both empty where the case does not say; without the vital ones an answer is not whole.
    """

    must: tuple[str, ...]
    quote: str = ""
    doc: str = ""
    vital: bool = True


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question of the conversation and the answer it was given."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class EvalCase:
    """One question with what a right answer holds. `raw` is the line as written, unknown keys and all.

    `answers` are alternatives; `groups` are groups of alternatives of which a right answer contains one each (empty: any
    one of `answers`). `nuggets` are the facts that a whole answer states, and `forbid` what an answer may not state in their
    place (another's figure). `expect` holds the statuses that are right. `forbidden` may not occur in the text, whatever the
    status. `standalone` is the question written out by hand for a reader without the history; `doc` the one document to
    search, if given.
    """

    id: str
    question: str
    history: tuple[Exchange, ...] = ()
    answers: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    nuggets: tuple[Nugget, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    mode: Literal["any", "all"] = "any"
    answerable: bool = True
    tags: tuple[str, ...] = ()
    expect: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    standalone: str | None = None
    doc: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def cluster(self) -> str:
        """What the case shares its luck with: its first evidence document, or itself when it has none."""
        return next((e.doc for e in self.evidence if not e.weak), f"case {self.id}")


@dataclass(frozen=True, slots=True)
class GivenCitation:
    """A citation as an answer carries it; offsets count code points of the document's text, None where not given."""

    marker: int
    source: str
    quote: str
    verified: bool = False
    start: int | None = None
    end: int | None = None
    locator: str = ""


@dataclass(frozen=True, slots=True)
class GivenHit:
    """A retrieved passage as an answer carries it."""

    rank: int
    source: str
    text: str
    locator: str = ""


@dataclass(frozen=True, slots=True)
class GivenStatement:
    """One claim of an answer with the markers that it rests on."""

    text: str
    markers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Output:
    """What an assistant gave for one case. `status` is the answer's, or "missing" where there is no answer at all.

    `standalone_hits` are those of a search for the case's hand-written standalone question, where the runner made one.
    """

    id: str
    status: str
    text: str = ""
    statements: tuple[GivenStatement, ...] = ()
    citations: tuple[GivenCitation, ...] = ()
    hits: tuple[GivenHit, ...] = ()
    standalone_hits: tuple[GivenHit, ...] | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a question came out right, and if not, the first stage at which it went wrong and how, for people."""

    passed: bool
    stage: Stage | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """Everything measured about one question: its verdict and a (numerator, denominator) for each metric that applies.

    `asked` is the standalone question that was searched, where it is not the question as asked.
    """

    id: str
    status: str
    verdict: Verdict
    values: Mapping[str, Fraction]
    tags: tuple[str, ...] = ()
    cluster: str = ""
    case_hash: str = ""
    asked: str = ""

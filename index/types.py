"""The values and protocols of search. Knows nothing of FAISS, of files on disk or of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from corpus.types import Document, FailedFile, Metadata, Passage
from corpus.versions import Link

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

Found = Literal["lexical", "dense", "reranked"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found. `score` falls with `rank` (from 1); `found_by` names the ways that found it.

    `also` holds the passages with the very same words that the search came across, in this document or others, and those of
    other files of the same text that say most of it, best first: each may be the right evidence, but shown one after the
    other they would push the rest out of sight.
    """

    passage: Passage
    score: float
    rank: int
    found_by: tuple[Found, ...] = ()
    also: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """Where to search; an empty tuple means anywhere, several values of one field mean any of them.

    A document passes when it matches every field that is given. `regions` match when one is part of the other's name
    (溧阳 and 常州市溧阳市); `years` match the year of `issued`.
    """

    doc_ids: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    statuses: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """True when anything is asked for."""
        return any((self.doc_ids, self.sources, self.regions, self.issuers, self.years, self.statuses))


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document without its text, for lists.

    `fingerprint` is that of its text (corpus.versions). What other documents say of it, as their sources, "" for none:
    `same_as` has the same text and comes first, `newer` is the newest version of it, `ended_by` replaces or repeals it in
    its words.
    """

    id: str
    source: str
    title: str
    metadata: Metadata
    sha256: str
    characters: int
    passages: int
    warnings: tuple[str, ...] = ()
    fingerprint: str = ""
    same_as: str = ""
    newer: str = ""
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build or an update did, by source path, and which documents of the corpus belong together."""

    generation: int
    documents: int
    passages: int
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    failed: tuple[FailedFile, ...] = ()
    encoded: int = 0
    seconds: float = 0.0
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found: how much was verified, and one line for each thing that is damaged, naming it."""

    generation: int
    documents: int
    passages: int
    damaged: tuple[str, ...]
    repaired: bool = False

    @property
    def is_whole(self) -> bool:
        """True when nothing is damaged, or all of it was repaired."""
        return not self.damaged or self.repaired

    def to_dict(self) -> dict[str, Any]:
        """The report for machines."""
        return {"whole": self.is_whole, **asdict(self)}

    def report_text(self) -> str:
        """The report for people."""
        head = f"generation {self.generation}: {self.documents} documents, {self.passages} passages verified"
        if not self.damaged:
            return head + ", nothing damaged"
        end = "repaired" if self.repaired else "run again with --repair CORPUS_DIR"
        return "\n".join([f"{head}, {len(self.damaged)} damaged; {end}", *(f"damaged: {one}" for one in self.damaged)])


class Encoder(Protocol):
    """Text to unit vectors. `name` is what the person typed, `fingerprint` a SHA-256 of what decides the vectors."""

    name: str
    fingerprint: str
    dimension: int

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Float32 array of shape (len(texts), dimension), rows of Euclidean length 1 (or 0 for a text with no known token)."""
        ...


class Index(Protocol):
    """One generation of an index, as the assistant sees it: immutable, safe to use from many threads."""

    @property
    def generation(self) -> int:
        """The number of the generation."""
        ...

    @property
    def passage_count(self) -> int:
        """How many passages it holds."""
        ...

    def search(self, query: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Up to k passages, best first, no two with the same words. An empty query finds nothing."""
        ...

    def document(self, doc_id: str) -> Document:
        """The whole document. Raises KeyError for an id it does not hold, IndexDamaged when the record is damaged."""
        ...

    def documents(self) -> list[DocumentSummary]:
        """Every document, by source."""
        ...

    def passages(self, doc_id: str) -> list[Passage]:
        """The passages of a document in order. Raises KeyError for an id it does not hold."""
        ...

    def passage_frequency(self, gram: str) -> int:
        """In how many passages a character or character pair occurs (0: nowhere), after the index's own normalisation."""
        ...


class IndexHandle(Protocol):
    """Gives the generation to use for one question; moves to a newer one by itself between calls."""

    def current(self) -> Index:
        """The newest whole generation. A caller keeps what it got for as long as one question lasts."""
        ...

"""What is done to one file and to one batch of passages, here or on a worker: pure, and the same everywhere. Knows nothing of servers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.types import Document, FailedFile, Passage, SourceFile
from index.passage_text import searchable_text
from index.remote.weights import passage_weights
from index.scoring import question_terms
from index.terms import Keys

if TYPE_CHECKING:
    from index.types import Encoder

Floats = NDArray[np.float32]
BATCH = 512


@dataclass(frozen=True, slots=True)
class DividedDocument:
    """A document that was read, its passages, how many terms each has, and in how many of them each term occurs."""

    document: Document
    passages: tuple[Passage, ...]
    lengths: tuple[int, ...]
    terms: Keys
    holding: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Vectors:
    """The dense and the sparse vectors of a batch of texts; `dense` has a row for each text that was to be encoded."""

    dense: Floats
    sparse: tuple[dict[int, float], ...]


class Workers(Protocol):
    """Who does the work: this process, or workers of a cluster. Results come in the order of what was given."""

    def read_files(self, files: Sequence[SourceFile], tokens: int) -> Iterator[DividedDocument | FailedFile]:
        """Read and divide files."""
        ...

    def make_vectors(self, batches: Iterable[tuple[list[str], list[bool]]], mean: float) -> Iterator[Vectors]:
        """Weigh texts, and encode those that are marked."""
        ...


class InProcess:
    """The work done in this process, one thing after the other."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def read_files(self, files: Sequence[SourceFile], tokens: int) -> Iterator[DividedDocument | FailedFile]:
        """Read and divide files; those that are parsed are read by child processes."""
        from corpus.folder import read_many_files

        for one in read_many_files(files):
            yield one if isinstance(one, FailedFile) else divide_document(one, tokens)

    def make_vectors(self, batches: Iterable[tuple[list[str], list[bool]]], mean: float) -> Iterator[Vectors]:
        """Weigh texts, and encode those that are marked."""
        for texts, marked in batches:
            yield vectors_of(texts, marked, mean, self._encoder)


def divide_document(document: Document, tokens: int) -> DividedDocument:
    """A document with its passages and their terms."""
    from corpus.passages import split_passages

    passages = tuple(split_passages(document, tokens))
    found = [question_terms(searchable_text(passage)) for passage in passages]
    every = np.concatenate([keys for keys, _ in found]) if found else np.zeros(0, np.uint64)
    terms, holding = np.unique(every, return_counts=True)
    return DividedDocument(document, passages, tuple(int(tally.sum()) for _, tally in found), terms, holding)


def vectors_of(texts: Sequence[str], marked: Sequence[bool], mean: float, encoder: Encoder) -> Vectors:
    """What `Workers.make_vectors` gives for one batch."""
    new = [text for text, mark in zip(texts, marked, strict=True) if mark]
    dense = encoder.encode(new) if new else np.zeros((0, encoder.dimension), np.float32)
    return Vectors(dense, tuple(passage_weights(text, mean) for text in texts))


def sum_changes(terms: Sequence[Keys], changes: Sequence[NDArray[np.int64]]) -> tuple[Keys, NDArray[np.int64]]:
    """The changes of each term, ascending."""
    if not terms:
        return np.zeros(0, np.uint64), np.zeros(0, np.int64)
    every, place = np.unique(np.concatenate(terms), return_inverse=True)
    total = np.zeros(len(every), dtype=np.int64)
    np.add.at(total, place, np.concatenate(changes))
    return every, total

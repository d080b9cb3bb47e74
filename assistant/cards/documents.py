"""The documents that cards are made of: those of a folder, or of an index. Knows nothing of cards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from cli import Reporter
from corpus.folder import read_many_files, scan_folder
from corpus.types import Document, FailedFile
from errors import IndexMissing
from index.open import index_exists, open_handle

Failed = Callable[[FailedFile], None]


def documents_of_folder(folder: Path, failed: Failed, progress: Reporter) -> Iterator[Document]:
    """The documents of a folder; `failed` is told of each file that is none. Raises CorpusError."""
    found = scan_folder(folder)
    for lost in found.failed:
        failed(lost)
    for number, one in enumerate(read_many_files(found.files)):
        progress("cards", number, len(found.files))
        if isinstance(one, FailedFile):
            failed(one)
        else:
            yield one


def documents_of_index(place: Path | str, progress: Reporter) -> Iterator[Document]:
    """The documents of an index in a folder or at an address. Raises StoreError when it cannot be opened."""
    if not index_exists(place):
        raise IndexMissing("no index here", place, f"python -m index build CORPUS_DIR --out {place}")
    index = open_handle(place).current()
    summaries = index.documents()
    for number, summary in enumerate(summaries):
        progress("cards", number, len(summaries))
        yield index.document(summary.id)

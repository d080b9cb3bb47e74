"""The documents that cards are made of: one file, a folder, or what an index holds. Knows nothing of cards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from cli import Reporter
from corpus.folder import read_many, scan
from corpus.types import Document, FailedFile, SourceFile
from errors import IndexMissing, ReadError

Failed = Callable[[FailedFile], None]


def one_document(path: Path) -> Document:
    """The document in a file. Raises ReadError when it is not there or cannot be read."""
    if not path.is_file():
        raise ReadError("there is no such file", path, "name a document")
    found = next(read_many([SourceFile(path.name, str(path.resolve()), path.stat().st_size, "")]))
    if isinstance(found, FailedFile):
        raise ReadError(f"{path.name} cannot be read", found.reason)
    return found


def documents_of_folder(folder: Path, failed: Failed, progress: Reporter) -> Iterator[Document]:
    """The documents of a folder; `failed` is told of each file that is none. Raises CorpusError."""
    found = scan(folder)
    for lost in found.failed:
        failed(lost)
    for number, one in enumerate(read_many(found.files)):
        progress("cards", number, len(found.files))
        if isinstance(one, FailedFile):
            failed(one)
        else:
            yield one


def documents_of_index(folder: Path, progress: Reporter) -> Iterator[Document]:
    """The documents of an index in a folder. Raises StoreError when it cannot be opened."""
    from index.encoders import load_encoder
    from index.local import LocalHandle

    if not (folder / "CURRENT").exists():
        raise IndexMissing("no index here", folder, f"python -m index build CORPUS_DIR --out {folder}")
    import settings

    index = LocalHandle(folder, encoder=load_encoder(settings.load().encoder)).current()
    summaries = index.documents()
    for number, summary in enumerate(summaries):
        progress("cards", number, len(summaries))
        yield index.document(summary.id)

"""A folder of files: which can be tried, and each one read. Knows nothing of formats, structure or search."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from corpus.document import assemble
from corpus.errors import CorpusError, ReadError
from corpus.readers import IN_PROCESS, READERS, suffix_of, supported
from corpus.readers import read as read_format
from corpus.types import Document, FailedFile, Scan, SourceFile
from corpus.worker import Worker

# A library of law in one text file has some 60 MB; a log file of a gigabyte is no document.
TEXT_LIMIT = 256 << 20
Progress = Callable[[int, int], None]


def scan(folder: Path) -> Scan:
    """The files under `folder`, by source path. Hidden files are passed over, links out of the folder are not followed.

    Raises CorpusError when the folder is missing, cannot be listed, or holds no file at all.
    """
    folder = Path(folder)
    if not folder.is_dir():
        what = "the corpus is not a folder" if folder.exists() else "the corpus folder is missing"
        raise CorpusError(what, folder, "name a folder with documents")
    root = folder.resolve()
    files: list[SourceFile] = []
    failed: list[FailedFile] = []
    for path in _walk(root, failed):
        source = unicodedata.normalize("NFC", path.relative_to(root).as_posix())
        found = _file(root, path, source)
        (files if isinstance(found, SourceFile) else failed).append(found)  # type: ignore[arg-type]
    if not files and not failed:
        raise CorpusError("the corpus folder is empty", folder, f"put documents in it ({' '.join(READERS)})")
    return Scan(tuple(sorted(files, key=lambda file: file.source)), tuple(sorted(failed, key=lambda file: file.source)))


def _walk(root: Path, failed: list[FailedFile]) -> Iterator[Path]:
    def complain(error: OSError) -> None:
        place = Path(error.filename or root)
        if place == root:
            raise CorpusError("the corpus folder cannot be listed", root, error.strerror or "") from None
        failed.append(FailedFile(_printable(place.relative_to(root).as_posix()), f"cannot be listed: {error.strerror}"))

    for folder, folders, names in os.walk(root, onerror=complain, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith((".", "~$")):
                yield Path(folder, name)


def _file(root: Path, path: Path, source: str) -> SourceFile | FailedFile:
    if source != _printable(source):
        return FailedFile(_printable(source), "the name holds control characters: rename the file")
    try:
        if path.is_symlink() and not path.resolve().is_relative_to(root):  # folders that are links are not entered
            return FailedFile(source, "a link that leads out of the corpus folder is not followed")
        if not supported(path.name):
            return FailedFile(source, f"no reader for this kind of file: {path.suffix or 'no suffix'}")
        if not path.is_file():
            raise OSError(0, "not a plain file")
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return SourceFile(source, str(path), path.stat().st_size, digest)
    except OSError as error:
        reason = f"cannot be opened: {error.strerror}" if error.errno else str(error.strerror)
    except RuntimeError:  # what pathlib makes of ELOOP before Python 3.13
        reason = "a link that leads to itself"
    return FailedFile(source, reason)


def _printable(name: str) -> str:
    """The name with control, bidirectional and undecodable characters shown as escapes."""
    return "".join(
        c if c.isprintable() and unicodedata.category(c) not in ("Cf", "Cs") else c.encode("unicode-escape").decode()
        for c in name
    )


def read(file: SourceFile) -> Document:
    """The document in a file, read in this process. Raises ReadError with the reason when it cannot be read.

    For files from strangers use `read_many`: it reads formats that are parsed in a child process under limits.
    """
    try:
        data = Path(file.path).read_bytes()
    except OSError as error:
        raise ReadError("the file cannot be opened", file.source, error.strerror or "") from None
    return assemble(file.source, read_format(file.source, data), hashlib.sha256(data).hexdigest())


def read_many(
    files: Iterable[SourceFile], *, progress: Progress | None = None, worker: Worker | None = None
) -> Iterator[Document | FailedFile]:
    """Each file's document, or why it has none, in the order given. `progress` is called with (done, total).

    Plain text is read here: reading it is decoding and regular expressions, with no parser to
    attack. Everything else is read by `worker`, a child process under limits of memory and time.
    """
    listed = list(files)
    with worker or Worker() as reading:
        for done, file in enumerate(listed, 1):
            yield _here(file) if suffix_of(file.source) in IN_PROCESS else reading.read(file)
            if progress is not None:
                progress(done, len(listed))


def _here(file: SourceFile) -> Document | FailedFile:
    if file.size > TEXT_LIMIT:
        return FailedFile(file.source, f"larger than a text document is: {file.size} bytes — split it")
    try:
        return read(file)
    except ReadError as error:
        return FailedFile(file.source, str(error))

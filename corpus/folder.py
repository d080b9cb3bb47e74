"""A folder of files: which can be tried, and each one read. Knows nothing of formats, structure or search."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import time
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from pathlib import Path

from corpus.document import read_document
from corpus.readers import IN_PROCESS, READERS, has_reader, kinds, suffix_of, supported_by_content
from corpus.types import Document, FailedFile, Scan, SourceFile, Stamp
from corpus.worker import Workers
from errors import CorpusError, ReadError

# A library of law in one text file has some 60 MB; a log file of a gigabyte is no document.
TEXT_LIMIT = 256 << 20
# Each child may take the memory of one: more of them are for larger machines than the usual.
_CHILDREN = 2
# Files given to the children before their turn: a scan of a minute keeps one busy, and the other goes on.
_AHEAD = 32
WHOLE = 1 << 20  # bytes of a file that is hashed in one piece: half as long as in chunks for what most documents are
# Nanoseconds after which another change of a file is sure to give it another time; FAT keeps times to two seconds.
SETTLED = 2_000_000_000
# Control characters, halves of surrogate pairs (bytes that are no UTF-8) and ends of lines: no path that is printed may hold them.
_UNUSABLE = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_HIDING = frozenset(("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"))
_JOINERS = "\u200c\u200d"  # an emoji of several, and scripts that join letters
# What office programs put beside a file that is open: a lock, and the file under another name until it is saved.
_LOCKS = ("~$", "~WR")
_GONE = (errno.ENOENT, errno.ENOTDIR)
# What browsers and copying programs call a file until it is whole.
_UNFINISHED = (".crdownload", ".part", ".partial", ".download", ".filepart", ".!ut", ".tmp")
Seen = Mapping[str, tuple[Stamp, str]]


def scan_folder(folder: Path, seen: Seen | None = None) -> Scan:
    """The files under `folder`, by source path. Hidden files are passed over, links out of the folder are not followed.

    `seen` gives the stamp and SHA-256 of files when they were last scanned: one whose stamp is still the same is not read
    again. A file whose bytes change while its size, inode and both times stay the same is therefore missed; as the system
    sets the time of a change itself, that takes a clock set back or a write past the file system. Without `seen` every file
    is read. Raises CorpusError when the folder is missing, cannot be listed, holds no file at all, or goes away meanwhile.
    """
    folder = Path(folder)
    if not folder.is_dir():
        what = "the corpus is not a folder" if folder.exists() else "the corpus folder is missing"
        raise CorpusError(what, folder, "name a folder with documents")
    root = folder.resolve()
    before = _folder_identity(root)
    settled = time.time_ns() - SETTLED
    files: list[SourceFile] = []
    failed: list[FailedFile] = []
    unseen: list[str] = []
    listed = list(_walk_files(root, failed, unseen))
    taken = {found for found, _ in listed}
    for found, entry in listed:
        source = found if found.isascii() else unicodedata.normalize("NFC", found)
        if source != found:  # of two names that differ in their Unicode form alone, each file keeps its own
            source = found if source in taken else source
            taken.add(source)
        one = _try_file(root, entry, source, (seen or {}).get(source), settled, unseen=unseen)
        if one is not None:
            (files if isinstance(one, SourceFile) else failed).append(one)  # type: ignore[arg-type]
    if listed or failed:
        still_there(root, before)
    if not files and not failed:
        raise CorpusError("the corpus folder is empty", folder, f"put documents in it ({' '.join(READERS)})")
    by_source = attrgetter("source")
    return Scan(tuple(sorted(files, key=by_source)), tuple(sorted(failed, key=by_source)), tuple(unseen))


def _folder_identity(root: Path) -> tuple[int, int] | None:
    """What tells a folder from another one at the same path: a share that is taken off leaves the folder it was put on."""
    try:
        status = root.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def still_there(root: Path, before: tuple[int, int] | None = None) -> None:
    """Raises CorpusError when a folder that held files can no longer be listed, is empty, or is another one than `before`."""
    try:
        with os.scandir(root) as listing:
            found = next(listing, None) is not None and (before is None or _folder_identity(root) == before)
    except OSError:
        found = False
    if not found:
        raise CorpusError(
            "the corpus folder went away while it was read", root, "connect it again; nothing was taken for deleted"
        )


def _walk_files(root: Path, failed: list[FailedFile], unseen: list[str]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Path below the root and entry of everything that is not a folder; folders that are links are not entered."""
    waiting = [("", str(root))]
    while waiting:
        prefix, place = waiting.pop()
        try:
            with os.scandir(place) as listing:
                entries = sorted((entry for entry in listing if entry.name[0] != "."), key=lambda entry: entry.name)
            folders = {entry.name for entry in entries if entry.is_dir(follow_symlinks=False)}
        except OSError as error:
            if not prefix:
                raise CorpusError("the corpus folder cannot be listed", root, error.strerror or "") from None
            if error.errno in _GONE and not os.path.lexists(place):
                continue  # deleted or renamed a moment ago
            failed.append(FailedFile(shown_name(prefix[:-1]), f"cannot be listed: {_error_in_words(error)}"))
            unseen.append(unicodedata.normalize("NFC", prefix))
            continue
        for entry in entries:
            if entry.name in folders:
                waiting.append((f"{prefix}{entry.name}/", entry.path))
            elif not entry.name.startswith(_LOCKS) and not (entry.is_symlink() and _is_folder(entry)):
                yield prefix + entry.name, entry


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _try_file(
    root: Path,
    entry: os.DirEntry[str],
    source: str,
    known: tuple[Stamp, str] | None,
    settled: int,
    *,
    unseen: list[str],
) -> SourceFile | FailedFile | None:
    """The file, why it cannot be tried, None when it was deleted or renamed since it was listed."""
    try:
        refused = _refuse_entry(root, entry, source)
        if refused is not None:
            return refused
        if known is not None and known[0] == _stamp_of(entry.stat()):
            return SourceFile(source, entry.path, known[0][0], known[1], known[0])
        return _hash_file(source, entry.path, settled)
    except OSError as error:
        if error.errno in _GONE and not os.path.lexists(entry.path):
            return None
        if error.errno not in (errno.ELOOP, *_GONE):
            unseen.append(source)
        return FailedFile(source, f"cannot be opened: {_error_in_words(error)}")
    except RuntimeError:  # what pathlib makes of ELOOP before Python 3.13
        return FailedFile(source, "a link that leads to itself")


def _refuse_entry(root: Path, entry: os.DirEntry[str], source: str) -> FailedFile | None:
    """Why a file is not tried, None when it is. Raises OSError, and RuntimeError for a link that leads to itself."""
    if not source.isprintable() and _UNUSABLE.search(source):
        return FailedFile(shown_name(source), "the name holds control characters: rename the file")
    if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(root):
        return FailedFile(source, "a link that leads out of the corpus folder is not followed")
    if entry.name.lower().endswith(_UNFINISHED):
        return FailedFile(source, "a file that is not finished: it is read once its program has renamed it")
    named = _is_readable(entry.name[entry.name.rfind(".") :])
    if not named and not (entry.is_file() and supported_by_content(Path(entry.path))):
        return FailedFile(source, f"no reader for this kind of file: {Path(source).suffix or 'no suffix'}")
    return None if entry.is_file() else FailedFile(source, "not a plain file")


def _error_in_words(error: OSError) -> str:
    """What the system says, and what helps against it."""
    held = error.errno in (errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY)
    if error.errno in (errno.ELOOP, *_GONE):
        return str(error.strerror)
    what_helps = "close it in other programs, or give access to it" if held else "connect the drive or share again"
    return f"{error.strerror} — {what_helps}"


@lru_cache(1024)
def _is_readable(ending: str) -> bool:
    return has_reader("x" + ending)


def _stamp_of(status: os.stat_result) -> Stamp:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _hash_file(source: str, path: str, settled: int) -> SourceFile:
    """The file as read now. One that changed after `settled` may change again without another time: it gets no stamp."""
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123  (half as long as Path.open, for every file of a corpus)
        before = _stamp_of(os.fstat(stream.fileno()))
        whole = hashlib.sha256(stream.read()) if before[0] < WHOLE else hashlib.file_digest(stream, "sha256")
        after = _stamp_of(os.fstat(stream.fileno()))
    certain = before == after and max(after[1], after[2]) < settled
    return SourceFile(source, path, after[0], whole.hexdigest(), after if certain else None)


def shown_name(name: str) -> str:
    """The name as it can be shown: control, direction-changing, invisible and undecodable characters as escapes.

    Spaces of every width, emoji and marks of any script stay: people know their files by them.
    """
    return "".join(
        c if unicodedata.category(c) not in _HIDING or c in _JOINERS else c.encode("unicode-escape").decode()
        for c in name
    )


def read_one_file(path: Path) -> Document:
    """The document in a file. Raises ReadError when it is not there or cannot be read."""
    if not path.is_file():
        raise ReadError("there is no such file", path, "name a document")
    found = next(read_many_files([SourceFile(path.name, str(path.resolve()), path.stat().st_size, "")]))
    if isinstance(found, FailedFile):
        raise ReadError("the file cannot be read", f"{path.name}: {found.reason}")
    return found


def read_many_files(files: Iterable[SourceFile], *, children: int | None = None) -> Iterator[Document | FailedFile]:
    """Each file's document, or why it has none, in the order given.

    Plain text is read here: reading it is decoding and regular expressions, with no parser to attack. Everything else is read
    by child processes under limits of memory and time, so many at a time (None: two where there are two cores), a little ahead
    of who takes the documents. Raises CorpusError when the folder of the files goes away: none of them is taken for deleted then.
    """
    listed = list(files)
    parsed = (file for file in listed if suffix_of(file.source) not in IN_PROCESS)
    with Workers(children or min(_CHILDREN, os.cpu_count() or 1)) as workers:
        ahead: deque[Future[Document | FailedFile]] = deque()
        for file in listed:
            ahead.extend(map(workers.submit_file, islice(parsed, _AHEAD - len(ahead))))
            one = _read_text_here(file, workers) if suffix_of(file.source) in IN_PROCESS else ahead.popleft().result()
            if isinstance(one, FailedFile) and not os.path.lexists(file.path):
                still_there(Path(file.path).parents[file.source.count("/")])
            yield one


def _read_text_here(file: SourceFile, workers: Workers) -> Document | FailedFile:
    """A text, read in this process; what only has a text's name goes to a child like everything that is parsed."""
    try:
        with Path(file.path).open("rb") as stream:
            if not kinds.is_text(stream.read(kinds.HEAD)):
                return workers.submit_file(file).result()
    except OSError as error:
        return FailedFile(file.source, f"cannot be opened: {_error_in_words(error)}")
    if file.size > TEXT_LIMIT:
        return FailedFile(file.source, f"larger than a text document is: {file.size} bytes — split it")
    try:
        return read_document(file)
    except ReadError as error:
        return FailedFile(file.source, str(error))

"""Durable files: checksums, writes that reach the disk, locks. Knows nothing of what the files hold.

Checksums are XXH3-64 (https://xxhash.com): they find damage, not forgery; whoever may write the folder may also forge it.
Every change to the disk goes through a function of this module, so that a test can make any one of them fail.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import xxhash

from errors import IndexBusy, IndexDamaged, StoreError

CHUNK = 1 << 22


def checksum(data: bytes | memoryview, seed: int = 0) -> int:
    """XXH3 of the bytes, 64 bits, unsigned. A seed ties the value to where the bytes belong."""
    return xxhash.xxh3_64_intdigest(data, seed)


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What a manifest says of a file: its size in bytes and its checksum."""

    size: int
    checksum: int


@contextmanager
def explain_failure(what: str, path: Path) -> Iterator[None]:
    """Turn a failed write into a StoreError that names the path and the system's reason."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"{what}: {getattr(error, 'strerror', None) or error}",
            path,
            "free the disk or correct its permissions, then run again",
        ) from error


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """Write every byte."""
    view = memoryview(data).cast("B")
    while view:
        view = view[os.write(descriptor, view) :]


def sync_descriptor(descriptor: int) -> None:
    """Wait until the file's content is on the disk."""
    os.fsync(descriptor)


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        sync_descriptor(descriptor)
    finally:
        os.close(descriptor)


def write_file(path: Path, chunks: Iterable[bytes | memoryview]) -> FileRecord:
    """Write a new file and sync it; returns what was written."""
    state, size = xxhash.xxh3_64(), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        for chunk in chunks:
            write_all(descriptor, chunk)
            state.update(chunk)
            size += memoryview(chunk).nbytes
        sync_descriptor(descriptor)
    finally:
        os.close(descriptor)
    return FileRecord(size, state.intdigest())


def seal_file(path: Path) -> FileRecord:
    """Sync a file that a library wrote, and read what it holds."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        sync_descriptor(descriptor)
    finally:
        os.close(descriptor)
    return measure_file(path)


def measure_file(path: Path) -> FileRecord:
    """Size and checksum of a file as it is now."""
    state, size = xxhash.xxh3_64(), 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            state.update(chunk)
            size += len(chunk)
    return FileRecord(size, state.intdigest())


def read_checked(path: Path, record: FileRecord) -> bytes:
    """The whole file. Raises IndexDamaged unless size and checksum are the record's."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise damaged_file(path, error.strerror or "cannot be read") from None
    if len(data) != record.size:
        raise damaged_file(path, f"has {len(data)} bytes, not {record.size}")
    if checksum(data) != record.checksum:
        raise damaged_file(path, "does not match its checksum")
    return data


def damaged_file(path: Path, why: str) -> IndexDamaged:
    """The error for a damaged file, with what to do."""
    folder = next((p.parent for p in path.parents if p.name.startswith("gen-")), path.parent)
    return IndexDamaged(f"{path.name} {why}", path, f"run: python -m index check {folder} --repair CORPUS_DIR")


def link_or_copy(old: Path, new: Path) -> None:
    """A second name for an immutable file; a synced copy where the file system has no hard links."""
    try:
        os.link(old, new)
    except OSError:
        with old.open("rb") as file:
            write_file(new, iter(lambda: file.read(CHUNK), b""))


def replace_file(path: Path, data: bytes) -> None:
    """Give a file a new content in one step that a crash cannot halve; the folder is synced too."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    write_file(beside, [data])
    rename_synced(beside, path)
    sync_folder(path.parent)


def rename_synced(old: Path, new: Path) -> None:
    """Atomic within one file system."""
    os.rename(old, new)  # noqa: PTH104  (the one place; Path.rename hides which call a test must fail)


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the folder's one writer lock; the system drops it when the process ends. Raises IndexBusy when it is held."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexBusy("another process is writing the index", folder, "wait until it is done") from None
        yield
    finally:
        os.close(descriptor)


def try_lock(path: Path, *, shared: bool) -> int | None:
    """A descriptor that holds a shared or exclusive lock on an existing file, or None when that cannot be had now."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        if os.fstat(descriptor).st_ino == path.stat().st_ino:
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError:
        if shared:  # a file system without locks: a reader goes on, a writer leaves what it cannot be sure of
            return descriptor
    os.close(descriptor)
    return None

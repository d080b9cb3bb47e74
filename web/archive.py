"""A backup's file: a zip of parts, and a manifest with the size and the SHA-256 of each. Knows nothing of what the parts hold.

An archive has its name only once it was written, synced and read back; nothing is taken out of one before all of it was
compared with its manifest.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from errors import BackupError

FORMAT = 1
MANIFEST = "manifest.json"
MOST_MANIFEST = 64 << 20  # bytes: a line for each of some hundred thousand files
PIECE = 1 << 20
DAMAGE = (  # what zipfile, zlib and a manifest of another shape raise
    OSError, zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, AttributeError, RuntimeError,
)  # fmt: skip


class Archive:
    """An archive that is being written; `about` goes into its manifest."""

    def __init__(self, opened: zipfile.ZipFile) -> None:
        self._zip = opened
        self.parts: dict[str, dict[str, Any]] = {}
        self.about: dict[str, Any] = {}

    def add_part(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write one part."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as stream:
            for piece in pieces:
                stream.write(piece)
                digest.update(piece)
                size += len(piece)
        self.parts[name] = {"bytes": size, "sha256": digest.hexdigest()}

    def write_manifest(self) -> None:
        """Write the manifest."""
        manifest = {"format": FORMAT, **self.about, "parts": self.parts}
        self._zip.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))


class Verified:
    """An archive all of which is as its manifest says."""

    def __init__(self, file: Path, opened: zipfile.ZipFile, about: Mapping[str, Any]) -> None:
        self.file, self._zip, self.about = file.resolve(), opened, about
        self.names = tuple(sorted(about["parts"]))

    def open_part(self, name: str) -> IO[bytes]:
        """A part, to read."""
        return self._zip.open(name)


@contextmanager
def write_archive(file: Path, *, force: bool) -> Iterator[Archive]:
    """A new archive, which only its owner may read. Raises BackupError where a file is there already, and for a full disk."""
    if file.exists() and not force:
        raise BackupError("there is a file of that name", file, "name another, or write over it with --force")
    beside = file.with_name(f".{file.name}.part")
    try:
        with os.fdopen(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
                archive = Archive(made)
                yield archive
                archive.write_manifest()
            stream.flush()
            os.fsync(stream.fileno())
        with read_archive(beside):
            beside.replace(file)
    except OSError as error:
        raise BackupError("the backup cannot be written", f"{error.filename or file} ({error.strerror})") from None
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def read_archive(file: Path) -> Iterator[Verified]:
    """An archive that was compared with its manifest, part by part. Raises BackupError for one that is not whole."""
    try:
        opened = zipfile.ZipFile(file)
    except (OSError, zipfile.BadZipFile) as error:
        raise BackupError(
            "the backup cannot be read", f"{file} ({error})", "name a file of python -m web backup"
        ) from None
    with opened:
        try:
            about = _read_manifest(opened)
            for name, part in about["parts"].items():
                _compare_part(opened, name, part)
        except DAMAGE as error:
            raise BackupError("the backup is damaged", f"{file} ({error})", "take another one") from None
        yield Verified(file, opened, about)


def _read_manifest(opened: zipfile.ZipFile) -> dict[str, Any]:
    if opened.getinfo(MANIFEST).file_size > MOST_MANIFEST:
        raise ValueError(f"{MANIFEST} is larger than an honest one")
    about: dict[str, Any] = json.loads(opened.read(MANIFEST))
    if about["format"] != FORMAT:
        raise ValueError(f"format {about['format']}, not {FORMAT}")
    listed = {*about["parts"], MANIFEST}
    if sorted(opened.namelist()) != sorted(listed):
        raise ValueError("it holds other parts than it lists")
    return about


def _compare_part(opened: zipfile.ZipFile, name: str, part: Mapping[str, Any]) -> None:
    """Raises ValueError for a part that is not what the manifest says, or whose name leads elsewhere."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
        raise ValueError(f"a part has a name that leads out of its folder: {name}")
    digest, size = hashlib.sha256(), 0
    with opened.open(name) as stream:
        while size <= part["bytes"] and (piece := stream.read(PIECE)):
            digest.update(piece)
            size += len(piece)
    if (size, digest.hexdigest()) != (part["bytes"], part["sha256"]):
        raise ValueError(f"{name} does not match its checksum")

"""What a generation says of itself, and which generation is served. Knows nothing of what is in the files it names."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from corpus.versions import Link
from errors import IndexMissing, IndexOutdated
from index.local import disk

FORMAT = 3
NAME = "manifest.json"
CURRENT = "CURRENT"
LINE = re.compile(r"(gen-\d{6,}) ([0-9a-f]{16})\n")


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """One immutable part of a generation.

    `folder` is relative to the generation ("." for the first). `deleted` lists the documents that no longer count, each as
    (row, first passage row, number of passages). `files` maps paths relative to `folder` to what they hold.
    """

    name: str
    folder: str
    documents: int
    passages: int
    files: dict[str, disk.FileRecord]
    deleted: tuple[tuple[int, int, int], ...] = ()

    @property
    def living_passages(self) -> int:
        """How many passages count."""
        return self.passages - sum(count for _, _, count in self.deleted)

    @property
    def checksum_seed(self) -> int:
        """The seed of every checksum inside."""
        return int(self.name, 16)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything about a generation that is not in its segments. `documents` maps a source to the SHA-256 of its bytes.

    `links` says which documents are the same text, versions of one document, or ended by another.
    """

    generation: int
    encoder: str
    fingerprint: str
    dimension: int
    settings: dict[str, int]
    segments: tuple[SegmentRecord, ...]
    documents: dict[str, str]
    failed: dict[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()

    @property
    def living_passages(self) -> int:
        """How many passages count."""
        return sum(segment.living_passages for segment in self.segments)

    def to_bytes(self) -> bytes:
        """JSON, one field a line at the top level."""
        told: dict[str, Any] = {
            "format": FORMAT,
            "counts": {"documents": len(self.documents), "passages": self.living_passages},
        }
        told |= {one.name: getattr(self, one.name) for one in fields(self)}
        told["links"] = [[link.kind, link.source, link.other] for link in self.links]
        told["segments"] = [asdict(segment) for segment in self.segments]
        for segment in told["segments"]:
            segment["files"] = {k: [v["size"], f"{v['checksum']:016x}"] for k, v in segment["files"].items()}
        lines = (f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in told.items())
        return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def manifest_from_bytes(data: bytes, path: Path) -> Manifest:
    """The manifest in the bytes, whose checksum is already known to hold. Raises IndexOutdated for another format."""
    fields = json.loads(data)
    if fields.pop("format") != FORMAT:
        raise IndexOutdated(
            "the index has another format",
            path,
            "bring it up to date: python -m index update CORPUS_DIR --out INDEX_DIR",
        )
    del fields["counts"]
    segments = []
    for segment in fields.pop("segments"):
        segment["files"] = {k: disk.FileRecord(size, int(sum_, 16)) for k, (size, sum_) in segment["files"].items()}
        segment["deleted"] = tuple(tuple(one) for one in segment["deleted"])
        segments.append(SegmentRecord(**segment))
    links = tuple(Link(*link) for link in fields.pop("links"))
    return Manifest(**fields, segments=tuple(segments), links=links)


def folder_name(generation: int) -> str:
    """The folder of a generation."""
    return f"gen-{generation:06d}"


def current_line(index_dir: Path) -> str:
    """The content of CURRENT. Raises IndexMissing when there is none."""
    try:
        return (index_dir / CURRENT).read_bytes().decode("ascii", "replace")
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing(
            "there is no index", index_dir, "build one: python -m index build CORPUS_DIR --out INDEX_DIR"
        ) from None
    except OSError as error:
        raise IndexMissing(
            f"the index cannot be read ({error.strerror})", index_dir, "correct its permissions"
        ) from None


def parse_current_line(line: str, index_dir: Path) -> tuple[str, int]:
    """(generation folder, checksum of its manifest) of CURRENT. Raises IndexDamaged."""
    match = LINE.fullmatch(line)
    if not match:
        raise disk.damaged_file(index_dir / CURRENT, f"does not name a generation ({line[:40]!r})")
    return match[1], int(match[2], 16)


def read_manifest(index_dir: Path, line: str) -> Manifest:
    """The manifest that a line of CURRENT names. Raises IndexDamaged, IndexOutdated."""
    folder, checksum = parse_current_line(line, index_dir)
    path = index_dir / folder / NAME
    try:
        data = path.read_bytes()
    except OSError as error:
        raise disk.damaged_file(path, error.strerror or "cannot be read") from None
    if disk.checksum(data) != checksum:
        raise disk.damaged_file(path, "does not match its checksum")
    return manifest_from_bytes(data, path)

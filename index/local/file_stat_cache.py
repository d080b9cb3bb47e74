"""What the files of a corpus looked like when they were last read, kept beside the generations. Knows nothing of their content.

It saves reading what has not changed and is never needed: where it is missing, damaged or out of date, files are read.
"""

from __future__ import annotations

import struct
from pathlib import Path

from corpus.folder import Seen
from corpus.types import Scan
from index.local import disk

NAME = "seen"
HEAD = struct.Struct("<8sQ")  # what it is, checksum of the rest
COUNT = struct.Struct("<Q")  # how many files; a row of each follows, then their sources with zeros between
ROW = struct.Struct("<QqqQ32s")  # size, both times in nanoseconds, inode, SHA-256
KIND = b"suyuan 1"


def stats_of_scan(scan: Scan) -> dict[str, tuple[tuple[int, int, int, int], str]]:
    """What is worth remembering of a scan."""
    return {file.source: (file.stamp, file.sha256) for file in scan.files if file.stamp is not None}


def read_stats(index_dir: Path) -> Seen:
    """What was written last; nothing when there is none or it is damaged."""
    try:
        data = memoryview((index_dir / NAME).read_bytes())
        kind, checksum = HEAD.unpack_from(data)
    except (OSError, struct.error):
        return {}
    rest = data[HEAD.size :]
    if kind != KIND or disk.checksum(rest) != checksum:
        return {}
    body, rows = rest[COUNT.size :], COUNT.unpack_from(rest)[0] * ROW.size
    names = bytes(body[rows:]).decode().split("\0")
    return {name: (row[:4], row[4].hex()) for name, row in zip(names, ROW.iter_unpack(body[:rows]), strict=False)}


def write_stats(index_dir: Path, seen: Seen) -> None:
    """Remember, in place of what was there. Raises OSError."""
    rows = [ROW.pack(*stamp, bytes.fromhex(sha256)) for stamp, sha256 in seen.values()]
    rest = b"".join([COUNT.pack(len(rows)), *rows, "\0".join(seen).encode()])
    disk.replace_file(index_dir / NAME, HEAD.pack(KIND, disk.checksum(rest)) + rest)

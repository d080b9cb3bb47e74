"""Small archives written byte by byte, where no library writes them or none writes them wrong on purpose."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping


def zipped(files: Mapping[str, bytes], encoding: str = "") -> bytes:
    """A .zip; with `encoding` its names are in that, and nothing says so."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            info = zipfile.ZipInfo(name.encode(encoding).decode("cp437") if encoding else name)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, data)
    whole = stream.getvalue()
    if not encoding:
        return whole
    # Python marks names beyond ASCII as UTF-8 and writes them so: back to the bytes of the encoding.
    for name in files:
        as_utf8 = name.encode(encoding).decode("cp437").encode()
        whole = _renamed(whole, as_utf8, name.encode(encoding))
    return whole


def _renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    """The same archive with another name of the same length in bytes, padded by `./` in front, and no flag for UTF-8."""
    padded = b"./" * ((len(old) - len(new)) // 2) + new
    padded = b"/" * (len(old) - len(padded)) + padded
    changed = bytearray(data.replace(old, padded))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + flags + 1] &= ~0x08
            at = changed.find(signature, at + 4)
    return bytes(changed)


def seven(files: Mapping[str, bytes], password: str | None = None) -> bytes:
    """A .7z; names are taken as they are, whatever they climb to."""
    from py7zr import SevenZipFile

    stream = io.BytesIO()
    with SevenZipFile(stream, "w", password=password) as archive:
        for place, data in enumerate(files.values()):
            archive.writestr(data, f"{place}")
        for info, name in zip(archive.header.files_info.files, files, strict=True):
            info["filename"] = name
    return stream.getvalue()


def rar5(files: Mapping[str, bytes], packed: bool = False, size: int | None = None) -> bytes:
    """A .rar of today with stored files; `packed` says of their bytes that they are packed, `size` what they claim to unpack to."""
    blocks = [b"Rar!\x1a\x07\x01\x00", _block5(_number(1) + _number(0) + _number(0))]
    for name, data in files.items():
        words = name.encode("utf-8", "surrogateescape")
        head = b"".join(
            (
                _number(2), _number(2), _number(len(data)),  # a file, with bytes behind its head, so many
                _number(4), _number(len(data) if size is None else size), _number(0),
                struct.pack("<I", zlib.crc32(data)),
                _number(3 << 7 if packed else 0), _number(1), _number(len(words)), words,
            )
        )  # fmt: skip
        blocks += [_block5(head), data]
    return b"".join([*blocks, _block5(_number(5) + _number(0) + _number(0))])


def _block5(head: bytes) -> bytes:
    sized = _number(len(head)) + head
    return struct.pack("<I", zlib.crc32(sized)) + sized


def _number(value: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def rar3(files: Mapping[bytes, bytes]) -> bytes:
    """A .rar of before 2013 with stored files, whose names are bytes of an unnamed code page."""
    blocks = [b"Rar!\x1a\x07\x00", _block3(0x73, 0, b"\0" * 6)]
    for name, data in files.items():
        head = struct.pack("<IIBIIBBHI", len(data), len(data), 2, zlib.crc32(data), 0, 20, 0x30, len(name), 32)
        blocks += [_block3(0x74, 0x8000, head + name), data]
    return b"".join([*blocks, _block3(0x7B, 0x4000, b"")])


def _block3(kind: int, flags: int, rest: bytes) -> bytes:
    body = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
    return struct.pack("<H", zlib.crc32(body) & 0xFFFF) + body

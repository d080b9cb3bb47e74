"""Zip packages from strangers (.docx, .xlsx, .pptx, .ofd): opened within limits. Knows nothing of what is inside."""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import Any

from errors import ReadError

MEMBER_LIMIT = 256 << 20
TOTAL_LIMIT = 1 << 30
COUNT_LIMIT = 20_000
_RATIO_LIMIT = 500
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_package(data: bytes) -> zipfile.ZipFile:
    """The package, its declared sizes within limits. Raises ReadError: no package, encrypted, damaged, or a zip bomb."""
    if data.startswith(_OLE):
        raise ReadError(
            "the file is encrypted or in an older format under this name", None, "save it without a password"
        )
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        members = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError) as error:
        raise ReadError(
            "the file is damaged or not of the kind its name says", _shorten_error(error), "save it again"
        ) from None
    if len(members) > COUNT_LIMIT:
        raise ReadError("the package holds too many parts", len(members), "save it again from its own program")
    total = sum(member.file_size for member in members)
    for member in members:
        if member.flag_bits & 1:
            raise ReadError("the file is encrypted", None, "save it without a password")
        if member.file_size > max(1 << 20, member.compress_size * _RATIO_LIMIT):
            raise ReadError(
                "a part of the package unpacks to a size no document has", member.file_size, "check its origin"
            )
    if total > TOTAL_LIMIT:
        raise ReadError("the package unpacks to more than it should", total, "check where the file comes from")
    return package


def check_sizes(sizes: list[int], packed: int) -> None:
    """Holds an archive whose files share their packed bytes to the same limits. Raises ReadError for a bomb."""
    if len(sizes) > COUNT_LIMIT:
        raise ReadError("the package holds too many parts", len(sizes), "pack fewer files")
    if max(sizes, default=0) > MEMBER_LIMIT:
        raise ReadError("a part of the package is larger than a document has", max(sizes), "check its origin")
    if sum(sizes) > min(TOTAL_LIMIT, max(1 << 20, packed * _RATIO_LIMIT)):
        raise ReadError("the package unpacks to more than it should", sum(sizes), "check where the file comes from")


def part_bytes(package: zipfile.ZipFile, name: str) -> bytes:
    """One part's bytes, never more than the limit. Raises KeyError when it is not there, ReadError when it is damaged."""
    return member_bytes(package, package.getinfo(posixpath.normpath(name).lstrip("/")))


def member_bytes(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """One part's bytes by its entry, of several parts with one name each its own. Raises ReadError when it is damaged or too large."""
    try:
        with package.open(info) as stream:
            data = stream.read(MEMBER_LIMIT + 1)
    except Exception as error:  # zipfile, zlib and lzma raise errors that share no base class
        raise ReadError("a part of the file is damaged", info.filename, _shorten_error(error)) from error
    if len(data) > MEMBER_LIMIT:
        raise ReadError("a part of the package is larger than a document has", info.filename, "check its origin")
    return data


def parse_xml(data: bytes) -> Any:
    """The root element (lxml). Entities are not expanded, nothing is fetched. Raises ReadError for what is no XML."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    if b"<!ENTITY" in data[: 1 << 16]:
        raise ReadError(
            "the file declares XML entities, which no office program writes", None, "check where it comes from"
        )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError("the XML in the file is damaged", _shorten_error(error), "save it again") from None


def _shorten_error(error: BaseException) -> str:
    return " ".join(str(error).split())[:120]

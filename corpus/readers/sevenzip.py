"""Archives (.7z) that people drop in as they got them: every file in it that can be read. Knows nothing of other formats."""

from __future__ import annotations

import io
from typing import Any

from corpus.readers.bundle import Budget, Bundle, member_name
from corpus.readers.package import MEMBER_LIMIT, TOTAL_LIMIT, check_sizes
from corpus.readers.raw import Raw
from errors import ReadError


def read_raw(data: bytes, budget: Budget | None = None) -> Raw:
    """Each file under its name. Raises ReadError: damaged, encrypted, a bomb, or nothing in it that can be read."""
    bundle = Bundle("", budget)
    for name, content in _unpack_files(data):
        bundle.add_file(name, content)
    return bundle.to_raw()


def _unpack_files(data: bytes) -> list[tuple[str, bytes]]:
    """Name and bytes of every plain file. Raises ReadError."""
    from py7zr import PasswordRequired, SevenZipFile
    from py7zr.exceptions import UnsupportedCompressionMethodError

    try:
        with SevenZipFile(io.BytesIO(data), max_extract_size=TOTAL_LIMIT) as archive:
            if archive.needs_password():
                raise ReadError("the file is encrypted", None, "save it without a password")
            return _read_members(archive, len(data))
    except ReadError:
        raise
    except PasswordRequired:
        raise ReadError("the file is encrypted", None, "save it without a password") from None
    except UnsupportedCompressionMethodError as error:
        raise ReadError(
            "the archive is packed in a way that is not read", _shorten_error(error), "pack it as .zip"
        ) from None
    except MemoryError:  # a dictionary of gigabytes is asked for in one piece: nothing else has suffered
        raise ReadError("unpacking it takes more memory than it may", None, "pack it as .zip") from None
    except Exception as error:  # damaged archives fail in many ways inside the library
        raise ReadError("the archive is damaged", _shorten_error(error), "pack it again") from None


def _read_members(archive: Any, packed: int) -> list[tuple[str, bytes]]:
    """The library never unpacks more of a file than it declares: sizes that are checked beforehand hold."""
    from py7zr.io import BytesIOFactory

    listed = [member for member in archive.files if not member.is_directory]
    check_sizes([member.uncompressed for member in listed], packed)
    names: dict[str, str] = {}
    # The library refuses an archive for one name with `..`: its files go by their number, their names are cleaned here.
    for place, (entry, info) in enumerate(zip(archive.header.files_info.files, archive.files, strict=True)):
        name = member_name(info.filename)
        wanted = name and not (info.is_directory or info.is_symlink or info.is_junction or info.is_socket)
        entry["filename"] = str(place)
        if wanted and name:
            names[str(place)] = name
    factory = BytesIOFactory(MEMBER_LIMIT)
    archive.extract(targets=list(names), factory=factory)
    return [(name, factory.products[place].read()) for place, name in names.items() if place in factory.products]


def _shorten_error(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__

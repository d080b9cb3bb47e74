"""Archives (.rar) that people drop in as they got them: every file in it that can be read. Knows nothing of other formats.

Files that are only stored are read here; packed ones by a program of the machine (unrar, unar, 7z, bsdtar), since there is no free
library for that.
"""

from __future__ import annotations

import io
from typing import Any

from corpus.readers.bundle import Budget, Bundle, member_name
from corpus.readers.package import MEMBER_LIMIT, check_sizes
from corpus.readers.raw import Raw
from errors import ReadError


def read_raw(data: bytes, budget: Budget | None = None) -> Raw:
    """Each file under its name. Raises ReadError: damaged, encrypted, a bomb, no program for it, or nothing that can be read."""
    import rarfile

    bundle = Bundle("", budget)
    archive = _open_archive(data)
    missing: ReadError | None = None
    for info in archive.infolist():
        name = member_name(_member_name(info))
        if name is None or not info.is_file():
            continue
        try:
            bundle.add_file(name, _read_member(archive, info))
        except rarfile.RarCannotExec:
            missing = ReadError(
                "no program to unpack .rar is installed", name, "install unar or unrar, or pack the files as .zip"
            )
            bundle.leave_out(name, f"{missing.what} — {missing.do}")
        except ReadError as error:
            bundle.leave_out(name, str(error))
    if missing is not None and bundle.is_empty:
        raise missing
    return bundle.to_raw()


def _open_archive(data: bytes) -> Any:
    """The archive, its declared sizes within limits. Raises ReadError."""
    import rarfile

    try:
        archive = rarfile.RarFile(io.BytesIO(data))
    except rarfile.NeedFirstVolume:
        raise ReadError("this is a later part of an archive in parts", None, "unpack all parts together") from None
    except Exception as error:  # damaged archives fail in many ways inside the library
        raise ReadError("the archive is damaged", _shorten_error(error), "pack it again") from None
    if archive.needs_password():
        raise ReadError("the file is encrypted", None, "save it without a password")
    check_sizes([info.file_size for info in archive.infolist() if info.is_file()], len(data))
    return archive


def _read_member(archive: Any, info: Any) -> bytes:
    """A member's bytes. Raises ReadError, and rarfile.RarCannotExec when a program is needed and not there."""
    import rarfile

    try:
        with archive.open(info) as stream:
            content = bytes(stream.read(MEMBER_LIMIT + 1))
    except rarfile.RarCannotExec:
        raise
    except rarfile.NeedFirstVolume:
        raise ReadError("it begins in another part of the archive", None, "unpack all parts together") from None
    except Exception as error:  # as above; a damaged file is also told by its checksum
        raise ReadError("a part of the file is damaged", info.filename, _shorten_error(error)) from None
    if len(content) > MEMBER_LIMIT:
        raise ReadError("a part of the package is larger than a document has", info.filename, "check its origin")
    return content


def _member_name(info: Any) -> str:
    """A member's name; old archives keep it in the code page of the system that wrote it, on Chinese ones GBK."""
    import rarfile

    known: str = info.filename
    original = info.orig_filename
    if not isinstance(info, rarfile.Rar3Info) or info.flags & rarfile.RAR_FILE_UNICODE or original.isascii():
        return known
    for encoding in ("utf-8", "gb18030"):
        try:
            return str(original.decode(encoding))
        except UnicodeDecodeError:
            continue
    return known


def _shorten_error(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__

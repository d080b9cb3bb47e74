"""Archives (.zip) that people drop in as they got them: every file in it that can be read. Knows nothing of other formats."""

from __future__ import annotations

import posixpath
import zipfile

from corpus.readers.bundle import Budget, Bundle
from corpus.readers.package import member_bytes, open_package
from corpus.readers.raw import Raw
from errors import ReadError

_UTF8 = 0x800


def read_raw(data: bytes, budget: Budget | None = None) -> Raw:
    """Each file under its name. Raises ReadError: damaged, encrypted, a bomb, or nothing in it that can be read."""
    bundle = Bundle("", budget)
    with open_package(data) as package:
        for info in package.infolist():
            name = member_name(info)
            parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
            if info.is_dir() or not parts or parts[0] == "__MACOSX" or parts[-1].startswith((".", "~$")):
                continue
            name = "/".join(parts)
            try:
                content = member_bytes(package, info)
            except ReadError as error:
                bundle.leave_out(name, str(error))
                continue
            bundle.file(name, content)
    return bundle.raw()


def member_name(info: zipfile.ZipInfo) -> str:
    """A member's name; one that does not say it is UTF-8 is that all the same, or GBK, as Chinese systems write it."""
    if info.flag_bits & _UTF8 or info.filename.isascii():
        return posixpath.normpath(info.filename)
    raw = info.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return posixpath.normpath(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return posixpath.normpath(info.filename)

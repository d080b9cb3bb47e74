"""Archives (.zip) that people drop in as they got them: every file in it that can be read. Knows nothing of other formats."""

from __future__ import annotations

import zipfile

from corpus.readers.bundle import Budget, Bundle, member_name
from corpus.readers.package import member_bytes, open_package
from corpus.readers.raw import Raw
from errors import ReadError

_UTF8 = 0x800


def read_raw(data: bytes, budget: Budget | None = None) -> Raw:
    """Each file under its name. Raises ReadError: damaged, encrypted, a bomb, or nothing in it that can be read."""
    bundle = Bundle("", budget)
    with open_package(data) as package:
        for info in package.infolist():
            name = member_name(name_of(info))
            if name is None or info.is_dir():
                continue
            try:
                content = member_bytes(package, info)
            except ReadError as error:
                bundle.leave_out(name, str(error))
                continue
            bundle.add_file(name, content)
    return bundle.to_raw()


def name_of(info: zipfile.ZipInfo) -> str:
    """A member's name; one that does not say it is UTF-8 is that all the same, or GBK, as Chinese systems write it."""
    if info.flag_bits & _UTF8 or info.filename.isascii():
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename

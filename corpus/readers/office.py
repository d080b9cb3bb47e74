"""Old office files that no reader here understands (Word 6, Works, a damaged one): turned into a newer format by LibreOffice.

Knows nothing of what is in them.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from importlib import import_module
from pathlib import Path

from corpus.readers.raw import Raw, Reader
from errors import ReadError, ReadRefused

_SECONDS = 120
# Suffix to the format that LibreOffice turns it into.
TARGETS = {
    ".doc": "docx",
    ".wps": "docx",
    ".rtf": "docx",
    ".odt": "docx",
    ".xls": "xlsx",
    ".et": "xlsx",
    ".ods": "xlsx",
    ".ppt": "pptx",
    ".dps": "pptx",
    ".odp": "pptx",
}
_MODULES = {"docx": "word", "xlsx": "sheet", "pptx": "slides"}


def find_libreoffice() -> str | None:
    """Where LibreOffice is, None when it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def read_or_convert(reader: Reader, suffix: str, data: bytes) -> Raw:
    """What `reader` reads; where it cannot and LibreOffice is installed, what that makes of the file.

    Raises the reader's own ReadError when there is no LibreOffice, when that fails too, for a file with a
    password and for one that is refused.
    """
    try:
        return reader(data)
    except ReadRefused:
        raise  # no other program is given a file that lies about itself
    except ReadError as error:
        if "encrypted" in error.what or suffix not in TARGETS or find_libreoffice() is None:
            raise
        try:
            return convert_and_read(data, suffix)
        except ReadError:
            raise error from None


def convert_and_read(data: bytes, suffix: str) -> Raw:
    """The file (its name's suffix given) as LibreOffice turns it into a newer format.

    Raises ReadError when LibreOffice is missing, fails or takes longer than two minutes.
    """
    office = find_libreoffice()
    if office is None:
        raise ReadError("LibreOffice is not installed", None, "install it, or save the file in a newer format")
    target = TARGETS[suffix]
    with tempfile.TemporaryDirectory(prefix="suyuan-") as folder:
        source = Path(folder, f"file{suffix}")
        source.write_bytes(data)
        command = [
            office,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--norestore",
            "--convert-to",
            target,
            "--outdir",
            f"{folder}/out",
            str(source),
        ]
        try:
            subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            raise ReadError(
                "LibreOffice did not finish with this file", f"{_SECONDS} s", "save it in a newer format"
            ) from None
        result = Path(folder, "out", f"file.{target}")
        if not result.is_file():
            raise ReadError("LibreOffice cannot read this file", None, f"save it as .{target}")
        converted = result.read_bytes()
    raw: Raw = import_module(f"corpus.readers.{_MODULES[target]}").read_raw(converted)
    return raw

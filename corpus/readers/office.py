"""Files that only an office program reads (.doc, .wps, .xls, .ppt, .rtf, .odt ...): turned into a known format by LibreOffice.

Knows nothing of what is in them.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from importlib import import_module
from pathlib import Path

from corpus.readers.raw import Raw
from errors import ReadError

_SECONDS = 120
_TARGETS = {"docx": "word", "xlsx": "sheet", "pptx": "slides"}


def program() -> str | None:
    """Where LibreOffice is, None when it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def convert(data: bytes, suffix: str, target: str) -> Raw:
    """The file (its name's suffix given) read through `target` (docx, xlsx or pptx).

    Raises ReadError when LibreOffice is missing, fails or takes longer than two minutes.
    """
    # Half of the .doc and .xls files that offices pass around are web pages or newer files under an old name.
    if data.startswith(b"PK\x03\x04") and suffix not in (".odt", ".ods", ".odp"):
        return _read(_TARGETS[target], data)
    if data.lstrip()[:1] == b"<" and b"<html" in data[:4096].lower():
        return _read("markup", data)
    office = program()
    if office is None:
        raise ReadError(
            f"reading {suffix} needs LibreOffice, which is not installed",
            None,
            f"install it, or save the file as .{target}",
        )
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
    return _read(_TARGETS[target], converted)


def _read(module: str, data: bytes) -> Raw:
    raw: Raw = import_module(f"corpus.readers.{module}").read(data)
    return raw

"""One reader a file format, chosen by what is in the file. Knows nothing of structure, metadata or passages."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path, PurePath

from corpus.decoding import decode_text
from corpus.readers import kinds
from corpus.readers.layout import Page
from corpus.readers.raw import Raw, Reader
from errors import ReadError

# Suffix to the module of this package that reads what usually has it; modules are imported when a file asks for them. What a file
# is, its bytes say (corpus.readers.kinds): the suffix decides only where they leave it open.
READERS = {
    ".txt": "plain",
    ".text": "plain",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "markup",
    ".htm": "markup",
    ".shtml": "markup",
    ".mhtml": "markup",
    ".mht": "markup",
    ".pdf": "pdf",
    ".ofd": "ofd",
    ".docx": "word",
    ".docm": "word",
    ".xlsx": "sheet",
    ".xlsm": "sheet",
    ".csv": "separated",
    ".tsv": "separated",
    ".pptx": "slides",
    ".doc": "word97",
    ".wps": "word97",
    ".rtf": "rtf",
    ".xls": "sheet97",
    ".et": "sheet97",
    ".ppt": "slides97",
    ".dps": "slides97",
    ".odt": "odf",
    ".ods": "odf",
    ".odp": "odf",
    ".zip": "archive",
    ".7z": "sevenzip",
    ".rar": "rar",
    ".eml": "mail",
    ".msg": "message",
    ".png": "picture",
    ".jpg": "picture",
    ".jpeg": "picture",
    ".tif": "picture",
    ".tiff": "picture",
    ".bmp": "picture",
    ".webp": "picture",
}
# What holds scanned pages whose words have places on a picture of the page.
SCANS = frozenset(suffix for suffix, module in READERS.items() if module in ("pdf", "picture"))
# Read in the process that asks: text cannot harm it, and a library that parses a format can.
IN_PROCESS = frozenset((".txt", ".text", ".md", ".markdown"))
# Kinds that are read under a suffix nobody knows: their bytes leave no doubt.
_CERTAIN = frozenset(("pdf", "rtf", "ofd", "odf", "word", "sheet", "slides", "word97", "sheet97", "slides97"))
# What a program may write as text under the name of its own format.
_OFFICE = {
    "word": "plain",
    "word97": "plain",
    "rtf": "plain",
    "sheet": "separated",
    "sheet97": "separated",
}
_OLD = frozenset(("word97", "rtf", "sheet97", "slides97", "odf"))
_MISNAMED_LIMIT = 256 << 20


def suffix_of(name: str) -> str:
    """The suffix that decides on the reader where a file's bytes do not."""
    return PurePath(name).suffix.lower()


def has_reader(name: str) -> bool:
    """Whether a file of this name has a reader."""
    return suffix_of(name) in READERS


def supported_by_content(path: Path) -> bool:
    """Whether a file with a suffix that nobody knows is a document all the same. Raises OSError."""
    with path.open("rb") as stream:
        if kinds.is_text(stream.read(kinds.HEAD)) or path.stat().st_size > _MISNAMED_LIMIT:
            return False
    return kinds.kind_of(path.read_bytes()) in _CERTAIN


def reader_for(name: str, data: bytes) -> Reader:
    """The reader for a file with these bytes and this name. Raises ReadError when its format is not known, or is encrypted."""
    suffix = suffix_of(name)
    named, kind = READERS.get(suffix, ""), kinds.kind_of(data)
    if kind == kinds.ENCRYPTED:
        raise ReadError("the file is encrypted", None, "save it without a password")
    if not kind or (kind == "archive" and named != "archive"):
        kind = named
    if not kind or (not named and kind not in _CERTAIN):
        raise ReadError("no reader for this kind of file", suffix or "no suffix", f"use one of {' '.join(READERS)}")
    if kind == named and kind in _OFFICE and _is_plain(data):
        kind = _OFFICE[kind]
    found: Reader = import_module(f"corpus.readers.{kind}").read_raw
    return partial(import_module("corpus.readers.office").read_or_convert, found, suffix) if kind in _OLD else found


def _is_plain(data: bytes) -> bool:
    """Whether it is text without a doubt."""
    if data.startswith((b"{\\rtf", b"PK", b"<")) or b"\0" in data[: 1 << 16]:
        return False
    try:
        return not decode_text(data)[2]
    except ReadError:
        return False


def read_bytes(name: str, data: bytes) -> Raw:
    """What the file says. Raises ReadError with the reason when it cannot be read."""
    if not data.strip(b" \t\r\n\0"):
        raise ReadError("the file is empty", f"{len(data)} bytes", "copy it again")
    return reader_for(name, data)(data)


def read_scanned_page(name: str, data: bytes, page: int) -> Page | None:
    """A page (from 1) of a scan with its lines by OCR, None for a page that is no scan. Raises ReadError."""
    if suffix_of(name) not in SCANS:
        return None
    kind = kinds.kind_of(data)
    module = kind if kind in ("pdf", "picture") else READERS[suffix_of(name)]
    found: Page | None = import_module(f"corpus.readers.{module}").read_scanned_page(data, page)
    return found

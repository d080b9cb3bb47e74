"""One reader a file format, chosen by the file's name. Knows nothing of structure, metadata or passages."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import PurePath

from corpus.readers.layout import Page
from corpus.readers.raw import Raw, Reader
from errors import ReadError

# Suffix to the module of this package whose `read` reads it; modules are imported when a file asks for them.
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
    ".png": "picture",
    ".jpg": "picture",
    ".jpeg": "picture",
    ".tif": "picture",
    ".tiff": "picture",
    ".bmp": "picture",
    ".webp": "picture",
}
# Suffix to the format that LibreOffice turns it into.
CONVERTED = {
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
# What holds scanned pages whose words have places on a picture of the page.
SCANS = frozenset(suffix for suffix, module in READERS.items() if module in ("pdf", "picture"))
# Read in the process that asks: text cannot harm it, and a library that parses a format can.
IN_PROCESS = frozenset((".txt", ".text", ".md", ".markdown"))


def suffix_of(name: str) -> str:
    """The suffix that decides on the reader."""
    return PurePath(name).suffix.lower()


def supported(name: str) -> bool:
    """Whether a file of this name has a reader."""
    return suffix_of(name) in READERS or suffix_of(name) in CONVERTED


def reader(name: str) -> Reader:
    """The reader for a file of this name. Raises ReadError when its format is not known."""
    suffix = suffix_of(name)
    if suffix in CONVERTED:
        office = import_module("corpus.readers.office")
        return partial(office.convert, suffix=suffix, target=CONVERTED[suffix])
    module = READERS.get(suffix)
    if module is None:
        known = " ".join([*READERS, *CONVERTED])
        raise ReadError("no reader for this kind of file", suffix or "no suffix", f"use one of {known}")
    found: Reader = import_module(f"corpus.readers.{module}").read
    return found


def read(name: str, data: bytes) -> Raw:
    """What the file says. Raises ReadError with the reason when it cannot be read."""
    if not data.strip(b" \t\r\n\0"):
        raise ReadError("the file is empty", None, "")
    return reader(name)(data)


def scanned(name: str, data: bytes, page: int) -> Page | None:
    """A page (from 1) of a scan with its lines by OCR, None for a page that is no scan. Raises ReadError."""
    if suffix_of(name) not in SCANS:
        return None
    found: Page | None = import_module(f"corpus.readers.{READERS[suffix_of(name)]}").scanned(data, page)
    return found

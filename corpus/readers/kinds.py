"""What kind of file some bytes are, by what is in them; the name decides only where the bytes leave it open.

Knows nothing of how a kind is read.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from corpus.readers.ole import MAGIC as OLE

# How many bytes at a file's start tell whether it is text that needs no parser.
HEAD = 2048
_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"7z\xbc\xaf\x27\x1c", "sevenzip"),
    (b"Rar!\x1a\x07", "rar"),
)
_MARKED_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)*<(?:!doctype\s+html|html|head|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_MAIL_FIELD = re.compile(rb"(?im)^(?:received|return-path|message-id|from|x-[a-z-]+):")
# A part that only one kind of package has.
_PARTS = (
    ("word/document.xml", "word"),
    ("xl/workbook.xml", "sheet"),
    ("ppt/presentation.xml", "slides"),
    ("OFD.xml", "ofd"),
    ("content.xml", "odf"),
)
_STREAMS = (
    ("WORDDOCUMENT", "word97"),
    ("WORKBOOK", "sheet97"),
    ("BOOK", "sheet97"),
    ("POWERPOINT DOCUMENT", "slides97"),
    ("__PROPERTIES_VERSION1.0", "message"),
)
ENCRYPTED = "encrypted"


def kind_of(data: bytes) -> str:
    """The reader's module for these bytes, `encrypted` for an office file with a password, "" where they do not tell."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if (data.startswith(b"BM") and data[6:10] == b"\0\0\0\0") or (data.startswith(b"RIFF") and data[8:12] == b"WEBP"):
        return "picture"
    if data.startswith((OLE, b"PK")):
        return _kind_of_compound(data) if data.startswith(OLE) else _kind_of_package(data)
    if b"%PDF-" in data[:1024] and b"\0" not in data[: data.find(b"%PDF-")]:
        return "pdf"  # printers put their own lines before
    return "markup" if _MARKED_PAGE.match(data[:HEAD]) else _kind_of_mail(data[:HEAD])


def is_text(head: bytes) -> bool:
    """Whether a file that begins so is no other kind for certain: read as text, or as what its name says."""
    return not head.startswith((OLE, b"PK\x03\x04")) and not kind_of(head)


def _kind_of_package(data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        return ""
    for part, kind in _PARTS:
        if part in names:
            return kind
    return "archive" if names else ""


def _kind_of_compound(data: bytes) -> str:
    from corpus.readers.ole import Compound
    from errors import ReadError

    try:
        names = Compound(data).names
    except ReadError:
        return ""
    if "ENCRYPTEDPACKAGE" in names or "ENCRYPTIONINFO" in names:
        return ENCRYPTED
    return next((kind for stream, kind in _STREAMS if stream in names), "")


def _kind_of_mail(head: bytes) -> str:
    """A saved web page (.mht) or a letter (.eml)."""
    low = head.lower()
    if low.lstrip().startswith(b"<") or b"content-type:" not in low or b"mime-version:" not in low:
        return ""
    if b"multipart/related" in low and not re.search(rb"(?m)^(?:received|message-id|return-path|to):", low):
        return "markup"
    return "mail" if _MAIL_FIELD.search(low) else "markup"

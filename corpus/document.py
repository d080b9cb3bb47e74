"""One file, or what a reader made of it, to a Document with title, outline and metadata. Knows nothing of formats or of folders."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path, PurePosixPath

from corpus import official_header
from corpus.metadata import read_metadata
from corpus.outline import build_outline
from corpus.readers import read_bytes as read_raw
from corpus.readers.raw import Raw
from corpus.titles import choose_title
from corpus.types import Document, SourceFile
from errors import ReadError

_MARKDOWN_TITLE = re.compile(r"\s*#[ \t]+(.+?)[ \t]*#*[ \t]*(?:\n|$)")


def document_id(source: str) -> str:
    """The id of the document at this path: the first 16 hexadecimal digits of the path's SHA-256.

    Paths come in NFC from `scan`, but for one whose NFC is the path of another file.
    """
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def read_document(file: SourceFile) -> Document:
    """The document in a file, read in this process. Raises ReadError with the reason when it cannot be read.

    For files from strangers use `corpus.folder.read_many_files`: it reads formats that are parsed in a child process under limits.
    """
    try:
        data = Path(file.path).read_bytes()
    except OSError as error:
        raise ReadError("the file cannot be opened", file.source, error.strerror or "") from None
    return assemble_document(file.source, read_raw(file.source, data), hashlib.sha256(data).hexdigest())


def assemble_document(source: str, raw: Raw, sha256: str) -> Document:
    """The Document. Raises ReadError when there is no text in it."""
    if not raw.text.strip():
        raise ReadError("there is no text in this file", None, "open it and see whether it is the right one")
    title = _title_of(source, raw)
    return Document(
        id=document_id(source),
        source=source,
        title=title,
        text=raw.text,
        outline=build_outline(raw.text, raw.headings, raw.tables, markdown=raw.markdown, title=title),
        metadata=read_metadata(raw.text, title, raw.properties),
        sha256=sha256,
        pages=raw.pages,
        warnings=raw.warnings,
    )


def _title_of(source: str, raw: Raw) -> str:
    """The title; of a file of Markdown its first heading stands for what the format says, of a table alone its caption."""
    name = PurePosixPath(source).stem
    heading = _MARKDOWN_TITLE.match(raw.text) if raw.markdown else None
    stated = raw.title or (heading[1] if heading else "")
    if not stated and raw.tables and raw.tables[0].rows[0][0] == 0:
        return raw.tables[0].caption or name  # its first row is no title
    return choose_title(stated, [] if heading else official_header.head_lines(raw.text[:1500]), name)

"""The values that leave this room: documents, their parts and their metadata. Knows nothing of files or of search.

Offsets everywhere count Unicode code points in `Document.text`, half-open: `text[start:end]`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

NodeKind = Literal[
    "heading",  # Markdown, Word or HTML heading
    "part",  # 编
    "chapter",  # 章
    "section",  # 节
    "article",  # 条
    "paragraph",  # 款
    "item",  # 项: 一、 （一） 1. （1） ①
    "annex",  # 附件, 附表
    "table",
    "row",
    "signature",  # 落款
]


@dataclass(frozen=True, slots=True)
class Value:
    """One metadata value and the words it was read from.

    `value` is normalised (a date is ISO `YYYY-MM-DD`, a number has 〔〕 brackets). `start`/`end` are None where the value
    was not read from the text (front matter, file properties, computed from other values).
    """

    value: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a Chinese official document says of itself; every field may be missing.

    issuer 发文机关, number 发文字号, issued 成文日期, effective 施行日期, expires 有效期至, status 现行/废止/被替代,
    replaces: titles or numbers of the documents it repeals or replaces, region: place names, widest first.
    """

    issuer: Value | None = None
    number: Value | None = None
    issued: Value | None = None
    effective: Value | None = None
    expires: Value | None = None
    status: Value | None = None
    replaces: tuple[Value, ...] = ()
    region: Value | None = None


class Node(NamedTuple):
    """One place in a document's outline that a person would point to.

    `label` is the source's own mark (第十二条, （三）, 1.), `number` its integer value, `title` the rest of the heading line,
    `level` the depth from 1, `start`/`end` everything under it, the heading line included.
    """

    kind: NodeKind
    label: str
    title: str
    level: int
    start: int
    end: int
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One source file as the system reads it.

    `id` is stable for a given `source` (path relative to the corpus folder, POSIX separators, NFC unless
    another file has that name in NFC).
    `sha256` is of the file's bytes. `pages` holds the offset at which each page starts (empty when the format has no pages).
    `text` has LF line ends and no NUL, zero-width or bidirectional control characters.
    """

    id: str
    source: str
    title: str
    text: str
    outline: tuple[Node, ...]
    metadata: Metadata
    sha256: str
    pages: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of a document that is searched and shown as one; `text == Document.text[start:end]`.

    `headings` is the path of headings above it, outermost first; `locator` how a civil servant would point to it;
    `page` counts from 1, None for a format without pages. `source` and `title` repeat the document's.
    """

    id: str
    doc_id: str
    source: str
    title: str
    start: int
    end: int
    text: str
    locator: str
    headings: tuple[str, ...] = ()
    page: int | None = None


# What the file system says of a file: size in bytes, times of last change of content and of anything in nanoseconds, inode.
Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file found in a corpus folder, not yet read. `path` is absolute; `sha256` is of its bytes.

    `stamp` tells these bytes from later ones; None where the file is too young for that, or changed while it was read.
    """

    source: str
    path: str
    size: int
    sha256: str
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that could not be read, and why, in one line for people."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What a corpus folder holds: the files that can be tried, and those that cannot (unreadable, unsupported).

    unseen: sources that could not be looked at (locked, no access, a share that stutters), folders with a `/` at their end. They
    are among the failed too; but what was known of them may still hold, and is no more deleted than what lies in such a folder.
    """

    files: tuple[SourceFile, ...]
    failed: tuple[FailedFile, ...] = field(default=())
    unseen: tuple[str, ...] = field(default=())

    def may_hold(self, source: str) -> bool:
        """Whether a file that was not found may be there all the same."""
        return any(source == each or (each.endswith("/") and source.startswith(each)) for each in self.unseen)

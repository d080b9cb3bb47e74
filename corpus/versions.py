"""Which documents of a folder are the same text, versions of one document, or ended by another. Knows nothing of search."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from corpus.normal import normalise
from corpus.types import Document, Status, Value

Kind = Literal["duplicate", "version", "replaces"]

# What changes in a title from version to version: （2019修正）, (2015-12-24), （试行）, 修订版, a year at the end.
_VARIANT = re.compile(
    r"[（(\[【][^（）()\[\]【】]*?(?:修正|修订|修改|试行|暂行|[0-9]{4}|已废止|失效|征求意见稿|全文)[^（）()\[\]【】]*[）)\]】]|(?:修订版|修正案文本|最新版)$"
)
_ISSUING = re.compile(
    r"^.{0,60}?关于(?:重新)?(?:印发|发布|公布|修订|转发)[《〈]?(.+?)[》〉]?的(?:通知|公告|通告|决定)$"
)


@dataclass(frozen=True, slots=True)
class Link:
    """`doc_id` is the same text as `other_id` (duplicate), a newer version of it, or replaces or repeals it in its words.

    Of duplicates, `other_id` is the one whose path comes first.
    """

    kind: Kind
    doc_id: str
    other_id: str


def family(title: str) -> str:
    """What the titles of all versions of one document have in common, normalised; a notice counts as what it issues."""
    name = normalise(title).strip("《》")
    issued = _ISSUING.match(name)
    name = issued[1] if issued else name
    if "修正案" in name:  # each amendment is a document of its own
        return name
    for _ in range(3):
        name = _VARIANT.sub("", name)
    return name


def links(documents: Iterable[Document]) -> list[Link]:
    """Every pair that belongs together. Duplicates are by normalised text; versions share a family and differ in date."""
    by_text: dict[str, str] = {}
    families: dict[str, list[tuple[str, str]]] = defaultdict(list)
    names: dict[str, list[str]] = defaultdict(list)
    ends: list[tuple[str, Value]] = []
    found: list[Link] = []
    for document in sorted(documents, key=lambda document: document.source):
        fingerprint = hashlib.sha256(normalise(document.text).encode()).hexdigest()
        if fingerprint in by_text:
            found.append(Link("duplicate", document.id, by_text[fingerprint]))
            continue
        by_text[fingerprint] = document.id
        families[family(document.title)].append((_dated(document), document.id))
        names[normalise(document.title)].append(document.id)
        if document.metadata.number is not None:
            names[normalise(document.metadata.number.value)].append(document.id)
        ends += [(document.id, value) for value in document.metadata.replaces]
    found += _versions(families)
    replaced = {
        Link("replaces", doc_id, other)
        for doc_id, value in ends
        for other in names.get(normalise(value.value), ())
        if other != doc_id
    }
    return found + sorted(replaced, key=lambda link: (link.doc_id, link.other_id))


def _dated(document: Document) -> str:
    """The date that orders versions: in the file's name (as collections of law have it), of effect, or of issue."""
    named = re.search(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", document.source.rpartition("/")[2])
    value = document.metadata.effective or document.metadata.issued
    return named[0] if named else value.value if value else ""


def _versions(families: dict[str, list[tuple[str, str]]]) -> list[Link]:
    """Each version to the one before it. Without a date there is no telling, so undated documents are left out."""
    found = []
    for members in families.values():
        dated = sorted(member for member in members if member[0])
        for (older, old), (newer, new) in pairwise(dated):
            if older < newer:
                found.append(Link("version", new, old))
    return found


def statuses(found: Sequence[Link]) -> dict[str, Status]:
    """What the links say of the older documents, by id: 废止 where another's words end it, 被替代 where a newer version is here."""
    known: dict[str, Status] = {link.other_id: "被替代" for link in found if link.kind == "version"}
    return known | {link.other_id: "废止" for link in found if link.kind == "replaces"}

"""Which documents of a folder are the same text, versions of one document, or ended by another. Knows nothing of search."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Literal

from corpus.sentences import sentence_spans
from corpus.text.characters import normalise
from corpus.types import Document, Metadata

Kind = Literal["duplicate", "version", "replaces"]
KINDS = ("duplicate", "version", "replaces")

# What changes in a title from version to version: （2019修正）, (2015-12-24), （试行）, 修订版, a year at the end.
_VARIANT = re.compile(
    r"[（(\[【][^（）()\[\]【】]*?(?:修正|修订|修改|试行|暂行|[0-9]{4}|已废止|失效|征求意见稿|全文)[^（）()\[\]【】]*[）)\]】]|(?:修订版|修正案文本|最新版)$"
)
_ISSUING = re.compile(
    r"^.{0,60}?关于(?:重新)?(?:印发|发布|公布|修订|转发)[《〈]?(.+?)[》〉]?的(?:通知|公告|通告|决定)$"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NO_IDEOGRAPH = re.compile(r"[^\u4e00-\u9fff]")
# The shortest title that names a document without its issuer or place.
_NAME = 6


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """What is compared of a document; `source` is its path in the corpus, `fingerprint` that of its text."""

    source: str
    title: str
    metadata: Metadata
    fingerprint: str


def entry_of_document(document: Document) -> VersionEntry:
    """What is compared of a document."""
    return VersionEntry(document.source, document.title, document.metadata, text_fingerprint(document.text))


def text_fingerprint(text: str) -> str:
    """32 hexadecimal digits, the same for texts that differ in white space, letter case and compatibility forms alone."""
    return hashlib.blake2b(normalise("".join(text.split())).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Link:
    """`source` is the same text as `other` (duplicate), a newer version of it, or replaces or repeals it in its words.

    Both are paths in the corpus. Of duplicates, `other` is the one whose path comes first.
    """

    kind: Kind
    source: str
    other: str


def link_in_words(link: Link) -> str:
    """The link in words, one line."""
    words = {"duplicate": "has the same text as", "version": "is a newer version of", "replaces": "replaces or ends"}
    return f"{link.kind}: {link.source} {words[link.kind]} {link.other}"


def title_family(title: str) -> str:
    """What the titles of all versions of one document have in common, normalised; a notice counts as what it issues."""
    name = _without_issuer(normalise(title).strip("《》"))
    if "修正案" in name:  # each amendment is a document of its own
        return name
    for _ in range(3):
        name = _VARIANT.sub("", name)
    return name


def _without_issuer(name: str) -> str:
    found = _ISSUING.match(name)
    return found[1] if found else name


def find_links(documents: Iterable[VersionEntry]) -> list[Link]:
    """Every pair that belongs together: duplicates by fingerprint, versions by title, place and date, then what ends what."""
    listed = sorted(documents, key=lambda document: document.source)
    by_text: dict[str, str] = {}
    single: list[VersionEntry] = []
    found: list[Link] = []
    for document in listed:
        first = by_text.setdefault(document.fingerprint, document.source)
        if first == document.source:
            single.append(document)
        else:
            found.append(Link("duplicate", document.source, first))
    return order_links([*found, *_version_links(single), *_replacement_links(single)])


def order_links(found: Iterable[Link]) -> list[Link]:
    """Links by kind, then by path."""
    return sorted(found, key=lambda link: (KINDS.index(link.kind), link.source, link.other))


def link_keys(document: VersionEntry) -> set[int]:
    """All through which the document could be linked, as 64-bit numbers: of two that are linked, some are the same.

    Links stay within documents that hang together by these, so a change needs `find_links` of those alone that it touches.
    """
    found = {f"text {document.fingerprint}", *(f"name {name}" for name in _names_of(document))}
    found |= {f"name {name}" for value in document.metadata.replaces for name in _names_meant(value.value, document)}
    if _ordering_date(document):
        found.add(f"family {' '.join(_family_of(document))}")
    return {int.from_bytes(hashlib.blake2b(one.encode(), digest_size=8).digest()) for one in found}


def _ordering_date(document: VersionEntry) -> str:
    """The date that orders versions: in the file's name (as collections of law have it), of effect, or of issue."""
    named = _DAY.search(document.source.rpartition("/")[2])
    value = document.metadata.effective or document.metadata.issued
    return named[0] if named else value.value if value else ""


def _version_links(documents: Sequence[VersionEntry]) -> Iterator[Link]:
    """Each version to the one before it. Without a date there is no telling, so undated documents are left out."""
    families: dict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for document in documents:
        date = _ordering_date(document)
        if date:
            families[_family_of(document)].append((date, document.source))
    for members in families.values():
        for (older, old), (newer, new) in pairwise(sorted(members)):
            if older < newer:
                yield Link("version", new, old)


def _family_of(document: VersionEntry) -> tuple[str, str, str]:
    """What the versions of one document share: title, place, part."""
    region = document.metadata.region
    return title_family(document.title), region.value if region else "", _part_of_code(document)


def _part_of_code(document: VersionEntry) -> str:
    """The file's own name where it says something else than the title: the parts of a code all have the code's title."""
    stem = _NO_IDEOGRAPH.sub("", title_family(PurePosixPath(document.source).stem))
    pairs = {stem[place : place + 2] for place in range(len(stem) - 1)}
    title = normalise(document.title)
    return "" if sum(pair in title for pair in pairs) * 2 >= len(pairs) else stem


def _replacement_links(documents: Sequence[VersionEntry]) -> list[Link]:
    """Which document names which as ended, by 文号 or by title; one that is dated later than the words is not meant."""
    names: dict[str, list[VersionEntry]] = defaultdict(list)
    for document in documents:
        for name in _names_of(document):
            names[name].append(document)
    found = set()
    for document in documents:
        day = _ordering_date(document)
        for value in document.metadata.replaces:
            meant = next((name for name in _names_meant(value.value, document) if name in names), None)
            for other in names[meant] if meant is not None else ():
                later = day and _ordering_date(other) > day
                if other.source != document.source and not later:
                    found.add(Link("replaces", document.source, other.source))
    return list(found)


def _names_of(document: VersionEntry) -> set[str]:
    """What others call the document by."""
    number, title = document.metadata.number, normalise(document.title).strip("《》")
    return {title, _without_issuer(title), normalise(number.value) if number else title}


def _names_meant(words: str, by: VersionEntry) -> list[str]:
    """The names that words may mean, likeliest first: a title without its place or issuer is completed with those of `by`."""
    name = normalise(words).strip("《》")
    found = [name]
    for place in (by.metadata.region, by.metadata.issuer) if len(name) >= _NAME else ():
        if place:
            found.append(normalise(place.value) + name)
            if name.startswith(normalise(place.value)) and len(name) - len(place.value) >= _NAME:
                return [*found, name.removeprefix(normalise(place.value))]
    return found


def newest_versions(found: Iterable[Link]) -> dict[str, str]:
    """The newest version of each document that has a newer one, by path."""
    following = {link.other: link.source for link in found if link.kind == "version"}
    newest = {}
    for source, last in following.items():
        while last in following:  # dates rise along the chain, so it ends
            last = following[last]  # noqa: PLW2901
        newest[source] = last
    return newest


def passages_overlap(first: str, second: str) -> bool:
    """Whether two passages of the same text in two files have most of the shorter one in common."""
    one, other = ({normalise(text[start:end]) for start, end in sentence_spans(text)} for text in (first, second))
    shared = sum(map(len, one & other))
    return shared * 2 > min(sum(map(len, one)), sum(map(len, other)))

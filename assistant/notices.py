"""What a reader of an answer must know beside it: validity, incomplete lists, weak evidence. Knows nothing of reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from assistant.types import Citation, Notice
from corpus.normal import normalise
from corpus.types import Document, Metadata
from index.types import DocumentSummary, Index

WEAK = 0.5  # answerable below this gets low_evidence

_TEXTS = {
    "zh": {
        "repealed": "《{title}》已废止，内容仅供参考。",
        "superseded": "《{title}》已被替代。",
        "superseded_by": "《{title}》已被{newer}替代。",
        "expired": "《{title}》有效期至{day}，已过期。",
        "list": "原文说有{expected}项，这里只找到{found}项，请核对原文。",
        "weak": "找到的依据较弱，请点开原文核对。",
        "conflict": "不同文件的说法不一致，已并列给出，请核对原文。",
        "model": "语言模型没有给出可用的答复（{reason}），以下由内置的摘录方式回答。",
        "dropped": "有{count}句没有通过与原文的核对，未予显示。",
        "marked": "有{count}句没有通过与原文的核对，已标为未核对。",
    },
    "en": {
        "repealed": "“{title}” has been repealed; for reference only.",
        "superseded": "“{title}” has been superseded.",
        "superseded_by": "“{title}” has been superseded by {newer}.",
        "expired": "“{title}” was valid until {day} and has expired.",
        "list": "The source counts {expected} items and only {found} were found: check the source.",
        "weak": "The evidence found is weak: check the source.",
        "conflict": "Documents disagree; both are shown: check the sources.",
        "model": "The language model gave no usable answer ({reason}); this is the built-in extractive answer.",
        "dropped": "{count} statement(s) failed the check against the source and are not shown.",
        "marked": "{count} statement(s) failed the check against the source and are marked.",
    },
}


def words(language: str, key: str, **values: object) -> str:
    """One sentence of this module in the language set."""
    return _TEXTS["en" if language == "en" else "zh"][key].format(**values)


def validity(citations: Sequence[Citation], index: Index, today: date, language: str = "zh") -> list[Notice]:
    """One notice for each cited document that is repealed, superseded or past its date."""
    notices = []
    everything = index.documents() if citations else []
    for doc_id in dict.fromkeys(citation.doc_id for citation in citations):
        document = index.document(doc_id)
        notices.extend(_of_document(document, everything, today, language))
    return notices


def _of_document(document: Document, everything: Sequence[DocumentSummary], today: date, language: str) -> list[Notice]:
    """The notices of one document."""
    title, metadata = document.title, document.metadata
    newer = newer_version(title, document.id, metadata, everything)
    status = metadata.status.value if metadata.status else ""
    if newer:
        return [Notice("superseded", words(language, "superseded_by", title=title, newer=_told_apart(newer, title)))]
    if status == "废止":
        return [Notice("superseded", words(language, "repealed", title=title))]
    if status == "被替代":
        return [Notice("superseded", words(language, "superseded", title=title))]
    if is_expired(metadata, today):
        day = metadata.expires.value if metadata.expires else ""
        return [Notice("expired", words(language, "expired", title=title, day=day))]
    return []


def _told_apart(newer: DocumentSummary, title: str) -> str:
    """The newer document's title; its 文号 where both have the same title, as a revised measure mostly has."""
    same = normalise(newer.title) == normalise(title)
    return newer.metadata.number.value if same and newer.metadata.number else f"《{newer.title}》"


def is_expired(metadata: Metadata, today: date) -> bool:
    """Whether the day until which the document is valid is past."""
    return bool(
        metadata.expires
        and re.fullmatch(r"\d{4}-\d\d-\d\d", metadata.expires.value)
        and metadata.expires.value < today.isoformat()
    )


def newer_version(
    title: str, doc_id: str, metadata: Metadata, everything: Sequence[DocumentSummary]
) -> DocumentSummary | None:
    """The document of the corpus that says it replaces or repeals this one, by title or 文号."""
    names = {normalise(title)} | ({normalise(metadata.number.value)} if metadata.number else set())
    for other in everything:
        # Of several versions under one title the oldest is what the second replaced, not the third.
        earlier = other.metadata.issued and metadata.issued and other.metadata.issued.value < metadata.issued.value
        if other.id != doc_id and not earlier and any(_names(value.value, names) for value in other.metadata.replaces):
            return other
    return None


def _names(replaced: str, names: set[str]) -> bool:
    """Whether what a document replaces is named by one of the names, which may be longer by its issuer."""
    wanted = normalise(replaced).strip("《》")
    return any(
        wanted == name or (len(wanted) >= 6 and (wanted in name or (len(name) >= 6 and name in wanted)))
        for name in names
        if name
    )


def order_key(metadata: Metadata, today: date) -> int:
    """0 for a document in force, 1 for one that is expired, 2 for one repealed or replaced: smaller is preferred."""
    if metadata.status and metadata.status.value in ("废止", "被替代"):
        return 2
    return 1 if is_expired(metadata, today) else 0

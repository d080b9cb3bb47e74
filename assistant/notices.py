"""What a reader of an answer must know beside it: validity, incomplete lists, weak evidence. Knows nothing of reading."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from assistant.types import Citation, Notice
from corpus.text.characters import normalise
from corpus.types import Metadata
from index.types import DocumentSummary, Index

WEAK = 0.5  # answerable below this gets low_evidence

_TEXTS = {
    "zh": {
        "repealed": "《{title}》已废止，内容仅供参考。",
        "superseded": "《{title}》已被替代。",
        "superseded_by": "《{title}》已被{newer}替代。",
        "newer": "《{title}》另有较新的版本：{newer}。",
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
        "newer": "There is a newer version of “{title}”: {newer}.",
        "expired": "“{title}” was valid until {day} and has expired.",
        "list": "The source counts {expected} items and only {found} were found: check the source.",
        "weak": "The evidence found is weak: check the source.",
        "conflict": "Documents disagree; both are shown: check the sources.",
        "model": "The language model gave no usable answer ({reason}); this is the built-in extractive answer.",
        "dropped": "{count} statement(s) failed the check against the source and are not shown.",
        "marked": "{count} statement(s) failed the check against the source and are marked.",
    },
}


def notice_words(language: str, key: str, **values: object) -> str:
    """One sentence of this module in the language set."""
    return _TEXTS["en" if language == "en" else "zh"][key].format(**values)


def validity_notices(citations: Sequence[Citation], index: Index, today: date, language: str = "zh") -> list[Notice]:
    """One notice for each cited document that is repealed, superseded or past its date."""
    every = index.documents() if citations else []
    cited = {citation.doc_id: None for citation in citations}
    listed = {summary.id: summary for summary in every if summary.id in cited}
    others = {source for one in listed.values() for source in (one.ended_by, one.newer) if source}
    by_source = {summary.source: summary for summary in every if summary.source in others} if others else {}
    return [notice for doc_id in cited for notice in _of_document(listed[doc_id], by_source, today, language)]


def _of_document(
    document: DocumentSummary, by_source: Mapping[str, DocumentSummary], today: date, language: str
) -> list[Notice]:
    """The notices of one document."""
    title, metadata = document.title, document.metadata
    status = metadata.status.value if metadata.status else ""
    for key, source in (("superseded_by", document.ended_by), ("newer", document.newer)):
        if source:
            newer = _told_apart(by_source[source], title)
            return [Notice("superseded", notice_words(language, key, title=title, newer=newer))]
    if status == "废止":
        return [Notice("superseded", notice_words(language, "repealed", title=title))]
    if status == "被替代":
        return [Notice("superseded", notice_words(language, "superseded", title=title))]
    if is_expired(metadata, today):
        day = metadata.expires.value if metadata.expires else ""
        return [Notice("expired", notice_words(language, "expired", title=title, day=day))]
    return []


def _told_apart(newer: DocumentSummary, title: str) -> str:
    """The newer document's title; where both have the same title, as a revised measure mostly has, its 文号 or file."""
    if normalise(newer.title) != normalise(title):
        return f"《{newer.title}》"
    return newer.metadata.number.value if newer.metadata.number else newer.source.rpartition("/")[2]


def is_expired(metadata: Metadata, today: date) -> bool:
    """Whether the day until which the document is valid is past."""
    return bool(
        metadata.expires
        and re.fullmatch(r"\d{4}-\d\d-\d\d", metadata.expires.value)
        and metadata.expires.value < today.isoformat()
    )


def validity_rank(document: DocumentSummary, today: date) -> int:
    """0 for a document in force, 1 for one expired or with a newer version, 2 for one repealed or replaced: 0 goes first."""
    status = document.metadata.status
    if document.ended_by or (status and status.value in ("废止", "被替代")):
        return 2
    return 1 if document.newer or is_expired(document.metadata, today) else 0

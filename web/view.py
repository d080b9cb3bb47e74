"""Turns answers, hits and documents into the plain values that the screens show. Knows nothing of how they are drawn.

A kept answer is read again after the documents may have changed: `refresh_answer` says of each citation whether its words are
still where they were.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assistant import wire
from assistant.citing import page_of
from assistant.types import Answer, Citation, CitationEvent, Event, FinalEvent, StageEvent, TextEvent, Turn
from corpus.readers import SCANS, suffix_of
from corpus.types import Document, Metadata
from index.types import DocumentSummary, Hit, Index
from index.wire import hit_to_dict
from web import comparing, revisions


def metadata_values(data: Metadata) -> dict[str, str | None]:
    """The values of a document's metadata by field, without where they were read."""
    names = ("issuer", "number", "issued", "effective", "expires", "status", "region")
    return {name: getattr(data, name).value if getattr(data, name) else None for name in names}


def _document_number(index: Index, doc_id: str) -> str | None:
    try:
        found = index.document(doc_id).metadata.number
    except KeyError:
        return None
    return found.value if found else None


def citation_values(item: Citation, index: Index) -> dict[str, Any]:
    """A citation with the 文号 of its document; its words are in the generation it was made from."""
    return wire.citation_to_dict(item) | {"number": _document_number(index, item.doc_id), "state": "same"}


def hit_values(item: Hit, index: Index) -> dict[str, Any]:
    """A retrieved passage with the 文号 of its document."""
    return hit_to_dict(item) | {"number": _document_number(index, item.passage.doc_id)}


def answer_values(item: Answer, index: Index) -> dict[str, Any]:
    """A whole answer: the JSON of `ask --json`, its citations and hits with what the screen adds to it."""
    shown = wire.answer_to_dict(item) | {
        "citations": [citation_values(each, index) for each in item.citations],
        "hits": [hit_values(each, index) for each in item.hits[: wire.HITS]],
    }
    return shown | {"revisions": revisions.versions_of_answer(shown, index), "compare": comparing.of_answer(shown)}


def event_values(item: Event, index: Index) -> dict[str, Any]:
    """One event of a streamed answer."""
    match item:
        case StageEvent():
            return {"type": "stage", "stage": item.stage, "detail": item.detail}
        case TextEvent():
            return {"type": "text", "text": item.text, "replace": item.replace}
        case CitationEvent():
            return {"type": "citation", "citation": citation_values(item.citation, index)}
        case FinalEvent():
            return {"type": "final", "answer": answer_values(item.answer, index)}


def turns_from_kept(turns: Iterable[dict[str, Any]]) -> tuple[Turn, ...]:
    """Kept turns as the assistant takes them, oldest first."""
    out: list[Turn] = []
    for turn in turns:
        kept = turn["answer"]
        cited = tuple(map(wire.citation_from_dict, kept["citations"]))
        out += [Turn("user", turn["question"]), Turn("assistant", kept["text"], cited)]
    return tuple(out)


def locate_quote(document: Document, start: int, end: int, quote: str) -> tuple[str, int, int]:
    """Where a quote is now: ("same" | "moved" | "changed", start, end).

    "same": the words are at their offsets. "moved": they are elsewhere in the text; the nearest place is given.
    "changed": they are not in it (start and end are 0).
    """
    text = document.text
    if 0 <= start <= end <= len(text) and text[start:end] == quote:
        return "same", start, end
    places = []
    at = text.find(quote) if quote else -1
    while at >= 0:
        places.append(at)
        at = text.find(quote, at + 1)
    if not places:
        return "changed", 0, 0
    nearest = min(places, key=lambda place: abs(place - start))
    return "moved", nearest, nearest + len(quote)


def refresh_answer(kept: dict[str, Any], index: Index) -> dict[str, Any]:
    """A kept answer with the present `state` of each citation: same, moved, changed or gone."""
    fresh = []
    for each in kept["citations"]:
        try:
            document = index.document(each["doc_id"])
        except KeyError:
            fresh.append(each | {"state": "gone"})
            continue
        state, start, end = locate_quote(document, each["start"], each["end"], each["quote"])
        fresh.append(each | {"state": state} | ({} if state == "changed" else {"start": start, "end": end}))
    there = kept | {"citations": [each for each in fresh if each["state"] != "gone"]}
    offered = {"revisions": revisions.versions_of_answer(kept, index), "compare": comparing.of_answer(there)}
    return kept | {"citations": fresh} | offered


def document_values(item: Document, citations: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """A document to read, with the present place of each citation asked for."""
    found = []
    for each in citations:
        state, start, end = locate_quote(item, each["start"], each["end"], each["quote"])
        found.append(
            {
                "state": state,
                "start": start,
                "end": end,
                "page": page_of(item, start),
                "verified": each["verified"] and state != "changed",
            }
        )
    shown = ("heading", "part", "chapter", "section", "article", "item", "annex", "table")
    return {
        "id": item.id,
        "source": item.source,
        "title": item.title,
        "text": item.text,
        "sha256": item.sha256,
        "metadata": metadata_values(item.metadata),
        "warnings": list(item.warnings),
        "pages": list(item.pages),
        "pictures": suffix_of(item.source) in SCANS,
        "outline": [
            {"kind": node.kind, "label": node.label, "title": node.title, "level": node.level, "start": node.start}
            for node in item.outline
            if node.kind in shown
        ][:800],
        "citations": found,
    }


def source_values(item: DocumentSummary) -> dict[str, Any]:
    """A document for the list."""
    return {
        "id": item.id,
        "source": item.source,
        "title": item.title,
        "sha256": item.sha256,
        "characters": item.characters,
        "passages": item.passages,
        "warnings": list(item.warnings),
        "same_as": item.same_as,
        "newer": item.newer,
        "ended_by": item.ended_by,
    } | metadata_values(item.metadata)

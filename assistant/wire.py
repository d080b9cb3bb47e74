"""Answers to the JSON that commands print and back. Knows nothing of how an answer is made."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from assistant.types import Answer, Citation, Notice, Statement
from corpus.types import Passage
from index.types import Hit

HITS = 10


def to_dict(answer: Answer) -> dict[str, Any]:
    """The answer as JSON values: one object with every key always there, at most ten hits, best first."""
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "status": answer.status,
        "text": answer.text,
        "statements": [
            {"text": s.text, "markers": list(s.markers), "supported": s.supported, "issues": list(s.issues)}
            for s in answer.statements
        ],
        "citations": [citation_to_dict(citation) for citation in answer.citations],
        "hits": [hit_to_dict(hit) for hit in answer.hits[:HITS]],
        "notices": [{"code": notice.code, "text": notice.text} for notice in answer.notices],
        "choices": list(answer.choices),
        "mode": answer.mode,
        "model": answer.model,
        "generation": answer.generation,
        "timings_ms": {stage: round(value, 3) for stage, value in answer.timings_ms.items()},
    }


def citation_to_dict(citation: Citation) -> dict[str, Any]:
    """One citation as JSON values."""
    order = ("marker", "doc_id", "source", "title", "locator", "page", "start", "end", "quote", "sha256", "verified")
    return {name: getattr(citation, name) for name in order}


def hit_to_dict(hit: Hit) -> dict[str, Any]:
    """One hit as JSON values."""
    passage = hit.passage
    return {
        "rank": hit.rank,
        "doc_id": passage.doc_id,
        "source": passage.source,
        "title": passage.title,
        "locator": passage.locator,
        "page": passage.page,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "score": round(hit.score, 6),
        "found_by": list(hit.found_by),
    }


def from_dict(data: dict[str, Any]) -> Answer:
    """The answer that `to_dict` wrote. Raises KeyError for a missing key, TypeError or ValueError for a wrong one.

    Passage ids and headings of hits are not written, so they come back empty.
    """
    return Answer(
        question=data["question"],
        standalone_question=data["standalone_question"],
        status=data["status"],
        text=data["text"],
        statements=tuple(
            Statement(s["text"], tuple(s["markers"]), bool(s["supported"]), tuple(s["issues"]))
            for s in data["statements"]
        ),
        citations=tuple(citation_from_dict(citation) for citation in data["citations"]),
        hits=tuple(_hit(hit) for hit in data["hits"]),
        notices=tuple(Notice(notice["code"], notice["text"]) for notice in data["notices"]),
        mode=data["mode"],
        model=data["model"],
        generation=int(data["generation"]),
        timings_ms={stage: float(value) for stage, value in data["timings_ms"].items()},
        choices=tuple(data.get("choices", ())),
    )


def citation_from_dict(data: dict[str, Any]) -> Citation:
    """The citation that `citation_to_dict` wrote; keys it does not know are ignored."""
    return Citation(**{field.name: data[field.name] for field in fields(Citation) if field.name in data})


def _hit(data: dict[str, Any]) -> Hit:
    """A hit without its passage's id and headings."""
    passage = Passage(
        id="",
        doc_id=data.get("doc_id", ""),
        source=data["source"],
        title=data.get("title", ""),
        start=data["start"],
        end=data["end"],
        text=data["text"],
        locator=data["locator"],
        page=data.get("page"),
    )
    return Hit(passage, float(data["score"]), int(data["rank"]), tuple(data.get("found_by", ())))

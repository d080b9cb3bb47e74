"""The one writer of an answer's JSON: commands print it, programs get it, the web adds what a screen needs. Knows nothing of how
an answer is made.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from assistant.types import Answer, Citation
from index.wire import hit_to_dict

HITS = 10


def answer_to_dict(answer: Answer) -> dict[str, Any]:
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


def citation_from_dict(data: dict[str, Any]) -> Citation:
    """The citation that `citation_to_dict` wrote; keys it does not know are ignored."""
    return Citation(**{field.name: data[field.name] for field in fields(Citation) if field.name in data})

"""A hit as the JSON that commands print and the screens show. Knows nothing of how it was found."""

from __future__ import annotations

from typing import Any

from index.types import Hit


def hit_to_dict(hit: Hit) -> dict[str, Any]:
    """One hit as JSON values: start and end count code points of the document's text, the score has six decimals."""
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

"""Puts what holds for another region, or no longer holds, behind what is about as good. Knows no search and no reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from assistant.notices import validity_rank
from assistant.retrieval.types import ReadHit
from assistant.understanding.analysis import Analysis
from corpus.text import places
from corpus.text.places import EVERYWHERE, provinces_named, region_stems
from corpus.types import Metadata, Passage
from index.types import DocumentSummary, Index

NEAR = 0.8  # of the score of one out of force: a passage in force with so much goes before it


def order_by_validity(found: Sequence[ReadHit], analysis: Analysis, index: Index, today: date) -> list[ReadHit]:
    """Stable order: documents of another region than asked go behind; one no longer in force, behind what is about as good.

    What is out of force may be all there is on a matter (a scheme that ended, an allowance that expired): it is read then,
    and flagged, rather than hidden behind passages about something else.
    """
    wanted = {one.hit.passage.doc_id for one in found}
    listed: Mapping[str, DocumentSummary] = {s.id: s for s in index.documents() if s.id in wanted}
    ranks = [validity_rank(listed[one.hit.passage.doc_id], today) for one in found]

    def sorting_key(at: int) -> tuple[bool, int, int]:
        near = NEAR ** ranks[at] * found[at].hit.score
        better = [
            other for other in range(at + 1, len(found)) if ranks[other] < ranks[at] and found[other].hit.score >= near
        ]
        passage = found[at].hit.passage
        away = is_out_of_region(listed[passage.doc_id].metadata, analysis, passage)
        return away, max(better, default=at), ranks[at]

    places_at = [sorting_key(at) for at in range(len(found))]
    return [
        replace(found[at], hit=replace(found[at].hit, score=NEAR ** ranks[at] * found[at].hit.score))
        if places_at[at][1] > at
        else found[at]
        for at in sorted(range(len(found)), key=places_at.__getitem__)
    ]


def is_out_of_region(metadata: Metadata, analysis: Analysis, passage: Passage) -> bool:
    """Whether the document is of one region, and of none that the question names or that holds a place it names."""
    if not analysis.places or metadata.region is None or metadata.region.value == EVERYWHERE:
        return False
    if provinces_named(analysis.text) & set(region_stems(metadata.region.value)[-1:]):
        return False
    text = f"{metadata.region.value} {passage.title} {passage.text}"
    return not any(
        place.stem in text or places.same_place(place.name, metadata.region.value) for place in analysis.places
    )

"""From an analysed question to passages in order: both wordings searched, ranked and read, places and validity weighed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from assistant.retrieval.abbreviations import documents_abbreviated, without_own_name
from assistant.retrieval.named import articles_named, documents_named
from assistant.retrieval.order import order_by_validity
from assistant.retrieval.ranking import Ranker
from assistant.retrieval.types import ReadHit, Retrieved
from assistant.understanding.analysis import Analysis, search_query
from index.types import Filters, Hit, Index

CANDIDATES = 40  # passages searched for the question as understood
CANDIDATES_FAVOURED = 10  # and of the documents spoken of before, or of a body that the question abbreviates
CANDIDATES_AS_ASKED = 10  # and for the follow-up as it was typed, where that differs
KEPT = 10  # passages that an answer carries


def retrieve_passages(
    index: Index,
    ranker: Ranker,
    analysis: Analysis,
    *,
    asked: str = "",
    filters: Filters,
    today: date,
    favoured: Collection[str] = (),
) -> Retrieved:
    """Up to KEPT passages, best first, for the question as understood and, where it differs, as asked.

    favoured: ids of the documents spoken of before; their passages are looked for too, and count as a little better.
    """
    named = documents_named(analysis, index)
    article = articles_named(index, analysis, named)
    question = search_query(analysis)
    if article:
        kept = article[:KEPT]
        return Retrieved(tuple(ranker.read_hits(question, kept)))
    narrowed = filters
    if named and not filters.doc_ids:
        narrowed = replace(filters, doc_ids=tuple(document.id for document in named))
    hits = index.search(question, CANDIDATES, narrowed)
    if asked and asked != analysis.text:
        known = {hit.passage.id for hit in hits}
        hits += [hit for hit in index.search(asked, CANDIDATES_AS_ASKED, filters) if hit.passage.id not in known]
    if favoured and not named and not filters.doc_ids:
        known = {hit.passage.id for hit in hits}
        there = index.search(question, CANDIDATES_FAVOURED, replace(filters, doc_ids=tuple(favoured)))
        hits += [hit for hit in there if hit.passage.id not in known]
    rest, abbreviated = ("", ()) if named or filters.doc_ids else documents_abbreviated(question, index)
    ids = tuple(document.id for document in abbreviated)
    if ids:
        known = {hit.passage.id for hit in hits}
        there = index.search(rest, CANDIDATES_FAVOURED, replace(filters, doc_ids=ids))
        hits += [hit for hit in there if hit.passage.id not in known]
    ranked = ranker.rank_hits(
        question,
        hits,
        lambda words, one: without_own_name(words, one, index.document(one.doc_id)),
        favoured,
        (rest, ids),
    )
    return Retrieved(_renumber_ranks(order_by_validity(ranked, analysis, index, today)))


def _renumber_ranks(found: Sequence[ReadHit]) -> tuple[ReadHit, ...]:
    """The first KEPT, with ranks from 1 and scores that fall with them."""
    kept: list[ReadHit] = []
    for rank, one in enumerate(found[:KEPT], 1):
        score = min(one.hit.score, kept[-1].hit.score) if kept else one.hit.score
        kept.append(replace(one, hit=replace(one.hit, rank=rank, score=score)))
    return tuple(kept)


def interleave_hits(lists: Sequence[Retrieved]) -> tuple[Hit, ...]:
    """The best of each list first, then the seconds ..., no passage twice; KEPT in all."""
    seen: set[str] = set()
    mixed: list[ReadHit] = []
    for row in range(max((len(one.found) for one in lists), default=0)):
        for one in lists:
            if row < len(one.found) and one.found[row].hit.passage.id not in seen:
                seen.add(one.found[row].hit.passage.id)
                mixed.append(one.found[row])
    return tuple(one.hit for one in _renumber_ranks(mixed))

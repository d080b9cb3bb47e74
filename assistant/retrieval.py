"""From an analysed question to the passages to read: both wordings searched, places and validity weighed. Knows no reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from assistant import notices
from assistant.understanding.analysis import Analysis, number_of, query
from corpus.text import places
from corpus.text.characters import normalise
from corpus.text.places import EVERYWHERE, stems, within
from corpus.types import Document, Metadata, Node, Passage
from index.types import DocumentSummary, Filters, Hit, Index

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

DEPTH = 20  # passages searched for
LENGTH = 10  # passages kept
TELLING = 8  # characters of a 《title》 from which on several documents whose titles end in it are all meant
NEAR = 0.8  # of the score of one out of force: a passage in force with so much goes before it


def retrieve(
    index: Index, analysis: Analysis, asked: str, filters: Filters, today: date, *, config: RunnableConfig | None = None
) -> list[Hit]:
    """Up to ten passages, best first, for the question as understood and, where it differs, as asked."""
    named = documents_named(analysis, index)
    article = articles(index, analysis, named)
    if article:
        return _ranked(article)
    narrowed = (
        replace(filters, doc_ids=tuple(document.id for document in named)) if named and not filters.doc_ids else filters
    )
    hits = _search(index, query(analysis), DEPTH, narrowed, config)
    if asked and asked != analysis.text:
        known = {hit.passage.id for hit in hits}
        hits += [hit for hit in _search(index, asked, DEPTH // 2, filters, config) if hit.passage.id not in known]
    return _ranked(_prefer(hits, analysis, index, today))


def _search(index: Index, text: str, k: int, filters: Filters, config: RunnableConfig | None) -> list[Hit]:
    """By the retriever, so that who traces the chain sees what was searched for and what was found."""
    from index.retriever import Pinned, PolicyRetriever, from_langchain

    retriever = PolicyRetriever(handle=Pinned(index), k=k, filters=filters)
    return [from_langchain(document) for document in retriever.invoke(text, config)]


def _ranked(hits: Sequence[Hit]) -> list[Hit]:
    """The first ten, with scores that fall with their ranks."""
    ranked: list[Hit] = []
    for rank, hit in enumerate(hits[:LENGTH], 1):
        score = min(hit.score, ranked[-1].score) if ranked else hit.score
        ranked.append(replace(hit, rank=rank, score=score))
    return ranked


def interleave(lists: Sequence[Sequence[Hit]]) -> list[Hit]:
    """The best of each list first, then the seconds ..., no passage twice."""
    seen: set[str] = set()
    mixed: list[Hit] = []
    for row in range(max(map(len, lists), default=0)):
        for hits in lists:
            if row < len(hits) and hits[row].passage.id not in seen:
                seen.add(hits[row].passage.id)
                mixed.append(hits[row])
    return _ranked(mixed)


def _prefer(hits: list[Hit], analysis: Analysis, index: Index, today: date) -> list[Hit]:
    """Stable order: documents of another region than asked go behind; one no longer in force, behind what is about as good.

    What is out of force may be all there is on a matter (a scheme that ended, an allowance that expired): it is read then, and
    flagged, rather than hidden behind passages about something else.
    """
    found = {hit.passage.doc_id for hit in hits}
    listed = {summary.id: summary for summary in index.documents() if summary.id in found}
    standing = [notices.standing(listed[hit.passage.doc_id], today) for hit in hits]

    def place(at: int) -> tuple[bool, int, int]:
        near = NEAR ** standing[at] * hits[at].score
        better = [
            other for other in range(at + 1, len(hits)) if standing[other] < standing[at] and hits[other].score >= near
        ]
        away = _elsewhere(listed[hits[at].passage.doc_id].metadata, analysis, hits[at].passage)
        return away, max(better, default=at), standing[at]

    kept_at = [place(at) for at in range(len(hits))]
    return [
        replace(hits[at], score=NEAR ** standing[at] * hits[at].score) if kept_at[at][1] > at else hits[at]
        for at in sorted(range(len(hits)), key=kept_at.__getitem__)
    ]


def _elsewhere(metadata: Metadata, analysis: Analysis, passage: Passage) -> bool:
    """Whether the document is of one region, and of none that the question names or that holds a place it names."""
    if not analysis.places or metadata.region is None or metadata.region.value == EVERYWHERE:
        return False
    if within(analysis.text) & set(stems(metadata.region.value)[-1:]):
        return False
    text = f"{metadata.region.value} {passage.title} {passage.text}"
    return not any(place.stem in text or places.same(place.name, metadata.region.value) for place in analysis.places)


def documents_named(analysis: Analysis, index: Index) -> list[DocumentSummary]:
    """The documents that the question names by 文号, by 《title》, or by the title of a law."""
    if not (analysis.numbers or analysis.titles or analysis.articles):
        return []
    everything = index.documents()
    found = [
        document
        for document in everything
        if document.metadata.number and number_of(document.metadata.number.value) in analysis.numbers
    ]
    if found:
        return found
    wanted = [normalise(title) for title in analysis.titles]
    exact = [document for document in everything if any(_is_title(title, document.title) for title in wanted)]
    if len(exact) > 1 and all(len(title) < TELLING for title in wanted):
        # 《若干措施》 ends many a title; the versions of a law share theirs.
        exact = [d for d in exact if normalise(d.title) in wanted or _short_title(d.title) in wanted]
    if exact or not analysis.articles:
        return exact
    question = normalise(analysis.text)
    inside = [
        document for document in everything if _short_title(document.title) and _short_title(document.title) in question
    ]
    longest = max((len(_short_title(document.title)) for document in inside), default=0)
    return [document for document in inside if len(_short_title(document.title)) == longest]


def _is_title(wanted: str, title: str) -> bool:
    """Whether a title of the question means this document: equal, or its end (without the issuer), or its short form."""
    whole = normalise(title)
    return wanted == whole or (len(wanted) >= 4 and (whole.endswith(wanted) or _short_title(title) == wanted))


def _short_title(title: str) -> str:
    """A law's everyday name: without 中华人民共和国 and what stands in brackets."""
    bare = normalise(title).removeprefix("中华人民共和国")
    return bare.split("(")[0]


def articles(index: Index, analysis: Analysis, named: Sequence[DocumentSummary]) -> list[Hit]:
    """The articles that the question names, of the documents it names, whole."""
    hits: list[Hit] = []
    for summary in named if analysis.articles else ():
        document = index.document(summary.id)
        for node in document.outline:
            if node.kind == "article" and node.number in analysis.articles and _own_label(node):
                hits.append(Hit(_passage(document, node, index), 1.0, len(hits) + 1, ("lexical",)))
    return hits


def _own_label(node: Node) -> bool:
    """Whether the article is not one of 第十二条之一 form."""
    return "之" not in node.label


def _passage(document: Document, node: Node, index: Index) -> Passage:
    """A passage that is exactly the article; its headings and page are those of the indexed passage it begins in."""
    near = next((p for p in index.passages(document.id) if p.start <= node.start < p.end), None)
    text = document.text[node.start : node.end].rstrip()
    return Passage(
        id=near.id if near else document.id,
        doc_id=document.id,
        source=document.source,
        title=document.title,
        start=node.start,
        end=node.start + len(text),
        text=text,
        locator=node.label if near is None or node.label not in near.locator else near.locator,
        headings=near.headings if near else (),
        page=near.page if near else None,
    )

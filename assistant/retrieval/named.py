"""What a question names outright: documents by 文号 or title, articles by number. Knows no search and no reader."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.understanding.analysis import Analysis, document_number_form
from corpus.text.characters import normalise
from corpus.types import Document, Node, Passage
from index.types import DocumentSummary, Hit, Index

TITLE_ENDS = 8  # characters of a 《title》 from which on several documents whose titles end in it are all meant


def documents_named(analysis: Analysis, index: Index) -> list[DocumentSummary]:
    """The documents that the question names by 文号, by 《title》, or by the title of a law."""
    if not (analysis.numbers or analysis.titles or analysis.articles):
        return []
    everything = index.documents()
    found = [
        document
        for document in everything
        if document.metadata.number and document_number_form(document.metadata.number.value) in analysis.numbers
    ]
    if found:
        return found
    wanted = [normalise(title) for title in analysis.titles]
    exact = [document for document in everything if any(_is_title(title, document.title) for title in wanted)]
    if len(exact) > 1 and all(len(title) < TITLE_ENDS for title in wanted):
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


def articles_named(index: Index, analysis: Analysis, named: Sequence[DocumentSummary]) -> list[Hit]:
    """The articles that the question names, of the documents it names, whole."""
    hits: list[Hit] = []
    for summary in named if analysis.articles else ():
        document = index.document(summary.id)
        for node in document.outline:
            if node.kind == "article" and node.number in analysis.articles and _own_label(node):
                hits.append(Hit(_passage_of_article(document, node, index), 1.0, len(hits) + 1, ("lexical",)))
    return hits


def _own_label(node: Node) -> bool:
    """Whether the article is not one of 第十二条之一 form."""
    return "之" not in node.label


def _passage_of_article(document: Document, node: Node, index: Index) -> Passage:
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

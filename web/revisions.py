"""Which documents are versions of which, and two versions side by side, as the screens show them. Knows nothing of how it is drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from corpus.revisions import Cell, Revision, Row, compare_versions, have_same_matter
from corpus.revisions.report import cell_pieces, revision_to_dict
from index.types import DocumentSummary, Index


def version_pairs(index: Index, doc_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Every pair of an older and a newer version of which one is among the documents, by the paths of both."""
    every = index.documents()
    by_source = {each.source: each for each in every}
    wanted = set(doc_ids)
    found = [
        (old, by_source[source])
        for old in every
        for source in dict.fromkeys((old.newer, old.ended_by))
        if source in by_source and (old.id in wanted or by_source[source].id in wanted)
    ]
    return [
        {"old": _document_named(old), "new": _document_named(new)}
        for old, new in found
        if have_same_matter(old.title, new.title)
    ]


def _document_named(document: DocumentSummary) -> dict[str, Any]:
    number, issued = document.metadata.number, document.metadata.issued
    return {
        "id": document.id,
        "title": document.title,
        "number": number.value if number else None,
        "issued": issued.value if issued else None,
    }


def versions_of_answer(answer: dict[str, Any], index: Index) -> list[dict[str, Any]]:
    """The versions of the documents that an answer cites, where it carries a notice that one of them is superseded."""
    if not any(notice["code"] == "superseded" for notice in answer["notices"]):
        return []
    return version_pairs(index, {citation["doc_id"] for citation in answer["citations"]})


def compare_documents(index: Index, old: str, new: str) -> Revision:
    """Two documents compared. Raises KeyError for one that is not there."""
    return compare_versions(index.document(old), index.document(new))


def revision_for_screen(made: Revision) -> dict[str, Any]:
    """The JSON of `python -m corpus diff --json`, each cell cut into its words that changed and those that did not."""
    whole = revision_to_dict(made)
    for shown, row in zip(whole["rows"], made.rows, strict=True):
        for side in ("old", "new"):
            if shown[side] is not None:
                shown[side]["pieces"] = _pieces_of_side(row, side)
    return whole


def _pieces_of_side(row: Row, side: str) -> list[dict[str, str]]:
    cell: Cell = getattr(row, side)
    return [{"text": words, "kind": kind} for words, kind in cell_pieces(cell, row.changes, side) if words]

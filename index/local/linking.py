"""The links among the documents of segments. Knows nothing of writing, or of how links are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.versions import Link, VersionEntry, find_links
from index import linking
from index.linking import entry_of
from index.local.segment import Segment
from index.types import DocumentSummary


def find_every_link(segments: Iterable[Segment]) -> list[Link]:
    """The links among all documents. Raises IndexDamaged."""
    return find_links(entry_of(row.summary) for segment in segments for row in segment.living_rows())


def links_after(known: Iterable[Link], segments: Sequence[Segment], changed: Iterable[VersionEntry]) -> list[Link]:
    """The same, from the links before and the documents that came, went or are new in their place. Raises IndexDamaged."""
    return linking.links_after(known, changed, lambda seeds: _documents_reached(segments, seeds))


def _documents_reached(segments: Sequence[Segment], seeds: set[int]) -> list[DocumentSummary]:
    """The living documents that share a bond with a seed, with one that does, and so on."""
    held = [segment.store.all_link_keys() for segment in segments]
    known, reached = np.zeros(0, np.uint64), np.array(sorted(seeds), np.uint64)
    rows: list[NDArray[np.int64]] = [np.zeros(0, np.int64) for _ in held]
    while len(reached) > len(known):
        known = reached
        rows = [np.unique(owners[np.isin(every, known)]) for every, owners in held]
        more = [every[np.isin(owners, mine)] for (every, owners), mine in zip(held, rows, strict=True)]
        reached = np.union1d(known, np.concatenate(more))
    return [
        row.summary
        for segment, mine in zip(segments, rows, strict=True)
        for row in segment.store.by_rows([one for one in mine.tolist() if one not in segment.deleted_rows])
    ]

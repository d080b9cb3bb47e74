"""Which documents of a generation belong together, found anew only where a change touches them. Knows nothing of writing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.versions import Entry, Link, bonds, links, ordered
from index.segment import Segment
from index.store import DocumentRow


def entry_of(row: DocumentRow) -> Entry:
    """What is compared of a document that an index holds."""
    one = row.summary
    return Entry(one.source, one.title, one.metadata, one.fingerprint)


def every_link(segments: Iterable[Segment]) -> list[Link]:
    """The links among all documents. Raises IndexDamaged."""
    return links(entry_of(row) for segment in segments for row in segment.living_rows())


def links_after(known: Iterable[Link], segments: Sequence[Segment], changed: Iterable[Entry]) -> list[Link]:
    """The same, from the links before and the documents that came, went or are new in their place. Raises IndexDamaged."""
    seeds, again = set[int](), set[str]()
    for one in changed:
        seeds |= bonds(one)
        again.add(one.source)
    found = [entry_of(row) for row in _reached(segments, seeds)]
    again |= {one.source for one in found}
    return ordered([*(link for link in known if link.source not in again), *links(found)])


def _reached(segments: Sequence[Segment], seeds: set[int]) -> list[DocumentRow]:
    """The living documents that share a bond with a seed, with one that does, and so on."""
    held = [segment.store.bonds() for segment in segments]
    known, reached = np.zeros(0, np.uint64), np.array(sorted(seeds), np.uint64)
    rows: list[NDArray[np.int64]] = [np.zeros(0, np.int64) for _ in held]
    while len(reached) > len(known):
        known = reached
        rows = [np.unique(owners[np.isin(every, known)]) for every, owners in held]
        more = [every[np.isin(owners, mine)] for (every, owners), mine in zip(held, rows, strict=True)]
        reached = np.union1d(known, np.concatenate(more))
    return [
        row
        for segment, mine in zip(segments, rows, strict=True)
        for row in segment.store.by_rows([one for one in mine.tolist() if one not in segment.deleted_rows])
    ]

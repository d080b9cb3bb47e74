"""Which documents of a generation belong together, found anew only where a change touches them. Knows nothing of how they are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from corpus.versions import Link, VersionEntry, find_links, link_keys, order_links
from index.types import DocumentSummary


def entry_of(summary: DocumentSummary) -> VersionEntry:
    """What is compared of a document that an index holds."""
    return VersionEntry(summary.source, summary.title, summary.metadata, summary.fingerprint)


def links_after(
    known: Iterable[Link], changed: Iterable[VersionEntry], reach: Callable[[set[int]], Iterable[DocumentSummary]]
) -> list[Link]:
    """The links of all documents, from those before and the documents that came, went or are new in their place.

    `reach` gives the living documents that share a bond with those given, with one that does, and so on.
    """
    seeds, again = set[int](), set[str]()
    for one in changed:
        seeds |= link_keys(one)
        again.add(one.source)
    found = [entry_of(summary) for summary in reach(seeds)]
    again |= {one.source for one in found}
    return order_links([*(link for link in known if link.source not in again), *find_links(found)])

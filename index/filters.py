"""Which documents a search may look at. Knows nothing of how passages are found."""

from __future__ import annotations

from index.types import DocumentSummary, Filters


def passes_filters(document: DocumentSummary, filters: Filters) -> bool:
    """True when the document matches every field that is given."""
    meta = document.metadata
    region, issuer = (value.value if value else "" for value in (meta.region, meta.issuer))
    return (
        _one_of(document.id, filters.doc_ids)
        and _one_of(document.source, filters.sources)
        and is_part_of(region, filters.regions)
        and is_part_of(issuer, filters.issuers)
        and (
            not filters.years
            or (meta.issued is not None and meta.issued.value[:4] in {f"{y:04d}" for y in filters.years})
        )
        and _one_of(meta.status.value if meta.status else "", filters.statuses)
    )


def _one_of(value: str, wanted: tuple[str, ...]) -> bool:
    return not wanted or value in wanted


def is_part_of(value: str, wanted: tuple[str, ...]) -> bool:
    """True when one of `wanted` is part of the value or the value part of it."""
    return not wanted or (bool(value) and any(one in value or value in one for one in wanted))

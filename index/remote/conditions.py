"""Which rows of a collection a search may find, as the server's conditions. Knows nothing of catalogues or of connections.

What filters ask for is kept with each row as numbers: words as 63 bits of their XXH3-64, so that no word of a person's ever
stands in a condition, and part-of questions are resolved to lists beforehand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import xxhash

from corpus.types import Metadata


def one_of_values(field: str, values: Iterable[int]) -> str:
    """The condition that a field has one of some values."""
    return f"{field} in [{','.join(str(int(value)) for value in values)}]"


def all_of(*conditions: str) -> str:
    """The condition that all of some conditions hold; empty ones say nothing."""
    return " and ".join(f"({one})" for one in conditions if one)


def living_in(generation: int, dead: Collection[int]) -> str:
    """The condition that a row counts in a generation; `dead` are the documents that no longer do."""
    return all_of(f"born <= {generation}", f"document not in [{','.join(map(str, dead))}]" if dead else "")


def word_number(word: str) -> int:
    """A word as 63 bits."""
    return xxhash.xxh3_64_intdigest(word.encode()) >> 1


def filter_numbers(metadata: Metadata) -> tuple[int, int, int, int]:
    """Region, issuer, year and status of a document as a row keeps them."""
    words = (metadata.region, metadata.issuer, metadata.status)
    region, issuer, status = (word_number(value.value if value else "") for value in words)
    return region, issuer, year_of(metadata), status


def year_of(metadata: Metadata) -> int:
    """The year of issue, 0 where it is not known."""
    year = metadata.issued.value[:4] if metadata.issued else ""
    return int(year) if year.isdecimal() else 0

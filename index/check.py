"""Verifies an index, in a folder or on servers, and rebuilds what is damaged. Knows nothing of how either is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from index.address import Address, place_of
from index.types import CheckReport

if TYPE_CHECKING:
    from index.types import Encoder


def check_index(
    place: str | Path | Address, *, repair: Path | None = None, encoder: Encoder | None = None
) -> CheckReport:
    """Verify what the index holds against its documents; with `repair`, a corpus folder, rebuild what is damaged.

    Raises IndexMissing when there is no index, and what `build` raises when repairing.
    """
    found = place if isinstance(place, Address) else place_of(place)
    if isinstance(found, Address):
        from index.remote.check import check_generation as check_there

        return check_there(found, repair=repair, encoder=encoder)
    from index.local.check import check_generation as check_here

    return check_here(found, repair=repair, encoder=encoder)

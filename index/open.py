"""A folder or an address to the handle of the index there. Knows nothing of how either is searched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from index.address import Address, place_of

if TYPE_CHECKING:
    from index.types import Encoder, IndexHandle


def open_handle(place: str | Path | Address, *, encoder: Encoder | None = None) -> IndexHandle:
    """What gives the newest generation of the index; `encoder` None loads the one it was made with.

    Raises IndexMissing, IndexDamaged, EncoderMismatch; for an address EngineAway and SettingsError too.
    """
    found = place if isinstance(place, Address) else place_of(place)
    if isinstance(found, Address):
        from index.remote import RemoteHandle

        return RemoteHandle(found, encoder=encoder)
    from index.local import LocalHandle

    return LocalHandle(found, encoder=encoder)


def index_exists(place: str | Path | Address) -> bool:
    """True when an index is served there. Raises EngineAway when that cannot be told."""
    return bool(pointer(place))


def pointer(place: str | Path | Address) -> str:
    """The name of the generation that is served there, empty when none is. Raises EngineAway when that cannot be told."""
    found = place if isinstance(place, Address) else place_of(place)
    if isinstance(found, Address):
        from index.remote.catalogue import Catalogue

        with Catalogue(found) as catalogue:
            served = catalogue.served_generation()
            return "" if served is None else str(served)
    current = found / "CURRENT"
    return current.read_text(encoding="utf-8", errors="replace").strip() or "?" if current.exists() else ""


__all__ = ["index_exists", "open_handle", "pointer"]

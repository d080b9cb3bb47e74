"""A corpus folder to a new generation of an index, in a folder or on servers. Knows nothing of how either is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli import Progress
from index.address import Address, place_of
from index.types import BuildSummary

if TYPE_CHECKING:
    from index.types import Encoder

PASSAGE_TOKENS = 512


def build_index(
    corpus_dir: Path, place: str | Path | Address, *, encoder: Encoder, passage_tokens: int = PASSAGE_TOKENS,
    progress: Progress | None = None, workers: str | int = 0,
) -> BuildSummary:  # fmt: skip
    """Index every file of a folder as a new generation, whatever was there before.

    `progress` is called with a stage, how much is done and how much there is. `workers`, for an index on servers alone, is
    how many processes read, or the address of a Dask scheduler. Raises CorpusError, IndexBusy, StoreError.
    """
    found = place if isinstance(place, Address) else place_of(place)
    if isinstance(found, Address):
        from index.remote.build import build_generation as build_there

        return build_there(
            Path(corpus_dir), found, encoder, passage_tokens=passage_tokens, progress=progress, workers=workers
        )
    from index.local.build import build_generation as build_here

    return build_here(corpus_dir, found, encoder=encoder, passage_tokens=passage_tokens, progress=progress)


def update_index(
    corpus_dir: Path, place: str | Path | Address, *, encoder: Encoder, passage_tokens: int = PASSAGE_TOKENS,
    progress: Progress | None = None, workers: str | int = 0,
) -> BuildSummary:  # fmt: skip
    """Bring an index up to a folder: only files whose bytes changed are read, only passages whose text changed encoded.

    Builds where there is no index, or one by older code or an older encoder of the same name. With nothing changed, no
    generation is made. Raises EncoderMismatch for an index of an encoder with another name, IndexDamaged for a damaged
    one, and what `build` raises.
    """
    found = place if isinstance(place, Address) else place_of(place)
    if isinstance(found, Address):
        from index.remote.build import update_generation as update_there

        return update_there(
            Path(corpus_dir), found, encoder, passage_tokens=passage_tokens, progress=progress, workers=workers
        )
    from index.local.build import update_generation as update_here

    return update_here(corpus_dir, found, encoder=encoder, passage_tokens=passage_tokens, progress=progress)


__all__ = ["build_index", "update_index"]

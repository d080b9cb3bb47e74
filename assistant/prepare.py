"""From settings to an assistant: the index built or updated, then opened. Knows nothing of who asked for it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from cli import Progress
from errors import IndexBusy
from index.types import BuildSummary, Encoder, IndexHandle
from settings import Settings

if TYPE_CHECKING:
    from assistant.chain import Assistant


def index_place(settings: Settings) -> Path | str:
    """Where the index is: the folder or address that is set, or a folder of its own for the corpus in the data folder."""
    if settings.index is not None:
        return settings.index
    digest = hashlib.sha256(str(settings.corpus.resolve()).encode()).hexdigest()
    return settings.data / f"index-{digest[:12]}"


def open_assistant(settings: Settings, progress: Progress | None = None) -> tuple[Assistant, IndexHandle, BuildSummary]:
    """The assistant, the handle of its index, and what building or updating did.

    An index that is set without a corpus is opened as it is when it exists. Raises CorpusError, StoreError or ModelError
    with one line for people.
    """
    from assistant.chain import create

    handle, summary = open_index(settings, progress)
    return create(handle, settings), handle, summary


def open_index(settings: Settings, progress: Progress | None = None) -> tuple[IndexHandle, BuildSummary]:
    """The handle of the index, built or updated first where there is a corpus to build it from."""
    from index.encoders import load_encoder
    from index.open import index_exists, open_handle

    place = index_place(settings)
    encoder = load_encoder(settings.encoder)
    only_index = {"index"} <= settings.model_fields_set and "corpus" not in settings.model_fields_set
    if only_index and index_exists(place):
        return _as_it_is(place, encoder)
    from index.build import update_index

    try:
        summary = update_index(
            settings.corpus, place, encoder=encoder, passage_tokens=settings.passage_tokens, progress=progress
        )
    except IndexBusy:  # another server is bringing it up to date: the handle will move on by itself
        if not index_exists(place):
            raise
        return _as_it_is(place, encoder)
    return open_handle(place, encoder=encoder), summary


def _as_it_is(place: Path | str, encoder: Encoder) -> tuple[IndexHandle, BuildSummary]:
    """The handle of an index that is there, and what it holds."""
    from index.open import open_handle

    handle = open_handle(place, encoder=encoder)
    index = handle.current()
    return handle, BuildSummary(index.generation, len(index.documents()), index.passage_count)

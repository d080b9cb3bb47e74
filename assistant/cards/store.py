"""Keeps cards in a folder, so that each is made once. Knows nothing of how a card is made or shown.

A file a card, named by the document's path, its bytes, its text and the version of what made it: a changed document or a new
network asks for another name. A file is written beside and renamed, so that a kill leaves it whole or not there; one that is
damaged, or that does not quote its document, counts as not there.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path

from assistant.cards.making import RULES, make_card
from assistant.cards.types import PolicyCard
from assistant.cards.wire import card_from_dict, card_to_dict
from assistant.reader import Reader, shipped_reader
from assistant.reader.session import MODEL_FOLDER
from corpus.types import Document

CARDS_FOLDER = "cards"  # in the data folder
ABANDONED = 3600  # seconds after which a file half written is nobody's
MOST_KEPT = 20_000  # cards in a folder: some 20 KB each; the oldest give way


class CardStore:
    """Cards by document, made where they are not kept. Safe to use from many threads and processes."""

    def __init__(self, folder: Path, reader_folder: Path = MODEL_FOLDER) -> None:
        self._folder, self._reader_folder = folder, reader_folder
        self._version = ""
        self._making = threading.Lock()  # the network takes all cores: two cards at once would gain nothing

    def card_of(self, document: Document) -> PolicyCard:
        """The card of a document, kept or made now. Raises StoreError when the reader cannot be loaded."""
        kept = self.kept_card(document)
        if kept is not None:
            return kept
        with self._making:
            kept = self.kept_card(document)
            if kept is None:
                kept = make_card(document, self._open_reader(), self.version)
                self._keep_card(document, kept)
        return kept

    def kept_card(self, document: Document) -> PolicyCard | None:
        """The card that is kept of a document; None where there is none that still holds."""
        try:
            card = card_from_dict(json.loads(self._file_of(document).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return card if card.version == self.version and _quotes_document(card, document) else None

    @property
    def version(self) -> str:
        """The rules and the network that make the cards here."""
        if not self._version:
            import xxhash

            digest = xxhash.xxh3_64()
            for name in ("reader.json", "reader.onnx"):
                file = self._reader_folder / name
                digest.update(file.read_bytes() if file.exists() else b"")
            self._version = f"{RULES}-{digest.hexdigest()}"
        return self._version

    def _open_reader(self) -> Reader:
        return shipped_reader(self._reader_folder)

    def _file_of(self, document: Document) -> Path:
        said = "\n".join((document.id, document.sha256, self.version, document.text))
        return self._folder / f"{hashlib.sha256(said.encode()).hexdigest()[:32]}.json"

    def _keep_card(self, document: Document, card: PolicyCard) -> None:
        """Writes a card; a folder that cannot be written only means that the card is made again."""
        file = self._file_of(document)
        beside = file.with_name(f".{uuid.uuid4().hex}.part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with beside.open("w", encoding="utf-8") as out:
                json.dump(card_to_dict(card), out, ensure_ascii=False)
                out.flush()
                os.fsync(out.fileno())
            beside.replace(file)
            self._remove_oldest()
        except OSError:
            with suppress(OSError):
                beside.unlink()

    def _remove_oldest(self) -> None:
        """Removes what a kill left half written, and the oldest cards where there are too many."""
        files = list(self._folder.glob("*.json"))
        left = [file for file in self._folder.glob(".*.part") if file.stat().st_mtime < time.time() - ABANDONED]
        oldest = sorted(files, key=lambda one: one.stat().st_mtime)[: max(0, len(files) - MOST_KEPT)]
        for file in (*left, *oldest):
            file.unlink(missing_ok=True)


def _quotes_document(card: PolicyCard, document: Document) -> bool:
    """Whether a kept card is of this document and quotes it."""
    return card.doc_id == document.id and all(
        document.text[citation.start : citation.end] == citation.quote
        for field in card.fields
        for citation in field.citations
    )

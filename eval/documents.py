"""Gives the text of a document by its source path, to check quotes against. Knows nothing of cases or answers."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Protocol

from errors import CorpusError
from eval.text import normalise_text, same_path
from index.types import IndexHandle

KEPT = 64  # documents held in memory at once


class Documents(Protocol):
    """Texts of documents: `text` as offsets count it, `normal` as quotes are compared; None for an unknown source."""

    def text_of(self, source: str) -> str | None:
        """The document's text."""
        ...

    def normalised_text_of(self, source: str) -> str | None:
        """The document's text after `eval.text.normalise_text`."""
        ...


class _Kept:
    """The last few texts asked for, so that a corpus of any size takes little memory."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, tuple[str, str] | None] = OrderedDict()

    def text_of(self, source: str) -> str | None:
        """The document's text."""
        found = self._kept_texts(source)
        return found and found[0]

    def normalised_text_of(self, source: str) -> str | None:
        """The document's text after `eval.text.normalise_text`."""
        found = self._kept_texts(source)
        return found and found[1]

    def _kept_texts(self, source: str) -> tuple[str, str] | None:
        source = same_path(source)
        if source not in self._texts:
            text = self._read_text(source)
            self._texts[source] = None if text is None else (text, normalise_text(text))
            if len(self._texts) > KEPT:
                self._texts.popitem(last=False)
        self._texts.move_to_end(source)
        return self._texts[source]

    def _read_text(self, source: str) -> str | None:
        raise NotImplementedError


class IndexedDocuments(_Kept):
    """Documents as the index holds them: the text that citations were made from."""

    def __init__(self, handle: IndexHandle) -> None:
        super().__init__()
        self._index = handle.current()
        self._ids = {same_path(summary.source): summary.id for summary in self._index.documents()}

    def _read_text(self, source: str) -> str | None:
        doc_id = self._ids.get(source)
        return None if doc_id is None else self._index.document(doc_id).text


class FolderDocuments(_Kept):
    """Documents as the corpus reads them from a folder: for answers that were made elsewhere."""

    def __init__(self, folder: Path) -> None:
        from corpus.folder import scan_folder

        super().__init__()
        self._files = {same_path(file.source): file for file in scan_folder(folder).files}

    def _read_text(self, source: str) -> str | None:
        from corpus.document import read_document

        if source not in self._files:
            return None
        try:
            return read_document(self._files[source]).text
        except CorpusError:
            return None

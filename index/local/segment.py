"""One immutable part of a generation: documents, BM25 and vectors of the same passages. Knows nothing of generations."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.types import Document, Passage
from index.local import disk, postings, store, vectors
from index.local.manifest import SegmentRecord
from index.passage_text import searchable_text, text_key

if TYPE_CHECKING:
    from index.types import Encoder

DOCUMENTS, VECTORS, LEXICAL = "documents.sqlite", "vectors.faiss", "lexical"
PART = "vectors.part"  # vectors as they come, removed when the segment is finished
BATCH = 1024


class SegmentWriter:
    """Writes one segment into a folder. Memory is bounded by one block of passages."""

    def __init__(
        self, folder: Path, encoder: Encoder, known: Mapping[bytes, NDArray[np.float32]] | None = None
    ) -> None:
        """`folder` exists; `known` maps `text_key` to a vector that need not be computed again."""
        self.folder, self.encoder, self.known = folder, encoder, known or {}
        self.name = os.urandom(8).hex()
        self.encoded = 0
        (folder / LEXICAL).mkdir()
        self._store = store.StoreWriter(folder / DOCUMENTS, self.name, int(self.name, 16))
        self._lexical = postings.BlockWriter(folder / LEXICAL, int(self.name, 16))
        self._part = (folder / PART).open("wb")
        self._texts: list[str] = []
        self._vectors: list[NDArray[np.float32] | None] = []

    def add_document(
        self, document: Document, passages: list[Passage], vectors: NDArray[np.float32] | None = None
    ) -> None:
        """Add a document with its passages in order; `vectors` (passages, dimension) where they are known already."""
        self._store.add_document(document, passages)
        self._texts += [searchable_text(passage) for passage in passages]
        self._vectors += [None] * len(passages) if vectors is None else list(vectors)
        if len(self._texts) >= BATCH:
            self._encode_waiting()

    def _encode_waiting(self) -> None:
        texts, vectors = self._texts, self._vectors
        self._texts, self._vectors = [], []
        self._lexical.add_texts(texts)
        if self.known:
            vectors = [self.known.get(text_key(t)) if v is None else v for t, v in zip(texts, vectors, strict=True)]
        new = [text for text, vector in zip(texts, vectors, strict=True) if vector is None]
        self.encoded += len(new)
        fresh = iter(self.encoder.encode(new)) if new else iter(())
        for vector in vectors:
            one = next(fresh) if vector is None else vector
            self._part.write(np.ascontiguousarray(one, dtype=np.float32).tobytes())

    def close(self, folder: str) -> SegmentRecord:
        """Finish every file; `folder` is the segment's place in its generation."""
        self._encode_waiting()
        self._lexical.close()
        self._part.close()
        files = {f"{LEXICAL}/{name}": record for name, record in self._lexical.files.items()}
        shape, part = (self._store.passages, self.encoder.dimension), self.folder / PART
        every = np.memmap(part, np.float32, "r", shape=shape) if shape[0] else np.zeros(shape, np.float32)
        files[VECTORS] = vectors.write_vectors(self.folder / VECTORS, every)
        part.unlink()
        files[DOCUMENTS] = self._store.close()
        disk.sync_folder(self.folder / LEXICAL)
        disk.sync_folder(self.folder)
        return SegmentRecord(self.name, folder, self._store.documents, self._store.passages, files)

    def abort(self) -> None:
        """Let go of the files after an error."""
        self._part.close()
        self._store.abort()


class Segment:
    """One segment, opened piece by piece as it is used, from many threads."""

    def __init__(self, generation: Path, record: SegmentRecord) -> None:
        """Raises IndexDamaged when a file is missing or has another size than recorded."""
        self.folder, self.record = generation / record.folder, record
        for name, file in record.files.items():
            try:
                size = (self.folder / name).stat().st_size
            except OSError as error:
                raise disk.damaged_file(self.folder / name, error.strerror or "cannot be read") from None
            if size != file.size:
                raise disk.damaged_file(self.folder / name, f"has {size} bytes, not {file.size}")
        self.store = store.Store(self.folder / DOCUMENTS, record.name, record.checksum_seed)

    @cached_property
    def vectors(self) -> vectors.Vectors:
        """The vectors. Raises IndexDamaged."""
        return vectors.Vectors(self.folder / VECTORS, self.record.files[VECTORS])

    @cached_property
    def lexical_blocks(self) -> list[postings.Block]:
        """The BM25 blocks. Raises IndexDamaged."""
        prefix = LEXICAL + "/"
        files = {n.removeprefix(prefix): f for n, f in self.record.files.items() if n.startswith(prefix)}
        return postings.open_blocks(self.folder / LEXICAL, files, self.record.checksum_seed)

    @cached_property
    def alive_passages(self) -> NDArray[np.bool_] | None:
        """Which passages count, None for all."""
        if not self.record.deleted:
            return None
        mask = np.ones(self.record.passages, dtype=bool)
        for _, first, count in self.record.deleted:
            mask[first : first + count] = False
        return mask

    @cached_property
    def deleted_rows(self) -> frozenset[int]:
        """The documents that no longer count."""
        return frozenset(row for row, _, _ in self.record.deleted)

    @cached_property
    def store_is_whole(self) -> bool:
        """Compares the whole documents file with its checksum, once: what is not found may have been lost to damage."""
        return disk.measure_file(self.folder / DOCUMENTS) == self.record.files[DOCUMENTS]

    def living_rows(self) -> list[store.DocumentRow]:
        """Every document that counts, without its text. Raises IndexDamaged."""
        return [row for row in self.store.summaries() if row.row not in self.deleted_rows]

    def living_documents(self) -> Iterator[tuple[Document, list[Passage], NDArray[np.float32]]]:
        """Every document that counts, with its passages and their vectors. Raises IndexDamaged."""
        for row in self.living_rows():
            numbers = np.arange(row.first, row.first + row.count)
            summary = row.summary
            passages = [
                replace(passage, doc_id=summary.id, source=summary.source, title=summary.title)
                for _, passage in self.store.passages_at(numbers.tolist())
            ]
            yield self.store.document_at(row.row), passages, self.vectors.vectors_at(numbers)

"""A generation on this machine's disk, opened for searching. Knows nothing of how it was built."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.types import Document, Passage
from errors import IndexDamaged, StoreError
from index.filters import passes_filters
from index.flow import Candidates, SearchFlow
from index.local import disk, manifest
from index.local.segment import Segment
from index.localities import Localities
from index.planning import encoder_mismatch
from index.types import DocumentSummary, Filters

if TYPE_CHECKING:
    from corpus.versions import Link
    from index.local.lexical import Lexicon
    from index.local.manifest import Manifest
    from index.types import Encoder

    Rows = NDArray[np.int64]
    Mask = NDArray[np.bool_]

OPEN_TRIES = 20
READ = 24  # documents remembered: one question asks for the few it reads again and again
MASKS = 32  # filters whose passages are remembered


class LocalIndex(SearchFlow):
    """One generation: immutable, searched from many threads without a lock.

    A passage's number is its place in the generation: segments one after the other, struck-out passages included.
    """

    def __init__(self, folder: Path, found: Manifest, encoder: Encoder, held: int) -> None:
        """`held` is a descriptor whose shared lock keeps the generation's folder on the disk; it is closed with this."""
        self._held: int | None = None
        self._manifest = found
        self._segments = [Segment(folder, record) for record in self._manifest.segments]
        self._starts = np.cumsum([0, *(record.passages for record in self._manifest.segments)], dtype=np.int64)
        self._encoder = encoder
        self._known: dict[tuple[int, int], DocumentSummary] = {}
        self._masks: dict[Filters, Mask] = {}
        self._read: dict[str, Document] = {}
        self._held = held  # last: an error before leaves it to the caller

    def __del__(self) -> None:
        if (held := getattr(self, "_held", None)) is not None:
            os.close(held)

    @property
    def generation(self) -> int:
        """The number of the generation."""
        return self._manifest.generation

    @property
    def passage_count(self) -> int:
        """How many passages it holds."""
        return self._manifest.living_passages

    @cached_property
    def _lexicon(self) -> Lexicon:
        from index.local.lexical import Lexicon

        return Lexicon([block for segment in self._segments for block in segment.lexical_blocks], self._alive_passages)

    @cached_property
    def _alive_passages(self) -> Mask | None:
        if all(segment.alive_passages is None for segment in self._segments):
            return None
        return np.concatenate(
            [np.ones(s.record.passages, bool) if s.alive_passages is None else s.alive_passages for s in self._segments]
        )

    @cached_property
    def _living_documents(self) -> list[tuple[int, int, int, DocumentSummary]]:
        """(segment, first passage, passages, summary) of every living document."""
        found = [
            (number, row.first, row.count, row.summary)
            for number, segment in enumerate(self._segments)
            for row in segment.store.summaries()
            if row.row not in segment.deleted_rows
        ]
        if {s.source: s.sha256 for *_, s in found} != self._manifest.documents:
            raise disk.damaged_file(self._segments[0].store.path, "does not hold the documents that the manifest names")
        return found

    @property
    def links(self) -> tuple[Link, ...]:
        """Which of its documents belong together."""
        return self._manifest.links

    def summaries(self) -> list[DocumentSummary]:
        """Every living document."""
        return [summary for *_, summary in self._living_documents]

    @cached_property
    def _document_localities(self) -> tuple[Rows, Localities]:
        """The number of each document's first passage, ascending, and the documents' regions in that order."""
        firsts = [int(self._starts[number]) + first for number, first, *_ in self._living_documents]
        regions = [s.metadata.region.value if s.metadata.region else None for *_, s in self._living_documents]
        return np.array(firsts, dtype=np.int64), Localities(regions, [s.title for *_, s in self._living_documents])

    def localities_of(self, rows: Rows) -> tuple[Rows, Localities]:
        """Of which document each passage is, by place among all of them, and their localities."""
        firsts, localities = self._document_localities
        return np.searchsorted(firsts, rows, side="right") - 1, localities

    def document(self, doc_id: str) -> Document:
        """The whole document. Raises KeyError for an id it does not hold, IndexDamaged when the record is damaged."""
        known = self._read.get(doc_id)
        if known is None:
            number, row, _, _ = self._find_document(doc_id)
            known = self._segments[number].store.document_at(row)
            if len(self._read) >= READ:
                self._read.clear()
            self._read[doc_id] = known
        return known

    def passages(self, doc_id: str) -> list[Passage]:
        """The passages of a document in order. Raises KeyError for an id it does not hold."""
        number, _, first, count = self._find_document(doc_id)
        return self.passages_at(np.arange(first, first + count) + self._starts[number])

    def _find_document(self, doc_id: str) -> tuple[int, int, int, int]:
        """(segment, row, first passage, passages) of a living document."""
        for number, segment in enumerate(self._segments):
            found = segment.store.find_document(doc_id)
            if found is not None and found.row not in segment.deleted_rows:
                return number, found.row, found.first, found.count
        for segment in self._segments:
            if not segment.store_is_whole:
                raise disk.damaged_file(
                    segment.store.path, f"does not match its checksum; document {doc_id} is not found in it"
                )
        raise KeyError(doc_id)

    def passage_frequency(self, gram: str) -> int:
        """In how many passages a character or character pair occurs (0: nowhere), after the index's own normalisation."""
        return self._lexicon.passage_frequency(gram)

    def find_candidates(self, query: str, n: int, filters: Filters | None) -> Candidates:
        """The n best passages by words and by meaning."""
        allowed = self._allowed_passages(filters)
        asked = self._lexicon.query_of(query)
        vector = self._encoder.encode([query])[0]
        return Candidates(
            asked.search(n, allowed), self._nearest_passages(vector, n, allowed), asked.scores_of,
            lambda some: self._cosines_of(vector, some),
        )  # fmt: skip

    def _nearest_passages(
        self, vector: NDArray[np.float32], n: int, allowed: Mask | None
    ) -> tuple[Rows, NDArray[np.float32]]:
        """The nearest passages over all segments, best first."""
        if not vector.any():
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        parts = []
        for number, segment in enumerate(self._segments):
            start, end = self._starts[number], self._starts[number + 1]
            if start == end:
                continue
            mask = segment.alive_passages if allowed is None else allowed[start:end]
            rows, scores = segment.vectors.search(vector, n, mask)
            parts.append((rows + start, scores))
        rows = np.concatenate([part[0] for part in parts])
        scores = np.concatenate([part[1] for part in parts])
        order = np.lexsort((rows, -scores))[:n]
        return rows[order], scores[order]

    def _cosines_of(self, vector: NDArray[np.float32], rows: Rows) -> NDArray[np.float32]:
        """Cosines of chosen passages."""
        out = np.zeros(len(rows), dtype=np.float32)
        owner = np.searchsorted(self._starts, rows, side="right") - 1
        for number in np.unique(owner).tolist():
            mine = owner == number
            out[mine] = self._segments[number].vectors.products_with(vector, rows[mine] - self._starts[number])
        return out

    def _allowed_passages(self, filters: Filters | None) -> Mask | None:
        """Which passages a search may find, None for all."""
        if not filters:
            return self._alive_passages
        known = self._masks.get(filters)
        if known is None:
            known = self._mask_of_filters(filters)
            if len(self._masks) >= MASKS:
                self._masks.clear()
            self._masks[filters] = known
        return known

    def _mask_of_filters(self, filters: Filters) -> Mask:
        mask = np.zeros(int(self._starts[-1]), dtype=bool)
        for number, first, count, summary in self._living_documents:
            if passes_filters(summary, filters):
                begin = int(self._starts[number]) + first
                mask[begin : begin + count] = True
        return mask

    def passages_at(self, rows: Rows | Sequence[int]) -> list[Passage]:
        """Passages by number, in the order given. Raises IndexDamaged."""
        numbers = np.asarray(rows, dtype=np.int64)
        owner = np.searchsorted(self._starts, numbers, side="right") - 1
        found: dict[int, Passage] = {}
        for number in np.unique(owner).tolist():
            mine = (numbers[owner == number] - self._starts[number]).tolist()
            for row, (document, passage) in zip(mine, self._segments[number].store.passages_at(mine), strict=True):
                summary = self._summary_at(number, document)
                whole = replace(passage, doc_id=summary.id, source=summary.source, title=summary.title)
                found[row + int(self._starts[number])] = whole
        return [found[row] for row in numbers.tolist()]

    def _summary_at(self, number: int, row: int) -> DocumentSummary:
        known = self._known.get((number, row))
        if known is None:
            known = self._known[number, row] = self._segments[number].store.summary_at(row).summary
        return known


def open_index(index_dir: Path, *, encoder: Encoder | None = None) -> LocalIndex:
    """The generation that is served now; `encoder` None loads the one it was made with.

    Raises IndexMissing, IndexDamaged, EncoderMismatch.
    """
    index_dir = Path(index_dir)
    for _ in range(OPEN_TRIES):
        line = manifest.current_line(index_dir)
        folder = index_dir / manifest.parse_current_line(line, index_dir)[0]
        held = disk.try_lock(folder / manifest.NAME, shared=True)
        if held is not None:
            return _open_generation(index_dir, line, encoder, held)
        if manifest.current_line(index_dir) == line:
            raise disk.damaged_file(folder / manifest.NAME, "is missing or locked")
    raise IndexDamaged("the index changes faster than it can be opened", index_dir, "try again")


def _open_generation(index_dir: Path, line: str, encoder: Encoder | None, held: int) -> LocalIndex:
    from index.encoders import load_encoder

    try:
        known = manifest.read_manifest(index_dir, line)
        encoder = encoder or load_encoder(known.encoder)
        if encoder.fingerprint != known.fingerprint:
            raise encoder_mismatch(index_dir, known.encoder, encoder)
        return LocalIndex(index_dir / manifest.folder_name(known.generation), known, encoder, held)
    except BaseException:
        os.close(held)
        raise


class LocalHandle:
    """Gives the newest generation and moves to a newer one by itself. Safe to use from many threads."""

    def __init__(self, index_dir: Path, *, encoder: Encoder | None = None) -> None:
        """Opens the generation served now; raises what `open_index` raises."""
        self.index_dir, self._encoder = Path(index_dir), encoder
        self._opened = self._open_current()

    def _open_current(self) -> tuple[str, LocalIndex]:
        line = manifest.current_line(self.index_dir)
        return line, open_index(self.index_dir, encoder=self._encoder)

    def current(self) -> LocalIndex:
        """The newest whole generation. One that cannot be opened leaves the one before in use."""
        line, index = self._opened
        try:
            now = manifest.current_line(self.index_dir)
            if now != line:
                line, index = self._opened = self._open_current()
        except StoreError:
            pass
        return index

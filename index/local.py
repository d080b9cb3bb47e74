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
from corpus.versions import newest, overlaps
from errors import IndexDamaged, StoreError
from index import disk, manifest
from index.filters import passes
from index.fusion import fuse
from index.localities import Localities
from index.segment import Segment
from index.types import DocumentSummary, Filters, Found, Hit

if TYPE_CHECKING:
    from index.lexical import Lexicon
    from index.manifest import Manifest
    from index.types import Encoder

    Rows = NDArray[np.int64]
    Mask = NDArray[np.bool_]

CANDIDATES = 100
FOREIGN = 0.8  # what a passage's score is multiplied by when it holds only for a place that the question does not name
OPEN_TRIES = 20
READ = 24  # documents remembered: one question asks for the few it reads again and again
MASKS = 32  # filters whose passages are remembered


class LocalIndex:
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
        return self._manifest.passages

    @cached_property
    def _lexicon(self) -> Lexicon:
        from index.lexical import Lexicon

        return Lexicon([block for segment in self._segments for block in segment.blocks], self._alive)

    @cached_property
    def _alive(self) -> Mask | None:
        if all(segment.alive is None for segment in self._segments):
            return None
        return np.concatenate(
            [np.ones(s.record.passages, bool) if s.alive is None else s.alive for s in self._segments]
        )

    @cached_property
    def _documents(self) -> list[tuple[int, int, int, DocumentSummary]]:
        """(segment, first passage, passages, summary) of every living document."""
        found = [
            (number, row.first, row.count, row.summary)
            for number, segment in enumerate(self._segments)
            for row in segment.store.summaries()
            if row.row not in segment.deleted_rows
        ]
        if {s.source: s.sha256 for *_, s in found} != self._manifest.documents:
            raise disk.damaged(self._segments[0].store.path, "does not hold the documents that the manifest names")
        return found

    @cached_property
    def _listed(self) -> list[DocumentSummary]:
        links = self._manifest.links
        newer, ended = newest(links), {link.other: link.source for link in links if link.kind == "replaces"}
        known = sorted((summary for *_, summary in self._documents), key=lambda summary: summary.source)
        return [self._linked(document, newer, ended) for document in known] if links else known

    def _linked(self, document: DocumentSummary, newer: dict[str, str], ended: dict[str, str]) -> DocumentSummary:
        """With what other documents say of it; of a copy, what they say of the one whose text it is."""
        first = self._copies.get(document.source, "")
        source = first or document.source
        said = (first, newer.get(source, ""), ended.get(source, ""))
        return replace(document, same_as=said[0], newer=said[1], ended_by=said[2]) if any(said) else document

    @cached_property
    def _copies(self) -> dict[str, str]:
        """Of each document that is the same text as another, the one whose path comes first."""
        return {link.source: link.other for link in self._manifest.links if link.kind == "duplicate"}

    def documents(self) -> list[DocumentSummary]:
        """Every document, by source."""
        return list(self._listed)

    @cached_property
    def _localities(self) -> tuple[Rows, Localities]:
        """The number of each document's first passage, ascending, and the documents' regions in that order."""
        firsts = [int(self._starts[number]) + first for number, first, *_ in self._documents]
        regions = [s.metadata.region.value if s.metadata.region else None for *_, s in self._documents]
        return np.array(firsts, dtype=np.int64), Localities(regions, [s.title for *_, s in self._documents])

    def _nearest_places(self, query: str, rows: Rows, scores: NDArray[np.float32]) -> tuple[Rows, NDArray[np.float32]]:
        """The same passages with what holds only elsewhere put behind what is about as good; best first."""
        firsts, localities = self._localities
        foreign = localities.foreign(query, np.searchsorted(firsts, rows, side="right") - 1)
        scores = np.where(foreign, np.float32(FOREIGN) * scores, scores)
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]

    def document(self, doc_id: str) -> Document:
        """The whole document. Raises KeyError for an id it does not hold, IndexDamaged when the record is damaged."""
        known = self._read.get(doc_id)
        if known is None:
            number, row, _, _ = self._find(doc_id)
            known = self._segments[number].store.document(row)
            if len(self._read) >= READ:
                self._read.clear()
            self._read[doc_id] = known
        return known

    def passages(self, doc_id: str) -> list[Passage]:
        """The passages of a document in order. Raises KeyError for an id it does not hold."""
        number, _, first, count = self._find(doc_id)
        return self._fetch(np.arange(first, first + count) + self._starts[number])

    def _find(self, doc_id: str) -> tuple[int, int, int, int]:
        """(segment, row, first passage, passages) of a living document."""
        for number, segment in enumerate(self._segments):
            found = segment.store.find(doc_id)
            if found is not None and found.row not in segment.deleted_rows:
                return number, found.row, found.first, found.count
        for segment in self._segments:
            if not segment.store_is_whole:
                raise disk.damaged(
                    segment.store.path, f"does not match its checksum; document {doc_id} is not found in it"
                )
        raise KeyError(doc_id)

    def passage_frequency(self, gram: str) -> int:
        """In how many passages a character or character pair occurs (0: nowhere), after the index's own normalisation."""
        return self._lexicon.frequency(gram)

    def search(self, query: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Up to k passages, best first, no two with the same words. An empty query finds nothing."""
        if not query.strip() or k < 1 or not self.passage_count:
            return []
        query = query.encode("utf-8", "replace").decode()  # half a surrogate pair is no text
        allowed = self._allowed(filters)
        wide = max(CANDIDATES, 4 * k)
        asked = self._lexicon.query(query)
        words = asked.search(wide, allowed)
        vector = self._encoder.encode([query])[0]
        meaning = self._dense(vector, wide, allowed)
        depth = 2 * k
        rows, scores = fuse(
            words, meaning, 2 * depth, full=len(words[0]) == wide,
            score_lexical=asked.scores, score_dense=lambda some: self._products(vector, some),
        )  # fmt: skip
        rows, scores = self._nearest_places(query, rows, scores)
        ways: dict[int, tuple[Found, ...]] = dict.fromkeys(words[0].tolist(), ("lexical",))
        for row in meaning[0].tolist():
            ways[row] = (*ways.get(row, ()), "dense")
        found = [ways[row] for row in rows.tolist()]
        while True:
            passages = self._fetch(rows[:depth])
            hits = self._without_repeats(passages, scores.tolist(), found, k)
            if len(hits) == k or depth >= len(rows):
                return hits
            depth *= 4  # many say the same: look further down

    def _without_repeats(
        self, passages: list[Passage], scores: list[float], ways: list[tuple[Found, ...]], k: int
    ) -> list[Hit]:
        """The k best, the same words once."""
        first: dict[str, int] = {}
        same: dict[int, list[Passage]] = {}
        for place, passage in enumerate(passages):
            words = "".join(passage.text.split())
            leader = first.get(words)
            if leader is None:
                leader = self._copied(passages, list(same), passage)
            first[words] = place if leader is None else leader
            same.setdefault(first[words], [])
            if leader is not None:
                same[leader].append(passage)
        return [
            Hit(passages[at], scores[at], rank, ways[at], tuple(same[at])) for rank, at in enumerate(list(same)[:k], 1)
        ]

    def _copied(self, passages: list[Passage], leaders: list[int], passage: Passage) -> int | None:
        """The leader that a passage repeats because its document is the same text as the leader's, divided otherwise."""
        if not self._copies:
            return None
        first = self._copies.get(passage.source, passage.source)
        for leader in leaders:
            other = passages[leader]
            alike = first == self._copies.get(other.source, other.source) and other.source != passage.source
            if alike and overlaps(other.text, passage.text):
                return leader
        return None

    def _dense(self, vector: NDArray[np.float32], n: int, allowed: Mask | None) -> tuple[Rows, NDArray[np.float32]]:
        """The nearest passages over all segments, best first."""
        if not vector.any():
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        parts = []
        for number, segment in enumerate(self._segments):
            start, end = self._starts[number], self._starts[number + 1]
            if start == end:
                continue
            mask = segment.alive if allowed is None else allowed[start:end]
            rows, scores = segment.vectors.search(vector, n, mask)
            parts.append((rows + start, scores))
        rows = np.concatenate([part[0] for part in parts])
        scores = np.concatenate([part[1] for part in parts])
        order = np.lexsort((rows, -scores))[:n]
        return rows[order], scores[order]

    def _products(self, vector: NDArray[np.float32], rows: Rows) -> NDArray[np.float32]:
        """Cosines of chosen passages."""
        out = np.zeros(len(rows), dtype=np.float32)
        owner = np.searchsorted(self._starts, rows, side="right") - 1
        for number in np.unique(owner).tolist():
            mine = owner == number
            out[mine] = self._segments[number].vectors.products(vector, rows[mine] - self._starts[number])
        return out

    def _allowed(self, filters: Filters | None) -> Mask | None:
        """Which passages a search may find, None for all."""
        if not filters:
            return self._alive
        known = self._masks.get(filters)
        if known is None:
            known = self._mask(filters)
            if len(self._masks) >= MASKS:
                self._masks.clear()
            self._masks[filters] = known
        return known

    def _mask(self, filters: Filters) -> Mask:
        mask = np.zeros(int(self._starts[-1]), dtype=bool)
        for number, first, count, summary in self._documents:
            if passes(summary, filters):
                begin = int(self._starts[number]) + first
                mask[begin : begin + count] = True
        return mask

    def _fetch(self, rows: Rows | Sequence[int]) -> list[Passage]:
        """Passages by number, in the order given. Raises IndexDamaged."""
        numbers = np.asarray(rows, dtype=np.int64)
        owner = np.searchsorted(self._starts, numbers, side="right") - 1
        found: dict[int, Passage] = {}
        for number in np.unique(owner).tolist():
            mine = (numbers[owner == number] - self._starts[number]).tolist()
            for row, (document, passage) in zip(mine, self._segments[number].store.passages(mine), strict=True):
                summary = self._summary(number, document)
                whole = replace(passage, doc_id=summary.id, source=summary.source, title=summary.title)
                found[row + int(self._starts[number])] = whole
        return [found[row] for row in numbers.tolist()]

    def _summary(self, number: int, row: int) -> DocumentSummary:
        known = self._known.get((number, row))
        if known is None:
            known = self._known[number, row] = self._segments[number].store.summary(row).summary
        return known


def open_index(index_dir: Path, *, encoder: Encoder | None = None) -> LocalIndex:
    """The generation that is served now; `encoder` None loads the one it was made with.

    Raises IndexMissing, IndexDamaged, EncoderMismatch.
    """
    index_dir = Path(index_dir)
    for _ in range(OPEN_TRIES):
        line = manifest.current_line(index_dir)
        folder = index_dir / manifest.parse_line(line, index_dir)[0]
        held = disk.try_lock(folder / manifest.NAME, shared=True)
        if held is not None:
            return _open(index_dir, line, encoder, held)
        if manifest.current_line(index_dir) == line:
            raise disk.damaged(folder / manifest.NAME, "is missing or locked")
    raise IndexDamaged("the index changes faster than it can be opened", index_dir, "try again")


def _open(index_dir: Path, line: str, encoder: Encoder | None, held: int) -> LocalIndex:
    from index.build import mismatch
    from index.encoders import load_encoder

    try:
        known = manifest.read(index_dir, line)
        encoder = encoder or load_encoder(known.encoder)
        if encoder.fingerprint != known.fingerprint:
            raise mismatch(index_dir, known, encoder)
        return LocalIndex(index_dir / manifest.folder_name(known.generation), known, encoder, held)
    except BaseException:
        os.close(held)
        raise


class LocalHandle:
    """Gives the newest generation and moves to a newer one by itself. Safe to use from many threads."""

    def __init__(self, index_dir: Path, *, encoder: Encoder | None = None) -> None:
        """Opens the generation served now; raises what `open_index` raises."""
        self.index_dir, self._encoder = Path(index_dir), encoder
        self._opened = self._open()

    def _open(self) -> tuple[str, LocalIndex]:
        line = manifest.current_line(self.index_dir)
        return line, open_index(self.index_dir, encoder=self._encoder)

    def current(self) -> LocalIndex:
        """The newest whole generation. One that cannot be opened leaves the one before in use."""
        line, index = self._opened
        try:
            now = manifest.current_line(self.index_dir)
            if now != line:
                line, index = self._opened = self._open()
        except StoreError:
            pass
        return index

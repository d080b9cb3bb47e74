"""A corpus folder to a new generation, from scratch or from the generation before. Knows nothing of searching."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.errors import EncoderMismatch, IndexMissing
from corpus.types import Document, FailedFile, Scan, SourceFile
from index import disk, manifest
from index.generations import Publisher
from index.manifest import Manifest, SegmentRecord
from index.segment import Segment, SegmentWriter, searchable, text_key
from index.types import BuildSummary

if TYPE_CHECKING:
    from index.types import Encoder

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What separates a corpus from a generation, by source."""

    added: tuple[SourceFile, ...]
    changed: tuple[SourceFile, ...]
    removed: tuple[str, ...]
    unchanged: int

    @property
    def stale(self) -> frozenset[str]:
        """The sources whose documents no longer count."""
        return frozenset(self.removed) | {file.source for file in self.changed}


def compare(documents: dict[str, str], scan: Scan) -> Plan:
    """Files against the SHA-256 that a generation has of them."""
    added = tuple(file for file in scan.files if file.source not in documents)
    changed = tuple(f for f in scan.files if f.source in documents and documents[f.source] != f.sha256)
    present = {file.source for file in scan.files}
    removed = tuple(sorted(source for source in documents if source not in present))
    return Plan(added, changed, removed, len(scan.files) - len(added) - len(changed))


def build(
    corpus_dir: Path, index_dir: Path, *, encoder: Encoder, passage_tokens: int = 256, progress: Progress | None = None
) -> BuildSummary:
    """Index every file of a folder as a new generation, whatever was there before.

    `progress` is called with a stage, how much is done and how much there is. Raises CorpusError, IndexBusy, StoreError.
    """
    return _run(Path(corpus_dir), Path(index_dir), encoder, passage_tokens, progress, fresh=True)


def update(
    corpus_dir: Path, index_dir: Path, *, encoder: Encoder, passage_tokens: int = 256, progress: Progress | None = None
) -> BuildSummary:
    """Bring an index up to a folder: only files whose bytes changed are read, only passages whose text changed encoded.

    Builds where there is no index. With nothing changed, no generation is made. Raises EncoderMismatch for an index of
    another encoder, IndexDamaged for a damaged one, and what `build` raises.
    """
    return _run(Path(corpus_dir), Path(index_dir), encoder, passage_tokens, progress, fresh=False)


def _run(
    corpus_dir: Path, index_dir: Path, encoder: Encoder, passage_tokens: int, progress: Progress | None, *, fresh: bool
) -> BuildSummary:
    from corpus.folder import scan as scan_folder

    begun, tell = time.monotonic(), progress or (lambda *_: None)
    tell("scan", 0, 0)
    scan = scan_folder(corpus_dir)
    with disk.explained("the index folder cannot be made", index_dir):
        index_dir.mkdir(parents=True, exist_ok=True)
    with disk.explained("the index cannot be written", index_dir), disk.writer_lock(index_dir):
        settings = {"passage_tokens": passage_tokens}
        old = None if fresh else _previous(index_dir, encoder)
        if old is not None and old.settings != settings:
            old = None
        plan = compare(old.documents if old else {}, scan)
        summary = BuildSummary(
            old.generation if old else 0, len(old.documents) if old else 0, old.passages if old else 0,
            tuple(f.source for f in plan.added), tuple(f.source for f in plan.changed), plan.removed, plan.unchanged,
        )  # fmt: skip
        if old is not None and not plan.added and not plan.stale:
            return replace(summary, failed=scan.failed, seconds=time.monotonic() - begun)
        with Publisher(index_dir) as publisher:
            work = _Work(publisher, encoder, passage_tokens, tell)
            new, failed = work.write(old, plan, settings)
            publisher.publish(new)
        lost = {one.source for one in failed}
        return replace(
            summary, generation=new.generation, documents=len(new.documents), passages=new.passages,
            added=tuple(s for s in summary.added if s not in lost), changed=tuple(s for s in summary.changed if s not in lost),
            failed=(*scan.failed, *failed), encoded=work.encoded, seconds=time.monotonic() - begun,
        )  # fmt: skip


def _previous(index_dir: Path, encoder: Encoder) -> Manifest | None:
    """The generation served now, None when there is none."""
    try:
        line = manifest.current_line(index_dir)
    except IndexMissing:
        return None
    old = manifest.read(index_dir, line)
    if old.fingerprint != encoder.fingerprint:
        raise mismatch(index_dir, old, encoder)
    return old


def mismatch(index_dir: Path, old: Manifest, encoder: Encoder) -> EncoderMismatch:
    """The error for an index made with another encoder."""
    return EncoderMismatch(
        f"the index was made with another encoder than {encoder.name}", old.encoder,
        f"build it again: python -m index build CORPUS_DIR --out {index_dir} --encoder {encoder.name}",
    )  # fmt: skip


class _Work:
    """The writing of one generation."""

    def __init__(self, publisher: Publisher, encoder: Encoder, passage_tokens: int, tell: Progress) -> None:
        self.publisher, self.encoder, self.passage_tokens, self.tell = publisher, encoder, passage_tokens, tell
        self.encoded = 0

    def write(self, old: Manifest | None, plan: Plan, settings: dict[str, int]) -> tuple[Manifest, list[FailedFile]]:
        """Every file of the generation but its manifest."""
        kept, known = ((), {}) if old is None else self._keep(old, plan.stale)
        documents = {s: sha for s, sha in (old.documents if old else {}).items() if s not in plan.stale}
        failed: list[FailedFile] = []
        segments = list(kept)
        if plan.added or plan.changed or not segments:
            folder = "." if not segments else f"segment-{self.publisher.generation:06d}"
            record, found, failed = self._segment(folder, (*plan.added, *plan.changed), known)
            documents |= found
            if record.documents or not segments:
                segments.append(record)
        new = Manifest(
            self.publisher.generation, self.encoder.name, self.encoder.fingerprint, self.encoder.dimension, settings,
            tuple(segments), dict(sorted(documents.items())), {one.source: one.reason for one in failed},
        )  # fmt: skip
        return new, failed

    def _keep(
        self, old: Manifest, stale: frozenset[str]
    ) -> tuple[tuple[SegmentRecord, ...], dict[bytes, NDArray[np.float32]]]:
        """The old segments under the new generation, stale documents struck out, and the vectors of those by text."""
        kept: list[SegmentRecord] = []
        known: dict[bytes, NDArray[np.float32]] = {}
        base = self.publisher.index_dir / manifest.folder_name(old.generation)
        for record in old.segments:
            segment, deleted = Segment(base, record), list(record.deleted)
            for row in segment.store.summaries() if stale else ():
                if row.summary.source in stale and row.row not in segment.deleted_rows:
                    deleted.append((row.row, row.first, row.count))
                    known |= _vectors_of(segment, row.first, row.count, row.summary.title)
            self.publisher.link(base, record)
            kept.append(replace(record, deleted=tuple(sorted(deleted))))
        return tuple(kept), known

    def _segment(
        self, folder: str, files: tuple[SourceFile, ...], known: dict[bytes, NDArray[np.float32]]
    ) -> tuple[SegmentRecord, dict[str, str], list[FailedFile]]:
        """Read, split, encode and write files as one segment."""
        from corpus.passages import split

        place = self.publisher.folder / folder
        place.mkdir(exist_ok=True)
        writer = SegmentWriter(place, self.encoder, known)
        found: dict[str, str] = {}
        failed: list[FailedFile] = []
        try:
            for done, one in enumerate(_read(files)):
                self.tell("read", done, len(files))
                if isinstance(one, FailedFile):
                    failed.append(one)
                    continue
                writer.add(one, split(one, self.passage_tokens))
                found[one.source] = one.sha256
            self.tell("write", len(files), len(files))
            record = writer.close(folder)
        except BaseException:
            writer.abort()
            raise
        self.encoded += writer.encoded
        return record, found, failed


def _read(files: tuple[SourceFile, ...]) -> Iterator[Document | FailedFile]:
    from corpus.folder import read_many

    return read_many(files)


def _vectors_of(segment: Segment, first: int, count: int, title: str) -> dict[bytes, NDArray[np.float32]]:
    """The vectors of a document's passages by the text that was encoded."""
    rows = list(range(first, first + count))
    vectors = segment.vectors.rows(np.array(rows, dtype=np.int64))
    passages = [replace(passage, title=title) for _, passage in segment.store.passages(rows)]
    return {text_key(searchable(p)): vector for p, vector in zip(passages, vectors, strict=True)}


__all__ = ["build", "compare", "mismatch", "update"]

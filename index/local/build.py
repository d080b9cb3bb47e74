"""A corpus folder to a new generation, from scratch or from the generation before. Knows nothing of searching."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cli import Progress
from corpus.types import Document, FailedFile, Scan, SourceFile
from corpus.versions import Link, VersionEntry
from errors import IndexMissing, IndexOutdated
from index.linking import entry_of
from index.local import disk, file_stat_cache, manifest
from index.local.generations import Publisher, clean_generations
from index.local.linking import find_every_link, links_after
from index.local.manifest import Manifest, SegmentRecord
from index.local.segment import Segment, SegmentWriter
from index.passage_text import searchable_text, text_key
from index.planning import READING_VERSION, Plan, encoder_mismatch, plan_changes
from index.types import BuildSummary

if TYPE_CHECKING:
    from corpus.folder import Seen
    from index.types import Encoder

Known = dict[bytes, NDArray[np.float32]]
Records = tuple[SegmentRecord, ...]
SMALL = 2000  # passages that are written anew in a fraction of a second
MOST_LATER = 8


def build_generation(
    corpus_dir: Path, index_dir: Path, *, encoder: Encoder, passage_tokens: int = 512, progress: Progress | None = None
) -> BuildSummary:
    """Index every file of a folder as a new generation, whatever was there before.

    `progress` is called with a stage, how much is done and how much there is. Raises CorpusError, IndexBusy, StoreError.
    """
    return _run_build(Path(corpus_dir), Path(index_dir), encoder, passage_tokens, progress, fresh=True)


def update_generation(
    corpus_dir: Path, index_dir: Path, *, encoder: Encoder, passage_tokens: int = 512, progress: Progress | None = None
) -> BuildSummary:
    """Bring an index up to a folder: only files whose bytes changed are read, only passages whose text changed encoded.

    Builds where there is no index, or one by older code or an older encoder of the same name. With nothing changed, no
    generation is made. Raises EncoderMismatch for an index of an encoder with another name, IndexDamaged for a damaged
    one, and what `build` raises.
    """
    return _run_build(Path(corpus_dir), Path(index_dir), encoder, passage_tokens, progress, fresh=False)


def repair_generation(
    corpus_dir: Path, index_dir: Path, *, encoder: Encoder, broken: frozenset[str], progress: Progress | None = None
) -> BuildSummary:
    """Write anew, from their files, the documents of the segments named in `broken`, and bring the rest up to the folder.

    The manifest must be whole. Raises what `update` raises.
    """
    return _run_build(Path(corpus_dir), Path(index_dir), encoder, 0, progress, broken=broken)


def _run_build(
    corpus_dir: Path, index_dir: Path, encoder: Encoder, passage_tokens: int, progress: Progress | None,
    *, fresh: bool = False, broken: frozenset[str] = frozenset(),
) -> BuildSummary:  # fmt: skip
    from corpus.folder import scan_folder

    begun, tell = time.monotonic(), progress or (lambda *_: None)
    tell("scan", 0, 0)
    known = {} if fresh or broken else file_stat_cache.read_stats(index_dir)
    scan = scan_folder(corpus_dir, known)
    with disk.explain_failure("the index folder cannot be made", index_dir):
        index_dir.mkdir(parents=True, exist_ok=True)
    with disk.explain_failure("the index cannot be written", index_dir), disk.writer_lock(index_dir):
        old = None if fresh else _previous_generation(index_dir, encoder)
        tokens = old.settings["passage_tokens"] if broken and old is not None else passage_tokens
        settings = {"passage_tokens": tokens, "reading": READING_VERSION}
        if old is not None and old.settings != settings:
            old = None
        if old is not None and broken:
            old = _without_broken(index_dir, old, broken)
        plan = plan_changes(old.documents if old else {}, scan)
        summary = BuildSummary(
            old.generation if old else 0, len(old.documents) if old else 0, old.living_passages if old else 0,
            tuple(f.source for f in plan.added), tuple(f.source for f in plan.changed), plan.removed, plan.unchanged,
        )  # fmt: skip
        if old is not None and not plan.added and not plan.stale_sources and not broken:
            clean_generations(index_dir)  # what a writer that was killed after publishing left
            with contextlib.suppress(OSError):  # nothing has to be written: the next update reads more, that is all
                _remember_stats(index_dir, scan, known)
            return replace(summary, failed=scan.failed, links=old.links, seconds=time.monotonic() - begun)
        with Publisher(index_dir) as publisher:
            work = _Work(publisher, encoder, settings, tell)
            new, failed = work.write_generation(old, plan, None if old is None or broken else old.links)
            _remember_stats(index_dir, scan, known)
            publisher.publish(new)
        lost = {one.source for one in failed}
        return replace(
            summary, generation=new.generation, documents=len(new.documents), passages=new.living_passages,
            added=tuple(s for s in summary.added if s not in lost), changed=tuple(s for s in summary.changed if s not in lost),
            failed=(*scan.failed, *failed), encoded=work.encoded, seconds=time.monotonic() - begun,
            links=new.links,
        )  # fmt: skip


def _remember_stats(index_dir: Path, scan: Scan, known: Seen) -> None:
    now = file_stat_cache.stats_of_scan(scan)
    if now != known:
        file_stat_cache.write_stats(index_dir, now)


def _without_broken(index_dir: Path, old: Manifest, broken: frozenset[str]) -> Manifest:
    """A generation as if it held only its whole segments."""
    base = index_dir / manifest.folder_name(old.generation)
    segments = tuple(record for record in old.segments if record.name not in broken)
    documents: dict[str, str] = {}
    for segment in (Segment(base, record) for record in segments):
        rows = segment.store.summaries()
        documents |= {r.summary.source: r.summary.sha256 for r in rows if r.row not in segment.deleted_rows}
    return replace(old, segments=segments, documents=documents)


def _previous_generation(index_dir: Path, encoder: Encoder) -> Manifest | None:
    """The generation to start from, None when there is none. Raises EncoderMismatch."""
    try:
        old = manifest.read_manifest(index_dir, manifest.current_line(index_dir))
    except (IndexMissing, IndexOutdated):
        return None
    if old.fingerprint == encoder.fingerprint:
        return old
    if old.encoder != encoder.name:
        raise encoder_mismatch(index_dir, old.encoder, encoder)
    return None  # the encoder of that name has itself changed, as with a newer release: everything is encoded anew


class _Work:
    """The writing of one generation."""

    def __init__(self, publisher: Publisher, encoder: Encoder, settings: dict[str, int], tell: Progress) -> None:
        self.publisher, self.encoder, self.settings, self.tell = publisher, encoder, settings, tell
        self.encoded = 0
        self._changed: list[VersionEntry] = []  # documents that are new or no longer count

    def write_generation(
        self, old: Manifest | None, plan: Plan, links: tuple[Link, ...] | None
    ) -> tuple[Manifest, list[FailedFile]]:
        """Every file of the generation but its manifest. `links` are those of all documents of `old`, None to find all anew."""
        base = self.publisher.index_dir / manifest.folder_name(old.generation if old else 0)
        stale = plan.stale_sources
        kept, known = self._tombstone_stale(base, old.segments if old else (), stale)
        keep, merge = choose_merges(kept)
        for record in keep:
            self.publisher.link_segment(base, record)
        documents = {s: sha for s, sha in (old.documents if old else {}).items() if s not in stale}
        failed: list[FailedFile] = []
        if plan.added or plan.changed or merge or not keep:
            folder = f"segment-{self.publisher.generation:06d}" if keep else "."
            merged = [Segment(base, record) for record in merge]
            record, found, failed = self._write_segment(folder, merged, (*plan.added, *plan.changed), known)
            documents |= found
            keep = (*keep, record) if record.documents or not keep else keep
            if links is not None:
                self._changed += (
                    entry_of(row.summary) for row in Segment(self.publisher.folder, record).store.by_sources(found)
                )
        segments = [Segment(self.publisher.folder, one) for one in keep]
        new = Manifest(
            self.publisher.generation, self.encoder.name, self.encoder.fingerprint, self.encoder.dimension, self.settings,
            keep, dict(sorted(documents.items())), {one.source: one.reason for one in failed},
            tuple(find_every_link(segments) if links is None else links_after(links, segments, self._changed)),
        )  # fmt: skip
        return new, failed

    def _tombstone_stale(
        self, base: Path, records: tuple[SegmentRecord, ...], stale: frozenset[str]
    ) -> tuple[Records, Known]:
        """The segments with stale documents struck out, and the vectors of those by text."""
        kept: list[SegmentRecord] = []
        known: Known = {}
        missing = set(stale)
        for record in records:
            segment, deleted = Segment(base, record), list(record.deleted)
            for row in segment.store.by_sources(stale):
                if row.row not in segment.deleted_rows:
                    deleted.append((row.row, row.first, row.count))
                    known |= _vectors_of(segment, row.first, row.count, row.summary.title)
                    missing.discard(row.summary.source)
                    self._changed.append(entry_of(row.summary))
            kept.append(replace(record, deleted=tuple(sorted(deleted))))
        if missing:
            raise disk.damaged_file(base / manifest.NAME, f"names a document that is not there: {min(missing)}")
        return tuple(kept), known

    def _write_segment(
        self, folder: str, merged: list[Segment], files: tuple[SourceFile, ...], known: Known
    ) -> tuple[SegmentRecord, dict[str, str], list[FailedFile]]:
        """Other segments' documents as they are, and files read, split and encoded, written as one segment."""
        from corpus.passages import split_passages

        place = self.publisher.folder / folder
        place.mkdir(exist_ok=True)
        writer = SegmentWriter(place, self.encoder, known)
        found: dict[str, str] = {}
        failed: list[FailedFile] = []
        try:
            for segment in merged:
                for document, passages, vectors in segment.living_documents():
                    writer.add_document(document, passages, vectors)
            for done, read in enumerate(_read_files(files)):
                one = read
                self.tell("read", done, len(files))
                if not isinstance(one, FailedFile) and one.source in found:
                    one = FailedFile(one.source, "another file has the same name in another spelling of its characters")
                if isinstance(one, FailedFile):
                    failed.append(one)
                    continue
                writer.add_document(one, split_passages(one, self.settings["passage_tokens"]))
                found[one.source] = one.sha256
            self.tell("write", len(files), len(files))
            record = writer.close(folder)
        except BaseException:
            writer.abort()
            raise
        self.encoded += writer.encoded
        return record, found, failed


def choose_merges(records: Records) -> tuple[Records, Records]:
    """Which segments stay as they are, and which are written anew as one.

    All of them where they are few passages, or where the first one no longer is three quarters of the whole; the later ones
    once there are too many of them, since each costs every search a little.
    """
    first, later = records[:1], records[1:]
    living = sum(record.living_passages for record in records)
    loose = sum(record.passages for record in later) + sum(record.passages - record.living_passages for record in first)
    if living <= SMALL or loose > living / 4:
        return (), records
    return (first, later) if len(later) >= MOST_LATER else (records, ())


def _read_files(files: tuple[SourceFile, ...]) -> Iterator[Document | FailedFile]:
    from corpus.folder import read_many_files

    return read_many_files(files)


def _vectors_of(segment: Segment, first: int, count: int, title: str) -> Known:
    """The vectors of a document's passages by the text that was encoded."""
    rows = list(range(first, first + count))
    vectors = segment.vectors.vectors_at(np.array(rows, dtype=np.int64))
    passages = [replace(passage, title=title) for _, passage in segment.store.passages_at(rows)]
    return {text_key(searchable_text(p)): vector for p, vector in zip(passages, vectors, strict=True)}


__all__ = ["build_generation", "repair_generation", "update_generation"]

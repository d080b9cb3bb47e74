"""Verifies every record of the served generation, and rebuilds what is damaged. Knows nothing of searching."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.versions import link_keys
from errors import IndexDamaged
from index.linking import entry_of
from index.local import disk, manifest
from index.local.manifest import Manifest, SegmentRecord
from index.local.postings import BLOCK, Block
from index.local.segment import Segment
from index.local.store import DocumentRow
from index.passage_text import searchable_text
from index.terms import folded_points, keys_of, spell_term
from index.types import CheckReport

if TYPE_CHECKING:
    from index.types import Encoder

NORM_TOLERANCE = 1e-2  # half precision keeps three digits


def check_generation(index_dir: Path, *, repair: Path | None = None, encoder: Encoder | None = None) -> CheckReport:
    """Verify checksums, counts, quotes, postings and vectors; with `repair`, a corpus folder, rebuild what is damaged.

    Raises IndexMissing when there is no index, and what `build` raises when repairing.
    """
    index_dir = Path(index_dir)
    report, broken = _verify_generation(index_dir)
    if report.damaged and repair is not None:
        _rebuild_damaged(repair, index_dir, encoder, broken)
        again, _ = _verify_generation(index_dir)
        return replace(again, damaged=report.damaged + again.damaged, repaired=not again.damaged)
    return report


def _rebuild_damaged(corpus_dir: Path, index_dir: Path, encoder: Encoder | None, broken: frozenset[str]) -> None:
    """Only the documents of damaged segments, or everything where what the index consists of is itself lost."""
    from index.encoders import BUILT_IN, load_encoder
    from index.local.build import build_generation, repair_generation

    try:
        old = manifest.read_manifest(index_dir, manifest.current_line(index_dir))
    except IndexDamaged:
        build_generation(corpus_dir, index_dir, encoder=encoder or load_encoder(BUILT_IN))
        return
    repair_generation(corpus_dir, index_dir, encoder=encoder or load_encoder(old.encoder), broken=broken)


def _verify_generation(index_dir: Path) -> tuple[CheckReport, frozenset[str]]:
    """The report, and the names of the segments that are damaged."""
    line = manifest.current_line(index_dir)
    try:
        found = manifest.read_manifest(index_dir, line)
    except IndexDamaged as error:
        return CheckReport(0, 0, 0, (_damage_line(error),)), frozenset()
    folder = index_dir / manifest.folder_name(found.generation)
    damaged: list[str] = []
    broken: set[str] = set()
    documents: dict[str, str] = {}
    for record in found.segments:
        before = len(damaged)
        damaged += _check_files(folder, record)
        try:
            damaged += _check_segment(Segment(folder, record), documents)
        except IndexDamaged as error:
            damaged.append(_damage_line(error))
        if len(damaged) > before:
            broken.add(record.name)
    if not damaged:
        damaged += _check_names(found, documents)
        broken |= {record.name for record in found.segments} if damaged else set()
    report = CheckReport(found.generation, len(documents), found.living_passages, tuple(dict.fromkeys(damaged)))
    return report, frozenset(broken)


def _damage_line(error: IndexDamaged) -> str:
    return f"{error.value}: {error.what}"


def _check_names(found: Manifest, documents: dict[str, str]) -> Iterator[str]:
    """Documents that the manifest and the segments do not agree on."""
    for source in sorted(found.documents.keys() | documents.keys()):
        if found.documents.get(source) != documents.get(source):
            yield f"{source}: the manifest and the documents do not agree"


def _check_files(folder: Path, record: SegmentRecord) -> Iterator[str]:
    for name, file in record.files.items():
        path = folder / record.folder / name
        try:
            seen = disk.measure_file(path)
        except OSError as error:
            yield f"{path}: {error.strerror}"
            continue
        if seen != file:
            yield f"{path}: {name} does not match its checksum"


def _check_segment(segment: Segment, documents: dict[str, str]) -> Iterator[str]:
    """Every record of one segment; adds the living documents to `documents`."""
    blocks, texts, number = segment.lexical_blocks, list[str](), 0
    if len(blocks) != -(-segment.record.passages // BLOCK):
        yield f"{segment.folder}: the number of BM25 blocks is wrong"
        return
    for place in range(segment.record.documents):
        try:
            row = segment.store.summary_at(place)
            texts += _check_document(segment, row)
        except IndexDamaged as error:
            yield _damage_line(error)
            number = -1  # the passages after it can no longer be told apart: their postings are not compared
            continue
        if row.row not in segment.deleted_rows:
            documents[row.summary.source] = row.summary.sha256
        while len(texts) >= BLOCK and 0 <= number < len(blocks):
            yield from _check_block(blocks[number], texts[:BLOCK])
            del texts[:BLOCK]
            number += 1
        texts = [] if number < 0 else texts
    if texts and 0 <= number < len(blocks):
        yield from _check_block(blocks[number], texts)
        number, texts = number + 1, []
    if number >= 0 and (texts or number < len(blocks)):
        yield f"{segment.store.path}: the number of passages is not that of the indexed ones"
    yield from _check_link_keys(segment)
    yield from _check_vectors(segment)


def _check_document(segment: Segment, row: DocumentRow) -> list[str]:
    """What each passage of a document is found by. Raises IndexDamaged when one is not what the document says."""
    document = segment.store.document_at(row.row)
    texts = []
    for owner, passage in segment.store.passages_at(range(row.first, row.first + row.count)):
        if owner != row.row or document.text[passage.start : passage.end] != passage.text:
            raise disk.damaged_file(
                segment.store.path, f"has a passage that is not what {document.source} says: {passage.id}"
            )
        texts.append(searchable_text(replace(passage, title=document.title)))
    return texts


def _check_link_keys(segment: Segment) -> Iterator[str]:
    """Documents whose links to others would be sought in the wrong place."""
    every, owners = segment.store.all_link_keys()
    ends = np.searchsorted(owners, np.arange(segment.record.documents + 1))
    for row in segment.store.summaries():
        if set(every[ends[row.row] : ends[row.row + 1]].tolist()) != link_keys(entry_of(row.summary)):
            yield f"{segment.store.path}: the bonds of {row.summary.source} are not those of its record"


def _check_vectors(segment: Segment) -> Iterator[str]:
    found = segment.vectors
    if found.count != segment.record.passages:
        yield f"{segment.folder / 'vectors.faiss'}: {found.count} vectors for {segment.record.passages} passages"
        return
    for begin in range(0, found.count, 16384):
        lengths = np.linalg.norm(found.vectors_at(np.arange(begin, min(begin + 16384, found.count))), axis=1)
        wrong = np.flatnonzero((np.abs(lengths - 1) > NORM_TOLERANCE) & (lengths > NORM_TOLERANCE))
        for row in wrong.tolist():
            yield f"{segment.folder / 'vectors.faiss'}: vector {begin + row} has length {lengths[row]:.3f}"


def _check_block(block: Block, texts: list[str]) -> Iterator[str]:
    """Every posting list against the passages: what the block says equals what the texts give."""
    if len(texts) != len(block.lengths):
        yield f"{block.path}: {len(block.lengths)} passages instead of {len(texts)}"
        return
    expected = np.zeros(len(block.terms), dtype=np.int64)
    for row, text in enumerate(texts):
        keys, tally = np.unique(keys_of(folded_points(text))[0], return_counts=True)
        places = block.find_terms(keys)
        if (places < 0).any() or int(tally.sum()) != int(block.lengths[row]):
            yield f"{block.path}: passage {row} has terms that are not indexed"
            return
        expected[places] += _posting_hashes(np.full(len(keys), row), np.minimum(tally, 255))
    for term in range(len(block.terms)):
        posting = block.posting_of(term)
        if int(_posting_hashes(posting.ids, posting.tallies).sum()) != int(expected[term]):
            yield f"{block.path}: the postings of {spell_term(int(block.terms[term]))!r} are not those of the passages"


def _posting_hashes(ids: Any, tallies: Any) -> Any:
    """A number for each (passage, occurrences); their sum tells posting lists apart whatever the order."""
    return (np.asarray(ids, np.int64) * 2654435761 + np.asarray(tallies, np.int64) * 40503 + 12345) % ((1 << 31) - 1)

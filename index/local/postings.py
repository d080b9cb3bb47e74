"""Posting lists on disk, in blocks: which passage holds a term, and how often. Knows nothing of scores or of documents.

A block holds up to 65,536 passages: `NAME.safetensors` has its terms with the length of each list and each list's checksum,
`NAME.postings` the lists, each as passage numbers (16 bits) followed by occurrences (8 bits, at most 255). A list is read
from the file when it is asked for and compared with its own checksum first: nothing is mapped into memory, where a file cut
short by another program would end the process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.local import disk
from index.terms import Keys, folded_points, keys_of, spell_term

BLOCK = 1 << 16


class BlockWriter:
    """Collects passages and writes them as blocks; memory is bounded by one block."""

    def __init__(self, folder: Path, seed: int) -> None:
        """`folder` exists and is empty; `seed` ties the posting checksums to their segment."""
        self.folder, self.seed = folder, seed
        self.files: dict[str, disk.FileRecord] = {}
        self.sizes: list[int] = []
        self._texts: list[str] = []
        self._parts: list[tuple[Keys, NDArray[np.uint16], NDArray[np.uint8]]] = []
        self._lengths: list[NDArray[np.uint32]] = []
        self._held = 0

    def add_texts(self, texts: Sequence[str]) -> None:
        """Add passages in order, each as the text to be found by."""
        for text in texts:
            self._texts.append(text)
            if len(self._texts) >= 2048 or self._held + len(self._texts) == BLOCK:
                self._sort_terms()
            if self._held == BLOCK:
                self._write_block()

    def close(self) -> None:
        """Write what is left."""
        self._sort_terms()
        if self._held:
            self._write_block()

    def _sort_terms(self) -> None:
        """Count the terms of the collected texts, sorted by term, then passage."""
        if not self._texts:
            return
        count = len(self._texts)
        joined = "\0".join(self._texts)
        starts = np.cumsum([0] + [len(text) + 1 for text in self._texts[:-1]])
        keys, where = keys_of(folded_points(joined))
        owner = (np.searchsorted(starts, where, side="right") - 1).astype(np.uint16)
        # A term key has at most 42 bits and a passage of this batch 11: one sort orders by both.
        packed, tally = np.unique(keys << np.uint64(11) | owner, return_counts=True)
        ids = (packed & np.uint64(2047)).astype(np.uint32) + self._held
        self._parts.append((packed >> np.uint64(11), ids.astype(np.uint16), np.minimum(tally, 255).astype(np.uint8)))
        self._lengths.append(np.bincount(owner, minlength=count).astype(np.uint32))
        self._held += count
        self._texts = []

    def _write_block(self) -> None:
        """Merge the collected parts by term and write one block."""
        from safetensors.numpy import save

        keys = np.concatenate([part[0] for part in self._parts])
        ids = np.concatenate([part[1] for part in self._parts])
        tallies = np.concatenate([part[2] for part in self._parts])
        self._parts = []
        order = np.argsort(keys, kind="stable")
        keys, ids, tallies = keys[order], ids[order], tallies[order]
        first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, np.int64)
        counts = np.diff(np.append(first, len(keys))).astype(np.uint32)
        sums = np.zeros(len(first), dtype=np.uint32)
        name = f"block-{len(self.sizes):04d}"

        def list_bytes() -> Iterator[bytes]:
            buffer = bytearray()
            for term, (start, count) in enumerate(zip(first.tolist(), counts.tolist(), strict=True)):
                one = ids[start : start + count].tobytes() + tallies[start : start + count].tobytes()
                sums[term] = disk.checksum(one, self.seed + term) & 0xFFFFFFFF
                buffer += one
                if len(buffer) > disk.CHUNK:
                    yield bytes(buffer)
                    buffer.clear()
            yield bytes(buffer)

        self.files[f"{name}.postings"] = disk.write_file(self.folder / f"{name}.postings", list_bytes())
        lengths = np.concatenate(self._lengths)
        table = {"terms": keys[first], "counts": counts, "sums": sums, "lengths": lengths}
        self.files[f"{name}.safetensors"] = disk.write_file(self.folder / f"{name}.safetensors", [save(table)])
        self.sizes.append(self._held)
        self._lengths, self._held = [], 0


@dataclass(frozen=True, slots=True)
class Posting:
    """One term in one block: local passage numbers (ascending), occurrences (1 to 255)."""

    ids: NDArray[np.uint16]
    tallies: NDArray[np.uint8]

    @classmethod
    def from_bytes(cls, data: bytes) -> Posting:
        """What the bytes of a list say."""
        count = len(data) // 3
        return cls(np.frombuffer(data, np.uint16, count), np.frombuffer(data, np.uint8, count, 2 * count))


class Block:
    """One block, opened to be read from many threads."""

    def __init__(self, folder: Path, name: str, files: Mapping[str, disk.FileRecord], seed: int) -> None:
        """Raises IndexDamaged when the term table does not match its record or the postings have the wrong size."""
        from safetensors.numpy import load

        table = load(disk.read_checked(folder / f"{name}.safetensors", files[f"{name}.safetensors"]))
        self.terms, self.counts, self.sums = table["terms"], table["counts"], table["sums"]
        self.lengths: NDArray[np.uint32] = table["lengths"]
        self.offsets = np.concatenate([[0], np.cumsum(self.counts, dtype=np.int64)]) * 3
        self.path, self.seed = folder / f"{name}.postings", seed
        self._columns: dict[int, NDArray[np.uint8]] = {}
        self._file = os.open(self.path, os.O_RDONLY)
        size = os.fstat(self._file).st_size
        if size != files[f"{name}.postings"].size:
            raise disk.damaged_file(self.path, f"has {size} bytes, not {files[f'{name}.postings'].size}")

    def __del__(self) -> None:
        if (descriptor := getattr(self, "_file", None)) is not None:
            os.close(descriptor)

    def find_terms(self, keys: Keys) -> NDArray[np.int64]:
        """The number of each term in this block, -1 for one it does not hold."""
        at = np.searchsorted(self.terms, keys)
        known = at < len(self.terms)
        known[known] = self.terms[at[known]] == keys[known]
        return np.where(known, at, -1)

    def read_lists(self, terms: NDArray[np.int64]) -> list[bytes]:
        """The posting lists of terms by number, as they are kept. Raises IndexDamaged when one does not match its checksum."""
        found, file, seed = [], self._file, self.seed
        ends, starts = self.offsets[terms + 1].tolist(), self.offsets[terms].tolist()
        for term, start, end, known in zip(terms.tolist(), starts, ends, self.sums[terms].tolist(), strict=True):
            data = os.pread(file, end - start, start)
            if len(data) != end - start or disk.checksum(data, seed + term) & 0xFFFFFFFF != known:
                raise disk.damaged_file(
                    self.path,
                    f"has a posting list that does not match its checksum: {spell_term(int(self.terms[term]))!r}",
                )
            found.append(data)
        return found

    def column_of(self, term: int) -> NDArray[np.uint8]:
        """How often each passage holds a term. Kept in memory once read: for terms that a share of the passages hold."""
        known = self._columns.get(term)
        if known is None:
            posting = self.posting_of(term)
            known = np.zeros(len(self.lengths), dtype=np.uint8)
            known[posting.ids] = posting.tallies
            self._columns[term] = known
        return known

    def posting_of(self, term: int) -> Posting:
        """The posting list of a term by number. Raises IndexDamaged when it does not match its checksum."""
        return Posting.from_bytes(self.read_lists(np.array([term]))[0])


def open_blocks(folder: Path, files: Mapping[str, disk.FileRecord], seed: int) -> list[Block]:
    """Every block of a segment, in order. `files` maps names inside `folder` to records."""
    names = sorted(name.removesuffix(".postings") for name in files if name.endswith(".postings"))
    return [Block(folder, name, files, seed) for name in names]

"""BM25 over characters and character pairs, in blocks on disk. Knows nothing of documents or of vectors.

A block holds up to 65,536 passages: every distinct term with the passages it occurs in and how often. Nothing that depends
on other blocks is stored (no inverse document frequency, no mean length), so blocks can be added and passages dropped
without rewriting any, and the scores are those of an index built afresh: BM25 as Lucene has it (Kamphuis et al. 2020),

    score = sum over terms of  ln(1 + (N - df + 0.5) / (df + 0.5)) * tf / (tf + K1 * (1 - B + B * length / mean length))

Each posting list is read from the file when it is asked for and compared with its own checksum first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corpus.normal import fold
from index import disk

if TYPE_CHECKING:
    from collections.abc import Mapping

K1, B = 1.2, 0.75
BLOCK = 1 << 16
SHIFT = np.uint64(21)  # a code point has at most 21 bits
UNIGRAM = np.uint64((1 << 21) - 1)

Keys = NDArray[np.uint64]
Floats = NDArray[np.float32]


@cache
def _letters() -> NDArray[np.uint32]:
    """For every code point: itself in folded form when it is a letter or digit, else 0."""
    points = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    table = np.zeros(0x110000, dtype=np.uint32)
    kept = [
        (ord(point), ord(folded))
        for point, folded in zip(points, fold("".join(points)), strict=True)
        if folded.isalnum()
    ]
    pairs = np.array(kept, dtype=np.uint32)
    table[pairs[:, 0]] = pairs[:, 1]
    return table


def points(text: str) -> NDArray[np.uint32]:
    """The folded code points of a text, 0 for what is neither letter nor digit; as long as the text."""
    if len(text) < 4096:  # a question: the table would cost more than it saves
        folded = fold(text)
        return np.array([ord(c) if c.isalnum() else 0 for c in folded], dtype=np.uint32)
    return _letters()[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)]


def keys_of(codes: NDArray[np.uint32]) -> tuple[Keys, NDArray[np.int64]]:
    """Term keys and the position of each term's first character: unigrams c, then bigrams a << 21 | b."""
    wide = codes.astype(np.uint64)
    single = np.flatnonzero(wide)
    double = np.flatnonzero((wide[:-1] > 0) & (wide[1:] > 0))
    return np.concatenate([wide[single], wide[double] << SHIFT | wide[double + 1]]), np.concatenate([single, double])


def spelled(key: int) -> str:
    """The term of a key."""
    return chr(key) if key <= int(UNIGRAM) else chr(key >> 21) + chr(key & int(UNIGRAM))


def terms(text: str) -> list[str]:
    """Every character and adjacent pair of characters of the folded text, letters and digits only, repeats kept."""
    return [spelled(int(key)) for key in keys_of(points(text))[0]]


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

    def add(self, texts: Sequence[str]) -> None:
        """Add passages in order, each as the text to be found by."""
        for text in texts:
            self._texts.append(text)
            if len(self._texts) >= 2048 or self._held + len(self._texts) == BLOCK:
                self._sort()
            if self._held == BLOCK:
                self._write()

    def close(self) -> None:
        """Write what is left."""
        self._sort()
        if self._held:
            self._write()

    def _sort(self) -> None:
        """Count the terms of the collected texts, sorted by term, then passage."""
        if not self._texts:
            return
        count = len(self._texts)
        joined = "\0".join(self._texts)
        starts = np.cumsum([0] + [len(text) + 1 for text in self._texts[:-1]])
        codes = _letters()[np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)]
        keys, where = keys_of(codes)
        owner = (np.searchsorted(starts, where, side="right") - 1).astype(np.uint16)
        # A term key has at most 42 bits and a passage of this batch 11: one sort orders by both.
        packed, tally = np.unique(keys << np.uint64(11) | owner, return_counts=True)
        ids = (packed & np.uint64(2047)).astype(np.uint32) + self._held
        self._parts.append((packed >> np.uint64(11), ids.astype(np.uint16), np.minimum(tally, 255).astype(np.uint8)))
        self._lengths.append(np.bincount(owner, minlength=count).astype(np.uint32))
        self._held += count
        self._texts = []

    def _write(self) -> None:
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

        def lists() -> Iterator[bytes]:
            buffer = bytearray()
            for term, (start, count) in enumerate(zip(first.tolist(), counts.tolist(), strict=True)):
                one = ids[start : start + count].tobytes() + tallies[start : start + count].tobytes()
                sums[term] = disk.checksum(one, self.seed + term) & 0xFFFFFFFF
                buffer += one
                if len(buffer) > disk.CHUNK:
                    yield bytes(buffer)
                    buffer.clear()
            yield bytes(buffer)

        self.files[f"{name}.postings"] = disk.write_file(self.folder / f"{name}.postings", lists())
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
        self._file = os.open(self.path, os.O_RDONLY)
        size = os.fstat(self._file).st_size
        if size != files[f"{name}.postings"].size:
            raise disk.damaged(self.path, f"has {size} bytes, not {files[f'{name}.postings'].size}")

    def __del__(self) -> None:
        if (descriptor := getattr(self, "_file", None)) is not None:
            os.close(descriptor)

    def find(self, keys: Keys) -> NDArray[np.int64]:
        """The number of each term in this block, -1 for one it does not hold."""
        at = np.searchsorted(self.terms, keys)
        known = at < len(self.terms)
        known[known] = self.terms[at[known]] == keys[known]
        return np.where(known, at, -1)

    def posting(self, term: int) -> Posting:
        """The posting list of a term by number. Raises IndexDamaged when it does not match its checksum."""
        count, start = int(self.counts[term]), int(self.offsets[term])
        data = os.pread(self._file, 3 * count, start)
        if len(data) != 3 * count or disk.checksum(data, self.seed + term) & 0xFFFFFFFF != int(self.sums[term]):
            raise disk.damaged(
                self.path, f"has a posting list that does not match its checksum: {spelled(int(self.terms[term]))!r}"
            )
        return Posting(np.frombuffer(data, np.uint16, count), np.frombuffer(data, np.uint8, count, 2 * count))


class Lexicon:
    """All blocks of a generation, with the passages that no longer count left out.

    A passage's number is its place in the generation: blocks one after the other, dropped passages included.
    """

    def __init__(self, blocks: Sequence[Block], alive: NDArray[np.bool_] | None) -> None:
        """`alive` has one entry a passage, None when all count."""
        self.blocks = list(blocks)
        self.starts = np.concatenate([[0], np.cumsum([len(block.lengths) for block in blocks], dtype=np.int64)])
        self.alive = alive
        lengths = np.concatenate([block.lengths for block in blocks]) if blocks else np.zeros(0, np.uint32)
        counted = lengths if alive is None else lengths[alive]
        self.size = len(counted)
        mean = max(float(counted.mean()), 1.0) if len(counted) else 1.0
        self.norms: Floats = (K1 * (1 - B + B * lengths / mean)).astype(np.float32)

    def _living(self, number: int) -> NDArray[np.bool_] | None:
        """The mask of one block, None when all of it counts."""
        if self.alive is None:
            return None
        mask = self.alive[self.starts[number] : self.starts[number + 1]]
        return None if bool(mask.all()) else mask

    def frequency(self, gram: str) -> int:
        """In how many living passages a character or pair of characters occurs; 0 for any other text."""
        found = keys_of(points(gram))[0]
        wanted = found[-1:] if len(gram) in (1, 2) and len(found) == (1, 3)[len(gram) - 1] else found[:0]
        return int(self._gather(wanted)[1].sum())

    def _gather(self, keys: Keys) -> tuple[list[list[tuple[int, Posting]]], NDArray[np.int64]]:
        """For each block its posting lists by place in `keys`, and for each key its document frequency."""
        frequency = np.zeros(len(keys), dtype=np.int64)
        found: list[list[tuple[int, Posting]]] = []
        for number, block in enumerate(self.blocks):
            mask = self._living(number)
            mine: list[tuple[int, Posting]] = []
            for place, term in enumerate(block.find(keys).tolist()):
                if term >= 0:
                    posting = block.posting(term)
                    if mask is not None:
                        keep = mask[posting.ids]
                        posting = Posting(posting.ids[keep], posting.tallies[keep])
                    frequency[place] += len(posting.ids)
                    mine.append((place, posting))
            found.append(mine)
        return found, frequency

    def search(self, query: str, n: int, allowed: NDArray[np.bool_] | None = None) -> tuple[NDArray[np.int64], Floats]:
        """The n best passages by number and their scores, best first; only those with a score above 0.

        `allowed` has one entry a passage. Ties go to the lower number.
        """
        numbers: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
        scores: list[Floats] = [np.zeros(0, np.float32)]
        for begin, total in self._totals(query):
            if allowed is not None:
                total[~allowed[begin : begin + len(total)]] = 0
            top = best(total, n)
            numbers.append(top + begin)
            scores.append(total[top])
        every, value = np.concatenate(numbers), np.concatenate(scores)
        order = np.lexsort((every, -value))[:n]
        return every[order], value[order]

    def scores(self, query: str, rows: NDArray[np.int64]) -> Floats:
        """The scores of chosen passages by number."""
        out = np.zeros(len(rows), dtype=np.float32)
        for begin, total in self._totals(query):
            mine = (rows >= begin) & (rows < begin + len(total))
            out[mine] = total[rows[mine] - begin]
        return out

    def _totals(self, query: str) -> Iterator[tuple[int, Floats]]:
        """For each block its first passage and the scores of all its passages."""
        keys, repeats = np.unique(keys_of(points(query))[0], return_counts=True)
        found, frequency = self._gather(keys)
        weights = (repeats * np.log1p((self.size - frequency + 0.5) / (frequency + 0.5))).astype(np.float32)
        for number, mine in enumerate(found):
            begin, end = int(self.starts[number]), int(self.starts[number + 1])
            norms, total = self.norms[begin:end], np.zeros(end - begin, dtype=np.float32)
            for place, posting in mine:
                ids = posting.ids
                occurs = posting.tallies.astype(np.float32)
                total[ids] += weights[place] * (occurs / (occurs + norms[ids]))
            yield begin, total


def best(scores: Floats, n: int) -> NDArray[np.int64]:
    """The places of the n highest scores above 0, in no order; the lower place wins a tie at the edge."""
    positive = np.flatnonzero(scores > 0)
    if len(positive) <= n:
        return positive
    values = scores[positive]
    edge = np.partition(values, len(values) - n)[len(values) - n]
    above = positive[values > edge]
    level = positive[values == edge][: n - len(above)]
    return np.concatenate([above, level])


def open_blocks(folder: Path, files: Mapping[str, Any], seed: int) -> list[Block]:
    """Every block of a segment, in order. `files` maps names inside `folder` to records."""
    names = sorted(name.removesuffix(".postings") for name in files if name.endswith(".postings"))
    return [Block(folder, name, files, seed) for name in names]

"""Vectors on disk and their nearest neighbours: all that is FAISS's own. Knows nothing of texts or of documents.

The similarity is the inner product; vectors have length 1, so it is the cosine. The file is always FAISS's and is compared
with its checksum before any of it is parsed. A small exact index is searched by numpy, which gives the same products without
the 0.3 s and 40 MB that importing faiss costs a single question.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import disk

Floats = NDArray[np.float32]
NUMPY_UP_TO = 20_000

# IndexFlatIP as faiss.write_index lays it out: fourcc, dimension, count, two unused numbers, trained, metric, floats, data
FLAT_HEADER = struct.Struct("<4siqqq?iQ")


def _faiss() -> Any:
    import faiss

    return faiss


def write(path: Path, chunks: Iterable[Floats], dimension: int) -> disk.FileRecord:
    """Write the vectors, in order, as an index file."""
    faiss = _faiss()
    index = faiss.IndexFlatIP(dimension)
    for chunk in chunks:
        index.add(np.ascontiguousarray(chunk, dtype=np.float32))
    return disk.write_file(path, [memoryview(faiss.serialize_index(index)).cast("B")])


def flat_matrix(data: bytes) -> Floats | None:
    """The vectors of an exact inner-product index file (count, dimension), None for any other kind of index."""
    if len(data) < FLAT_HEADER.size:
        return None
    kind, dimension, count, _, _, trained, metric, floats = FLAT_HEADER.unpack_from(data)
    if kind != b"IxFI" or not trained or metric != 0 or floats != dimension * count:
        return None
    return np.frombuffer(data, np.float32, floats, FLAT_HEADER.size).reshape(count, dimension)


class Vectors:
    """The vectors of one segment, searched from many threads."""

    def __init__(self, path: Path, record: disk.FileRecord) -> None:
        """Raises IndexDamaged when the file is not what the record says."""
        data = disk.read_checked(path, record)
        matrix = flat_matrix(data)
        self._matrix = matrix if matrix is not None and len(matrix) <= NUMPY_UP_TO else None
        self._index: Any = None
        if self._matrix is None:
            self._index = _faiss().deserialize_index(np.frombuffer(data, np.uint8))
        self.count = len(matrix) if self._matrix is not None and matrix is not None else int(self._index.ntotal)

    def search(
        self, query: Floats, n: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], Floats]:
        """Rows and inner products of up to n nearest vectors, best first. `allowed` has one entry a row."""
        if self._matrix is not None:
            scores = self._matrix @ query
            rows = np.arange(self.count) if allowed is None else np.flatnonzero(allowed)
            order = rows[np.lexsort((rows, -scores[rows]))[:n]]
            return order, scores[order]
        faiss = _faiss()
        given: dict[str, Any] = {}
        if allowed is not None:
            given["params"] = faiss.SearchParameters(
                sel=faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
            )
        found, rows = self._index.search(query[None], min(n, self.count), **given)
        real = rows[0] >= 0
        return rows[0][real], found[0][real]

    def products(self, query: Floats, rows: NDArray[np.int64]) -> Floats:
        """Inner products of the query with chosen rows."""
        return np.asarray(self.rows(rows) @ query, dtype=np.float32)

    def rows(self, rows: NDArray[np.int64]) -> Floats:
        """Chosen vectors (len(rows), dimension)."""
        if self._matrix is not None:
            return self._matrix[rows]
        return np.asarray(self._index.reconstruct_batch(rows), dtype=np.float32)

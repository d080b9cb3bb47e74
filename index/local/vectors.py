"""Vectors on disk and their nearest neighbours: all that is FAISS's own. Knows nothing of texts or of documents.

The similarity is the inner product; vectors have length 1, so it is the cosine. The file is always FAISS's and is compared
with its checksum before any of it is parsed. A small exact index is searched by numpy, which gives the same products without
the 0.3 s and 40 MB that importing faiss costs a single question.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.local import disk

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
NUMPY_UP_TO = 20_000
EXACT_UP_TO = 50_000
STEP = 16_384
SAMPLE, NEIGHBOURS, RECALL = 128, 100, 0.99

# IndexFlatIP as faiss.write_index lays it out: fourcc, dimension, count, two unused numbers, trained, metric, floats, data
FLAT_HEADER = struct.Struct("<4siqqq?iQ")


def _load_faiss() -> Any:
    import faiss

    return faiss


def write_vectors(path: Path, vectors: Floats) -> disk.FileRecord:
    """Write the vectors (count, dimension), in order, as an index file.

    Exact up to EXACT_UP_TO vectors; beyond, inverted lists of half-precision vectors, whose number of lists to visit is the
    smallest with which RECALL of the true 100 neighbours are found, measured on a sample of the vectors themselves.
    """
    index = exact_index(vectors) if len(vectors) <= EXACT_UP_TO else inverted_index(vectors)
    data: Any = _load_faiss().serialize_index(index)
    return disk.write_file(path, [memoryview(data).cast("B")])


def exact_index(vectors: Floats) -> Any:
    """A flat index of the vectors as they are."""
    index = _load_faiss().IndexFlatIP(vectors.shape[1])
    for begin in range(0, len(vectors), STEP):
        index.add(np.ascontiguousarray(vectors[begin : begin + STEP], dtype=np.float32))
    return index


def inverted_index(vectors: Floats) -> Any:
    """Inverted lists (IVF) of half-precision vectors, with the number of lists to visit chosen by measurement."""
    faiss, (count, dimension) = _load_faiss(), vectors.shape
    lists = 1 << round(math.log2(math.sqrt(count)))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension), dimension, lists, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT, False
    )
    # Only the coarse centroids are trained: without residuals a stored half-precision vector is the vector, rounded.
    index.cp.niter, index.cp.seed = 8, 1
    index.cp.min_points_per_centroid, index.cp.max_points_per_centroid = 1, 64
    sample = np.random.default_rng(0).choice(count, min(count, 64 * lists), replace=False)
    index.train(np.ascontiguousarray(vectors[np.sort(sample)], dtype=np.float32))
    for begin in range(0, count, STEP):
        index.add(np.ascontiguousarray(vectors[begin : begin + STEP], dtype=np.float32))
    index.nprobe = lists_to_visit(index, vectors)
    return index


def lists_to_visit(index: Any, vectors: Floats) -> int:
    """The smallest power of two that finds RECALL of the exact neighbours of a sample."""
    queries = np.ascontiguousarray(vectors[np.random.default_rng(1).choice(len(vectors), SAMPLE, replace=False)])
    scores, rows = np.zeros((SAMPLE, 0), np.float32), np.zeros((SAMPLE, 0), np.int64)
    for begin in range(0, len(vectors), STEP):
        part = queries @ vectors[begin : begin + STEP].T
        scores = np.concatenate([scores, part], axis=1)
        rows = np.concatenate([rows, np.broadcast_to(np.arange(begin, begin + part.shape[1]), part.shape)], axis=1)
        keep = np.argpartition(-scores, min(NEIGHBOURS, scores.shape[1]) - 1, axis=1)[:, :NEIGHBOURS]
        scores, rows = np.take_along_axis(scores, keep, 1), np.take_along_axis(rows, keep, 1)
    visited = 1
    while visited < index.nlist:
        index.nprobe = visited
        found = index.search(queries, NEIGHBOURS)[1]
        hits = sum(len(np.intersect1d(a, b)) for a, b in zip(found, rows, strict=True))
        if hits >= RECALL * rows.size:
            break
        visited *= 2
    return visited


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
        self._lists = self._visited = 0
        if self._matrix is None:
            self._index = _load_faiss().deserialize_index(np.frombuffer(data, np.uint8))
            self._lists, self._visited = getattr(self._index, "nlist", 0), getattr(self._index, "nprobe", 0)
            if self._lists:
                self._index.make_direct_map()
        self.count = int(self._index.ntotal) if self._matrix is None else len(self._matrix)

    def search(self, query: Floats, n: int, allowed: Mask | None = None) -> tuple[Rows, Floats]:
        """Rows and inner products of up to n nearest vectors, best first. `allowed` has one entry a row."""
        rows = None if allowed is None else np.flatnonzero(allowed)
        if self._matrix is not None and (rows is None or 4 * len(rows) > self.count):
            every = inner_products(self._matrix, query)
            return nearest_rows(
                every if rows is None else every[rows], np.arange(self.count) if rows is None else rows, n
            )
        if rows is not None and len(rows) <= NUMPY_UP_TO:
            return nearest_rows(inner_products(self.vectors_at(rows), query), rows, n)
        with single_thread() as faiss:
            scores, found = self._index.search(
                query[None], min(n, self.count), **self._search_parameters(faiss, allowed)
            )
        real = found[0] >= 0
        return found[0][real], scores[0][real]

    def _search_parameters(self, faiss: Any, allowed: Mask | None) -> dict[str, Any]:
        """How FAISS is to search."""
        selector: dict[str, Any] = {}
        if allowed is not None:
            selector["sel"] = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        if not self._lists:
            return {"params": faiss.SearchParameters(**selector)} if selector else {}
        # Of the nearest lists a filter leaves a share; as many more are visited to see as many vectors.
        share = 1.0 if allowed is None else float(allowed.mean())
        visited = min(self._lists, math.ceil(self._visited / share))
        return {"params": faiss.SearchParametersIVF(nprobe=visited, **selector)}

    def products_with(self, query: Floats, rows: Rows) -> Floats:
        """Inner products of the query with chosen rows."""
        return inner_products(self.vectors_at(rows), query)

    def vectors_at(self, rows: Rows) -> Floats:
        """Chosen vectors (len(rows), dimension); rounded to half precision where that is how they are kept."""
        if self._matrix is not None:
            return self._matrix[rows]
        return np.asarray(self._index.reconstruct_batch(np.ascontiguousarray(rows, dtype=np.int64)), dtype=np.float32)


def inner_products(matrix: Floats, query: Floats) -> Floats:
    """Inner products of rows with a query, in this thread alone: BLAS would wake others for what takes less than a millisecond."""
    return np.asarray(np.vecdot(matrix, query), dtype=np.float32)


@contextmanager
def single_thread() -> Iterator[Any]:
    """FAISS, working in the calling thread alone, so that many searches share the cores without waiting for each other."""
    faiss = _load_faiss()
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield faiss
    finally:
        faiss.omp_set_num_threads(before)


def nearest_rows(scores: Floats, rows: Rows, n: int) -> tuple[Rows, Floats]:
    """The n best of `rows` by score, best first; ties go to the lower row."""
    if len(scores) > 4 * n:
        keep = np.argpartition(-scores, n - 1)[:n]
        keep = np.flatnonzero(scores >= scores[keep].min())
        scores, rows = scores[keep], rows[keep]
    order = np.lexsort((rows, -scores))[:n]
    return rows[order], np.asarray(scores[order], dtype=np.float32)

"""Word-vector-like starting points for the tables, by factoring co-occurrence; knows nothing of the network.

    python -m index.training.cooccurrence WORK_DIR

Positive pointwise mutual information of bigrams (rows) with frequent bigrams within ten characters (columns), factored by
a truncated SVD (Levy & Goldberg 2014; context counts smoothed with exponent 0.75). Minutes of one core give what masked
training of a small network would need hours for. Writes ``vectors.safetensors``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from safetensors.numpy import save_file
from sklearn.utils.extmath import randomized_svd

from index.encoders.characters import Ids
from index.training.pack import load_alphabet

OFFSETS = (2, 3, 4, 5, 6, 8, 10)
COLUMNS, SLICE, SHARE = 12000, 1_000_000, 0.6


def counts(rows: Ids, columns: Ids, height: int, width: int) -> sp.csr_matrix:
    """How often each listed item (> 0) of ``rows`` has each listed item of ``columns`` near it, on either side."""
    keys: list[NDArray[np.int64]] = []
    for offset in OFFSETS:
        for a, b in ((rows[:-offset], columns[offset:]), (rows[offset:], columns[:-offset])):
            both = (a > 0) & (b > 0)
            keys.append(a[both].astype(np.int64) * width + b[both])
    found, n = np.unique(np.concatenate(keys), return_counts=True)
    return sp.csr_matrix((n.astype(np.float32), (found // width, found % width)), shape=(height, width))


def factor(table: sp.csr_matrix, size: int, seed: int) -> NDArray[np.float32]:
    """Unit rows (height, size) of the left factor of the PPMI matrix, each direction weighted by the root of its value."""
    coo = table.tocoo()
    row, column = np.asarray(table.sum(1)).ravel(), np.asarray(table.sum(0)).ravel() ** 0.75
    information = np.log(coo.data * column.sum() / (row[coo.row] * column[coo.col]) * 1.0)
    keep = information > 0
    ppmi = sp.csr_matrix((information[keep], (coo.row[keep], coo.col[keep])), shape=table.shape)
    left, values, _ = randomized_svd(ppmi, size, n_iter=3, random_state=seed)
    vectors = (left * np.sqrt(values)).astype(np.float32)
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6), dtype=np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("work", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    alphabet = load_alphabet(args.work / "alphabet.safetensors")
    text = np.load(args.work / "text.npy", mmap_mode="r")
    text = text[: int(len(text) * SHARE)]
    size = len(alphabet.bigrams) + 1
    tally = np.zeros(size, dtype=np.int64)
    for begin in range(0, len(text), SLICE):
        tally += np.bincount(alphabet.pairs(text[begin : begin + SLICE].astype(np.int32))[1:-1], minlength=size)
    tally[0] = 0
    column_of = np.zeros(size, dtype=np.int32)
    column_of[np.argsort(-tally)[:COLUMNS]] = np.arange(1, COLUMNS + 1)
    by_pair = sp.csr_matrix((size, COLUMNS + 1), dtype=np.float32)
    by_character = sp.csr_matrix((len(alphabet), COLUMNS + 1), dtype=np.float32)
    for begin in range(0, len(text), SLICE):
        ids = text[begin : begin + SLICE].astype(np.int32)
        pairs = alphabet.pairs(ids)[1:]
        by_pair += counts(pairs, column_of[pairs], size, COLUMNS + 1)
        by_character += counts(ids, column_of[pairs], len(alphabet), COLUMNS + 1)
        print(f"{begin / len(text):.0%}", end=" ", flush=True)
    by_pair.data[by_pair.data < 2] = 0
    by_pair.eliminate_zeros()
    save_file(
        {"bigram": factor(by_pair, 256, args.seed), "character": factor(by_character, 256, args.seed), "count": tally},
        str(args.work / "vectors.safetensors"),
    )
    print(by_pair.nnz, by_character.nnz)


if __name__ == "__main__":
    main()

"""How often word pieces stand together, as vectors: a shifted, factored table of counts. Knows nothing of text."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.utils.extmath import randomized_svd


def factor_ppmi(table: sp.csr_matrix, size: int, seed: int) -> NDArray[np.float32]:
    """Unit rows (height, size) of the left factor of the PPMI matrix, each direction weighted by the root of its value."""
    coo = table.tocoo()
    row, column = np.asarray(table.sum(1)).ravel(), np.asarray(table.sum(0)).ravel() ** 0.75
    information = np.log(coo.data * column.sum() / (row[coo.row] * column[coo.col]) * 1.0)
    keep = information > 0
    ppmi = sp.csr_matrix((information[keep], (coo.row[keep], coo.col[keep])), shape=table.shape)
    left, values, _ = randomized_svd(ppmi, size, n_iter=3, random_state=seed)
    vectors = (left * np.sqrt(values)).astype(np.float32)
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6), dtype=np.float32)

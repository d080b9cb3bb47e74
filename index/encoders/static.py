"""A sentence-transformers StaticEmbedding folder read without torch. Knows nothing of other kinds of models.

The vector of a text is the mean of its tokens' rows, scaled to length 1: what `SentenceTransformer(folder).encode(text,
normalize_embeddings=True)` returns, and a test holds the two equal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from errors import StoreError

if TYPE_CHECKING:
    from index.types import Matrix

BATCH = 1024


def static_part(folder: Path) -> Path | None:
    """Where the StaticEmbedding module of a model folder keeps its files; None when its first module is another."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        first = modules[0]
        return folder / first["path"] if first["type"].endswith("StaticEmbedding") else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def is_static(folder: Path) -> bool:
    """True for a model folder whose first module is a StaticEmbedding with weights that execute nothing."""
    inside = static_part(folder)
    return inside is not None and (inside / "model.safetensors").is_file() and (inside / "tokenizer.json").is_file()


class StaticEncoder:
    """Mean of token vectors. Safe to use from many threads."""

    def __init__(self, folder: Path, name: str) -> None:
        """`folder` as `is_static` accepts it. Raises StoreError when its files cannot be read."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        inside = static_part(folder) or folder
        self.name = name
        try:
            weights, tokenizer = (inside / "model.safetensors").read_bytes(), (inside / "tokenizer.json").read_bytes()
            self.table = load(weights)["embedding.weight"].astype("float32", copy=False)
        except (OSError, SafetensorError, KeyError) as error:
            raise StoreError(f"the encoder cannot be read ({error})", folder, "name another encoder") from None
        self.fingerprint = hashlib.sha256(weights + tokenizer).hexdigest()
        self.dimension = int(self.table.shape[1])
        self._tokenizer_text = tokenizer.decode()
        self._load_tokenizer()

    def _load_tokenizer(self) -> None:
        from tokenizers import Tokenizer

        self.tokenizer = Tokenizer.from_str(self._tokenizer_text)
        self.tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Float32 (len(texts), dimension); a text with no known token gives a row of zeros."""
        import numpy as np

        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for begin in range(0, len(texts), BATCH):
            encoded = self.tokenizer.encode_batch(list(texts[begin : begin + BATCH]), add_special_tokens=False)
            for row, one in enumerate(encoded, begin):
                if one.ids:
                    out[row] = self.table[one.ids].mean(axis=0)
        out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), np.float32(1e-12))
        return out

"""Any sentence-transformers model by name or folder. Knows nothing of the built-in models."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from errors import StoreError

if TYPE_CHECKING:
    from index.types import Matrix


class SentenceEncoder:
    """A `SentenceTransformer`, on the CPU or whatever torch prefers."""

    def __init__(self, name: str) -> None:
        """`name` is a folder or a model name. Raises StoreError when it cannot be loaded."""
        from sentence_transformers import SentenceTransformer

        try:
            self.model = SentenceTransformer(name)
        except (OSError, ValueError, RuntimeError, ImportError) as error:
            reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
            raise StoreError(
                f"the encoder cannot be loaded ({reason})", name, "name a folder, or download it first"
            ) from None
        self.name = name
        self.dimension = int(self.model.get_embedding_dimension() or 0)
        self.fingerprint = self._weights_fingerprint()

    def _weights_fingerprint(self) -> str:
        """SHA-256 over every weight, by name."""
        digest = hashlib.sha256()
        for key, tensor in sorted(self.model.state_dict().items()):
            digest.update(f"{key} {tuple(tensor.shape)} {tensor.dtype}".encode())
            digest.update(memoryview(tensor.detach().cpu().float().contiguous().numpy()).cast("B"))
        return digest.hexdigest()

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Float32 (len(texts), dimension), unit rows."""
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        found = self.model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return np.asarray(found, dtype=np.float32)

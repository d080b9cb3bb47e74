"""Encoders by name: text to unit vectors. Knows nothing of how vectors are stored or searched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from errors import StoreError
from index.types import Encoder

MODELS = Path(__file__).resolve().parent.parent / "models"
BUILT_IN = "built-in"

__all__ = ["BUILT_IN", "MODELS", "load_encoder", "models_folder", "use_models_from"]

_served = [MODELS]


def models_folder() -> Path:
    """The folder that the built-in models are taken from."""
    return _served[-1]


@contextmanager
def use_models_from(folder: Path) -> Iterator[None]:
    """Other built-in models for a while, in the whole process: how weights are measured that did not see the questions."""
    _served.append(folder)
    try:
        yield
    finally:
        _served.pop()


def load_encoder(name: str = BUILT_IN) -> Encoder:
    """The encoder for "built-in", a sentence-transformers folder, or a model name.

    A folder that holds a static embedding is read without torch. Raises StoreError when the name cannot be loaded.
    """
    from index.encoders.static import StaticEncoder, is_static

    folder = models_folder() / "static" if name == BUILT_IN else Path(name).expanduser()
    if folder.is_dir() and is_static(folder):
        return StaticEncoder(folder, name)
    if name == BUILT_IN:
        raise StoreError("the built-in encoder is missing", folder, "restore the folder from the project's repository")
    from index.encoders.sentence import SentenceEncoder

    return SentenceEncoder(name)

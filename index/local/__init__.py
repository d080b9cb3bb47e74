"""An index in a folder of one machine: FAISS, BM25, SQLite, generations on disk."""

from index.local.opened import LocalHandle, LocalIndex, open_index

__all__ = ["LocalHandle", "LocalIndex", "open_index"]

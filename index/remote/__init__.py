"""An index on servers: Milvus for the vectors, PostgreSQL for the documents, Dask to fill them."""

from index.remote.opened import RemoteHandle, RemoteIndex

__all__ = ["RemoteHandle", "RemoteIndex"]

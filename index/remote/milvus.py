"""Vectors of passages on a Milvus server: all that is pymilvus's own. Knows nothing of texts, of documents or of the catalogue.

A collection holds one row a passage: its number, its document's, the generation that brought it, what filters ask for as
numbers, its dense vector and its BM25 weights as a sparse one. Rows are added and deleted, never changed: Milvus changes a
row by deleting and adding it, which a reader can see half done. Collections are named, never reached through an alias, since
switching an alias while it is read mixes collections.
"""

from __future__ import annotations

import logging
import socket
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from errors import EngineAway, StoreError
from index.remote.conditions import one_of_values

if TYPE_CHECKING:
    from index.address import Address

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]
Sparse = Mapping[int, float]

CONNECT_SECONDS = 1.0
READ_SECONDS = 30.0
WRITE_SECONDS = 300.0
INSERTED_AT_ONCE = 1000
FETCHED_AT_ONCE = 1000  # a query of Milvus gives at most 16,384 rows, an answer of gRPC 64 MB
NO_SERVER, NOT_LOADED = 2, 101  # codes of pymilvus's errors
# a channel that was cut needs a moment after the server is back; who asks is told within a second that it is away
TRIES, PAUSE, PATIENCE = 6, 0.2, 0.8
# left alone, gRPC waits up to two minutes before it looks again, for every channel to a server at once
CHANNEL = {
    "grpc.use_local_subchannel_pool": 1, "grpc.initial_reconnect_backoff_ms": 100, "grpc.max_reconnect_backoff_ms": 500,
}  # fmt: skip
NUMBERS = ("document", "born", "region", "issuer", "year", "status")


@dataclass(frozen=True, slots=True)
class VectorRow:
    """One passage as the server keeps it; `numbers` has a value for each of NUMBERS."""

    key: int
    numbers: tuple[int, ...]
    dense: Floats
    sparse: Sparse


@dataclass(frozen=True, slots=True)
class Nearest:
    """What a search found: passages, scores, documents; best first, of equal ones the lower number."""

    rows: Rows
    scores: Floats
    documents: Rows


class VectorServer:
    """The collections of one index on one server. Safe to use from many threads."""

    def __init__(self, address: Address) -> None:
        """Connects. Raises EngineAway within CONNECT_SECONDS or so when nobody listens there."""
        self.address = address
        self._check_port()
        from pymilvus import MilvusClient

        # it logs tracebacks of errors that are handled here
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL + 1)
        with self._explain_errors():
            self._client = MilvusClient(
                uri=address.server_url, token=address.token, timeout=CONNECT_SECONDS * 10, grpc_options=CHANNEL
            )
        self._end = weakref.finalize(self, self._client.close)

    def _check_port(self) -> None:
        """Raises EngineAway where nobody listens: a plain connection tells within the second, gRPC waits for longer."""
        try:
            socket.create_connection((self.address.host, self.address.port), CONNECT_SECONDS).close()
        except OSError as error:
            raise self._unreachable_error(error.strerror or str(error)) from None

    def _unreachable_error(self, why: str) -> EngineAway:
        return EngineAway(f"the Milvus server does not answer ({why})", self.address, "start it or correct the address")

    @contextmanager
    def _explain_errors(self) -> Iterator[None]:
        """Turn pymilvus's errors into ours."""
        from grpc import RpcError
        from pymilvus.exceptions import MilvusException

        try:
            yield
        except RpcError:
            raise self._unreachable_error("connection refused or lost") from None
        except MilvusException as error:
            if error.code == NO_SERVER:
                raise self._unreachable_error("connection refused or lost") from None
            why = " ".join(error.message.split())[:200]
            raise StoreError(f"the Milvus server refused ({why})", self.address, "see the server's log") from None

    def close(self) -> None:
        """Let go of the connection; so does whoever forgets the server."""
        self._end()

    def collection_name(self, number: int) -> str:
        """The name of the collection that a generation made."""
        return f"{self.address.name}_{number}"

    def collection_numbers(self) -> list[int]:
        """The numbers of all collections of the index."""
        with self._explain_errors():
            names = self._client.list_collections(timeout=READ_SECONDS)
        stems = (name.removeprefix(f"{self.address.name}_") for name in names)
        return sorted(int(stem) for stem in stems if stem.isdecimal())

    def create_collection(self, number: int, dimension: int) -> None:
        """Make an empty collection, searched exactly in both fields, and open it."""
        from pymilvus import DataType, MilvusClient

        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("key", DataType.INT64, is_primary=True)
        for name in NUMBERS:
            schema.add_field(name, DataType.INT64)
        schema.add_field("dense", DataType.FLOAT_VECTOR, dim=dimension)
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        indexes = MilvusClient.prepare_index_params()
        indexes.add_index("dense", index_type="FLAT", metric_type="IP")
        indexes.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
        name = self.collection_name(number)
        with self._explain_errors():
            self._client.create_collection(name, schema=schema, index_params=indexes, timeout=WRITE_SECONDS)
            self._client.load_collection(name, timeout=WRITE_SECONDS)

    def drop_collection(self, number: int) -> None:
        """Remove a collection."""
        with self._explain_errors():
            self._client.drop_collection(self.collection_name(number), timeout=WRITE_SECONDS)

    def insert_rows(self, number: int, rows: Sequence[VectorRow]) -> None:
        """Add rows; they count once a generation that includes them is served."""
        for begin in range(0, len(rows), INSERTED_AT_ONCE):
            some = [_entity_of_row(row) for row in rows[begin : begin + INSERTED_AT_ONCE]]
            with self._explain_errors():
                self._client.insert(self.collection_name(number), some, timeout=WRITE_SECONDS)

    def delete_rows(self, number: int, condition: str) -> None:
        """Remove the rows that meet a condition."""
        with self._explain_errors():
            self._client.delete(self.collection_name(number), filter=condition, timeout=WRITE_SECONDS)

    def flush_collection(self, number: int) -> None:
        """See everything inserted onto the server's disk."""
        with self._explain_errors():
            self._client.flush(self.collection_name(number), timeout=WRITE_SECONDS)

    def _ask_collection(self, method: str, number: int, **given: Any) -> Any:
        """Ask a collection; again after a moment where the server has just come back."""
        from pymilvus.exceptions import MilvusException

        name, end = self.collection_name(number), 0.0
        with self._explain_errors():
            for _ in range(TRIES):
                try:
                    return getattr(self._client, method)(name, timeout=READ_SECONDS, **given)
                except MilvusException as error:
                    if error.code == NOT_LOADED:
                        self._client.load_collection(name, timeout=READ_SECONDS)
                    elif error.code == NO_SERVER:
                        self._check_port()
                        end = end or time.monotonic() + PATIENCE
                        if time.monotonic() + PAUSE > end:
                            raise
                        time.sleep(PAUSE)
                    else:
                        raise
            return getattr(self._client, method)(name, timeout=READ_SECONDS, **given)

    def count_rows(self, number: int, condition: str, *, strong: bool = True) -> int:
        """How many rows meet a condition; `strong` waits until everything acknowledged before is seen."""
        level = "Strong" if strong else "Eventually"
        found = self._ask_collection(
            "query", number, filter=condition, output_fields=["count(*)"], consistency_level=level
        )
        return int(found[0]["count(*)"])

    def fetch_rows(self, number: int, keys: Rows, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Fields of chosen rows, in no order; a row that is not there is left out."""
        for begin in range(0, len(keys), FETCHED_AT_ONCE):
            some = keys[begin : begin + FETCHED_AT_ONCE]
            yield from self._ask_collection(
                "query",
                number,
                filter=one_of_values("key", some),
                output_fields=["key", *fields],
                consistency_level="Strong",
            )

    def dense_of(self, number: int, keys: Rows) -> dict[int, Floats]:
        """The dense vectors of chosen passages."""
        found = self.fetch_rows(number, keys, ["dense"])
        return {int(row["key"]): np.asarray(row["dense"], dtype=np.float32) for row in found}

    def search_rows(self, number: int, field: str, vector: Any, n: int, condition: str) -> Nearest:
        """The n rows with the highest inner product; of the sparse field, only those with one above 0."""
        found = self._ask_collection(
            "search", number, data=[vector], anns_field=field, limit=n, filter=condition, output_fields=["key", "document"],
            search_params={"metric_type": "IP"}, consistency_level="Eventually",
        )[0]  # fmt: skip
        rows = np.array([hit["key"] for hit in found], dtype=np.int64)
        scores = np.array([hit["distance"] for hit in found], dtype=np.float32)
        documents = np.array([hit["entity"]["document"] for hit in found], dtype=np.int64)
        order = np.lexsort((rows, -scores))
        return Nearest(rows[order], scores[order], documents[order])


def _entity_of_row(row: VectorRow) -> dict[str, Any]:
    numbers = dict(zip(NUMBERS, row.numbers, strict=True))
    return {"key": row.key, **numbers, "dense": row.dense, "sparse": dict(row.sparse)}

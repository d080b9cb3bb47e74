"""Reading and encoding by Dask workers: all that is distributed's own. Knows nothing of the catalogue or of vector servers.

Work goes out a little ahead of who takes the results, and comes back in order. What a worker that dies had in hand is done
again by another; a file that ends a worker, and then another one that had nothing else to do, is set aside.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING, Any

from corpus.types import FailedFile, SourceFile
from errors import EngineAway, StoreError
from index.remote.work import DividedDocument, Vectors, divide_document, vectors_of

if TYPE_CHECKING:
    from index.types import Encoder

AHEAD = 4  # pieces of work for each worker: enough that none waits, few enough that results stay small
SECONDS = 30


class Cluster:
    """Workers of a cluster that lasts as long as the context, or of a scheduler that is there already."""

    def __init__(self, workers: int | str, encoder: Encoder) -> None:
        """`workers`: how many processes of this machine, or a scheduler's address. Raises EngineAway."""
        from distributed import Client, LocalCluster

        self._encoder = encoder
        self._cluster: Any = None
        _configure_dask()
        try:
            if isinstance(workers, int):
                self._cluster = LocalCluster(
                    n_workers=workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1", silence_logs=50
                )
            self.client = Client(self._cluster or workers, timeout=SECONDS, set_as_default=False)
        except OSError as error:
            raise EngineAway(
                f"the Dask scheduler does not answer ({str(error)[:100]})", workers, "start it or correct the address"
            ) from None

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()
        if self._cluster is not None:
            self._cluster.close()

    def read_files(self, files: Sequence[SourceFile], tokens: int) -> Iterator[DividedDocument | FailedFile]:
        """Read and divide files."""
        for file, found in self._in_order(READ, ((file, tokens) for file in files)):
            if isinstance(found, DividedDocument | FailedFile):
                yield found
            else:
                yield FailedFile(file[0].source, "set aside: reading it ended two workers")

    def make_vectors(self, batches: Iterable[tuple[list[str], list[bool]]], mean: float) -> Iterator[Vectors]:
        """Weigh texts, and encode those that are marked."""
        name, fingerprint = self._encoder.name, self._encoder.fingerprint
        work = ((texts, marked, mean, name, fingerprint) for texts, marked in batches)
        for _, found in self._in_order(encode_batch, work):
            if not isinstance(found, Vectors):
                raise StoreError("encoding passages ended two workers", None, "give the workers more memory")
            yield found

    def _in_order(
        self, do: Callable[..., Any], work: Iterable[tuple[Any, ...]]
    ) -> Iterator[tuple[tuple[Any, ...], Any]]:
        """Each piece of work with its result, None for one that ended its workers."""
        from distributed import KilledWorker

        waiting: deque[tuple[tuple[Any, ...], Any]] = deque()

        def take_result() -> tuple[tuple[Any, ...], Any]:
            piece, future = waiting.popleft()
            try:
                return piece, future.result()
            except KilledWorker:
                # everything in the hands of a worker that died is blamed: only what ends another one alone is guilty
                for _, other in waiting:
                    other.exception()  # waits, and raises nothing
            try:
                return piece, self.client.submit(do, *piece, pure=False).result()
            except KilledWorker:
                return piece, None

        for piece in work:
            waiting.append((piece, self.client.submit(do, *piece, pure=False)))
            if len(waiting) > AHEAD * max(1, len(self.client.nthreads())):
                yield take_result()
        while waiting:
            yield take_result()


def _configure_dask() -> None:
    import dask

    dask.config.set({"distributed.scheduler.allowed-failures": 0, "distributed.worker.daemon": False})


def read_one(file: SourceFile, tokens: int) -> DividedDocument | FailedFile:
    """On a worker: one file read and divided."""
    from corpus.folder import read_many_files

    found = next(iter(read_many_files([file], children=1)))
    return found if isinstance(found, FailedFile) else divide_document(found, tokens)


@cache
def encoder_named(name: str) -> Encoder:
    """On a worker: the encoder, loaded once."""
    from index.encoders import load_encoder

    return load_encoder(name)


def encode_batch(texts: list[str], marked: list[bool], mean: float, name: str, fingerprint: str) -> Vectors:
    """On a worker: one batch weighed and encoded. Raises StoreError where the worker has another encoder."""
    encoder = encoder_named(name)
    if encoder.fingerprint != fingerprint:
        raise StoreError("a worker has another release of the encoder", name, "install the same release everywhere")
    return vectors_of(texts, marked, mean, encoder)


READ = read_one  # what is sent to workers for a file

"""What every test gets: no network beyond loopback, fixed seeds, no settings of the person who runs it, a network that reads once."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests import servers

if TYPE_CHECKING:
    from assistant.reader import PassageReading, Reader
    from corpus.types import Passage

LOOPBACK = ("127.", "localhost", "::1", "0.0.0.0")
READINGS = 2000  # kept at most, some 100 kB each
# the same examples every time, and none that fails because other work keeps the machine busy
hypothesis.settings.register_profile(
    "suyuan",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("suyuan")
_connect = socket.socket.connect
_resolve = socket.getaddrinfo


class NetworkRefusedError(OSError):
    """A test reached for a host beyond loopback."""


def _is_loopback(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    return name.startswith(LOOPBACK)


def _guarded_connect(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
        raise NetworkRefusedError(f"no network in tests: {address[0]}")
    _connect(self, address)


def _guarded_resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
    if not _is_loopback(host):
        raise NetworkRefusedError(f"no network in tests: {host!r}")
    return _resolve(host, *args, **kwargs)


def pytest_configure() -> None:
    """Close the network, and forget settings in the environment, before anything is imported."""
    socket.socket.connect = _guarded_connect  # type: ignore[method-assign, assignment]
    socket.getaddrinfo = _guarded_resolve
    os.environ["HF_HUB_OFFLINE"] = "1"  # inherited by the processes that tests start
    servers.OWN_MILVUS = os.environ.get("SUYUAN_TEST_MILVUS_URI", "")
    for name in [name for name in os.environ if name.startswith("SUYUAN_")]:
        del os.environ[name]


@pytest.fixture(autouse=True)
def _seeded() -> None:
    random.seed(0)


@pytest.fixture(scope="session", autouse=True)
def _read_once() -> Iterator[None]:
    """What the network made of the same passages for the same question is kept: reading is most of what an answer costs.

    Nobody may write into what is kept.
    """
    from assistant.reader import Reader

    real = Reader.read_passages

    @lru_cache(READINGS)
    def read(reader: Reader, question: str, passages: tuple[Passage, ...]) -> tuple[PassageReading, ...]:
        found = tuple(real(reader, question, passages))
        for one in found:
            for values in (one.start, one.end, one.evidence):
                values.flags.writeable = False
        return found

    def read_passages(self: Reader, question: str, passages: Sequence[Passage]) -> list[PassageReading]:
        return list(read(self, question, tuple(passages)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Reader, "read_passages", read_passages)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL of the tests' own; its URL."""
    with servers.running_postgres() as url:
        yield url


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"

"""What every test gets: no network beyond loopback, fixed seeds, and no settings of the person who runs it."""

import os
import random
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests import servers

LOOPBACK = ("127.", "localhost", "::1", "0.0.0.0")
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


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL of the tests' own; its URL."""
    with servers.running_postgres() as url:
        yield url


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"

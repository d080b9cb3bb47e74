"""Every index the project has, empty, at a place of its own: the tests here hold for each of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.address import Address, Place, place_of
from tests import servers


@pytest.fixture(scope="session")
def milvus() -> Iterator[str]:
    """The address of a Milvus: somebody's own where it is named, else Milvus Lite's."""
    if servers.OWN_MILVUS:
        yield servers.OWN_MILVUS
        return
    with servers.running_milvus() as server:
        yield server.uri


@pytest.fixture
def remote(milvus: str, postgres: str) -> Address:
    """A place on servers where nothing is yet."""
    place = place_of(f"milvus+{milvus}/t{uuid.uuid4().hex[:12]}", postgres)
    assert isinstance(place, Address)
    return place


@pytest.fixture(params=["local", "remote"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A place for an index where nothing is yet."""
    found: Place = tmp_path / "index" if request.param == "local" else request.getfixturevalue("remote")
    return found

"""A small corpus folder to change at will, the built-in encoder, loaded once, and places for every kind of index."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.address import Address, Place, place_of
from index.encoders import load_encoder
from index.types import Encoder
from tests import servers

TEXTS = {
    "春江.md": "# 春江市稳岗补贴办法\n\n第一条 企业不裁员的，按每人五百元给予稳岗补贴。\n\n第二条 补贴每年申请一次。\n",
    "夏河.md": "# 夏河县人才公寓细则\n\n第一条 全日制硕士可以申请人才公寓。\n\n第二条 租金为市价的百分之六十。\n",
    "秋山.txt": "秋山镇垃圾分类通知\n\n厨余垃圾每天早晨七点到九点投放，可回收物随时投放。\n",
}


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return load_encoder("built-in")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


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

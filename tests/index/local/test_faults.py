"""Builds killed at every write and at random, writes that fail, files that are damaged: the index is whole or says so.

Few trials of each kind; `python -m benchmarks.index_faults` does hundreds.
"""

import errno
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.index_trials import Nursery, change_corpus, content, write_corpus
from index.build import build_index, update_index
from index.types import Encoder


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as one:
        yield one


@pytest.fixture
def before(tmp_path: Path, encoder: Encoder) -> tuple[Path, Path, dict[str, str], dict[str, str]]:
    """An index, its corpus changed since, what the index holds and what an update would make it hold."""
    corpus, index = tmp_path / "c", tmp_path / "i"
    write_corpus(corpus, 6)
    build_index(corpus, index, encoder=encoder)
    old = content(index)
    change_corpus(corpus, 1)
    update_index(corpus, tmp_path / "after", encoder=encoder)
    return corpus, index, old, content(tmp_path / "after")


Before = tuple[Path, Path, dict[str, str], dict[str, str]]


@pytest.mark.parametrize("small", [0, 2000])
def test_killed_at_every_write(before: Before, nursery: Nursery, tmp_path: Path, small: int) -> None:
    corpus, index, old, new = before
    points = len(
        nursery.run(do="update", corpus=str(corpus), index=str(shutil.copytree(index, tmp_path / "dry")), small=small)[
            "points"
        ]
    )
    assert points > 20
    for point in range(2 if small else 1, points + 1, 2):
        copy = shutil.copytree(index, tmp_path / f"die{point}")
        assert nursery.run(do="update", corpus=str(corpus), index=str(copy), small=small, die_at=point)["exit"] == 9
        assert content(copy) in (old, new)
        assert "generation" in nursery.run(do="update", corpus=str(corpus), index=str(copy), small=small)
        assert content(copy) == new
        assert len(list(copy.glob("gen-*"))) == 1


def test_killed_at_random_instants(before: Before, nursery: Nursery, tmp_path: Path) -> None:
    corpus, index, old, new = before
    length = nursery.run(do="update", corpus=str(corpus), index=str(shutil.copytree(index, tmp_path / "dry")))[
        "seconds"
    ]
    chance = random.Random(5)
    for number in range(20):
        copy = shutil.copytree(index, tmp_path / f"kill{number}")
        nursery.run(do="update", corpus=str(corpus), index=str(copy), kill_after=chance.uniform(0, length))
        assert content(copy) in (old, new)


def test_a_write_that_fails_leaves_the_old_generation(before: Before, nursery: Nursery, tmp_path: Path) -> None:
    corpus, index, old, new = before
    points = nursery.run(do="update", corpus=str(corpus), index=str(shutil.copytree(index, tmp_path / "dry")))["points"]
    published = max(number for number, name in enumerate(points, 1) if name.startswith("rename"))
    for point in range(1, len(points) + 1):
        number = (errno.ENOSPC, errno.EIO, errno.EDQUOT)[point % 3]
        copy = shutil.copytree(index, tmp_path / f"fail{point}")
        told = nursery.run(do="update", corpus=str(corpus), index=str(copy), fail_at=point, errno=number)
        if "generation" in told:  # a hard link that fails is copied, a folder may exist, what cannot be cleaned stays
            assert points[point - 1].split()[0] in ("link", "mkdir", "unlink", "rmdir")
            assert content(copy) == new
            continue
        assert point <= published + 1, points[point - 1]
        assert told["code"] == 2
        assert "\n" not in told["error"]
        assert content(copy) == old


@pytest.mark.parametrize("largest", [0, 100, 5_000, 20_000, 30_000])
def test_a_full_disk_as_the_system_tells_it(before: Before, nursery: Nursery, largest: int) -> None:
    corpus, index, old, _ = before
    told = nursery.run(do="update", corpus=str(corpus), index=str(index), largest_file=largest)
    assert told["code"] == 2, told
    assert content(index) == old


def test_damage_is_detected_or_harmless(
    nursery: Nursery, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.local import build as build_module
    from index.local import disk, manifest, vectors

    monkeypatch.setattr(vectors, "EXACT_UP_TO", 100)
    monkeypatch.setattr(build_module, "SMALL", 0)
    corpus, index = tmp_path / "c", tmp_path / "i"
    write_corpus(corpus, 60)
    build_index(corpus, index, encoder=encoder)
    held = disk.try_lock(index / "gen-000001" / manifest.NAME, shared=True)  # keeps the generation to swap files with
    change_corpus(corpus, 1)
    update_index(corpus, index, encoder=encoder)
    assert held is not None
    assert len(list(index.glob("gen-*/manifest.json"))) == 2
    assert len(list(index.glob("gen-000002/**/vectors.faiss"))) == 2
    told = nursery.run(do="damage", index=str(index), seeds=[0, 150], numpy_up_to=50)
    assert told["signal"] == 0
    assert told.get("wrong") == [], told
    assert sum(told["outcomes"].values()) == 150
    assert told["outcomes"]["detected at open"] > 10
    assert told["outcomes"]["detected by a read"] > 10

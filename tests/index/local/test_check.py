"""What `check` names and what `--repair` rewrites; the commands and their exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from index.build import build_index, update_index
from index.check import check_index
from index.local import build as build_module
from index.types import Encoder
from tests.index.trials import change_corpus, content, write_corpus


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "index", *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.fixture
def two(tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A corpus and an index of two segments."""
    monkeypatch.setattr(build_module, "SMALL", 0)
    write_corpus(tmp_path / "c", 12)
    build_index(tmp_path / "c", tmp_path / "i", encoder=encoder)
    change_corpus(tmp_path / "c", 1)
    update_index(tmp_path / "c", tmp_path / "i", encoder=encoder)
    return tmp_path / "c", tmp_path / "i"


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 4
    path.write_bytes(data)


@pytest.mark.parametrize("name", ["documents.sqlite", "vectors.faiss", "lexical/block-0000.postings", "manifest.json"])
def test_repair_rewrites_what_is_damaged(two: tuple[Path, Path], encoder: Encoder, name: str) -> None:
    corpus, index = two
    expected = content(index)
    path = index / "gen-000002" / name
    flip(path, path.stat().st_size // 2)
    report = check_index(index)
    assert not report.is_whole
    assert any(path.name in line for line in report.damaged)
    kept = {one.name for one in (index / "gen-000002").glob("segment-*")}
    report = check_index(index, repair=corpus, encoder=encoder)
    assert report.repaired
    assert report.is_whole
    assert content(index) == expected
    if name != "manifest.json":
        assert kept <= {one.name for one in (index / "gen-000003").glob("segment-*")}


def test_a_quote_that_is_not_in_its_document_is_named(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    """A record that is wrong though its checksums are right: written wrong, not damaged later."""
    import dataclasses

    from corpus import passages

    real = passages.split_passages
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            passages,
            "split_passages",
            lambda d, b: [dataclasses.replace(p, text=p.text[:-1] + "？") for p in real(d, b)],
        )
        build_index(corpus, tmp_path / "i", encoder=encoder)
    report = check_index(tmp_path / "i")
    assert sum("is not what" in line for line in report.damaged) == 3


def test_the_commands(corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "i"
    done = command("build", corpus, "--out", index, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["documents"] == 3
    (corpus / "秋山.txt").unlink()
    done = command("update", corpus, "--out", index, "--json")
    assert json.loads(done.stdout)["removed"] == ["秋山.txt"]
    done = command("search", "硕士能申请人才公寓吗", "-k", "3", "--json", "--index", index)
    hits = json.loads(done.stdout)
    assert hits[0]["source"] == "夏河.md"
    assert hits[0]["text"] in (corpus / "夏河.md").read_text(encoding="utf-8")
    assert command("check", index).returncode == 0
    flip(index / "gen-000002" / "vectors.faiss", 60)
    done = command("check", index)
    assert done.returncode == 1
    assert "vectors.faiss" in done.stdout
    done = command("search", "公寓", "--index", index)
    assert done.returncode == 1
    assert done.stderr.startswith("suyuan: vectors.faiss")
    assert command("check", index, "--repair", corpus).returncode == 0
    done = command("search", "公寓", "--index", tmp_path / "none")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1

"""What a scan remembers of files: trusted only while it is certain, never needed, never a reason for a wrong answer."""

import os
import time
from pathlib import Path

import pytest

from corpus import folder as corpus_folder
from corpus.folder import scan_folder
from corpus.types import Scan, SourceFile
from index.build import build_index, update_index
from index.local import file_stat_cache, open_index
from index.types import Encoder


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count however young they are."""
    monkeypatch.setattr(corpus_folder, "SETTLED", -(10**15))


def _read_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    real, read = corpus_folder._hash_file, list[str]()

    def note(source: str, path: str, settled: int) -> SourceFile:
        read.append(source)
        return real(source, path, settled)

    monkeypatch.setattr(corpus_folder, "_hash_file", note)
    return read


@pytest.mark.usefixtures("settled")
def test_only_what_changed_is_read_again(
    corpus: Path, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index(corpus, tmp_path / "i", encoder=encoder)
    read = _read_files(monkeypatch)
    time.sleep(0.02)
    (corpus / "夏河.md").write_text("# 夏河县规定\n\n第一条 另有说法。\n", "utf-8")
    (corpus / "新.md").write_text("# 新规定\n\n第一条 内容。\n", "utf-8")
    summary = update_index(corpus, tmp_path / "i", encoder=encoder)
    assert (summary.changed, summary.added, summary.unchanged) == (("夏河.md",), ("新.md",), 2)
    assert read == ["夏河.md", "新.md"]
    read.clear()
    assert update_index(corpus, tmp_path / "i", encoder=encoder).generation == summary.generation
    assert read == []
    build_index(corpus, tmp_path / "i", encoder=encoder)
    assert len(read) == 4, "a build from scratch trusts nothing"


@pytest.mark.usefixtures("settled")
def test_the_same_size_and_time_is_not_the_same_file(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    """As `cp --preserve` and `rsync --times` leave it: the time of the change itself tells."""
    build_index(corpus, tmp_path / "i", encoder=encoder)
    file = corpus / "夏河.md"
    before = file.stat()
    time.sleep(0.02)
    file.write_text(file.read_text("utf-8").replace("硕士", "博士"), "utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert update_index(corpus, tmp_path / "i", encoder=encoder).changed == ("夏河.md",)
    other = tmp_path / "other"
    other.write_text(file.read_text("utf-8").replace("博士", "学士"), "utf-8")
    other.replace(file)
    assert update_index(corpus, tmp_path / "i", encoder=encoder).changed == ("夏河.md",)
    assert "学士" in open_index(tmp_path / "i", encoder=encoder).search("申请人才公寓")[0].passage.text


def test_a_young_file_is_not_trusted(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    """It may change once more within one tick of the clock, and look the same."""
    build_index(corpus, tmp_path / "i", encoder=encoder)
    assert file_stat_cache.read_stats(tmp_path / "i") == {}
    assert all(file.stamp is None for file in scan_folder(corpus).files)


@pytest.mark.usefixtures("settled")
def test_what_is_damaged_is_not_trusted(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    index = tmp_path / "i"
    build_index(corpus, index, encoder=encoder)
    known, path = file_stat_cache.read_stats(index), index / file_stat_cache.NAME
    assert known == file_stat_cache.stats_of_scan(scan_folder(corpus))
    whole = path.read_bytes()
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place % 8
        path.write_bytes(flipped)
        assert file_stat_cache.read_stats(index) == {}, place
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert file_stat_cache.read_stats(index) == {}, length
    path.unlink()
    assert update_index(corpus, index, encoder=encoder).unchanged == 3
    assert file_stat_cache.read_stats(index) == known, "written anew though nothing else had to be"
    path.unlink()
    path.mkdir()
    assert update_index(corpus, index, encoder=encoder).unchanged == 3, "what cannot be remembered is read again"


@pytest.mark.usefixtures("settled")
def test_another_folder_with_the_same_names_is_read(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    build_index(corpus, tmp_path / "i", encoder=encoder)
    (tmp_path / "other").mkdir()
    for file in corpus.iterdir():
        copy = tmp_path / "other" / file.name
        copy.write_text(file.read_text("utf-8").replace("第一条", "第二条"), "utf-8")
        os.utime(copy, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
    assert update_index(tmp_path / "other", tmp_path / "i", encoder=encoder).changed == ("夏河.md", "春江.md")


def test_nothing_is_remembered_of_nothing(tmp_path: Path) -> None:
    file_stat_cache.write_stats(tmp_path, file_stat_cache.stats_of_scan(Scan(())))
    assert file_stat_cache.read_stats(tmp_path) == {}

"""Folders that are not quite what they should be."""

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from corpus import folder as corpus_folder
from corpus.folder import read_many_files, scan_folder
from corpus.types import Document, FailedFile, Scan, SourceFile
from errors import CorpusError


def test_a_link_to_itself_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 甲\n", encoding="utf-8")
    (tmp_path / "self.md").symlink_to("self.md")
    found = scan_folder(tmp_path)
    assert [file.source for file in found.files] == ["a.md"]
    assert [(one.source, one.reason) for one in found.failed] == [("self.md", "a link that leads to itself")]


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 甲\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="is not a folder"):
        scan_folder(tmp_path / "a.md")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    for name in ("甲.md", "乙/丙.md", "乙/丁.md", "戊/己.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"# {name}\n\n第一条 内容。\n", "utf-8")
    return tmp_path


def _fails_for(monkeypatch: pytest.MonkeyPatch, name: str, code: int) -> None:
    """Listing the folder of this name fails as the system fails."""
    real = os.scandir

    def failing(place: Any) -> Any:
        if str(place).endswith(f"/{name}"):
            raise OSError(code, os.strerror(code))
        return real(place)

    monkeypatch.setattr(os, "scandir", failing)


@pytest.mark.parametrize(
    ("code", "helps"),
    [(errno.EIO, "connect the drive"), (errno.ESTALE, "connect the drive"), (errno.EACCES, "give access")],
)
def test_a_folder_that_cannot_be_listed_is_told_and_not_taken_for_deleted(
    office: Path, monkeypatch: pytest.MonkeyPatch, code: int, helps: str
) -> None:
    _fails_for(monkeypatch, "乙", code)
    found = scan_folder(office)
    assert [file.source for file in found.files] == ["戊/己.md", "甲.md"]
    assert [one.source for one in found.failed] == ["乙"]
    assert helps in found.failed[0].reason
    assert found.may_hold("乙/丙.md")
    assert not found.may_hold("乙丙.md")
    assert not found.may_hold("戊/庚.md")


def test_a_folder_deleted_while_it_is_listed_is_deleted(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def late(place: Any) -> Any:
        if str(place).endswith("/乙") and Path(place).exists():
            shutil.rmtree(place)
        return real(place)

    monkeypatch.setattr(os, "scandir", late)
    found = scan_folder(office)
    assert (found.failed, found.unseen) == ((), ())
    assert [file.source for file in found.files] == ["戊/己.md", "甲.md"]


@pytest.mark.parametrize("how", ["error", "empty", "another"])
def test_a_share_that_goes_away_while_it_is_scanned_is_an_error(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """The share answers no more; or it is taken off, and the folder it was put on is there, empty or with a file of its own."""
    root = office / "root"
    root.mkdir()
    for place in (*office.glob("*.md"), *(each for each in office.iterdir() if each.is_dir() and each != root)):
        shutil.move(str(place), root)
    real = corpus_folder._walk_files

    def walk(*arguments: Any) -> Any:
        yield from real(*arguments)
        if how == "error":
            _fails_for(monkeypatch, "root", errno.EIO)
            return
        root.rename(office / "away")
        root.mkdir()
        if how == "another":
            (root / "甲.md").write_text("另一份", "utf-8")

    monkeypatch.setattr(corpus_folder, "_walk_files", walk)
    with pytest.raises(CorpusError, match=r"went away while it was read.* — connect it again"):
        scan_folder(root)


def test_a_share_that_goes_away_while_it_is_read_is_an_error(office: Path) -> None:
    found = scan_folder(office)
    reading = read_many_files(found.files)
    assert isinstance(next(reading), Document)
    for place in office.iterdir():
        shutil.rmtree(place) if place.is_dir() else place.unlink()
    with pytest.raises(CorpusError, match="went away"):
        list(reading)


def test_a_file_deleted_between_listing_and_reading_costs_only_itself(office: Path) -> None:
    found = scan_folder(office)
    (office / "乙/丙.md").unlink()
    read = list(read_many_files(found.files))
    assert [one.source for one in read if isinstance(one, FailedFile)] == ["乙/丙.md"]
    assert len(read) == 4


def test_a_file_deleted_while_it_is_scanned_is_deleted(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _opened(monkeypatch, lambda path: Path(path).unlink() if path.endswith("丙.md") else None)
    found = scan_folder(office)
    assert "乙/丙.md" not in {file.source for file in found.files} | {failed.source for failed in found.failed}
    assert not found.may_hold("乙/丙.md")


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.EBUSY])
def test_a_locked_file_is_told_and_not_taken_for_deleted(
    office: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(path: str) -> None:
        if path.endswith("丙.md"):
            raise OSError(code, os.strerror(code))

    _opened(monkeypatch, refuse)
    found = scan_folder(office)
    assert [one.source for one in found.failed] == ["乙/丙.md"]
    assert found.failed[0].reason.startswith(f"cannot be opened: {os.strerror(code)} — ")
    assert found.may_hold("乙/丙.md")


def _opened(monkeypatch: pytest.MonkeyPatch, before: Any) -> None:
    real = corpus_folder._hash_file

    def hashed(source: str, path: str, settled: int) -> SourceFile:
        before(path)
        return real(source, path, settled)

    monkeypatch.setattr(corpus_folder, "_hash_file", hashed)


def test_what_programs_put_beside_an_open_or_unfinished_file(office: Path) -> None:
    whole = (office / "甲.md").read_bytes()
    for name in ("~$甲.docx", "~WRL0003.tmp", ".~lock.甲.docx#", "乙/~$丙.xlsx"):
        (office / name).write_bytes(whole)
    for name in ("办法.pdf.crdownload", "办法.docx.part", "甲.md.tmp"):
        (office / name).write_bytes(whole)
    found = scan_folder(office)
    assert len(found.files) == 4
    assert [one.source for one in found.failed] == ["办法.docx.part", "办法.pdf.crdownload", "甲.md.tmp"]
    assert all("not finished" in one.reason for one in found.failed)


def _hashes(found: Scan) -> dict[str, str]:
    return {file.source: file.sha256 for file in found.files}


def test_renamed_replaced_and_half_written_files_between_two_scans(office: Path) -> None:
    """The one that was only renamed keeps its bytes, a replaced one is another, a half-written one is read anew when whole."""
    first = scan_folder(office)
    seen = {file.source: (file.stamp, file.sha256) for file in first.files if file.stamp}
    (office / "甲.md").rename(office / "戊/甲甲.md")
    fresh = office / "乙/丁.md~"
    fresh.write_text("# 丁\n\n第一条 换过了。\n", "utf-8")
    fresh.replace(office / "乙/丁.md")
    whole = (office / "乙/丙.md").read_bytes()
    (office / "乙/丙.md").write_bytes(whole[:12])
    half = scan_folder(office, seen)
    before, now = _hashes(first), _hashes(half)
    assert now["戊/甲甲.md"] == before["甲.md"]
    assert "甲.md" not in now
    assert now["乙/丁.md"] != before["乙/丁.md"]
    assert now["乙/丙.md"] != before["乙/丙.md"]
    assert next(file for file in half.files if file.source == "乙/丙.md").stamp is None  # too young to be trusted
    (office / "乙/丙.md").write_bytes(whole)
    seen = {file.source: (file.stamp, file.sha256) for file in half.files if file.stamp}
    assert _hashes(scan_folder(office, seen))["乙/丙.md"] == before["乙/丙.md"]

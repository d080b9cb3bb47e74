"""Builds and updates: what is found, what is counted, what is encoded again."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from corpus import folder
from corpus.types import Document, FailedFile, SourceFile
from corpus.worker import Workers
from errors import CorpusError, EncoderMismatch, IndexBusy, IndexMissing
from index.build import build_index, update_index
from index.check import check_index
from index.local import LocalHandle, disk, open_index
from index.local import build as build_module
from index.planning import READING_VERSION
from index.types import Encoder, Filters

WINTER = "# 冬岭区电动车充电规定\n\n禁止在楼道内充电，补贴除外。\n"


def test_a_built_index_finds_and_quotes(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    summary = build_index(corpus, tmp_path / "i", encoder=encoder)
    assert (summary.generation, summary.documents, sorted(summary.added)) == (1, 3, ["夏河.md", "春江.md", "秋山.txt"])
    index = open_index(tmp_path / "i", encoder=encoder)
    hit = index.search("厨余垃圾什么时候投放")[0]
    document = index.document(hit.passage.doc_id)
    assert document.source == hit.passage.source == "秋山.txt"
    assert document.text[hit.passage.start : hit.passage.end] == hit.passage.text
    assert "早晨七点到九点" in hit.passage.text
    assert index.search("  ") == []
    assert [d.source for d in index.documents()] == ["夏河.md", "春江.md", "秋山.txt"]
    assert check_index(tmp_path / "i").damaged == ()


def test_an_update_reads_and_encodes_only_what_changed(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    build_index(corpus, tmp_path / "i", encoder=encoder)
    assert update_index(corpus, tmp_path / "i", encoder=encoder).generation == 1
    (corpus / "冬岭.md").write_text(WINTER, encoding="utf-8")
    (corpus / "夏河.md").unlink()
    text = (corpus / "春江.md").read_text(encoding="utf-8")
    (corpus / "春江.md").write_text(text.replace("五百元", "八百元"), encoding="utf-8")
    summary = update_index(corpus, tmp_path / "i", encoder=encoder)
    assert (summary.added, summary.changed, summary.removed) == (("冬岭.md",), ("春江.md",), ("夏河.md",))
    assert (summary.generation, summary.unchanged, summary.documents) == (2, 1, 3)
    index = open_index(tmp_path / "i", encoder=encoder)
    assert {h.passage.source for h in index.search("人才公寓")} <= {"冬岭.md", "春江.md", "秋山.txt"}
    assert "八百元" in index.search("稳岗补贴")[0].passage.text
    assert not any("五百元" in h.passage.text for h in index.search("五百元"))
    assert index.passage_frequency("公寓") == 0
    assert index.passage_frequency("补贴") > 0
    assert check_index(tmp_path / "i").damaged == ()
    assert [p.name for p in sorted((tmp_path / "i").glob("gen-*"))] == ["gen-000002"]


def test_an_update_gives_what_a_build_gives(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    build_index(corpus, tmp_path / "grown", encoder=encoder)
    (corpus / "冬岭.md").write_text(WINTER, encoding="utf-8")
    (corpus / "夏河.md").unlink()
    update_index(corpus, tmp_path / "grown", encoder=encoder)
    build_index(corpus, tmp_path / "fresh", encoder=encoder)
    grown, fresh = (open_index(tmp_path / name, encoder=encoder) for name in ("grown", "fresh"))
    for query in ("补贴", "楼道充电", "垃圾投放时间", "申请一次"):
        a, b = (
            {(h.passage.source, h.passage.start, round(h.score, 5)) for h in i.search(query)} for i in (grown, fresh)
        )
        assert a == b


def test_a_handle_moves_to_the_new_generation(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    build_index(corpus, tmp_path / "i", encoder=encoder)
    handle = LocalHandle(tmp_path / "i", encoder=encoder)
    held = handle.current()
    (corpus / "秋山.txt").unlink()
    update_index(corpus, tmp_path / "i", encoder=encoder)
    assert handle.current().generation == 2
    assert held.search("垃圾投放")[0].passage.source == "秋山.txt"


def test_a_filter_is_applied_inside_the_search(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    build_index(corpus, tmp_path / "i", encoder=encoder)
    index = open_index(tmp_path / "i", encoder=encoder)
    hits = index.search("垃圾投放", 10, Filters(sources=("春江.md",)))
    assert {hit.passage.source for hit in hits} == {"春江.md"}


def test_wrong_use_says_what_to_do(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    with pytest.raises(IndexMissing, match="python -m index build"):
        open_index(tmp_path / "none", encoder=encoder)
    build_index(corpus, tmp_path / "i", encoder=encoder)

    class Other:
        name, fingerprint, dimension = "other", "0" * 64, encoder.dimension
        encode = encoder.encode

    with pytest.raises(EncoderMismatch, match="--encoder other"):
        update_index(corpus, tmp_path / "i", encoder=Other())
    with pytest.raises(EncoderMismatch):
        open_index(tmp_path / "i", encoder=Other())

    class Newer(Other):
        name = encoder.name

    with pytest.raises(EncoderMismatch, match=r"another release .* python -m index update"):
        open_index(tmp_path / "i", encoder=Newer())
    assert update_index(corpus, tmp_path / "i", encoder=Newer()).encoded > 0
    assert open_index(tmp_path / "i", encoder=Newer()).generation == 2


def test_the_same_words_are_shown_once_and_stay_reachable(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    (corpus / "秋山抄件.txt").write_text((corpus / "秋山.txt").read_text(encoding="utf-8"), encoding="utf-8")
    build_index(corpus, tmp_path / "i", encoder=encoder)
    hits = open_index(tmp_path / "i", encoder=encoder).search("厨余垃圾投放")
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert len({hit.passage.text for hit in hits}) == len(hits)
    found = {hits[0].passage.source, *(passage.source for passage in hits[0].also)}
    assert found == {"秋山.txt", "秋山抄件.txt"}


def test_one_writer_at_a_time(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    build_index(corpus, tmp_path / "i", encoder=encoder)
    with disk.writer_lock(tmp_path / "i"):
        with pytest.raises(IndexBusy, match="wait"):
            update_index(corpus, tmp_path / "i", encoder=encoder)
        assert open_index(tmp_path / "i", encoder=encoder).search("补贴")
    assert update_index(corpus, tmp_path / "i", encoder=encoder).generation == 1


def test_an_index_of_other_code_or_settings_is_built_anew(
    corpus: Path, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index(corpus, tmp_path / "i", encoder=encoder)
    summary = update_index(corpus, tmp_path / "i", encoder=encoder, passage_tokens=64)
    assert (summary.generation, len(summary.added)) == (2, 3)
    monkeypatch.setattr(build_module, "READING_VERSION", READING_VERSION + 1)
    summary = update_index(corpus, tmp_path / "i", encoder=encoder, passage_tokens=64)
    assert (summary.generation, len(summary.added)) == (3, 3)


def test_files_without_text_are_named_and_the_rest_is_found(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    (corpus / "空.md").write_text(" \n", encoding="utf-8")
    summary = build_index(corpus, tmp_path / "i", encoder=encoder)
    assert [one.source for one in summary.failed] == ["空.md"]
    assert summary.documents == 3
    for name in ("春江.md", "夏河.md", "秋山.txt"):
        (corpus / name).unlink()
    summary = update_index(corpus, tmp_path / "i", encoder=encoder)
    assert (summary.documents, summary.passages) == (0, 0)
    index = open_index(tmp_path / "i", encoder=encoder)
    assert index.search("补贴") == []
    assert index.documents() == []
    assert check_index(tmp_path / "i").damaged == ()


def test_odd_questions_find_nothing_or_something_but_never_fail(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    build_index(corpus, tmp_path / "i", encoder=encoder)
    index = open_index(tmp_path / "i", encoder=encoder)
    assert index.search("？！ …") == []
    assert index.search("补贴", 0) == []
    assert index.search("补贴" * 5000)[0].passage.source == "春江.md"
    assert len(index.search("申请", 1000)) <= index.passage_count
    assert index.search("\x00\ud800𠮷") is not None
    with pytest.raises(KeyError):
        index.document("no such id")


def test_what_cannot_be_looked_at_is_not_taken_for_deleted(
    corpus: Path, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder on a share that stutters keeps its documents, is told, and is brought up to date when it answers again."""
    (corpus / "share").mkdir()
    (corpus / "夏河.md").rename(corpus / "share/夏河.md")
    build_index(corpus, tmp_path / "i", encoder=encoder)
    (corpus / "春江.md").unlink()
    (corpus / "share/夏河.md").write_text("# 夏河县人才公寓细则\n\n第一条 博士可以申请人才公寓。\n", "utf-8")
    real = os.scandir

    def stuttering(place: Any) -> Any:
        if str(place).endswith("/share"):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(place)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", stuttering)
        summary = update_index(corpus, tmp_path / "i", encoder=encoder)
    assert summary.removed == ("春江.md",)
    assert [one.source for one in summary.failed] == ["share"]
    index = open_index(tmp_path / "i", encoder=encoder)
    assert "硕士" in index.search("申请人才公寓")[0].passage.text
    assert update_index(corpus, tmp_path / "i", encoder=encoder).changed == ("share/夏河.md",)


def test_a_share_that_goes_away_while_it_is_read_changes_nothing(
    corpus: Path, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index(corpus, tmp_path / "i", encoder=encoder)
    (corpus / "新.md").write_text("# 新规定\n\n第一条 内容。\n", "utf-8")
    real = folder._read_text_here

    def away(file: SourceFile, workers: Workers) -> Document | FailedFile:
        corpus.rename(tmp_path / "away")
        return real(file, workers)

    monkeypatch.setattr(folder, "_read_text_here", away)
    with pytest.raises(CorpusError, match="went away"):
        update_index(corpus, tmp_path / "i", encoder=encoder)
    index = open_index(tmp_path / "i", encoder=encoder)
    assert index.generation == 1
    assert len(index.documents()) == 3

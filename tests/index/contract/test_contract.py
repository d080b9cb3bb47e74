"""What every index does, whatever it is kept in: built, updated, filtered, read while it changes, checked."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from errors import EncoderMismatch, IndexBusy, IndexMissing
from index.address import Address, Place
from index.build import build_index, update_index
from index.check import check_index
from index.local import disk
from index.open import index_exists, open_handle
from index.remote.catalogue import Catalogue
from index.remote.publisher import Publisher
from index.types import Encoder, Filters, Hit, Index
from tests.index.trials import QUERIES, write_corpus

WINTER = "# 冬岭区电动车充电规定\n\n禁止在楼道内充电，补贴除外。\n"
ASKED = ("厨余垃圾什么时候投放", "补贴每年申请几次", "硕士 公寓", "租金", "五百元", "秋山镇通知", "春江市 补贴", "?")


def told(hits: list[Hit]) -> list[tuple[str, int, int, tuple[str, ...], list[str]]]:
    """What a search found, without the scores' last digits."""
    return [
        (hit.passage.source, hit.passage.start, hit.passage.end, hit.found_by, [other.source for other in hit.also])
        for hit in hits
    ]


def same_answers(one: Index, other: Index, queries: tuple[str, ...], k: int = 10) -> None:
    """Two indexes find the same passages in the same order, with scores equal to five digits."""
    for query in queries:
        mine, theirs = one.search(query, k), other.search(query, k)
        assert told(mine) == told(theirs), query
        assert [hit.score for hit in mine] == pytest.approx([hit.score for hit in theirs], abs=1e-5)


def test_a_built_index_finds_and_quotes(corpus: Path, place: Place, encoder: Encoder) -> None:
    assert not index_exists(place)
    summary = build_index(corpus, place, encoder=encoder)
    assert (summary.generation, summary.documents, sorted(summary.added)) == (1, 3, ["夏河.md", "春江.md", "秋山.txt"])
    assert summary.encoded == summary.passages
    assert index_exists(place)
    index = open_handle(place).current()
    assert index.passage_count == summary.passages
    hit = index.search("厨余垃圾什么时候投放")[0]
    document = index.document(hit.passage.doc_id)
    assert document.source == hit.passage.source == "秋山.txt"
    assert document.text[hit.passage.start : hit.passage.end] == hit.passage.text
    assert hit.passage in index.passages(document.id)
    assert [d.source for d in index.documents()] == ["夏河.md", "春江.md", "秋山.txt"]
    assert index.passage_frequency("公寓") > 0
    assert index.passage_frequency("公寓楼") == index.passage_frequency("猫") == 0
    assert check_index(place).damaged == ()


def test_odd_questions_find_nothing_or_something_but_never_fail(corpus: Path, place: Place, encoder: Encoder) -> None:
    build_index(corpus, place, encoder=encoder)
    index = open_handle(place, encoder=encoder).current()
    assert index.search("  ") == index.search("？！ …") == index.search("补贴", 0) == []
    assert index.search("补贴" * 5000)[0].passage.source == "春江.md"
    assert len(index.search("申请", 1000)) <= index.passage_count
    assert index.search("\x00\ud800𠮷𠮷") is not None
    for ask in (index.document, index.passages):
        with pytest.raises(KeyError):
            ask("no such id")


def test_an_update_reads_and_encodes_only_what_changed(corpus: Path, place: Place, encoder: Encoder) -> None:
    build_index(corpus, place, encoder=encoder)
    assert update_index(corpus, place, encoder=encoder).generation == 1
    (corpus / "冬岭.md").write_text(WINTER, encoding="utf-8")
    (corpus / "夏河.md").unlink()
    text = (corpus / "春江.md").read_text(encoding="utf-8")
    (corpus / "春江.md").write_text(text.replace("五百元", "八百元"), encoding="utf-8")
    summary = update_index(corpus, place, encoder=encoder)
    assert (summary.added, summary.changed, summary.removed) == (("冬岭.md",), ("春江.md",), ("夏河.md",))
    assert (summary.generation, summary.unchanged, summary.documents) == (2, 1, 3)
    assert 0 < summary.encoded < summary.passages
    index = open_handle(place, encoder=encoder).current()
    assert {h.passage.source for h in index.search("人才公寓")} <= {"冬岭.md", "春江.md", "秋山.txt"}
    assert "八百元" in index.search("稳岗补贴")[0].passage.text
    assert not any("五百元" in h.passage.text for h in index.search("五百元"))
    assert index.passage_frequency("公寓") == 0
    assert index.passage_frequency("补贴") > 0
    assert check_index(place).damaged == ()


def test_a_filter_is_applied_inside_the_search(corpus: Path, place: Place, encoder: Encoder) -> None:
    (corpus / "文号.md").write_text(
        "# 秋山镇人民政府关于垃圾投放的通知\n\n秋政发〔2021〕3号\n\n垃圾投放须分类。\n\n秋山镇人民政府\n\n2021年3月5日\n",
        encoding="utf-8",
    )
    build_index(corpus, place, encoder=encoder)
    index = open_handle(place, encoder=encoder).current()
    dated = next(one for one in index.documents() if one.source == "文号.md")
    assert dated.metadata.issuer is not None
    for filters in (
        Filters(sources=("文号.md",)), Filters(doc_ids=(dated.id,)), Filters(issuers=("秋山镇",)), Filters(years=(2021,)),
    ):  # fmt: skip
        assert {hit.passage.source for hit in index.search("垃圾投放", 10, filters)} == {"文号.md"}, filters
    for filters in (
        Filters(sources=("none.md",)),
        Filters(years=(1999,)),
        Filters(regions=("东海",)),
        Filters(statuses=("?",)),
    ):
        assert index.search("垃圾投放", 10, filters) == []


def test_the_same_words_are_shown_once_and_stay_reachable(corpus: Path, place: Place, encoder: Encoder) -> None:
    (corpus / "秋山抄件.txt").write_text((corpus / "秋山.txt").read_text(encoding="utf-8"), encoding="utf-8")
    build_index(corpus, place, encoder=encoder)
    index = open_handle(place, encoder=encoder).current()
    hits = index.search("厨余垃圾投放")
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert {hits[0].passage.source, *(other.source for other in hits[0].also)} == {"秋山.txt", "秋山抄件.txt"}
    assert {one.source: one.same_as for one in index.documents()}["秋山抄件.txt"] == "秋山.txt"
    (corpus / "秋山抄件.txt").unlink()
    assert update_index(corpus, place, encoder=encoder).links == ()


def test_an_index_can_be_empty_and_fill_again(corpus: Path, place: Place, encoder: Encoder) -> None:
    (corpus / "空.md").write_text(" \n", encoding="utf-8")
    for name in ("春江.md", "夏河.md"):
        (corpus / name).unlink()
    text = (corpus / "秋山.txt").read_text(encoding="utf-8")
    assert [one.source for one in build_index(corpus, place, encoder=encoder).failed] == ["空.md"]
    (corpus / "秋山.txt").unlink()
    assert update_index(corpus, place, encoder=encoder).passages == 0
    index = open_handle(place, encoder=encoder).current()
    assert index.search("补贴") == []
    assert index.documents() == []
    assert check_index(place).damaged == ()
    (corpus / "秋山.txt").write_text(text, encoding="utf-8")
    update_index(corpus, place, encoder=encoder)
    assert open_handle(place, encoder=encoder).current().search("厨余垃圾")[0].passage.source == "秋山.txt"


def test_wrong_use_says_what_to_do(corpus: Path, place: Place, encoder: Encoder) -> None:
    with pytest.raises(IndexMissing, match="python -m index build"):
        open_handle(place, encoder=encoder)
    build_index(corpus, place, encoder=encoder)

    class Other:
        name, fingerprint, dimension = "other", "0" * 64, encoder.dimension
        encode = encoder.encode

    class Newer(Other):
        name = encoder.name

    with pytest.raises(EncoderMismatch, match="--encoder other"):
        update_index(corpus, place, encoder=Other())
    with pytest.raises(EncoderMismatch):
        open_handle(place, encoder=Other())
    with pytest.raises(EncoderMismatch, match=r"another release .* python -m index update"):
        open_handle(place, encoder=Newer())
    assert update_index(corpus, place, encoder=Newer()).encoded > 0
    assert open_handle(place, encoder=Newer()).current().generation == 2


def test_one_writer_at_a_time(corpus: Path, place: Place, encoder: Encoder) -> None:
    build_index(corpus, place, encoder=encoder)
    held = Publisher(Catalogue(place)) if isinstance(place, Address) else disk.writer_lock(place)
    with held:
        with pytest.raises(IndexBusy, match="wait"):
            update_index(corpus, place, encoder=encoder)
        assert open_handle(place, encoder=encoder).current().search("补贴")
    assert update_index(corpus, place, encoder=encoder).generation == 1


def test_readers_never_see_a_mix_while_updates_are_published(tmp_path: Path, place: Place, encoder: Encoder) -> None:
    corpus, updates, readers = tmp_path / "c", 3, 4
    write_corpus(corpus, 5, articles=2)
    build_index(corpus, place, encoder=encoder)
    handle = open_handle(place, encoder=encoder)
    first = handle.current()
    before = told(first.search(QUERIES[0]))
    stop, errors = threading.Event(), list[str]()
    seen: list[set[int]] = [set() for _ in range(readers)]

    def read(number: int) -> None:
        turn = number
        while not stop.wait(0.01):
            turn += 1
            try:
                index = handle.current()
                seen[number].add(index.generation)
                for hit in index.search(QUERIES[turn % len(QUERIES)], 5):
                    passage = hit.passage
                    text = index.document(passage.doc_id).text
                    if text[passage.start : passage.end] != passage.text:
                        errors.append(f"{passage.id}: not what generation {index.generation} says")
            except Exception as error:
                errors.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=read, args=(number,)) for number in range(readers)]
    for thread in threads:
        thread.start()
    while not all(seen) and not errors:  # everybody is reading
        time.sleep(0.01)
    files = sorted(corpus.iterdir())
    for number in range(updates):
        changed = f"# 春江市补贴办法\n\n第一条 第{number}次修订，补贴{number}元。\n" * 3
        files[number].write_text(changed, encoding="utf-8")
        assert update_index(corpus, place, encoder=encoder).generation == number + 2
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert all(mine for mine in seen)
    assert handle.current().generation == updates + 1
    assert told(first.search(QUERIES[0])) == before  # what was opened stays as it was
    assert check_index(place).damaged == ()

"""Which documents are the same text, versions of one document, or ended by another."""

import json
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from corpus.document import assemble_document
from corpus.readers import read_bytes
from corpus.versions import (
    Link,
    VersionEntry,
    entry_of_document,
    find_links,
    newest_versions,
    passages_overlap,
    text_fingerprint,
    title_family,
)


def _entry(source: str, text: str) -> VersionEntry:
    return entry_of_document(assemble_document(source, read_bytes("a.txt", text.encode()), ""))


FILES = {
    "a/某某办法(2015-01-01).txt": "某某办法\n第一条 旧。\n",
    "a/某某办法(2020-01-01).txt": "某某办法\n第一条 新。\n",
    "b/复制件.txt": "某某办法\n\n第一条　旧。",
    "c/另一.txt": "另一办法\n某发〔2021〕3号\n第一条 《某某规则》（某发〔2010〕1号）同时废止。\n",
    "c/规则.txt": "某某规则\n某发〔2010〕1号\n第一条 很旧。\n",
}


def test_the_three_kinds() -> None:
    found = find_links([_entry(source, text) for source, text in FILES.items()])
    assert found == [
        Link("duplicate", "b/复制件.txt", "a/某某办法(2015-01-01).txt"),
        Link("version", "a/某某办法(2020-01-01).txt", "a/某某办法(2015-01-01).txt"),
        Link("replaces", "c/另一.txt", "c/规则.txt"),
    ]


def test_what_titles_of_versions_share() -> None:
    assert title_family("某某市关于印发《某某办法（试行）》的通知") == title_family("某某办法(2019修正)") == "某某办法"
    assert title_family("中华人民共和国刑法修正案（十一）") != title_family("中华人民共和国刑法修正案（十）")


def test_the_same_title_in_two_places_is_two_documents() -> None:
    text = "{}人民政府工作规则\n第一条 {}的规则。\n第二条 本规则自{}年1月1日起施行。\n"
    places = [
        _entry(f"{n}.txt", text.format(*row)) for n, row in enumerate((("甲县", "甲", 2019), ("乙县", "乙", 2022)))
    ]
    assert find_links(places) == []


def test_the_parts_of_a_code_are_no_versions() -> None:
    parts = [
        _entry(f"法典/{name}.txt", f"某某法典\n2020年5月28日通过\n{name}\n第{first}条 内容。\n第九条 自202{n}年1月1日起施行。\n")
        for n, (name, first) in enumerate((("总则编", "一"), ("物权编", "二百")))
    ]  # fmt: skip
    assert {part.title for part in parts} == {"某某法典"}
    assert find_links(parts) == []


def test_words_that_end_an_older_document_of_the_same_title() -> None:
    """They mean what came before, never the version that came after; a title may be written without its place."""
    ending = "东山县{}\n东政发〔{}〕1号\n第一条 {}\n第二条 本办法自{}年3月1日起施行，《创业补贴办法》同时废止。\n"
    second = _entry("二.txt", ending.format("创业补贴办法", 2020, "第二版。", 2020))
    third = _entry("三.txt", ending.format("创业补贴办法", 2024, "第三版。", 2024))
    far = _entry("他.txt", "西山县创业补贴办法\n第一条 别处。\n第二条 本办法自2010年3月1日起施行。\n")
    found = find_links([second, third, far])
    assert Link("replaces", "三.txt", "二.txt") in found
    assert not any(link.source == "二.txt" or "他.txt" in (link.source, link.other) for link in found)


def test_the_newest_of_a_chain() -> None:
    chain = [Link("version", "c", "b"), Link("version", "b", "a"), Link("duplicate", "d", "a")]
    assert newest_versions(chain) == {"a": "c", "b": "c"}


@given(st.text(alphabet="甲乙Ａa 1１（(　\n", min_size=1, max_size=40))
def test_a_fingerprint_is_of_the_words(text: str) -> None:
    assert text_fingerprint(text) == text_fingerprint(f" {text.upper()}\n\n")
    assert text_fingerprint(text) != text_fingerprint(text + "丙")


def test_passages_that_say_the_same() -> None:
    assert passages_overlap("第一条 甲。第二条 乙丙丁。", "第二条　乙丙丁。")
    assert not passages_overlap("第一条 甲乙丙。第二条 丁。", "第二条 丁。第三条 戊己庚。")


def test_the_command_lists_a_folder(tmp_path: Path) -> None:
    for source, text in FILES.items():
        (tmp_path / source).parent.mkdir(exist_ok=True)
        (tmp_path / source).write_text(text, "utf-8")
    (tmp_path / "坏.txt").write_bytes(b"")
    command = [sys.executable, "-m", "corpus", "list", str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert told[3] == "c/另一.txt  另一办法  某发〔2021〕3号"
    assert told[5:] == [
        "failed: 坏.txt: the file is empty: 0 bytes — copy it again",
        "duplicate: b/复制件.txt has the same text as a/某某办法(2015-01-01).txt",
        "version: a/某某办法(2020-01-01).txt is a newer version of a/某某办法(2015-01-01).txt",
        "replaces: c/另一.txt replaces or ends c/规则.txt",
    ]
    found = json.loads(subprocess.run([*command, "--json"], capture_output=True, text=True, check=True).stdout)
    assert [len(found[key]) for key in ("documents", "failed", "links")] == [5, 1, 3]

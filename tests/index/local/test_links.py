"""Copies, versions and documents ended by others: told by a build, kept by the index, shown once by a search."""

import json
import random
from pathlib import Path

import pytest

from corpus.versions import Link
from errors import IndexOutdated
from index.__main__ import summary_text
from index.build import build_index, update_index
from index.local import build as build_module
from index.local import open_index
from index.types import DocumentSummary, Encoder

OLD = "春江市人才补贴办法\n第一条 博士每人补贴五万元。\n第二条 硕士每人补贴两万元。\n"
FILES = {
    "办法(2019-01-01).txt": OLD,
    "办法(2023-05-01).txt": "春江市人才补贴办法\n第一条 博士每人补贴八万元。\n第二条 硕士每人补贴三万元。\n",
    "新规.txt": "春江市人才若干措施\n第一条 博士后每人补贴十万元。\n第二条 《春江市人才公寓细则》同时废止。\n",
    "细则.txt": "春江市人才公寓细则\n第一条 租金为市价的六成。\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for source, text in FILES.items():
        path = tmp_path / "corpus" / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    html = "".join(f"<p>{line}</p>" for line in OLD.split("\n"))
    (tmp_path / "corpus/抄件").mkdir()
    (tmp_path / "corpus/抄件/办法.html").write_text(f"<html><body>{html}</body></html>", "utf-8")
    return tmp_path / "corpus"


def _listed(index: Path, encoder: Encoder) -> dict[str, DocumentSummary]:
    return {one.source: one for one in open_index(index, encoder=encoder).documents()}


def test_a_build_tells_and_the_index_keeps(folder: Path, tmp_path: Path, encoder: Encoder) -> None:
    summary = build_index(folder, tmp_path / "i", encoder=encoder)
    assert set(summary.links) == {
        Link("duplicate", "抄件/办法.html", "办法(2019-01-01).txt"),
        Link("version", "办法(2023-05-01).txt", "办法(2019-01-01).txt"),
        Link("replaces", "新规.txt", "细则.txt"),
    }
    assert "replaces: 新规.txt replaces or ends 细则.txt" in summary_text(summary)
    listed = _listed(tmp_path / "i", encoder)
    assert listed["抄件/办法.html"].same_as == "办法(2019-01-01).txt"
    assert listed["办法(2019-01-01).txt"].newer == listed["抄件/办法.html"].newer == "办法(2023-05-01).txt"
    assert listed["细则.txt"].ended_by == "新规.txt"
    assert update_index(folder, tmp_path / "i", encoder=encoder).links == summary.links, "nothing changed"


def test_an_update_tells_anew(folder: Path, tmp_path: Path, encoder: Encoder) -> None:
    build_index(folder, tmp_path / "i", encoder=encoder)
    (folder / "办法(2023-05-01).txt").unlink()
    (folder / "新规.txt").write_text(FILES["新规.txt"].replace("《春江市人才公寓细则》", "此前规定"), "utf-8")
    assert update_index(folder, tmp_path / "i", encoder=encoder).links == (
        Link("duplicate", "抄件/办法.html", "办法(2019-01-01).txt"),
    )
    assert _listed(tmp_path / "i", encoder)["细则.txt"].ended_by == ""


def test_a_copy_does_not_fill_the_hits_twice(folder: Path, tmp_path: Path, encoder: Encoder) -> None:
    build_index(folder, tmp_path / "i", encoder=encoder)
    hits = open_index(tmp_path / "i", encoder=encoder).search("硕士补贴")
    of_one_text = [hit for hit in hits if hit.passage.source in ("办法(2019-01-01).txt", "抄件/办法.html")]
    assert len(of_one_text) == 1
    assert len({passage.source for passage in (of_one_text[0].passage, *of_one_text[0].also)}) == 2


def test_an_index_of_another_format_is_named_and_built_anew(folder: Path, tmp_path: Path, encoder: Encoder) -> None:
    from index.local import disk

    build_index(folder, tmp_path / "i", encoder=encoder)
    path = tmp_path / "i/gen-000001/manifest.json"
    fields = json.loads(path.read_text("utf-8")) | {"format": 1}
    path.write_text(json.dumps(fields), "utf-8")
    (tmp_path / "i/CURRENT").write_text(f"gen-000001 {disk.checksum(path.read_bytes()):016x}\n")
    with pytest.raises(IndexOutdated, match="index update"):
        open_index(tmp_path / "i", encoder=encoder)
    assert update_index(folder, tmp_path / "i", encoder=encoder).documents == len(FILES) + 1


TITLES = (
    "春江市人才补贴办法",
    "春江市人才补贴办法（试行）",
    "春江市人才公寓细则",
    "夏河市人才公寓细则",
    "关于印发《春江市人才公寓细则》的通知",
)


def _invented(chance: random.Random) -> str:
    ended = chance.choice(["", f"《{chance.choice(TITLES)}》同时废止。", "《人才公寓细则》同时废止。"])
    return (
        f"{chance.choice(TITLES)}\n第一条 {chance.choice('甲乙丙')}。\n"
        f"第二条 本办法自20{chance.choice(('10', '15', '20'))}年1月1日起施行。{ended}\n"
    )


@pytest.mark.parametrize("small", [0, 2000])
def test_an_update_finds_the_links_that_a_build_finds(
    tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr(build_module, "SMALL", small)
    corpus, chance, most = tmp_path / "c", random.Random(3), 0
    corpus.mkdir()
    for turn in range(30):
        for _ in range(chance.randrange(1, 4)):
            file = corpus / f"{chance.choice('甲乙丙丁戊己庚辛')}.txt"
            if turn < 5 or chance.random() < 0.7:
                file.write_text(_invented(chance), "utf-8")
            elif len(list(corpus.iterdir())) > 1:
                file.unlink(missing_ok=True)
        found = update_index(corpus, tmp_path / "i", encoder=encoder).links
        assert found == build_index(corpus, tmp_path / "fresh", encoder=encoder).links
        most = max(most, len({link.kind for link in found}))
    assert most == 3


def test_an_update_that_adds_only_a_broken_file_keeps_the_links(folder: Path, tmp_path: Path, encoder: Encoder) -> None:
    before = build_index(folder, tmp_path / "i", encoder=encoder)
    (folder / "坏.docx").write_bytes(b"PK\x03\x04 not really")
    after = update_index(folder, tmp_path / "i", encoder=encoder)
    assert after.links == before.links
    assert [one.source for one in after.failed] == ["坏.docx"]

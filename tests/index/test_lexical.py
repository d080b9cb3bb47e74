"""BM25 equals bm25s on the same terms, whatever the blocks; a posting list that changed is not served."""

from pathlib import Path

import numpy as np
import pytest

from corpus.errors import IndexDamaged
from index import lexical
from index.lexical import BlockWriter, Lexicon, open_blocks, terms

TEXTS = [
    "企业稳岗补贴每人五百元", "人才公寓租金补贴补贴", "垃圾分类投放时间", "补贴申请时间与材料，企业和个人", "2021年规划", "公寓企业",
]  # fmt: skip


def lexicon(folder: Path, texts: list[str], alive: list[bool] | None = None) -> Lexicon:
    folder.mkdir(exist_ok=True)
    writer = BlockWriter(folder, 7)
    writer.add(texts)
    writer.close()
    return Lexicon(open_blocks(folder, writer.files, 7), None if alive is None else np.array(alive))


def test_terms_are_characters_and_pairs() -> None:
    assert terms("补贴，A1") == ["补", "贴", "a", "1", "补贴", "a1"]


@pytest.mark.parametrize("block", [2, 4, 1 << 16])
def test_scores_equal_bm25s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    import bm25s

    monkeypatch.setattr(lexical, "BLOCK", block)
    mine = lexicon(tmp_path, TEXTS)
    theirs = bm25s.BM25(method="lucene", k1=lexical.K1, b=lexical.B)
    theirs.index([terms(text) for text in TEXTS], show_progress=False)
    for query in ("企业补贴", "申请材料的时间", "2021"):
        expected = theirs.get_scores(terms(query))
        rows, scores = mine.search(query, 10)
        assert sorted(rows.tolist()) == np.flatnonzero(expected).tolist()
        np.testing.assert_allclose(scores, expected[rows], rtol=1e-5)
        np.testing.assert_allclose(mine.scores(query, np.arange(6)), expected, rtol=1e-5)


def test_struck_out_passages_leave_no_trace(tmp_path: Path) -> None:
    mask = [True, False, True, True, False, True]
    some = lexicon(tmp_path / "a", TEXTS, mask)
    fresh = lexicon(tmp_path / "b", [TEXTS[row] for row in (0, 2, 3, 5)])
    rows, scores = some.search("企业公寓补贴", 10, np.array(mask))
    again, same = fresh.search("企业公寓补贴", 10)
    assert [(0, 2, 3, 5)[row] for row in again.tolist()] == rows.tolist()
    np.testing.assert_allclose(scores, same, rtol=1e-6)
    assert some.frequency("公寓") == 1
    assert lexicon(tmp_path / "c", TEXTS).frequency("公寓") == 2


def test_a_changed_posting_list_is_named(tmp_path: Path) -> None:
    mine = lexicon(tmp_path, TEXTS)
    path = tmp_path / "block-0000.postings"
    path.write_bytes(bytes(byte ^ 1 for byte in path.read_bytes()))
    with pytest.raises(IndexDamaged, match=r"block-0000\.postings"):
        mine.search("补贴", 3)

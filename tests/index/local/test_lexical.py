"""BM25 equals bm25s on the same terms, whatever the blocks; a posting list that changed is not served."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from errors import IndexDamaged
from index.local import lexical, postings
from index.local.lexical import Lexicon, terms_of
from index.local.postings import BlockWriter, open_blocks

TEXTS = [
    "企业稳岗补贴每人五百元", "人才公寓租金补贴补贴", "垃圾分类投放时间", "补贴申请时间与材料，企业和个人", "2021年规划", "公寓企业",
]  # fmt: skip


def lexicon(folder: Path, texts: list[str], alive: list[bool] | None = None) -> Lexicon:
    folder.mkdir(exist_ok=True)
    writer = BlockWriter(folder, 7)
    writer.add_texts(texts)
    writer.close()
    return Lexicon(open_blocks(folder, writer.files, 7), None if alive is None else np.array(alive))


def test_terms_are_characters_and_pairs() -> None:
    assert terms_of("补贴，A1") == ["补", "贴", "a", "1", "补贴", "a1"]
    assert terms_of("") == []


def test_long_and_short_texts_have_the_same_terms() -> None:
    text = "Ａ１補助𠮷田，𝐀b ß①\n½٣"
    long = terms_of((text + "。") * 500)
    assert sorted(set(long)) == sorted(set(terms_of(text)))
    assert "𠮷田" in long


@pytest.mark.parametrize("block", [2, 4, 1 << 16])
def test_scores_equal_bm25s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    import bm25s

    monkeypatch.setattr(postings, "BLOCK", block)
    mine = lexicon(tmp_path, TEXTS)
    theirs = bm25s.BM25(method="lucene", k1=lexical.K1, b=lexical.B)
    theirs.index([terms_of(text) for text in TEXTS], show_progress=False)
    for query in ("企业补贴", "申请材料的时间", "2021"):
        expected = theirs.get_scores(terms_of(query))
        rows, scores = mine.query_of(query).search(10)
        assert sorted(rows.tolist()) == np.flatnonzero(expected).tolist()
        np.testing.assert_allclose(scores, expected[rows], rtol=1e-5)
        np.testing.assert_allclose(mine.query_of(query).scores_of(np.arange(6)), expected, rtol=1e-5)


def test_struck_out_passages_leave_no_trace(tmp_path: Path) -> None:
    mask = [True, False, True, True, False, True]
    some = lexicon(tmp_path / "a", TEXTS, mask)
    fresh = lexicon(tmp_path / "b", [TEXTS[row] for row in (0, 2, 3, 5)])
    rows, scores = some.query_of("企业公寓补贴").search(10, np.array(mask))
    again, same = fresh.query_of("企业公寓补贴").search(10)
    assert [(0, 2, 3, 5)[row] for row in again.tolist()] == rows.tolist()
    np.testing.assert_allclose(scores, same, rtol=1e-6)
    assert some.passage_frequency("公寓") == 1
    assert lexicon(tmp_path / "c", TEXTS).passage_frequency("公寓") == 2


def test_a_changed_posting_list_is_named(tmp_path: Path) -> None:
    mine = lexicon(tmp_path, TEXTS)
    path = tmp_path / "block-0000.postings"
    path.write_bytes(bytes(byte ^ 1 for byte in path.read_bytes()))
    with pytest.raises(IndexDamaged, match=r"block-0000\.postings"):
        mine.query_of("补贴").search(1)


@pytest.mark.parametrize("block", [700, 1 << 16])
@pytest.mark.parametrize("struck", [0.0, 0.2])
def test_skipping_gives_what_adding_everything_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, struck: float
) -> None:
    monkeypatch.setattr(postings, "BLOCK", block)
    random = np.random.default_rng(3)
    common, rare = "的一是了在有和人", [chr(0x5200 + n) for n in range(300)]
    texts = []
    for _ in range(3000):
        letters = [*random.choice(list(common), 40), *random.choice(rare, 6)]
        random.shuffle(letters)
        texts.append("".join(letters))
    alive = random.random(3000) >= struck
    mine = lexicon(tmp_path / "a", texts, alive.tolist() if struck else None)
    fresh = lexicon(tmp_path / "b", [text for text, counts in zip(texts, alive, strict=True) if counts])
    queries = ["".join(c for c in texts[70 * n] if c in rare) + "的人" for n in range(40)]
    finished: list[int] = []
    real = lexical._Part._finish_scores

    def note(part: Any, rows: Any, *given: Any) -> Any:
        finished.append(len(rows))
        return real(part, rows, *given)

    monkeypatch.setattr(lexical._Part, "_finish_scores", note)
    for query in queries:
        every = np.zeros(3000, np.float32)
        every[alive] = fresh.query_of(query).scores_of(np.arange(int(alive.sum())))
        for allowed in (None, alive & (random.random(3000) < 0.5)):
            rows, scores = mine.query_of(query).search(3, allowed)
            allowed_scores = every if allowed is None else every * allowed
            np.testing.assert_allclose(scores, np.sort(allowed_scores)[:-4:-1], rtol=1e-5)
            np.testing.assert_allclose(scores, allowed_scores[rows], rtol=1e-5)
    assert len(finished) > 20
    assert any(number > 3 for number in finished)

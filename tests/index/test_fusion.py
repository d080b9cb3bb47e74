"""Fusion keeps what both ways say, and leaves out only what cannot come among the best."""

import numpy as np
import pytest

from index import fusion
from index.fusion import Floats, Rows, fuse_rankings


@pytest.mark.parametrize("seed", range(20))
def test_leaving_out_changes_nothing_among_the_best(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fusion, "DENSE_WEIGHT", 0.3)
    random = np.random.default_rng(seed)
    words, meaning = random.random(200).astype(np.float32) * 20, random.random(200).astype(np.float32)
    by_words, by_meaning = np.argsort(-words)[:50], np.argsort(-meaning)[:50]
    asked: list[int] = []

    def score(rows: Rows) -> Floats:
        asked.extend(rows.tolist())
        return words[rows]

    rows, scores = fuse_rankings(
        (by_words, words[by_words]), (by_meaning, meaning[by_meaning]), 10, full=True,
        score_lexical=score, score_dense=lambda some: meaning[some],
    )  # fmt: skip
    every = np.union1d(by_words, by_meaning)
    total = words[every] / words.max() + np.float32(0.3) * meaning[every]
    order = np.lexsort((every, -total))[:10]
    assert rows[:10].tolist() == every[order].tolist()
    np.testing.assert_allclose(scores[:10], total[order], rtol=1e-5)
    assert len(asked) < len(set(by_meaning.tolist()) - set(by_words.tolist()))


def test_nothing_found_by_words_leaves_the_order_of_meaning() -> None:
    none = (np.zeros(0, np.int64), np.zeros(0, np.float32))
    dense = (np.array([4, 2]), np.array([0.9, 0.5], np.float32))

    def never(rows: Rows) -> Floats:
        raise AssertionError(rows)

    rows, _ = fuse_rankings(none, dense, 5, full=False, score_lexical=never, score_dense=never)
    assert rows.tolist() == [4, 2]
    assert fuse_rankings(none, none, 5, full=False, score_lexical=never, score_dense=never)[0].tolist() == []

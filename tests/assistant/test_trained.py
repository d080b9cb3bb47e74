"""The trained half of the reader: runs stay inside their passage, features are finite, overlap measures are right."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.reading import runs, trained
from assistant.training.overlap import f_score, letters, run, subsequence
from assistant.understanding.analysis import analyse
from corpus.types import Passage
from index.types import Hit

TEXT = "居住证的办理。申领居住证应当提交身份证明、居住地址证明；材料齐全的，当场受理。补领的收取工本费二十元。咨询电话：0519-12345。"


def hits() -> list[Hit]:
    passage = Passage("1", "1", "1.txt", "居住证办理指南", 0, len(TEXT), TEXT, "")
    return [Hit(passage, 1.0, 1)]


def test_every_run_is_words_of_its_passage_with_finite_signs() -> None:
    found, relevance = trained.candidates(analyse("申领居住证需要提交什么材料？"), hits())
    assert len(relevance) == 1
    assert len(found.start) > 20
    assert np.isfinite(found.features).all()
    assert ((found.start >= 0) & (found.end > found.start) & (found.end <= len(TEXT))).all()
    assert found.features.shape == (len(found.start), len(trained.weights()[0].mean))


def test_the_run_that_answers_is_chosen() -> None:
    seen = trained.look(analyse("申领居住证应当提交哪些材料？"), hits())
    assert seen is not None
    assert "居住地址证明" in TEXT[seen.start : seen.end]


def test_borders_lie_after_marks() -> None:
    assert runs.borders("甲，乙。丙") == [0, 2, 4, 5]


@pytest.mark.parametrize(
    ("a", "b", "whole", "broken"), [("补助金", "补贴金", 1, 2), ("", "x", 0, 0), ("一二三", "一二三", 3, 3)]
)
def test_overlap_by_hand(a: str, b: str, whole: int, broken: int) -> None:
    assert run(a, b) == whole
    assert subsequence(a, b) == broken


def test_letters_leave_marks_out() -> None:
    assert letters("５０ 万元。（含）") == "50万元含"
    assert f_score(2, 3, 3) == pytest.approx(2 / 3)

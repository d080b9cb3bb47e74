"""Markers are read in every shape that models write."""

from __future__ import annotations

import pytest

from assistant import markers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲[1]。", [("甲", [1]), ("。", [])]),
        ("甲【1】。", [("甲", [1]), ("。", [])]),
        ("甲［１］", [("甲", [1])]),
        ("甲[1,3]", [("甲", [1, 3])]),
        ("甲[1，3、5]", [("甲", [1, 3, 5])]),
        ("甲[1][2]", [("甲", [1, 2])]),
        ("甲[1] [2]", [("甲", [1, 2])]),
        ("甲[2-4]", [("甲", [2, 3, 4])]),
        ("甲〔1〕", [("甲", [1])]),
        ("甲（来源1）", [("甲", [1])]),
        ("甲[来源 2]", [("甲", [2])]),
        ("甲<sup>3</sup>", [("甲", [3])]),
        ("甲[[1]]", [("甲", [1])]),
        ("甲[^1]", [("甲", [1])]),
    ],
)
def test_shapes(text: str, expected: list[tuple[str, list[int]]]) -> None:
    assert markers.split_at_markers(text) == expected


@pytest.mark.parametrize("text", ["常政发〔2021〕12号", "津政发[2020]1号", "（1）申请表", "见《办法》[2020]"])
def test_what_is_no_marker(text: str) -> None:
    assert markers.split_at_markers(text) == [(text, [])]
    assert markers.strip_markers(text) == text


def test_render() -> None:
    assert markers.render_markers([1, 2]) == "[1][2]"

"""Text whose lines a program broke at a width is read in paragraphs; lines that are paragraphs stay as they are."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import assemble_document
from corpus.readers.plain import read_raw
from tests.corpus.specimens import AFTER, NUMBER, OPINION, PARAGRAPHS, SIGNATURE, TITLE

NOTICE = [TITLE, NUMBER, *PARAGRAPHS, OPINION, *AFTER, OPINION, *SIGNATURE]


def _broken(text: str, wide: int, indent: str) -> list[str]:
    """The lines that a program makes of a paragraph: so many ideographs, two letters or figures in the place of one."""
    lines, left = [""], 2 * wide
    for character in indent + text:
        size = 1 + (unicodedata.east_asian_width(character) in "WFA")
        if size > left:
            lines.append("")
            left = 2 * wide
        lines[-1] += character
        left -= size
    return lines


@pytest.mark.parametrize("wide", [28, 36, 45])
@pytest.mark.parametrize("indent", ["", "　　"])
def test_broken_lines_are_joined(wide: int, indent: str) -> None:
    lines = [
        line for text in NOTICE for line in _broken(text, wide, "" if text in (TITLE, NUMBER, *SIGNATURE) else indent)
    ]
    raw = read_raw("\n".join(lines).encode("gb18030"))
    assert [line.lstrip("　") for line in raw.text.split("\n")] == NOTICE
    assert "joined" in raw.warnings[0]
    document = assemble_document("a.txt", raw, "")
    assert [node.label for node in document.outline if node.kind == "article"] == [
        "第一条",
        "第二条",
        "第三条",
        "第四条",
    ]


def test_blank_lines_end_paragraphs_and_words_keep_their_spaces() -> None:
    text = "the quick brown fox jumps over the lazy dog and goes on to the next line of the page"
    lines = [text[:41].strip(), text[41:].strip()] * 6
    assert read_raw("\n".join([*lines, "", "The end"]).encode()).text.split("\n")[-2:] == ["", "The end"]


@pytest.mark.parametrize(
    "lines",
    [
        [
            f"{n}、各部门应当按照职责分工落实本办法规定的各项任务并报告进展。" for n in "一二三四五六七八"
        ],  # each ends a sentence
        [f"{TITLE}第{n}部分……………………{n}" for n in range(1, 9)],  # a table of contents
        [name * 3 + "公司" for name in ("甲乙", "丙丁戊", "己庚", "辛壬癸", "子", "丑寅", "卯辰巳")],  # short names
        NOTICE,
        ["姓名,单位,电话,地址,备注" + ",无" * n for n in range(12)],
    ],
)
def test_lines_that_are_paragraphs_stay(lines: list[str]) -> None:
    text = "\n".join(lines)
    raw = read_raw(text.encode())
    assert raw.text == text
    assert raw.warnings == ()


@settings(max_examples=60)
@given(st.lists(st.text(alphabet="法规条例第一，。 ab\n", max_size=60), max_size=20))
def test_no_word_is_lost_or_moved(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert "".join(read_raw(text.encode()).text.split()) == "".join(text.split())

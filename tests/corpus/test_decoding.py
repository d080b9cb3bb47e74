"""Encodings: what cannot be told for sure is told as a warning, and no line is read in another line's encoding."""

import pytest

from corpus.decoding import decode_text

LINE = "某某市人民政府关于促进发展的若干意见。第一条 企业可以申请补助一万元。"
TRADITIONAL = "臺北市政府關於促進發展的若干意見，申請人應於期限內提出。"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_that_holds_the_character_one(encoding: str) -> None:
    """一 (U+4E00) has a zero byte where a space has none."""
    text = f"{LINE}\n" * 5
    assert decode_text(text.encode(encoding)) == (text, encoding, "")


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(("other", "encoding"), [(LINE, "gb18030"), (TRADITIONAL, "big5hkscs")])
def test_each_line_is_read_in_its_own_encoding(first: bool, other: str, encoding: str) -> None:
    """As when a paragraph is pasted into a file by another program."""
    utf8, strange = f"{LINE}\n".encode() * 4, f"{other}\n".encode(encoding) * 2
    text, _, warning = decode_text(strange + utf8 if first else utf8 + strange)
    assert text == f"{other}\n" * 2 + f"{LINE}\n" * 4 if first else f"{LINE}\n" * 4 + f"{other}\n" * 2
    assert warning == f"2 of 7 lines are not UTF-8 and were read as {encoding}"


def test_a_damaged_byte_does_not_make_utf8_something_else() -> None:
    text, name, warning = decode_text(LINE.encode() + b"\xff\n" + LINE.encode())
    assert (text, name) == (f"{LINE}\ufffd\n{LINE}", "utf-8")
    assert warning.startswith("1 characters could not be read")


@pytest.mark.parametrize("encoding", ["shift_jis", "euc-jp"])
def test_a_text_that_comes_out_as_rare_characters_is_told(encoding: str) -> None:
    _, _, warning = decode_text(
        "東京都の政策について。これは日本語の文書です。市民の皆様にお知らせします。\n".encode(encoding) * 5
    )
    assert "the encoding may be another" in warning


@pytest.mark.parametrize(("text", "encoding"), [(LINE, "gb18030"), (TRADITIONAL, "big5"), (TRADITIONAL, "gb18030")])
def test_a_common_text_gives_no_warning(text: str, encoding: str) -> None:
    assert decode_text(f"{text}\n".encode(encoding) * 3) == (
        f"{text}\n" * 3,
        {"big5": "big5hkscs"}.get(encoding, encoding),
        "",
    )

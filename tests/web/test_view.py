"""What is shown of a citation after its document changed, and what leaves as Word or Markdown."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Document, Metadata
from tests.web.payloads import PAYLOADS
from web import export, view


def document(text: str) -> Document:
    return Document("d", "d.md", "文件", text, (), Metadata(), "0" * 64)


@pytest.mark.parametrize(
    ("text", "start", "quote", "expected"),
    [
        ("甲乙丙丁", 1, "乙丙", ("same", 1, 3)),
        ("新新甲乙丙丁", 1, "乙丙", ("moved", 3, 5)),
        ("乙丙甲甲甲甲乙丙", 5, "乙丙", ("moved", 6, 8)),
        ("甲丙乙丁", 1, "乙丙", ("changed", 0, 0)),
        ("甲乙", 1, "乙丙", ("changed", 0, 0)),
        ("", 0, "甲", ("changed", 0, 0)),
    ],
)
def test_locate(text: str, start: int, quote: str, expected: tuple[str, int, int]) -> None:
    assert view.locate_quote(document(text), start, start + len(quote), quote) == expected


@given(st.text(max_size=40), st.text(min_size=1, max_size=10), st.text(max_size=40), st.integers(0, 60))
def test_a_located_quote_is_the_bytes_of_the_source(before: str, quote: str, after: str, start: int) -> None:
    text = before + quote + after
    state, first, last = view.locate_quote(document(text), start, start + len(quote), quote)
    assert state in ("same", "moved")
    assert text[first:last] == quote


def turn(text: str, quote: str = "原文") -> dict[str, Any]:
    cited = {"marker": 1, "title": text, "locator": "第一条", "number": None, "page": 3, "quote": quote}
    answer = {"text": f"{text}[1]，又[1]，[9]", "citations": [cited], "notices": [{"text": text}]}
    return {"question": text, "asked": "2026-01-02T03:04:05+00:00", "answer": answer}


@pytest.mark.parametrize("text", [*PAYLOADS, "\x00\x08\x0b\ufffe\ud800坏字符", "换\n行\t表", "𠮷😀"])
def test_anything_can_be_exported(text: str) -> None:
    from docx import Document as Word
    from lxml import etree

    body = export.export_docx(text, [turn(text, text)])
    with zipfile.ZipFile(BytesIO(body)) as opened:
        for name in opened.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(opened.read(name))
        notes = etree.fromstring(opened.read("word/footnotes.xml"))
    assert len(notes) == 3  # the two separators and one note, however often it is cited
    assert Word(BytesIO(body)).paragraphs
    assert "[^1]" in export.export_markdown(text, [turn(text, text)])


def test_markdown_shows_what_was_written() -> None:
    text = export.export_markdown("标题", [turn("<img src=x> *甲* [链接](x)")])
    assert "<img" not in text.replace(r"\<", "")
    assert r"\<img src=x\>" in text
    assert "[^1]: 《" in text
    assert "[^9]" not in text

"""Everything that the assistant may say of an answer has its words on the page, in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

import web
from assistant.types import NoticeCode

TEXTS = Path(web.__file__).parent / "texts"


def _texts(language: str) -> dict[str, str]:
    texts: dict[str, str] = json.loads((TEXTS / f"{language}.json").read_text("utf-8"))
    return texts


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_notice_has_a_heading(language: str) -> None:
    texts = _texts(language)
    assert [code for code in get_args(NoticeCode) if not texts.get(f"notice.{code}")] == []


def test_both_languages_have_the_same_texts() -> None:
    assert _texts("zh").keys() == _texts("en").keys()

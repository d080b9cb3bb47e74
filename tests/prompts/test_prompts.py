"""Prompt texts hold exactly the placeholders that are filled."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.generation.prompting import FOLDER, PLACEHOLDERS, load_template
from errors import SettingsError


def test_every_file_is_known_and_valid() -> None:
    assert set(PLACEHOLDERS) <= {path.stem for path in FOLDER.glob("*.md")}
    for name in PLACEHOLDERS:
        assert set(load_template(name).get_identifiers()) == PLACEHOLDERS[name]


@pytest.mark.parametrize(
    "text", ["$question", "$question $evidence $not_found $more", "$question $evidence $not_found $ 5", "$"]
)
def test_wrong_placeholders_are_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "answer.md").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError):
        load_template("answer", tmp_path)


def test_missing_prompt(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        load_template("rewrite", tmp_path)

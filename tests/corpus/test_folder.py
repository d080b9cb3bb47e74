"""Folders that are not quite what they should be."""

from pathlib import Path

import pytest

from corpus.folder import scan_folder
from errors import CorpusError


def test_a_link_to_itself_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 甲\n", encoding="utf-8")
    (tmp_path / "self.md").symlink_to("self.md")
    found = scan_folder(tmp_path)
    assert [file.source for file in found.files] == ["a.md"]
    assert [(one.source, one.reason) for one in found.failed] == [("self.md", "a link that leads to itself")]


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 甲\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="is not a folder"):
        scan_folder(tmp_path / "a.md")

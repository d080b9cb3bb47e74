"""How a command ends: one line, an exit code, and arguments that no locale can spoil."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.console import run
from corpus.errors import CorpusError
from corpus.folder import scan

ROOT = Path(__file__).resolve().parents[2]


def test_an_argument_in_utf8_is_read_in_any_locale(tmp_path: Path) -> None:
    file = tmp_path / "办法.md"
    file.write_text("# 办法\n\n补贴300元。\n", encoding="utf-8")
    bare = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", "corpus", "show", str(file), "--text"]
    done = subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "补贴300元。" in done.stdout.decode("utf-8")


def test_a_full_disk_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> int:
        raise OSError(28, "No space left on device", "/data/chats.sqlite")

    with pytest.raises(SystemExit) as left:
        run(fails)
    assert left.value.code == 2
    assert capsys.readouterr().err.splitlines() == [
        "suyuan: No space left on device: /data/chats.sqlite — free the disk or correct its permissions"
    ]


def test_a_link_to_itself_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 甲\n", encoding="utf-8")
    (tmp_path / "self.md").symlink_to("self.md")
    found = scan(tmp_path)
    assert [file.source for file in found.files] == ["a.md"]
    assert [(one.source, one.reason) for one in found.failed] == [("self.md", "a link that leads to itself")]


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 甲\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="is not a folder"):
        scan(tmp_path / "a.md")

"""How every command ends: one line, an exit code, progress that leaves nothing behind, arguments that no locale can spoil."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli import ExitCode, exit_code_of, progress_bar, run_command
from errors import IndexDamaged, IndexMissing, SuyuanError

ROOT = Path(__file__).resolve().parents[1]


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
        run_command(fails)
    assert left.value.code == 2
    assert capsys.readouterr().err.splitlines() == [
        "suyuan: No space left on device: /data/chats.sqlite — free the disk or correct its permissions"
    ]


def test_an_error_is_one_line_and_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> int:
        raise IndexDamaged("a record is\ndamaged", 7, "python -m index check --repair")

    with pytest.raises(SystemExit) as left:
        run_command(fails)
    assert left.value.code == ExitCode.DOES_NOT_HOLD
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "suyuan: a record is damaged: 7 — python -m index check --repair\n")


def test_only_damage_does_not_hold_other_errors_are_wrong_use() -> None:
    assert exit_code_of(IndexDamaged("x")) == 1
    assert exit_code_of(IndexMissing("x")) == exit_code_of(SuyuanError("x")) == 2


class Terminal(io.StringIO):
    """A stream that says somebody is watching."""

    def isatty(self) -> bool:
        return True


def test_a_bar_is_drawn_for_each_stage_and_is_gone_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with pytest.raises(SuyuanError), progress_bar() as tell:  # noqa: PT012 - the bar has to be open when it is raised
        tell("scan", 0, 0)
        tell("read", 1, 4)
        tell("questions", 2, 4)
        raise SuyuanError("stopped half way")
    drawn = screen.getvalue()
    assert "looking through the folder" in drawn
    assert "reading documents:  25%" in drawn
    assert "questions:  50%" in drawn
    assert drawn.split("\r")[-1] == ""
    assert drawn.split("\r")[-2].strip() == ""


def test_nobody_watching_sees_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as tell:
        tell("read", 0, 3)
    assert capsys.readouterr().err == ""
    with progress_bar(log=True) as tell:
        tell("read", 0, 3)
        tell("read", 1, 3)
    assert capsys.readouterr().err == "reading 3 new or changed documents\n"

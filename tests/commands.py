"""A command in the process of the tests: the same entry, without the seconds that a new process takes to start."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout

import pytest

from cli import run_command
from settings import ROOT


def run_here(
    main: Callable[[list[str]], int], words: Sequence[object], **environment: str
) -> subprocess.CompletedProcess[str]:
    """What a command does with the words, in the project's folder and with more environment."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(ROOT)
        for name, value in environment.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as left:
            run_command(lambda: main([str(word) for word in words]))
    texts = []
    for stream in (out, err):
        stream.flush()
        stream.seek(0)
        texts.append(stream.read())
    return subprocess.CompletedProcess([], int(str(left.value.code)), *texts)

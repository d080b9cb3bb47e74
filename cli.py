"""What every command shares: exit codes, one line for an error, JSON for machines, progress. Knows nothing of the commands.

stdout carries what was asked for; progress, notes and errors go to stderr.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Any, Protocol

from errors import IndexDamaged, SuyuanError

__all__ = [
    "ExitCode",
    "Progress",
    "Reporter",
    "exit_code_of",
    "folder_or_address",
    "print_json",
    "print_note",
    "progress_bar",
    "run_command",
]


class ExitCode(IntEnum):
    """How a command ended. A command that has another code of its own (`python -m eval`: 3) says so in its help."""

    DONE = 0
    DOES_NOT_HOLD = 1  # a regression, a damaged index, a row of a batch without an answer
    WRONG_USE = 2  # or a missing prerequisite
    OTHER_BASELINE = 3  # eval alone: the baseline is of another corpus or of other cases
    STOPPED = 130  # by Ctrl-C, as shells have it


Progress = Callable[[str, int, int], None]
"""Called with a stage, how much of it is done, and how much there is (0: not known)."""


class Reporter(Protocol):
    """A Progress that may be told, too, which thing was done last."""

    def __call__(self, stage: str, done: int, total: int, item: str = "") -> None:
        """Show how far a stage is."""


_STAGES = {
    "fetch": "fetching documents",
    "scan": "looking through the folder",
    "read": "reading documents",
    "write": "writing the index",
}


def exit_code_of(error: SuyuanError) -> ExitCode:
    """The exit code of a command that ends with this error."""
    return ExitCode.DOES_NOT_HOLD if isinstance(error, IndexDamaged) else ExitCode.WRONG_USE


def folder_or_address(text: str) -> Path | str:
    """What a person named: an address stays as it is typed, anything else is a path."""
    return text if "://" in text else Path(text)


def run_command(main: Callable[[], int]) -> None:
    """Run a command and leave the process with its exit code; an error that people can mend is one line, no traceback."""
    _restart_in_utf8()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        code = main()
        sys.stdout.flush()
    except SuyuanError as error:
        _print_error(str(error))
        code = exit_code_of(error)
    except BrokenPipeError:
        # The reader of a pipe left (| head): not an error of ours. Point stdout at nothing so that exit stays quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ExitCode.DONE
    except KeyboardInterrupt:
        _print_error("stopped")
        code = ExitCode.STOPPED
    except OSError as error:
        # A full disk or a folder without rights, met where nobody expected it: the system's own words are the reason.
        where = f": {error.filename}" if error.filename else ""
        _print_error(f"{error.strerror or error}{where} — free the disk or correct its permissions")
        code = ExitCode.WRONG_USE
    sys.exit(code)


def print_json(value: object, indent: int | None = None) -> None:
    """One value for machines, on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=indent))


def print_note(text: str) -> None:
    """A line for people, on stderr, at once."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def progress_bar(*, quiet: bool = False, log: bool = False) -> Iterator[Reporter]:
    """What shows progress on stderr: a bar a stage where a person is watching, else nothing.

    `quiet`: nothing at all. `log`: where nobody is watching, one line as reading begins. The bar is gone when the context
    ends, so that an error stands on a line of its own.
    """
    if quiet or not sys.stderr.isatty():
        yield _log_reading if log and not quiet else _show_nothing
        return
    from tqdm import tqdm

    bars: dict[str, Any] = {}

    def show_bar(stage: str, done: int, total: int, item: str = "") -> None:
        if stage not in bars:
            _close_all(bars)
            title, counted = _STAGES.get(stage, stage), None if done or total else "{desc}"
            # what an earlier run did (`initial`) says nothing of the speed of this one
            bars[stage] = tqdm(
                desc=title, total=total or None, initial=done, bar_format=counted, file=sys.stderr, leave=False
            )
        bars[stage].set_postfix_str(item[-40:], refresh=False)
        bars[stage].update(done - bars[stage].n)

    try:
        yield show_bar
    finally:
        _close_all(bars)


def _close_all(bars: dict[str, Any]) -> None:
    while bars:
        bars.popitem()[1].close()


def _log_reading(stage: str, done: int, total: int, item: str = "") -> None:
    if stage == "read" and done == 0:
        print_note(f"reading {total} new or changed documents")


def _show_nothing(stage: str, done: int, total: int, item: str = "") -> None:
    """Nobody is watching."""


def _print_error(text: str) -> None:
    print_note(f"suyuan: {' '.join(text.split())}")


def _restart_in_utf8() -> None:
    """Start again in Python's UTF-8 mode under a locale of another encoding: else file names and questions are misread."""
    if sys.getfilesystemencoding() != "utf-8" and os.environ.get("PYTHONUTF8") != "1":
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - the same command, as it was given

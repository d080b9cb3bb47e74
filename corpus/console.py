"""How every command starts and ends: arguments in, an exit code out, one line for an error. Knows nothing of the commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from corpus.errors import SuyuanError


def run(main: Callable[[], int]) -> None:
    """Run a command and leave the process with its exit code: 0 done, 1 does not hold, 2 wrong use or missing prerequisite."""
    _in_utf8()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        code = main()
        sys.stdout.flush()
    except SuyuanError as error:
        print(f"suyuan: {' '.join(str(error).split())}", file=sys.stderr)
        code = error.exit_code
    except BrokenPipeError:
        # The reader of a pipe left (| head): not an error of ours. Point stdout at nothing so that exit stays quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except KeyboardInterrupt:
        print("suyuan: stopped", file=sys.stderr)
        code = 130
    except OSError as error:
        # A full disk or a folder without rights, met where nobody expected it: the system's own words are the reason.
        where = f": {error.filename}" if error.filename else ""
        print(f"suyuan: {error.strerror or error}{where} — free the disk or correct its permissions", file=sys.stderr)
        code = 2
    sys.exit(code)


def _in_utf8() -> None:
    """Start again in Python's UTF-8 mode under a locale of another encoding: else file names and questions are misread."""
    if sys.getfilesystemencoding() != "utf-8" and os.environ.get("PYTHONUTF8") != "1":
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - the same command, as it was given

"""How every command starts and ends: arguments in, an exit code out, one line for an error. Knows nothing of the commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from corpus.errors import SuyuanError


def run(main: Callable[[], int]) -> None:
    """Run a command and leave the process with its exit code: 0 done, 1 does not hold, 2 wrong use or missing prerequisite."""
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
    sys.exit(code)

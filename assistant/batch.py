"""Answers a file of questions, row by row, and goes on after a kill. Knows nothing of how an answer is made."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from assistant.inputs import visible_text
from assistant.tables import read_table, write_table
from assistant.types import Answer
from assistant.wire import answer_to_dict
from cli import ExitCode, print_note, progress_bar
from errors import BatchError, SuyuanError

Ask = Callable[[dict[str, Any]], Answer]
_TABLES = (".csv", ".xlsx")
_ASKED = ("question", "history", "filters")
_LONE = "backslashreplace"  # half of a surrogate pair is written as JSON's own escape, \\ud800, and reads back the same


def answer_batch(open_assistant: Callable[[], Any], cases: Path, out: Path, *, fresh: bool = False) -> int:
    """Answer every case that `out` does not hold yet; 0 when every row has its answer, 1 when a row failed.

    Each answer is one line, written whole and flushed, so a kill loses at most the question being answered. A table as
    `out` is written from its .jsonl beside it, at the end. Raises BatchError for a file that cannot be read or written.
    """
    rows = read_cases(cases)
    lines = out.with_suffix(out.suffix + ".jsonl") if out.suffix in _TABLES else out
    _refuse_foreign_files(cases, out, lines)
    _require_no_other_run(lines)
    asked = {row["id"]: row for row in rows}
    done = (
        {}
        if fresh
        else {name: row for name, row in finished_answers(lines).items() if _answers_same_question(row, asked)}
    )
    todo = [row for row in rows if row["id"] not in done]
    try:
        lines.parent.mkdir(parents=True, exist_ok=True)
        _write_kept_answers(lines, done)
        failed = _answer_all(open_assistant, todo, lines, len(rows)) if todo else 0
        if out.suffix in _TABLES:
            write_table(out, rows, finished_answers(lines))
    except OSError as error:
        raise BatchError("cannot write the answers", out, error.strerror or "choose another --out") from None
    print_note(
        f"{len(rows)} questions, {len(rows) - len(todo)} kept, {len(todo) - failed} answered now, {failed} failed"
    )
    return ExitCode.DOES_NOT_HOLD if failed else ExitCode.DONE


def read_cases(path: Path) -> list[dict[str, Any]]:
    """The rows of the file, each with a text id; a row that is no question keeps an `error`. Raises BatchError."""
    if not path.is_file():
        raise BatchError("no such file of questions", path, "give a .jsonl, .csv or .xlsx file")
    rows = list(read_table(path)) if path.suffix.lower() in _TABLES else list(_read_lines(path))
    if not rows:
        raise BatchError(
            "no questions in the file", path, "one object with id and question a line, or a question column"
        )
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        name = str(row.get("id") if row.get("id") not in (None, "") else number)
        seen[name] = seen.get(name, 0) + 1
        row["id"] = name if seen[name] == 1 else f"{name}#{seen[name]}"
    return rows


def _read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file; a line that is none becomes a row with an error."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BatchError("the file of questions cannot be read", path, str(error)) from None
    for number, line in enumerate(text.split("\n"), 1):  # JSON may hold U+2028, at which splitlines would break it
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            row = {"error": f"line {number} is not JSON: {error}"}
        if not isinstance(row, dict):
            row = {"error": f"line {number} is not an object"}
        yield row


def _refuse_foreign_files(cases: Path, out: Path, lines: Path) -> None:
    """Raises BatchError when writing the answers would overwrite the questions or a file of something else."""
    for path in (out, lines):
        if path.exists() and path.samefile(cases):
            raise BatchError("the answers would overwrite the questions", path, "choose another --out")
    foreign = out != lines and out.exists() and not lines.exists()
    if lines.is_file():
        whole = lines.read_bytes().split(b"\n")[:-1]  # the last line may be half written
        foreign = not all(_is_answer(line) for line in whole if line.strip()) or (
            lines.stat().st_size > 0 and not whole
        )
    if foreign:
        raise BatchError("the file holds something else than answers", lines, "choose another --out, or move it away")


def _answers_same_question(answer: dict[str, Any], asked: dict[str, dict[str, Any]]) -> bool:
    """Whether an answer is to the question that has its id now, with its history and filters, or to none of them."""
    row = asked.get(answer["id"])
    if row is None:
        return True
    if "case" in answer:
        return bool(answer["case"] == _question_digest(row))
    now = row.get("question")
    return isinstance(now, str) and answer.get("question") in (now, visible_text(now))


def _question_digest(row: dict[str, Any]) -> str:
    """What tells whether a row asks the same as before."""
    asked = {key: row[key] for key in _ASKED if row.get(key)}
    text = json.dumps(asked, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _require_no_other_run(path: Path) -> None:
    """Raises BatchError when another run is writing to the file."""
    if path.is_file():
        with path.open("rb") as file:
            _lock_file(file, path)


def _lock_file(file: IO[Any], path: Path) -> None:
    """Holds a file until it is closed. Raises BatchError when another run holds it."""
    try:
        import fcntl
    except ImportError:  # a system without such locks
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BatchError("another run is writing these answers", path, "wait for it, or choose another --out") from None
    except OSError:  # a file system without them
        return


def _is_answer(line: bytes) -> bool:
    """Whether a line was written by this command."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(row, dict) and "id" in row and "status" in row


def finished_answers(path: Path) -> dict[str, dict[str, Any]]:
    """The answers that a file holds, by id; a broken last line, left by a kill, is not one, and errors are tried again."""
    found: dict[str, dict[str, Any]] = {}
    if path.is_file():
        for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(row, dict) and isinstance(row.get("id"), str) and row.get("status") != "error":
                found[row["id"]] = row
    return found


def _write_kept_answers(path: Path, done: dict[str, dict[str, Any]]) -> None:
    """Write the answers to keep, alone, by one rename."""
    new = path.with_name(path.name + ".new")
    with new.open("w", encoding="utf-8", errors=_LONE) as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in done.values())
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _answer_all(open_assistant: Callable[[], Any], todo: list[dict[str, Any]], path: Path, total: int) -> int:
    """Answer the rows, one line each; how many failed."""
    assistant = open_assistant()
    failed = 0
    with path.open("a", encoding="utf-8", errors=_LONE) as file, progress_bar() as tell:
        _lock_file(file, path)
        for done, row in enumerate(todo, total - len(todo)):
            tell("questions", done, total)
            answer = answer_row(assistant.invoke, row)
            failed += answer["status"] == "error"
            file.write(json.dumps(answer, ensure_ascii=False) + "\n")
            file.flush()
    return failed


def answer_row(ask: Ask, row: dict[str, Any]) -> dict[str, Any]:
    """The JSON of one row's answer; what goes wrong with the row is its answer, with status error."""
    try:
        if "error" in row and "question" not in row:
            raise BatchError(str(row["error"]))
        question: dict[str, Any] = {key: row[key] for key in _ASKED if key in row}
        return {"id": row["id"], "case": _question_digest(row), **answer_to_dict(ask(question))}
    except SuyuanError as error:
        message = str(error)
    except Exception as error:
        # One row must not end the run of the others; the reason stays with the row.
        message = f"{type(error).__name__}: {error}"
    asked = row.get("question")
    empty = Answer(asked if isinstance(asked, str) else "", "", "error", message)
    return {"id": row["id"], "case": _question_digest(row), **answer_to_dict(empty)}

"""Puts the cases of a suite to an assistant and writes what it gave, one line a case, in order. Knows nothing of scores.

What was written before a kill is kept and not asked again. Times go to a file of their own, so that the answers of two runs of
the same thing are the same bytes.
"""

from __future__ import annotations

import fcntl
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from errors import ResultsError, SuyuanError
from eval.types import EvalCase

if TYPE_CHECKING:
    from assistant.types import Answer, Question
    from index.types import IndexHandle

Ask = Callable[[EvalCase], dict[str, Any]]
ANSWERS, TIMES = "answers.jsonl", "times.jsonl"
STANDALONE_HITS = 10


class Invokable(Protocol):
    """What is evaluated: the assistant, or any Runnable that takes a Question and gives an Answer."""

    def invoke(self, input: Any, /) -> Answer:
        """The answer to one question."""
        ...


class Asker:
    """Asks an assistant one case and gives the answer as JSON values; any failure becomes a line of status "error"."""

    def __init__(self, assistant: Invokable, handle: IndexHandle | None = None) -> None:
        self.assistant, self.handle = assistant, handle

    def __call__(self, case: EvalCase) -> dict[str, Any]:
        """The answer to one case, with the hits of its standalone question where it has one."""
        from assistant.wire import answer_to_dict
        from index.wire import hit_to_dict

        try:
            answer = self.assistant.invoke(as_question(case))
            row = {"id": case.id, **answer_to_dict(answer)}
            if case.standalone and case.history and self.handle:
                hits = self.handle.current().search(case.standalone, STANDALONE_HITS)
                row["standalone_hits"] = [hit_to_dict(hit) for hit in hits]
        except SuyuanError as error:
            return {"id": case.id, "question": case.question, "status": "error", "error": str(error)}
        except Exception as error:
            # one question that breaks the assistant is a result, not a reason to lose the others
            line = f"{type(error).__name__}: {error}"
            return {"id": case.id, "question": case.question, "status": "error", "error": " ".join(line.split())}
        return row


def as_question(case: EvalCase) -> Question:
    """The case as the assistant takes it: earlier exchanges as turns, the one document to read as a filter."""
    from assistant.types import Question, Turn
    from index.types import Filters

    turns = [
        turn
        for exchange in case.history
        for turn in (Turn("user", exchange.question), Turn("assistant", exchange.answer))
    ]
    filters = Filters(sources=(case.doc,)) if case.doc else Filters()
    return Question(case.question, history=tuple(turns), filters=filters)


def run_cases(
    cases: Iterable[EvalCase],
    ask: Ask,
    folder: Path,
    *,
    key: str,
    jobs: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Path:
    """Ask every case and write answers.jsonl and times.jsonl into the folder; gives the path of the answers.

    `key` says what would make the answers others (suite, settings, code): a run that was cut off is taken up again only under
    the same key. `jobs` cases are asked at a time. `progress` is told how many are done.
    """
    with _lock_folder(folder):
        partial, times = folder / "answers.partial.jsonl", folder / "times.partial.jsonl"
        done = _take_up(partial, times, folder / "answers.key", key)
        if progress and done:
            progress(len(done))
        rest = (case for case in cases if case.id not in done)
        with partial.open("a", encoding="utf-8") as answers_file, times.open("a", encoding="utf-8") as times_file:
            for count, row in enumerate(_in_order(rest, ask, jobs), len(done) + 1):
                # the generation counts rebuilds of the index, which are no part of an answer
                row.pop("generation", None)
                spent = {"id": row["id"], **row.pop("timings_ms", {})}
                times_file.write(_json_line(spent))
                times_file.flush()
                answers_file.write(_json_line(row))
                answers_file.flush()
                if progress:
                    progress(count)
        times.replace(folder / TIMES)
        partial.replace(folder / ANSWERS)
        (folder / "answers.key").unlink()
    return folder / ANSWERS


def read_times(path: Path) -> dict[str, list[float]]:
    """Milliseconds by stage from a times file, or from the timings_ms of an answers file."""
    spent: dict[str, list[float]] = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                row = json.loads(line)
            except ValueError:
                continue
            for stage, value in (row.get("timings_ms") or row).items() if isinstance(row, dict) else ():
                if isinstance(value, int | float) and not isinstance(value, bool):
                    spent.setdefault(stage, []).append(float(value))
    return spent


def _in_order(cases: Iterator[EvalCase], ask: Ask, jobs: int) -> Iterator[dict[str, Any]]:
    """The answers in the order of the cases, at most a few more under way than there are jobs."""
    if jobs <= 1:
        yield from map(ask, cases)
        return
    with ThreadPoolExecutor(jobs) as pool:
        waiting: deque[Future[dict[str, Any]]] = deque()
        for case in cases:
            waiting.append(pool.submit(ask, case))
            if len(waiting) > 2 * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _json_line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


def _take_up(partial: Path, times: Path, key_file: Path, key: str) -> set[str]:
    """The ids that an earlier run under this key has answered; the rest of its files is cut away."""
    if not (partial.is_file() and key_file.is_file() and key_file.read_text(encoding="utf-8") == key):
        partial.write_bytes(b"")
        times.write_bytes(b"")
        key_file.write_text(key, encoding="utf-8")
        return set()
    done = _whole_lines(partial)
    # the times line is written first: a kill between the two leaves one more of them
    kept = [line for line in times.read_bytes().splitlines(keepends=True) if _id_of_line(line) in done]
    times.write_bytes(b"".join(kept))
    return done


def _whole_lines(path: Path) -> set[str]:
    """The ids in a file of JSON lines, after its torn last line, if any, was cut away."""
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        path.write_bytes(whole)
    ids = (_id_of_line(line) for line in whole.splitlines())
    return {id_ for id_ in ids if id_ is not None}


def _id_of_line(line: bytes) -> str | None:
    try:
        return str(json.loads(line)["id"])
    except (ValueError, KeyError, TypeError):
        return None


@contextmanager
def _lock_folder(folder: Path) -> Iterator[None]:
    """Only one run writes to a folder; the lock goes with the process that holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ResultsError("another run writes to the folder", folder, "wait for it or give --report DIR") from None
        yield

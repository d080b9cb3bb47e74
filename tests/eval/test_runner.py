"""Running the cases: order, failures kept as results, resuming after a kill, one writer a folder."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.types import Answer, Question
from errors import QuestionError, ResultsError
from eval.case import parse_case
from eval.runner import Asker, as_question, read_times, run_cases
from eval.types import EvalCase
from settings import ROOT
from tests.eval.conftest import rows


def cases(count: int) -> Iterator[EvalCase]:
    for number in range(count):
        yield parse_case({"id": f"c{number}", "question": f"问{number}"})


class Echo:
    """An assistant that answers with the question; some questions fail."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def invoke(self, question: Question) -> Answer:
        self.asked.append(question.text)
        if question.text == "问1":
            raise QuestionError("the question is too long", 9, "ask less")
        if question.text == "问2":
            raise ZeroDivisionError("no")
        return Answer(question.text, question.text, "not_found", question.text, timings_ms={"total": 1.5}, generation=7)


def test_answers_come_in_order_and_a_failure_is_a_result(tmp_path: Path) -> None:
    path = run_cases(cases(40), Asker(Echo()), tmp_path, key="k", jobs=4)
    found = rows(path)
    assert [row["id"] for row in found] == [f"c{n}" for n in range(40)]
    assert (found[1]["status"], found[1]["error"]) == ("error", "the question is too long: 9 — ask less")
    assert found[2]["error"] == "ZeroDivisionError: no"
    assert "timings_ms" not in found[0]
    assert "generation" not in found[0]
    assert read_times(tmp_path / "times.jsonl") == {"total": [1.5] * 38}
    assert sorted(p.name for p in tmp_path.iterdir()) == [".lock", "answers.jsonl", "times.jsonl"]


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    one = run_cases(cases(9), Asker(Echo()), tmp_path / "1", key="k").read_bytes()
    assert run_cases(cases(9), Asker(Echo()), tmp_path / "2", key="k", jobs=3).read_bytes() == one


def test_a_case_is_asked_with_its_history_and_its_document() -> None:
    case = parse_case({"id": "1", "question": "它呢", "history": [{"question": "甲", "answer": "乙"}], "doc": "a.md"})
    question = as_question(case)
    assert [(turn.role, turn.text) for turn in question.history] == [("user", "甲"), ("assistant", "乙")]
    assert question.filters.sources == ("a.md",)


def test_a_run_that_was_cut_off_is_taken_up_under_the_same_key(tmp_path: Path) -> None:
    run_cases(cases(5), Asker(Echo()), tmp_path, key="k")
    whole = (tmp_path / "answers.jsonl").read_bytes()
    lines = whole.splitlines(keepends=True)
    times = (tmp_path / "times.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "answers.partial.jsonl").write_bytes(b"".join(lines[:3]) + lines[3][:20])
    (tmp_path / "times.partial.jsonl").write_bytes(b"".join(times[:4]))
    (tmp_path / "answers.key").write_text("k")
    echo = Echo()
    done: list[int] = []
    assert run_cases(cases(5), Asker(echo), tmp_path, key="k", progress=done.append).read_bytes() == whole
    assert echo.asked == ["问3", "问4"]
    assert done == [3, 4, 5]
    assert len(rows(tmp_path / "times.jsonl")) == 5


def test_another_key_starts_over(tmp_path: Path) -> None:
    (tmp_path / "answers.partial.jsonl").write_text('{"id": "c0"}\n')
    (tmp_path / "times.partial.jsonl").write_text("")
    (tmp_path / "answers.key").write_text("old")
    echo = Echo()
    run_cases(cases(3), Asker(echo), tmp_path, key="new")
    assert len(echo.asked) == 3


KILLED = """
import sys, time
from pathlib import Path
from eval.runner import run_cases
from eval.case import parse_case
cases = (parse_case({"id": f"c{n}", "question": "问"}) for n in range(10_000))
def ask(case):
    time.sleep(0.002)
    return {"id": case.id, "status": "not_found", "text": "字" * 500, "timings_ms": {"total": 1.0}}
run_cases(cases, ask, Path(sys.argv[1]), key="k")
"""


def test_what_was_written_before_a_kill_is_not_asked_again(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT)
    partial = tmp_path / "answers.partial.jsonl"
    while not partial.is_file() or partial.stat().st_size <= 20_000:
        assert process.poll() is None
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    written = sum(line.endswith(b"\n") for line in partial.read_bytes().splitlines(keepends=True))
    assert written > 5
    asked: list[str] = []

    def ask(case: EvalCase) -> dict[str, Any]:
        asked.append(case.id)
        return {"id": case.id, "status": "not_found", "text": "字" * 500, "timings_ms": {"total": 1.0}}

    path = run_cases(cases(written + 10), ask, tmp_path, key="k")
    assert asked == [f"c{n}" for n in range(written, written + 10)]
    found = rows(path)
    assert [row["id"] for row in found] == [f"c{n}" for n in range(written + 10)]
    assert all(row == {"id": row["id"], "status": "not_found", "text": "字" * 500} for row in found)


def test_one_run_at_a_time_writes_to_a_folder(tmp_path: Path) -> None:
    started, go = threading.Event(), threading.Event()

    def ask(case: EvalCase) -> dict[str, Any]:
        started.set()
        assert go.wait(60)
        return {"id": case.id, "status": "not_found"}

    thread = threading.Thread(target=run_cases, args=(cases(1), ask, tmp_path), kwargs={"key": "k"})
    thread.start()
    assert started.wait(60)
    with pytest.raises(ResultsError, match="another run writes to the folder"):
        run_cases(cases(1), ask, tmp_path, key="k")
    go.set()
    thread.join()
    assert json.loads((tmp_path / "answers.jsonl").read_text())["id"] == "c0"

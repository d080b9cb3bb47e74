"""Cases saved in the chat: accepted, put right, dropped, and never taken in when their evidence is not there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from errors import SuiteError
from eval.documents import FolderDocuments
from eval.review import Inbox, review_inbox
from eval.suite import load_suite
from tests.eval.conftest import rows
from tests.eval.test_command import CASES, command, make


def saved(id_: str, **more: Any) -> dict[str, Any]:
    return {**CASES[0], "id": id_, "tags": ["from-chat"], **more}


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    suite = make(tmp_path / "suite")
    folder = tmp_path / "saved"
    folder.mkdir()
    wrong = [{"doc": "东江区-补贴办法.md", "quote": "每户补贴300万元"}]
    lines = [saved("chat-1"), saved("chat-2", evidence=wrong), saved("chat-3"), saved("chat-4")]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / "cases.jsonl").write_text(text, encoding="utf-8")
    return Inbox(folder, suite, FolderDocuments(suite / "corpus"))


def person(*answers: str) -> Iterator[str]:
    yield from answers


def test_a_person_accepts_puts_right_drops_and_stops(inbox: Inbox) -> None:
    quote = "补贴由东江区人社局负责发放，申请截止日期是2023年6月30日。"
    fix = ["f", "补贴由谁发放？", '["东江区人社局", "区人社局"]', "", "", "", quote]
    answers = person("a", "a", *fix, "a", "d", "q")
    told: list[str] = []
    counts = review_inbox(inbox, lambda prompt: next(answers), told.append)
    assert counts == {"accepted": 2, "dropped": 1, "left": 1}
    assert any("“每户补贴300万元” does not occur in 东江区-补贴办法.md" in line for line in told)
    taken = list(load_suite(inbox.suite).chosen_cases())[-2:]
    assert [case.id for case in taken] == ["chat-1", "chat-2"]
    assert (taken[1].question, taken[1].answers) == ("补贴由谁发放？", ("东江区人社局", "区人社局"))
    assert taken[1].evidence[0].quote == quote
    assert inbox.read_decisions() == {"chat-1": "accepted", "chat-2": "accepted", "chat-3": "dropped"}
    assert [case.id for case in inbox.waiting_cases()] == ["chat-4"]


def test_the_end_of_input_ends_the_review_and_keeps_what_was_decided(inbox: Inbox) -> None:
    answers = person("d")

    def ask(prompt: str) -> str:
        for answer in answers:
            return answer
        raise EOFError

    assert review_inbox(inbox, ask, lambda line: None) == {"accepted": 0, "dropped": 1, "left": 3}


def test_a_case_is_taken_in_once_and_only_when_sound(inbox: Inbox) -> None:
    first = next(inbox.waiting_cases())
    inbox.accept_case(first)
    with pytest.raises(SuiteError, match="the suite has a case of this id"):
        inbox.accept_case(first)


def test_the_saved_cases_themselves_are_never_changed(inbox: Inbox) -> None:
    before = (inbox.folder / "cases.jsonl").read_bytes()
    review_inbox(inbox, lambda prompt: "d", lambda line: None)
    assert (inbox.folder / "cases.jsonl").read_bytes() == before


def test_by_command(inbox: Inbox, tmp_path: Path) -> None:
    where = ["review", "--from", inbox.folder, "--to", inbox.suite]
    listed = command(tmp_path, *where, "--list")
    assert [json.loads(line)["id"] for line in listed.stdout.splitlines()] == ["chat-1", "chat-2", "chat-3", "chat-4"]
    done = command(tmp_path, *where, "--accept", "chat-1", "--drop", "chat-3")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"accepted": 1, "dropped": 1})
    refused = command(tmp_path, *where, "--accept", "chat-2")
    assert refused.returncode == 2
    assert "does not occur in" in refused.stderr
    assert command(tmp_path, *where, "--drop", "chat-1").returncode == 2
    assert command(tmp_path, "review", "--from", tmp_path).returncode == 2


def test_a_run_is_written_as_ragas_reads_it(inbox: Inbox, tmp_path: Path) -> None:
    done = command(tmp_path / "data", "run", inbox.suite, "--ragas", tmp_path / "ragas.jsonl")
    assert done.returncode == 0, done.stderr
    found = rows(tmp_path / "ragas.jsonl")
    assert len(found) == 3
    assert set(found[0]) == {"user_input", "retrieved_contexts", "reference_contexts", "response", "reference"}
    assert found[0]["reference"] == "30万元"
    assert "30万元" in found[0]["response"]
    assert "[1]" not in found[0]["response"]
    assert any("每户补贴30万元" in text for text in found[0]["retrieved_contexts"])

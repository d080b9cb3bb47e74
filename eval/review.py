"""Cases saved in the chat, looked at one by one and taken into a suite, put right, or dropped. Knows nothing of the chat itself.

The saved cases are an inbox that the chat goes on writing to, so nothing in it is changed: what was decided is written beside it,
in reviewed.jsonl, and a case that was decided is not shown again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from errors import SuiteError
from eval.case import parse_case
from eval.documents import Documents
from eval.suite import CASES, read_cases
from eval.text import normalise_text
from eval.types import EvalCase

Decision = Literal["accepted", "dropped"]
REVIEWED = "reviewed.jsonl"
FIXABLE = ("question", "answers", "evidence_mode", "answerable", "tags")


@dataclass(frozen=True, slots=True)
class Inbox:
    """A folder of saved cases, the suite that takes them in, and the documents that their evidence must stand in."""

    folder: Path
    suite: Path
    documents: Documents

    def waiting_cases(self) -> Iterator[EvalCase]:
        """The saved cases that nobody has decided. Raises SuiteError for a line that cannot be used."""
        decided = self.read_decisions()
        if (self.folder / CASES).is_file():
            for _, case in read_cases(self.folder / CASES):
                if case.id not in decided:
                    yield case

    def read_decisions(self) -> dict[str, Decision]:
        """What was decided, by id."""
        path = self.folder / REVIEWED
        if not path.is_file():
            return {}
        rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
        return {row["id"]: row["decision"] for row in rows}

    def accept_case(self, case: EvalCase) -> None:
        """Append a case to the suite. Raises SuiteError when it would not be a sound case there."""
        problem = self.find_problem(case)
        if problem:
            raise SuiteError("the case cannot be taken in", case.id, problem)
        path = self.suite / CASES
        text = path.read_bytes()
        gap = b"" if not text or text.endswith(b"\n") else b"\n"
        _append_synced(path, gap + (json.dumps(case.raw, ensure_ascii=False) + "\n").encode())
        self._note_decision(case, "accepted")

    def drop_case(self, case: EvalCase) -> None:
        """Leave a case out of every suite."""
        self._note_decision(case, "dropped")

    def find_problem(self, case: EvalCase) -> str:
        """What keeps a case from being sound, for people; empty when nothing does."""
        if any(other.id == case.id for _, other in read_cases(self.suite / CASES)):
            return "the suite has a case of this id"
        if case.answerable and not case.evidence:
            return "it is answerable and has no evidence"
        if case.answerable and not case.answers:
            return "it is answerable and has no answer"
        for evidence in case.evidence:
            text = self.documents.normalised_text_of(evidence.doc)
            if text is None:
                return f"the suite's corpus has no {evidence.doc}"
            if normalise_text(evidence.quote) not in text:
                return f"“{evidence.quote[:40]}” does not occur in {evidence.doc}"
        return ""

    def _note_decision(self, case: EvalCase, decision: Decision) -> None:
        line = json.dumps({"id": case.id, "decision": decision}, ensure_ascii=False) + "\n"
        _append_synced(self.folder / REVIEWED, line.encode())


def fix_case(case: EvalCase, changes: Mapping[str, Any]) -> EvalCase:
    """The case with some of its keys replaced. Raises SuiteError when that makes no case."""
    try:
        return parse_case({**case.raw, **changes})
    except ValueError as error:
        raise SuiteError("that makes no case", case.id, str(error)) from None


def review_inbox(inbox: Inbox, ask: Callable[[str], str], tell: Callable[[str], None]) -> dict[str, int]:
    """Go through the waiting cases with a person: `ask` puts a prompt and gives the answer, `tell` shows a line.

    Gives how many were accepted, dropped and left. An EOFError from `ask` ends the review like q.
    """
    counts = {"accepted": 0, "dropped": 0, "left": 0}
    cases = list(inbox.waiting_cases())
    for number, case in enumerate(cases):
        for line in case_lines(case, number + 1, len(cases)):
            tell(line)
        decision = _decide_one(inbox, case, ask, tell)
        if decision == "quit":
            counts["left"] += len(cases) - number
            break
        counts[decision] += 1
    return counts


def case_lines(case: EvalCase, number: int, of: int) -> Iterator[str]:
    """A case as lines for a person."""
    yield ""
    yield f"[{number}/{of}] {case.id}"
    for turn in case.history:
        yield f"  before: {turn.question}"
        yield f"          {turn.answer}"
    yield f"  question: {case.question}"
    for answer in case.answers:
        yield f"  answer: {answer}"
    if not case.answerable:
        yield "  answer: not in the documents"
    for evidence in case.evidence:
        yield f"  evidence ({evidence.doc}): {evidence.quote}"
    yield f"  tags: {' '.join(case.tags)}"


def _decide_one(
    inbox: Inbox, case: EvalCase, ask: Callable[[str], str], tell: Callable[[str], None]
) -> Literal["accepted", "dropped", "left", "quit"]:
    while True:
        try:
            choice = ask("accept, fix, drop, skip or quit? [a/f/d/s/q] ").strip().lower()[:1]
            if choice == "f":
                case = _ask_for_changes(case, ask)
        except EOFError:
            return "quit"
        except SuiteError as error:
            tell(f"  {error}")
            continue
        if choice == "q":
            return "quit"
        if choice == "s":
            return "left"
        if choice == "d":
            inbox.drop_case(case)
            return "dropped"
        if choice == "a":
            problem = inbox.find_problem(case)
            if not problem:
                inbox.accept_case(case)
                return "accepted"
            tell(f"  not taken in: {problem}")


def _ask_for_changes(case: EvalCase, ask: Callable[[str], str]) -> EvalCase:
    """Ask for each key that can be put right, as JSON; an empty line keeps what is there."""
    changes: dict[str, Any] = {}
    for key in FIXABLE:
        now = json.dumps(case.raw.get(key), ensure_ascii=False)
        given = ask(f"  {key} [{now}]: ").strip()
        if given:
            try:
                changes[key] = json.loads(given)
            except ValueError:
                changes[key] = given if key == "question" else [given] if key in {"answers", "tags"} else given
    evidence = [dict(entry) for entry in case.raw.get("evidence") or []]
    for entry in evidence:
        given = ask(f"  words of {entry['doc']} [{entry['quote']}]: ").strip()
        entry["quote"] = given or entry["quote"]
    return fix_case(case, {**changes, "evidence": evidence})


def _append_synced(path: Path, data: bytes) -> None:
    """One write at the end of a file, on disk before it returns."""
    with path.open("ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

"""Scores a suite's outputs one by one: each case with its output becomes a Score. Knows nothing of how outputs are made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from errors import ResultsError
from eval.case import missing_output, parse_output
from eval.documents import Documents
from eval.metrics import measure_metrics
from eval.scored_case import ScoredCase, Support, quotes_carry
from eval.suite import case_hash
from eval.types import EvalCase, Output, Score
from eval.verdict import judge_answer


def score_one(
    case: EvalCase,
    output: Output,
    documents: Documents | None,
    *,
    pass_f1: float = 1.01,
    support: Support = quotes_carry,
) -> Score:
    """Every metric and the verdict for one question."""
    view = ScoredCase(case, output, documents, support)
    return Score(
        id=case.id,
        status=output.status,
        verdict=judge_answer(view, pass_f1),
        values=measure_metrics(view),
        tags=case.tags,
        cluster=case.cluster,
        case_hash=case_hash(case),
        asked=_question_asked(case, output),
    )


def _question_asked(case: EvalCase, output: Output) -> str:
    asked = str(output.raw.get("standalone_question") or "")
    return asked[:200] if asked != case.question else ""


class Outputs:
    """A file of answers, one JSON object a line, found by id without holding more than one in memory.

    The first line of an id counts. Raises ResultsError when the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.malformed = 0
        self._places: dict[str, int] = {}
        try:
            with path.open("rb") as lines:
                place = 0
                for line in lines:
                    self._note_place(line, place)
                    place += len(line)
        except OSError as error:
            raise ResultsError("the answers cannot be read", path, error.strerror or "check the file") from None

    def _note_place(self, line: bytes, place: int) -> None:
        if not line.strip():
            return
        try:
            row = json.loads(line)
            self._places.setdefault(str(row["id"]), place)
        except (ValueError, KeyError, TypeError):
            self.malformed += 1

    def __contains__(self, id_: str) -> bool:
        """Whether there is an answer for this id."""
        return id_ in self._places

    def __len__(self) -> int:
        """How many ids have an answer."""
        return len(self._places)

    def row_of(self, id_: str) -> dict[str, Any] | None:
        """The answer line of an id as JSON, or None."""
        if id_ not in self._places:
            return None
        with self.path.open("rb") as lines:
            lines.seek(self._places[id_])
            row: dict[str, Any] = json.loads(lines.readline())
        return row

    def outputs_of_cases(self, cases: Iterator[EvalCase]) -> Iterator[tuple[EvalCase, Output]]:
        """Each case with its output; an output of status "missing" where the file has none."""
        for case in cases:
            row = self.row_of(case.id)
            yield case, missing_output(case) if row is None else parse_output(row)

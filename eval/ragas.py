"""A run's questions and answers as a file that ragas reads. Knows nothing of ragas itself, which is not needed to write it.

One JSON object a line with the fields of ragas' SingleTurnSample (user_input, retrieved_contexts, reference_contexts, response,
reference), so that `EvaluationDataset.from_jsonl(path)` opens it. Markers are taken out of the response. A follow-up is given as
the question that was searched, because a SingleTurnSample has no history.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from eval.text import strip_markers
from eval.types import EvalCase, Output


def write_ragas(path: Path, pairs: Iterable[tuple[EvalCase, Output]]) -> int:
    """Write the file; gives the number of lines. Questions that ended in an error are left out."""
    count = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for case, output in pairs:
            if output.status not in {"error", "missing"}:
                file.write(json.dumps(ragas_sample(case, output), ensure_ascii=False) + "\n")
                count += 1
    return count


def ragas_sample(case: EvalCase, output: Output) -> dict[str, Any]:
    """One SingleTurnSample as JSON values."""
    asked = str(output.raw.get("standalone_question") or case.question) if case.history else case.question
    reference = case.answers[0] if case.answers else ""
    return {
        "user_input": asked,
        "retrieved_contexts": [hit.text for hit in output.hits],
        "reference_contexts": [evidence.quote for evidence in case.evidence if not evidence.weak],
        "response": strip_markers(output.text),
        "reference": reference,
    }

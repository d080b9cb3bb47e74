"""What the second half of the check would cost and catch in the built-in writer's answers. Knows no language model.

python -m benchmarks.answer_pertinence INDEX CASES.jsonl [INDEX CASES.jsonl ...] [--shared ../shared]

For each pair of an index and the cases asked of it: of the answers that state every vital fact how many would lose one, and of
the others shown how many the check speaks against, in all of their statements or in some.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from assistant import inputs
from assistant.citing import Citations
from assistant.composing.writing import Draft, write_extracts
from assistant.pipeline import (
    Context,
    FoundPassages,
    Query,
    find_passages,
    meet_conversation,
    read_each,
    read_found,
    understand_question,
)
from assistant.reading import Reading
from assistant.reading.pertinence import AskedQuestion, reason_not_pertinent
from assistant.types import Citation
from benchmarks.real_model import ROOT, load_scorer
from index.local import open_index
from index.types import Index
from settings import load_settings

RESULT = Path(__file__).parent / "results" / "answer_pertinence.json"
Row = dict[str, Any]


def statements_judged(context: Context) -> list[tuple[str, str]]:
    """Each statement of the answer with the reason against it, empty where there is none; nothing where the reader refuses."""
    met = meet_conversation(context)
    if not isinstance(met, Context):
        return []
    query = understand_question(met)
    found = find_passages(met, query)
    reading = read_found(met, query, found, read_each(met, query, found))
    draft = Draft(Citations(met.index))
    list(write_extracts(reading, draft))
    cited = {citation.marker: citation for citation in draft.citations.made}
    return [
        (statement.text, _against([cited[marker] for marker in statement.markers], query, found, reading, met.index))
        for statement in draft.statements
    ]


def _against(citations: Sequence[Citation], query: Query, found: FoundPassages, reading: Reading, index: Index) -> str:
    """The reason against all of the quotes; rows of a table, which were chosen by their cells, are not spoken against."""
    starts = {row.start for extract in reading.extracts for row in extract.rows}
    if any(citation.start in starts for citation in citations):
        return ""
    each = zip((part for _, part in query.subquestions), found.each, strict=True)
    asked = [AskedQuestion(query.analysis, found.whole), *(AskedQuestion(*one) for one in each)]
    passages = {one.hit.passage.id: one.hit.passage for part in asked for one in part.found.found}
    reasons = [
        reason_not_pertinent(asked, index, id_, max(0, citation.start - passage.start), citation.end - passage.start)
        for citation in citations
        for id_, passage in passages.items()
        if passage.doc_id == citation.doc_id and passage.start < citation.end and citation.start < passage.end
    ]
    return min(reasons, key=bool) if reasons else ""


def measure(index: Path, cases: Path, scorer: Any) -> Counter[str]:
    """The counts over the cases of a file."""
    opened, settings = open_index(index), load_settings()
    regions = {document.metadata.region.value for document in opened.documents() if document.metadata.region}
    counts: Counter[str] = Counter()
    for line in cases.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        question = inputs.question_from({key: row[key] for key in ("question", "history") if row.get(key)})
        judged = statements_judged(Context(opened, question, settings, tuple(sorted(regions))))
        counts.update(_counted(row, judged, scorer))
    return counts


def _counted(row: Row, judged: Sequence[tuple[str, str]], scorer: Any) -> list[str]:
    """What one answer counts as."""
    if not judged:
        return ["refused"]

    def right(texts: Sequence[str]) -> bool:
        answer = {"status": "answered", "text": "\n".join(texts)}
        return bool(
            row.get("answerable", True) and _with_must(row) and scorer.score(_with_must(row), answer)["complete"]
        )

    against = [bool(reason) for _, reason in judged]
    if right([text for text, _ in judged]):
        kept = right([text for text, reason in judged if not reason])
        return ["right", *(() if kept else ("right lost",))]
    return [
        "wrong",
        *(["wrong, all against"] if all(against) else []),
        *(["wrong, some against"] if any(against) else []),
    ]


def _with_must(row: Row) -> Row:
    """The case with what a right answer has to state; empty where it says nothing of that."""
    if row.get("nuggets") or row.get("must"):
        return row
    return {**row, "must": ["|".join(row["answers"])]} if row.get("answers") else {}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answer_pertinence")
    parser.add_argument("pairs", nargs="+", type=Path, metavar="INDEX CASES")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    given = parser.parse_args()
    scorer = load_scorer(given.shared)
    told: dict[str, Counter[str]] = {}
    print("| cases | right | lost | wrong | all against | some against | refused |\n|---|---|---|---|---|---|---|")
    for index, cases in zip(given.pairs[::2], given.pairs[1::2], strict=True):
        name = f"{cases.parent.name}/{cases.stem}"
        told[name] = counts = measure(index, cases, scorer)
        names = ("right", "right lost", "wrong", "wrong, all against", "wrong, some against", "refused")
        print("| " + " | ".join([name, *(str(counts[key]) for key in names)]) + " |", flush=True)
    result = {"date": date.today().isoformat(), **told}
    RESULT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Whether every citation of every answer is the source's own words: `python -m benchmarks.quotes [SUITE_DIR ...] [--most N]`.

Each document is read again from its file, past the index. Of every answer: each quote is the text between its offsets, and the
file has the SHA-256 that the citation names; each marker of the text has its citation; each statement is marked supported and
is, checked again, carried by the quotes it cites. Without suites: those that come with the project. Exit code 1 when one fails.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.chain import create
from assistant.types import Answer
from assistant.verification import verify
from corpus.document import read_document
from corpus.folder import scan_folder
from corpus.types import Document
from errors import QuestionError
from eval.suite import load_suite
from eval.types import EvalCase
from index.build import build_index
from index.encoders import load_encoder
from index.local import LocalHandle
from settings import load_settings

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "eval" / "cases"
RESULT = ROOT / "benchmarks" / "results" / "quotes.json"
MARKER = re.compile(r"\[(\d{1,3})\]")


def faults(answer: Answer, documents: dict[str, Document]) -> list[str]:
    """What does not hold of an answer, in words; empty when all of it does."""
    found = []
    quotes = {citation.marker: citation for citation in answer.citations}
    for citation in answer.citations:
        document = documents.get(citation.source)
        if document is None or document.text[citation.start : citation.end] != citation.quote or not citation.quote:
            found.append(f"the quote is not the text at {citation.source} {citation.start}:{citation.end}")
        elif document.sha256 != citation.sha256 or not citation.verified:
            found.append(f"{citation.source} is not the file that was cited")
    shown = {int(number) for number in MARKER.findall(answer.text)} if answer.status == "answered" else set()
    found += [f"[{number}] has no citation" for number in sorted(shown - set(quotes))]
    for statement in answer.statements:
        cited = [quotes[marker] for marker in statement.markers if marker in quotes]
        beside = [f"{citation.title} {citation.locator}" for citation in cited]
        if not cited or not statement.supported:
            found.append(f"no support is given for: {statement.text}")
        elif not (again := verify(statement.text, [citation.quote for citation in cited], beside)).supported:
            found.append(f"not carried by its quotes: {statement.text} ({'; '.join(again.issues)})")
    if answer.status == "answered" and not answer.citations:
        found.append("an answer without a citation")
    return found


def measure(folder: Path, most: int) -> dict[str, Any]:
    """Counts over a suite's cases, at most `most` of them, spread over the file; the faults are printed."""
    suite = load_suite(folder)
    cases: list[EvalCase] = list(suite.chosen_cases())
    chosen = cases[:: max(1, -(-len(cases) // most))] if most else cases
    documents = {file.source: read_document(file) for file in scan_folder(suite.corpus).files}
    encoder = load_encoder("built-in")
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        build_index(suite.corpus, Path(place) / "index", encoder=encoder)
        handle = LocalHandle(Path(place) / "index", encoder=encoder)
        assistant = create(handle, load_settings())
        for case in chosen:
            history = [{"question": turn.question, "answer": turn.answer} for turn in case.history]
            try:
                answer = assistant.invoke({"question": case.question, "history": history})
            except QuestionError:  # a case may ask nothing at all
                continue
            wrong = faults(answer, documents)
            counts.update(
                {
                    "questions": 1,
                    "answered": answer.status == "answered",
                    "citations": len(answer.citations),
                    "statements": len(answer.statements),
                    "statements dropped": any(notice.code == "dropped" for notice in answer.notices),
                    "faults": len(wrong),
                }
            )
            for fault in wrong:
                print(f"{folder.name} {case.id}: {fault}", file=sys.stderr)
    return {"cases": len(cases), **counts}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table, write the result of the shipped suites. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quotes", description=__doc__.split("\n")[0])
    parser.add_argument("suites", nargs="*", type=Path, help="folders of suites")
    parser.add_argument("--most", type=int, default=0, help="most questions of a suite, spread over it; 0: all")
    given = parser.parse_args(arguments)
    suites = given.suites or sorted(path for path in SHIPPED.iterdir() if path.is_dir())
    result = {folder.name: measure(folder, given.most) for folder in suites}
    for name, counts in result.items():
        print(f"{name}: " + ", ".join(f"{key} {value}" for key, value in counts.items()))
    if not given.suites and not given.most:
        made = {"command": "python -m benchmarks.quotes", "suites": result}
        RESULT.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if any(counts["faults"] for counts in result.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

"""How well the second half of the check tells quotes that answer a question from quotes that answer another one. Knows no models.

python -m benchmarks.pertinence             measure, print a table, write benchmarks/results/pertinence.json
python -m benchmarks.pertinence --errors    also print the pairs judged wrongly

The pairs are 300 of a question and a sentence of a shipped document, every value true to the document, half of them
answering another question: another group, year, place, attribute, stage or programme.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.pipeline import load_engine
from assistant.reader.training.rows import locate_quote
from assistant.reading.pertinence import AskedQuestion, reason_not_pertinent
from assistant.retrieval import ReadHit, Retrieved
from assistant.understanding.analysis import analyse_question, search_query
from index.build import build_index
from index.encoders import load_encoder
from index.local import LocalIndex, open_index
from index.types import Hit

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "corpus" / "documents"
PAIRS = Path(__file__).parent / "pertinence_pairs.jsonl"
RESULT = Path(__file__).parent / "results" / "pertinence.json"


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a quote of a document, and whether the quote answers it."""

    id: str
    question: str
    source: str
    quote: str
    answers: bool
    kind: str


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    """The pairs of a file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Pair(r["id"], r["question"], r["doc"], r["quote"], r["answers"], r["kind"]) for r in rows]


def read_of(pair: Pair, index: LocalIndex) -> tuple[ReadHit, int, int] | None:
    """The passage that holds the quote, read for the question, and where in it the quote stands; None where none does."""
    document = next((summary.id for summary in index.documents() if summary.source == pair.source), "")
    for passage in index.passages(document) if document else ():
        span = locate_quote(passage.text, pair.quote)
        if span is not None:
            hit = Hit(passage=passage, score=1.0, rank=1)
            return load_engine("built-in").ranker.read_hits(search_query(analyse_question(pair.question)), [hit])[
                0
            ], *span
    return None


def judged(pairs: list[Pair], index: LocalIndex) -> Iterator[tuple[Pair, str]]:
    """Each pair with the reason given against it, empty where none is; pairs whose quote two passages share are left out."""
    for pair in pairs:
        found = read_of(pair, index)
        if found is not None:
            read, start, end = found
            asked = [AskedQuestion(analyse_question(pair.question), Retrieved((read,)))]
            yield pair, reason_not_pertinent(asked, index, read.hit.passage.id, start, end)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pertinence")
    parser.add_argument("--errors", action="store_true", help="print the pairs judged wrongly")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        build_index(SHIPPED, Path(folder) / "index", encoder=load_encoder())
        results = list(judged(read_pairs(), open_index(Path(folder) / "index")))
    right: dict[str, list[bool]] = defaultdict(list)
    for pair, reason in results:
        right["kept, of those that answer" if pair.answers else "dropped, of those that do not"].append(
            bool(reason) != pair.answers
        )
        right[f"kind {pair.kind}" + (", answers" if pair.answers else "")].append(bool(reason) != pair.answers)
        if given.errors and bool(reason) == pair.answers:
            print(f"{pair.id} {'answers' if pair.answers else 'does not'}: {pair.question} | {pair.quote} | {reason}")
    for half in (0, 1):
        mine = [(pair.answers, bool(reason)) for number, (pair, reason) in enumerate(results) if number % 2 == half]
        kept = [not reason for answers, reason in mine if answers]
        dropped = [reason for answers, reason in mine if not answers]
        balanced = (sum(kept) / len(kept) + sum(dropped) / len(dropped)) / 2
        print(f"half {half + 1}: balanced accuracy {balanced:.3f} of {len(mine)}")
    shares = {name: [round(sum(values) / len(values), 3), len(values)] for name, values in sorted(right.items())}
    halves = [shares["kept, of those that answer"][0], shares["dropped, of those that do not"][0]]
    for name, (share, count) in shares.items():
        print(f"{name:40} {share:.3f} of {count}")
    print(f"balanced accuracy {sum(halves) / 2:.3f} of {len(results)} pairs")
    result = {
        "date": date.today().isoformat(),
        "pairs": len(results),
        "balanced_accuracy": round(sum(halves) / 2, 3),
        "shares": shares,
    }
    RESULT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

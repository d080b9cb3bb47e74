"""What a follow-up's rewriting costs the search: `python -m benchmarks.multi_turn [SUITE_DIR]`.

Passage recall@5 of the cases with history and a hand-written standalone question: searched as the assistant rewrites the
follow-up, and as a person wrote it. Leaks count searches whose rewriting names a place that only the history names. Knows
nothing of answers.
"""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import date
from pathlib import Path

from assistant import retrieval
from assistant.inputs import turns_from, visible_text
from assistant.pipeline import load_engine
from assistant.types import Turn
from assistant.understanding import followup
from assistant.understanding.analysis import analyse_question
from corpus.text import places
from corpus.text.characters import normalise
from index.build import build_index
from index.encoders import load_encoder
from index.local import LocalHandle
from index.types import Filters, Hit, Index

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "multi_turn.json"


def found(hits: list[Hit], evidence: list[dict[str, str]]) -> float:
    """1 when one of the first five passages holds (half of) an evidence's words, else 0."""
    for hit in hits[:5]:
        text = normalise(hit.passage.text)
        for item in evidence:
            quote = normalise(item["quote"])
            if hit.passage.source == item["doc"] and (quote in text or quote[: max(10, len(quote) // 2)] in text):
                return 1.0
    return 0.0


def search(index: Index, question: str, asked: str, known: tuple[str, ...]) -> list[Hit]:
    """The passages the assistant would read."""
    ranker = load_engine("built-in").ranker
    retrieved = retrieval.retrieve_passages(
        index, ranker, analyse_question(question, known), asked=asked, filters=Filters(), today=date.today()
    )
    return list(retrieved.hits)


def main() -> None:
    """Measure, print and write."""
    suite = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "eval" / "cases" / "changzhou"
    corpus = suite / "corpus" if (suite / "corpus").is_dir() else ROOT / "corpus" / "documents"
    rows = [json.loads(line) for line in (suite / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row.get("history") and row.get("standalone") and row.get("evidence")]
    encoder = load_encoder("built-in")
    with tempfile.TemporaryDirectory() as folder:
        build_index(corpus, Path(folder) / "index", encoder=encoder)
        index = LocalHandle(Path(folder) / "index", encoder=encoder).current()
        known = tuple(sorted({d.metadata.region.value for d in index.documents() if d.metadata.region}))
        ours = theirs = 0.0
        leaks, missed = [], []
        for row in rows:
            history: tuple[Turn, ...] = tuple(turns_from(row["history"]))
            rewritten = followup.rewrite_followup(row["question"], history, known)
            mine = found(search(index, rewritten, visible_text(row["question"]), known), row["evidence"])
            hand = found(search(index, row["standalone"], "", known), row["evidence"])
            ours, theirs = ours + mine, theirs + hand
            here = {place.stem for place in places.find_places(rewritten, known)}
            if "topic-switch" in row["tags"] and here - {p.stem for p in places.find_places(row["standalone"], known)}:
                leaks.append(row["id"])
            if mine < hand:
                missed.append(row["id"])
                print(f"{row['id']}: {row['question']} -> {rewritten}")
    result = {
        "cases": len(rows),
        "recall@5 rewritten": round(ours / len(rows), 4),
        "recall@5 by hand": round(theirs / len(rows), 4),
        "ratio": round(ours / theirs, 4),
        "leaks after a switch": leaks,
        "missed": missed,
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()

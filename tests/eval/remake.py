"""Makes golden/scores.json anew: `python -m tests.eval.remake SCORER.py`, a scorer of batch output written by somebody else.

The file holds made-up cases over six invented policies, made-up answers, right in parts, and the figures that the scorer gives
them, so that ours are held to another's figures wherever the tests run.
"""

from __future__ import annotations

import importlib.util
import json
import random
import sys
from pathlib import Path
from typing import Any

from tests.eval.test_reference import DOCUMENTS, made_output

FILE = Path(__file__).parent / "golden" / "scores.json"
CASES = 40


def made_case(rng: random.Random, number: int, texts: dict[str, str]) -> dict[str, Any]:
    """A case with one to three pieces of evidence, or one that nothing answers."""
    case: dict[str, Any] = {
        "id": str(number),
        "question": f"第{number}问",
        "answerable": rng.random() < 0.8,
        "tags": [],
    }
    evidence = []
    for _ in range(rng.randint(1, 3) if case["answerable"] else 0):
        doc = rng.choice(list(texts))
        lines = [line for line in texts[doc].splitlines() if len(line) > 12]
        evidence.append({"doc": doc, "quote": rng.choice(lines)[:80]})
    answers = [piece["quote"][4 : 4 + rng.randint(2, 30)] for piece in evidence]
    mode = rng.choice(["any", "all"])
    return case | {"history": [], "answers": answers, "evidence": evidence, "evidence_mode": mode}


def shortened(output: dict[str, Any]) -> dict[str, Any]:
    """The same with hits of at most 90 characters: what is kept in git stays small."""
    return output | {"hits": [hit | {"text": hit["text"][:90]} for hit in output["hits"]]}


def main() -> None:
    """Write the file."""
    spec = importlib.util.spec_from_file_location("scorer", sys.argv[1])
    if spec is None or spec.loader is None:
        raise SystemExit(f"no Python file: {sys.argv[1]}")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    rng = random.Random(14)
    # without front matter, which is no text to us and text to a scorer that reads the file as it is
    texts = {path.name: path.read_text("utf-8").split("---\n", 2)[-1] for path in sorted(DOCUMENTS.glob("*.md"))}
    cases = [made_case(rng, number, texts) for number in range(1, CASES + 1)]
    outputs = [shortened(made_output(rng, case, texts)) for case in cases if rng.random() < 0.95]
    figures, expected = scorer.score(cases, outputs, str(DOCUMENTS))
    kept = {"cases": cases, "outputs": outputs, "figures": figures, "expected": expected}
    FILE.write_text(json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()

"""Answers a suite's cases with built-in models that did not see their documents; knows nothing of how they were trained.

    python -m assistant.training.unseen FOLDS_DIR CASES.jsonl INDEX_DIR OUT.jsonl [--every 4]

FOLDS_DIR/fold0 and /fold1 hold ``reader/``, ``ranker/`` and ``extent/`` as ``index.training`` and ``extent`` wrote them. Each
line of OUT is what ``assistant batch`` writes, for the bench's own scorer: an honest figure of the whole, end to end.
"""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path

import settings
from assistant import batch
from assistant.chain import Assistant
from assistant.prepare import open_assistant
from index.encoders import models_from
from index.training.groups import FOLDS, fold_of


def _same(assistant: Assistant) -> Assistant:
    return assistant


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folds", type=Path)
    parser.add_argument("cases", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only every so manieth case")
    args = parser.parse_args()
    loaded = settings.load(index=args.index)
    lines = [json.loads(line) for line in args.cases.open(encoding="utf-8")][:: args.every]
    args.out.unlink(missing_ok=True)
    for fold in range(FOLDS):
        own = [c for c in lines if fold_of(c["evidence"][0]["doc"] if c["evidence"] else c["id"]) == fold]
        cases = args.folds / f"fold{fold}" / "cases.jsonl"
        cases.write_text("".join(json.dumps(c, ensure_ascii=False) + "\n" for c in own), encoding="utf-8")
        part = cases.with_name("answers.jsonl")
        with models_from(args.folds / f"fold{fold}"):
            assistant = open_assistant(loaded)[0]
            batch.run(partial(_same, assistant), cases, part, fresh=True)
        with args.out.open("a", encoding="utf-8") as out:
            out.write(part.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()

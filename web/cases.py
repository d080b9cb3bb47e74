"""Keeps a checked answer as an evaluation case. Knows nothing of how cases are run.

The cases gather in a suite of their own, `suite/` in the data folder, which `python -m eval run` takes as it is.
"""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

from index.types import Index
from settings import Settings
from web import view
from web.http_errors import Refusal

_ONE = threading.Lock()


def turn_to_case(turn: dict[str, Any], before: list[dict[str, Any]], index: Index) -> dict[str, Any]:
    """A turn as a case. Raises Refusal when its citations are no longer in the documents, or when it asked back."""
    answer = view.refresh_answer(turn["answer"], index)
    if answer["status"] not in ("answered", "not_found"):
        raise Refusal("case.status")
    lost = [each for each in answer["citations"] if each["state"] not in ("same", "moved")]
    if lost:
        raise Refusal("case.changed", title=lost[0]["title"])
    answerable = answer["status"] == "answered"
    evidence = {(each["source"], each["quote"]): None for each in answer["citations"]}
    return {
        "id": f"chat-{turn['id'][:12]}",
        "question": turn["question"],
        "history": [{"question": each["question"], "answer": each["answer"]["text"]} for each in before],
        "answers": [each["text"] for each in answer["statements"] if each["supported"]] if answerable else [],
        "evidence": [{"doc": doc, "quote": quote} for doc, quote in evidence] if answerable else [],
        "evidence_mode": "all",
        "answerable": answerable,
        "tags": ["from-chat"],
    }


def save_case(settings: Settings, index: Index, turn: dict[str, Any], before: list[dict[str, Any]]) -> dict[str, Any]:
    """Adds a case to the suite, once; returns its id and the file. Raises Refusal as `turn_to_case` does."""
    made = turn_to_case(turn, before, index)
    suite = settings.data / "suite"
    cases = suite / "cases.jsonl"
    with _ONE:
        suite.mkdir(parents=True, exist_ok=True)
        corpus = os.path.relpath(settings.corpus.resolve(), suite.resolve())
        named = f'name = "chat"\ncorpus = {json.dumps(Path(corpus).as_posix(), ensure_ascii=False)}\n'
        (suite / "suite.toml").write_text(named, encoding="utf-8")
        kept = cases.read_text(encoding="utf-8").splitlines() if cases.exists() else []
        if not any(json.loads(line)["id"] == made["id"] for line in kept if line.strip()):
            with cases.open("a", encoding="utf-8") as file:
                file.write(json.dumps(made, ensure_ascii=False) + "\n")
    return {"id": made["id"], "file": str(cases)}

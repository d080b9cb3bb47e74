"""Whether answers cut words: `python -m benchmarks.whole_words ANSWERS.jsonl --index INDEX [more pairs]`.

ANSWERS.jsonl is what `assistant batch` wrote for the index. Every statement is looked up in the text that it cites; it is cut
where it begins or ends inside a piece of the reader's tokenizer, a number, a date, an amount, a 《title》 or a quotation.
Exit code 1 when one is.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.reader.session import MODEL_FOLDER
from assistant.reader.windows import load_tokenizer
from assistant.reading.units import whole_values
from corpus.text import values
from index.local import LocalIndex, open_index

AROUND = 400  # characters of the document before and after the quote that are looked at
_RUNS = re.compile(r"《[^《》\n]{1,60}》|“[^“”\n]{1,60}”|\d[\d,.]*\d|[0-9A-Za-z]+")


def located(text: str, statement: str) -> tuple[int, int] | None:
    """Where a text holds a statement, white space, list marks and a full stop put at its end aside; None where it does not."""
    bare = [i for i, char in enumerate(text) if not char.isspace()]
    wanted = "".join(statement.split())
    for words in (wanted, wanted.rstrip("。；;，,、：:")):
        at = "".join(text[i] for i in bare).find(words)
        if words and at >= 0:
            return bare[at], bare[at + len(words) - 1] + 1
    return None


def cut_by(text: str, start: int, end: int) -> Iterator[str]:
    """What of a text the characters [start, end) cut in two, each with its words."""
    kinds = {
        "number or title": [match.span() for match in _RUNS.finditer(text)],
        "date": values.date_spans(text),
        "amount": values.amount_spans(text),
        "telephone": values.phone_spans(text),
        "piece": list(load_tokenizer(MODEL_FOLDER / "tokenizer.json").encode(text).offsets),
    }
    for kind, spans in kinds.items():
        for low, high in spans:
            # A piece may hold a mark and a letter (。（): only what has letters on both sides is cut.
            if any(low < at < high and _has_letter(text[low:at]) and _has_letter(text[at:high]) for at in (start, end)):
                yield f"{kind} {text[low:high]!r}"
    if whole_values(text, start, end) != (start, end):
        yield "a value or a bracket"


def _has_letter(words: str) -> bool:
    return any(char.isalnum() for char in words)


def faults(answer: dict[str, Any], index: LocalIndex) -> tuple[list[str], int]:
    """What an answer's statements cut, and how many of them were found in what they cite."""
    quotes = {citation["marker"]: citation for citation in answer.get("citations", ())}
    found, looked_at = [], 0
    for statement in answer["statements"]:
        citation = quotes.get(next(iter(statement["markers"]), 0))
        if citation is None:
            continue
        text = index.document(citation["doc_id"]).text
        left = max(0, citation["start"] - AROUND)
        window = text[left : citation["end"] + AROUND]
        for line in statement["text"].split("\n"):
            span = located(window, line)
            if span is not None:
                looked_at += 1
                found += [f"{line[:60]!r} cuts {what}" for what in cut_by(window, *span)]
    return found, looked_at


def main(arguments: Sequence[str] | None = None) -> int:
    """Count and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.whole_words", description=__doc__.split("\n")[0])
    parser.add_argument("answers", nargs="+", type=Path)
    parser.add_argument("--index", action="append", type=Path, required=True, help="one for each file of answers")
    given = parser.parse_args(arguments)
    counts: Counter[str] = Counter()
    for file, folder in zip(given.answers, given.index, strict=True):
        index = open_index(folder)
        for line in file.read_text(encoding="utf-8").splitlines():
            answer = json.loads(line)
            if answer["status"] != "answered":
                continue
            wrong, looked_at = faults(answer, index)
            counts.update({"answers": 1, "lines of statements": looked_at, "cut": len(wrong)})
            for fault in wrong:
                print(f"{answer['id']}: {fault}", file=sys.stderr)
    print(", ".join(f"{key} {value}" for key, value in counts.items()))
    return int(counts["cut"] > 0)


if __name__ == "__main__":
    sys.exit(main())

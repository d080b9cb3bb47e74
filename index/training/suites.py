"""Questions of suites with the passages that the search gives them, for fine-tuning the reader; knows nothing of networks.

    python -m index.training.suites WORK_DIR ncp=DATA/bench/ncp:NCP_INDEX stard=DATA/bench/stard:STARD_INDEX ...
    python -m index.training.suites WORK_DIR absent=DATA/bench/ncp_absent/cases.jsonl:NCP_INDEX
    python -m index.training.suites WORK_DIR elsewhere=DATA/text/pairs.jsonl.xz:NCP_INDEX

What the reader is asked at work is asked here: whole passages with their titles, as an index serves them. A passage that
holds the evidence answers, those that the search puts high and that hold neither evidence nor answer do not; passages that
hold the answer's words by chance are left out. ``absent`` are questions that no document answers. ``elsewhere`` are
questions whose bare answer is known and stands in none of the documents: it is put between two sentences of a passage that
the search finds, which makes a passage that answers, the rest being passages that do not. Their titles are left out: that
of the passage that answers now would name another place than the question.

Writes ``groups-NAME.jsonl`` as ``groups`` does, each with the fold of its document.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.text.characters import fold
from corpus.types import Passage
from index.local import LocalIndex, open_index
from index.training.groups import fold_of, read

FOUND, NEGATIVES = 12, 8  # passages searched, and kept without an answer
ELSEWHERE = "ncp-gold-absent"
_BREAK = re.compile(r"[。！？；!?;\n]|(?<=\S)\s+(?=\S)")

Window = list[Any]  # [title, text, whether it answers, [[start, end], ...]]


def bare(text: str) -> str:
    return "".join(fold(text).split())


def places(text: str, piece: str) -> list[tuple[int, int]]:
    """Where a text holds a piece."""
    return [(m.start(), m.end()) for m in re.finditer(re.escape(piece), text)]


@lru_cache(maxsize=64)
def text_of(index: LocalIndex, doc_id: str) -> str:
    """The text of a document; a law has thousands of outline places, which take a second to read."""
    return index.document(doc_id).text


def spans_in(passage: Passage, index: LocalIndex, quotes: list[str]) -> list[list[int]]:
    """The parts of quotes of its document that the passage holds, where it holds half of the shorter of the two."""
    out = []
    for quote in quotes:
        for start, end in places(text_of(index, passage.doc_id), quote):
            low, high = max(start, passage.start), min(end, passage.end)
            if high - low >= max(1, min(len(quote), passage.end - passage.start) / 2):
                out.append([low - passage.start, high - passage.start])
    return sorted(out)


def case_windows(case: dict[str, Any], index: LocalIndex, by_source: dict[str, str], spans: bool) -> list[Window]:
    """The passages of one case: those that hold the evidence first."""
    quotes: dict[str, list[str]] = {}
    for e in case["evidence"]:
        if not e.get("weak"):
            quotes.setdefault(e["doc"], []).append(e["quote"])
    banned = [bare(t) for t in (*case["answers"], *(e["quote"] for e in case["evidence"]))]
    right: list[Window] = []
    wrong: list[Window] = []
    found = [p for hit in index.search(case["question"], FOUND) for p in (hit.passage, *hit.also[:1])]
    first = next(iter(quotes), "")
    near = index.passages(by_source[first]) if first in by_source else []
    seen: set[str] = set()
    for passage in (*found, *near):
        if passage.text in seen:
            continue
        seen.add(passage.text)
        held = spans_in(passage, index, quotes.get(passage.source, []))
        if held:
            right.append([passage.title, passage.text, 1, held if spans else []])
        elif len(wrong) < NEGATIVES and not any(b and b in bare(passage.text) for b in banned):
            wrong.append([passage.title, passage.text, 0, []])
    return [*right[:4], *wrong] if right or not case["evidence"] else []


def suite(folder: Path, index: LocalIndex, spans: bool) -> Iterator[dict[str, Any]]:
    by_source = {summary.source: summary.id for summary in index.documents()}
    file = folder / "cases.jsonl" if folder.is_dir() else folder
    for line in file.open(encoding="utf-8"):
        case = json.loads(line)
        windows = case_windows(case, index, by_source, spans)
        document = case["evidence"][0]["doc"] if case["evidence"] else case["id"]
        if windows:
            yield {"question": case["question"], "windows": windows, "fold": fold_of(document)}


def inserted(passage: Passage, answer: str, chance: random.Random) -> Window:
    """A passage with the answer put between two of its sentences."""
    cuts = [0, *(m.end() for m in _BREAK.finditer(passage.text)), len(passage.text)]
    at = chance.choice(cuts)
    mark = "" if answer[-1:] in "。；！？" else chance.choice(("。", "；", "，", " "))
    before, after = passage.text[:at][-220:], (mark + passage.text[at:])[: max(40, 220 - at)]
    text = before + answer + after
    return ["", text, 1, [[len(before), len(before) + len(answer)]]]


def elsewhere(file: Path, index: LocalIndex, seed: int) -> Iterator[dict[str, Any]]:
    for row in read(file):
        if row["source"] != ELSEWHERE or len(row["positive"]) > 300:
            continue
        chance = random.Random(f"{seed} {row['query']}")
        found = [hit.passage for hit in index.search(row["query"], FOUND)]
        found = [p for p in found if bare(row["positive"]) not in bare(p.text)]
        if len(found) < 3:
            continue
        host = chance.choice(found[:4])
        wrong: list[Window] = [["", p.text, 0, []] for p in found if p is not host]
        yield {
            "question": row["query"],
            "windows": [inserted(host, row["positive"].strip(), chance), *wrong[:NEGATIVES]],
            "fold": fold_of(row["query"]),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("work", type=Path)
    parser.add_argument("suites", nargs="+")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    for given in args.suites:
        name, _, rest = given.partition("=")
        source, _, folder = rest.rpartition(":")
        index = open_index(Path(folder))
        made = elsewhere(Path(source), index, args.seed) if name == "elsewhere" else None
        count = 0
        with (args.work / f"groups-{name}.jsonl").open("w", encoding="utf-8") as out:
            for group in made or suite(Path(source), index, spans=name != "stard"):
                count += 1
                out.write(json.dumps({**group, "source": name}, ensure_ascii=False) + "\n")
        print(f"{name}: {count} questions", flush=True)


if __name__ == "__main__":
    main()

"""How much of what people marked in documents their policy cards hold, field by field, and what a card costs.

`python -m benchmarks.policy_cards GOLD.jsonl [--half report] [--without-reader] [--errors]`. A line of the gold file has `doc` (a
path, relative to the gold file or absolute), `fields` and `optional`: by field key, the verbatim units (sentences, items, rows)
that belong to it, and those that may stand there or not; `half` is "tune" or "report". A unit counts once a field: precision is
the share of a card's units that are marked, optional ones left out; recall the share of the marked ones that the card holds.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from assistant.cards.choosing import units_of
from assistant.cards.fields import FIELDS, NAMES
from assistant.cards.making import LONGEST_MARK, make_card
from assistant.cards.types import PolicyCard
from assistant.reader import Reader, shipped_reader
from corpus.folder import read_one_file
from corpus.types import Document


def said(card: PolicyCard, document: Document, key: str) -> set[str]:
    """The units of the document that a field of its card quotes whole, however the card joins them.

    A mark with a title that a card quotes before what follows on the line (（二）受理。) is no unit of its own.
    """
    kept = [(c.start, c.end) for field in card.fields if field.key == key for c in field.citations]
    units = [span for span in units_of(document) if any(low <= span[0] and span[1] <= high for low, high in kept)]
    starts = {low for low, _ in kept}
    titles = {(start, end) for start, end in units if start in starts and end - start <= LONGEST_MARK}
    return {document.text[start:end] for start, end in units if (start, end) not in titles or (start, end) in kept}


def score(row: dict[str, Any], card: PolicyCard, document: Document, *, errors: bool) -> Counter[tuple[str, str]]:
    """Counts of right, said and marked units by field."""
    counts: Counter[tuple[str, str]] = Counter()
    for rule in FIELDS:
        marked = set(row["fields"].get(rule.key, ()))
        own = said(card, document, rule.key) - (set(row["optional"].get(rule.key, ())) - marked)
        counts[rule.key, "right"] += len(own & marked)
        counts[rule.key, "said"] += len(own)
        counts[rule.key, "marked"] += len(marked)
        if errors:
            lines = [("-", unit) for unit in marked - own] + [("+", unit) for unit in own - marked]
            print(*(f"{sign} {rule.key} {document.source[:20]} {unit[:80]!r}" for sign, unit in lines), sep="\n")
    return counts


def line(name: str, right: int, claimed: int, marked: int) -> str:
    """Precision, recall and F1 of one field."""
    precision, recall = right / claimed if claimed else 1.0, right / marked if marked else 1.0
    f1 = 2 * right / (claimed + marked) if claimed + marked else 1.0
    return f"{name:12} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}  ({right} right, {claimed} said, {marked} marked)"


def run(gold: Path, half: str, reader: Reader | None, *, errors: bool) -> None:
    """Prints a line a field, one for all, and the time a document took."""
    rows = [json.loads(text) for text in gold.read_text(encoding="utf-8").splitlines() if text.strip()]
    rows = [row for row in rows if half in ("all", row.get("half", half))]
    total: Counter[tuple[str, str]] = Counter()
    wall, cpu = [], []
    for row in rows:
        document = read_one_file(gold.parent / row["doc"])
        began, burnt = time.perf_counter(), time.process_time()
        card = make_card(document, reader)
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - burnt)
        total += score(row, card, document, errors=errors)
    for rule in FIELDS:
        print(line(rule.key, *(total[rule.key, what] for what in ("right", "said", "marked"))), NAMES[rule.key])
    print(line("all", *(sum(total[key, what] for key in NAMES) for what in ("right", "said", "marked"))))
    print(
        f"{len(rows)} documents; seconds a document: {sum(wall) / len(wall):.2f} mean, {max(wall):.2f} most", end="; "
    )
    print(f"processor seconds: {sum(cpu) / len(cpu):.2f} mean, {max(cpu):.2f} most")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("gold", type=Path)
    parser.add_argument("--half", choices=("tune", "report", "all"), default="all")
    parser.add_argument("--without-reader", action="store_true", help="headings and wording alone")
    parser.add_argument("--errors", action="store_true", help="print each unit missed (-) or wrong (+)")
    given = parser.parse_args()
    run(given.gold, given.half, None if given.without_reader else shipped_reader(), errors=given.errors)


if __name__ == "__main__":
    main()

"""How much of what a person marked in forty real documents their policy cards hold, field by field, and what a card costs.

python -m benchmarks.policy_cards FOLDER ...            measure, print tables, write benchmarks/results/policy_cards.json
python -m benchmarks.policy_cards FOLDER ... --errors   also print what is missed (-) and wrong (+) in the tuned documents

The documents are not shipped: policy_cards_gold.jsonl names each by the SHA-256 of its file, and its marked units (sentences,
items, rows) by place and by a digest of their letters, each with its fields; `?field`: may stand there or not, and counts for
neither side. Rules are mended by looking at "tune" documents only; "report" ones are never printed. Precision is the share of a
card's units that are marked, recall the share of the marked ones that the card holds; "strict" counts optional ones as wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.cards.fields import FIELDS, NAMES
from assistant.cards.making import LONGEST_MARK, make_card
from assistant.cards.types import FieldKey, PolicyCard
from assistant.reader import Reader, shipped_reader
from corpus.folder import read_one_file
from corpus.sentences import sentence_spans
from corpus.types import Document
from errors import CorpusError

GOLD = Path(__file__).parent / "policy_cards_gold.jsonl"
RESULT = Path(__file__).parent / "results" / "policy_cards.json"
TARGETS = {"F1": 0.75, "precision": 0.85, "verbatim": 1.0, "seconds": 3.0}
WHAT = ("right", "said", "marked", "optional")
Counts = Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Marked:
    """One document of the gold: which half it is of, and by field the digests of its units that belong there, or may."""

    sha256: str
    half: str
    belongs: dict[str, set[str]]
    may: dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Measured:
    """One card held against its gold."""

    half: str
    counts: Counts
    citations: int
    verbatim: int
    seconds: float
    cpu: float


def digest(words: str) -> str:
    """What a unit is known by: its letters, however its lines are broken."""
    return hashlib.sha256("".join(words.split()).encode()).hexdigest()[:10]


def read_gold(path: Path = GOLD) -> list[Marked]:
    """The marked documents of a file."""
    return [_marked(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _marked(row: dict[str, Any]) -> Marked:
    belongs: dict[str, set[str]] = {key: set() for key in NAMES}
    may: dict[str, set[str]] = {key: set() for key in NAMES}
    for _, _, known, fields in row["units"]:
        for name in fields.split():
            (may if name.startswith("?") else belongs)[name.lstrip("?")].add(known)
    return Marked(row["sha256"], row["half"], belongs, may)


def units_of(document: Document) -> list[tuple[int, int]]:
    """The sentences, items and rows that were marked: those of the text, whatever the cards make of them."""
    return [span for span in sentence_spans(document.text) if re.search(r"\w", document.text[slice(*span)])]


def said(card: PolicyCard, document: Document, key: FieldKey) -> dict[str, str]:
    """The units of the document that a field of its card quotes whole, however the card joins them: digest to words.

    A mark with a title that a card quotes before what follows on the line (（二）受理。) is no unit of its own.
    """
    kept = [(c.start, c.end) for c in card.field(key).citations]
    units = [span for span in units_of(document) if any(low <= span[0] and span[1] <= high for low, high in kept)]
    starts = {low for low, _ in kept}
    titles = {(start, end) for start, end in units if start in starts and end - start <= LONGEST_MARK}
    words = [document.text[slice(*span)] for span in units if span not in titles or span in kept]
    return {digest(unit): unit for unit in words}


def held_against(card: PolicyCard, document: Document, gold: Marked, *, errors: bool) -> Counts:
    """Counts of right, said, marked and optional units by field."""
    counts: Counts = Counter()
    for key in NAMES:
        every, marked = said(card, document, key), gold.belongs[key]
        optional = set(every) & (gold.may[key] - marked)
        own = set(every) - optional
        for what, number in zip(WHAT, (len(own & marked), len(own), len(marked), len(optional)), strict=True):
            counts[key, what] += number
        if errors:
            names = {digest(document.text[slice(*unit)]): document.text[slice(*unit)] for unit in units_of(document)}
            lines = [("-", names.get(one, one)) for one in marked - own] + [("+", every[one]) for one in own - marked]
            print(*(f"{sign} {key} {document.source[:16]} {unit[:90]!r}" for sign, unit in lines), sep="\n")
    return counts


def measure(
    paths: dict[str, Path], gold: Iterable[Marked], reader: Reader | None, *, errors: bool
) -> Iterator[Measured]:
    """Makes and measures the card of every marked document."""
    for marked in gold:
        document = read_one_file(paths[marked.sha256])
        began, burnt = time.perf_counter(), time.process_time()
        card = make_card(document, reader)
        seconds, cpu = time.perf_counter() - began, time.process_time() - burnt
        counts = held_against(card, document, marked, errors=errors and marked.half == "tune")
        quotes = [one for field in card.fields for one in field.citations]
        verbatim = sum(bool(one.quote) and document.text[one.start : one.end] == one.quote for one in quotes)
        yield Measured(marked.half, counts, len(quotes), verbatim, seconds, cpu)


def found(folders: Iterable[Path], gold: Iterable[Marked]) -> dict[str, Path]:
    """Where the marked documents lie. Raises CorpusError when one is nowhere."""
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    paths = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in files}
    missing = [one.sha256 for one in gold if one.sha256 not in paths]
    if missing:
        raise CorpusError("marked documents are not in these folders", ", ".join(missing)[:200], "name their folders")
    return paths


def figures(counts: Counts, keys: Iterable[str]) -> dict[str, float]:
    """Precision, recall, F1 and strict precision over some fields, with the counts they are of."""
    chosen = list(keys)
    right, claimed, marked, optional = (sum(counts[key, what] for key in chosen) for what in WHAT)
    return {
        "precision": round(right / claimed if claimed else 1.0, 3),
        "recall": round(right / marked if marked else 1.0, 3),
        "F1": round(2 * right / (claimed + marked) if claimed + marked else 1.0, 3),
        "strict": round(right / (claimed + optional) if claimed + optional else 1.0, 3),
        **{"right": right, "said": claimed, "marked": marked, "optional": optional},
    }


def table(measured: list[Measured]) -> dict[str, Any]:
    """The figures of some cards: by field, over all, what their citations and seconds are."""
    counts = sum((one.counts for one in measured), Counter())
    citations = sum(one.citations for one in measured)
    return {
        "documents": len(measured),
        "fields": {rule.key: figures(counts, [rule.key]) for rule in FIELDS},
        "all": figures(counts, NAMES),
        "citations": citations,
        "verbatim": sum(one.verbatim for one in measured) / citations,
        "seconds": _mean_and_most([one.seconds for one in measured]),
        "processor seconds": _mean_and_most([one.cpu for one in measured]),
    }


def _mean_and_most(numbers: list[float]) -> dict[str, float]:
    return {"mean": round(sum(numbers) / len(numbers), 2), "most": round(max(numbers), 2)}


def show(name: str, shown: dict[str, Any]) -> None:
    """A table for people."""
    print(f"\n{name}: {shown['documents']} documents")
    for key, row in [*shown["fields"].items(), ("all", shown["all"])]:
        scores = "  ".join(f"{what} {row[what]:.3f}" for what in ("precision", "recall", "F1", "strict"))
        print(f"{key:11} {scores}  ({row['right']} right, {row['said']} said, {row['marked']} marked)")
    print(f"verbatim {shown['verbatim']:.0%} of {shown['citations']} citations; seconds {shown['seconds']}")
    print(f"processor seconds {shown['processor seconds']}")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER", help="where the documents lie")
    parser.add_argument("--without-reader", action="store_true", help="headings and wording alone")
    parser.add_argument("--errors", action="store_true", help="print each unit of a tuned document missed or wrong")
    given = parser.parse_args()
    gold = read_gold()
    reader = None if given.without_reader else shipped_reader()
    measured = list(measure(found(given.folders, gold), gold, reader, errors=given.errors))
    halves = {half: [one for one in measured if one.half == half] for half in ("tune", "report")}
    result = {"all": table(measured), "tuned": table(halves["tune"]), "untuned": table(halves["report"])}
    for name, shown in result.items():
        show(name, shown)
    name = "headings and wording alone" if given.without_reader else "with the network"
    kept = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    RESULT.write_text(json.dumps(kept | {"targets": TARGETS, name: result}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

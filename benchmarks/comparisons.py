"""Whether comparing finds every number that changed and nothing that did not: `python -m benchmarks.comparisons [--errors]`.

Ten pairs of versions with what changed, marked by a person (tests/corpus/revisions/pairs). Both ways of comparing are held to
them: what changed (corpus.revisions) and documents side by side (assistant.cards.comparing). Then every newer version is laid
out another way (lines broken elsewhere, figures and marks full-width or half-width, articles or items numbered on) and compared
with itself: whatever is told there is a false change. Writes benchmarks/results/comparisons.json; exit code 1 when one fails.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.cards.comparing import Comparison
from assistant.cards.comparing import compare_cards as side_by_side
from assistant.cards.making import make_card
from corpus.document import assemble_document
from corpus.locators import chinese_ordinal
from corpus.readers import read_bytes
from corpus.revisions import compare_versions
from corpus.text.numbers import parse_integer
from corpus.text.quantities import Quantity, find_values, unit_family
from corpus.types import Document

ROOT = Path(__file__).resolve().parents[1]
PAIRS = ROOT / "tests" / "corpus" / "revisions" / "pairs"
RESULT = Path(__file__).parent / "results" / "comparisons.json"
WIDE = str.maketrans("0123456789%,;:()[]", "０１２３４５６７８９％，；：（）［］")
NARROW = str.maketrans(
    {"〔": "[", "〕": "]", "（": "(", "）": ")", "，": ",", "“": '"', "”": '"', "；": ";", "：": ":"}
)
EVERY = 17  # ideographs between two line breaks of a page laid out anew
Value = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two versions of one text, and the changes of words from one to the other, each as (old words, new words)."""

    name: str
    suffix: str
    old: Document
    new: Document
    changes: tuple[tuple[str, str], ...]


def read_pairs(folder: Path = PAIRS) -> list[Pair]:
    """The pairs of a folder."""
    return [_pair(path) for path in sorted(folder.iterdir())]


def _pair(path: Path) -> Pair:
    _, old, new, gold = re.split(r"^=== \w+\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    words = [part for line in gold.splitlines() for part in line.split(" | ")[1:]]
    changes = tuple((before, after) for before, _, after in (part.partition("→") for part in words))
    return Pair(path.stem, path.suffix, document(path.suffix, old), document(path.suffix, new), changes)


def document(suffix: str, text: str) -> Document:
    """A text as the system reads it."""
    return assemble_document(f"a{suffix}", read_bytes(f"a{suffix}", text.encode()), "")


def broken(text: str) -> str:
    """Lines broken between two ideographs, as a narrower page has them; rows of tables and numbers of articles stay whole."""
    out = []
    for line in text.split("\n"):
        head = re.match(r"第[一二三四五六七八九十]+[章条]", line)
        at, last = head.end() if head else 0, 0
        places = [m.start() + 1 for m in re.finditer(r"[\u4e00-\u9fff](?=[\u4e00-\u9fff])", line) if m.start() > at]
        for place in places[EVERY::EVERY] if not line.startswith("|") else ():
            out.append(line[last:place])
            last = place
        out.append(line[last:])
    return "\n".join(out)


def articles_on(text: str) -> str:
    """Every number of an article, and every reference to one, is one more."""
    return re.sub(
        r"(?<!》)第([一二三四五六七八九十]+)条",
        lambda m: f"第{chinese_ordinal((parse_integer(m[1]) or 0) + 1)}条",
        text,
    )


def items_anew(text: str) -> str:
    """Items are numbered in figures instead of 一二三, as another office does."""
    return re.sub(r"(?m)^[（(]([一二三四五六七八九十]+)[）)]", lambda m: f"（{parse_integer(m[1])}）", text)


LAYOUTS: dict[str, Callable[[str], str]] = {
    "lines broken elsewhere": broken,
    "full-width figures": lambda text: text.translate(WIDE),
    "half-width marks": lambda text: text.translate(NARROW),
    "articles numbered on": articles_on,
    "items numbered in figures": items_anew,
}


def told(old: Document, new: Document) -> list[tuple[str, str]]:
    """The changes of words that the table of two versions tells, added and dropped provisions left out."""
    return [
        (_words(old, change.old), _words(new, change.new))
        for row in compare_versions(old, new).rows
        for change in row.changes
        if change.kind in ("text", "notation")
    ]


def _words(side: Document, span: Any) -> str:
    return "" if span is None else "".join(side.text[slice(*span)].split())


def values(words: str) -> set[Value]:
    """The numbers and dates of some words as they compare."""
    return {_value(one) for one in find_values(words) if one.kind != "ordinal"}


def _value(one: Quantity) -> Value:
    return one.kind, one.value, unit_family(one.unit)


def changed_numbers(changes: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> Counter[tuple[str, str]]:
    """Those changes in which the numbers of one side are not those of the other."""
    return Counter(pair for pair in changes if values(pair[0]) != values(pair[1]))


def marked(compared: Comparison) -> list[set[Value]]:
    """The numbers marked as differing, document by document."""
    out: list[set[Value]] = [set() for _ in compared.cards]
    for row in compared.rows:
        for number, (cell, spans) in enumerate(zip(row.cells, row.differing, strict=True)):
            for low, high in spans:
                quote = next(c for c in cell.citations if c.start <= low and high <= c.end)
                out[number] |= values(quote.quote[low - quote.start : high - quote.start])
    return out


def quoted(compared: Comparison, number: int) -> set[Value]:
    """The numbers that the cells of one document quote."""
    return {one for row in compared.rows for c in row.cells[number].citations for one in values(c.quote)}


def by_cards(pair: Pair) -> tuple[int, int, list[str]]:
    """(changed numbers marked, changed numbers that the cards quote, what is wrong) of two versions side by side.

    Wrong: a changed number that is quoted and not marked, or a marked one that stands in both versions.
    """
    compared = side_by_side([make_card(pair.old), make_card(pair.new)])
    texts = [values(pair.old.text), values(pair.new.text)]
    right = quotes = 0
    wrong = []
    for number, found in enumerate(marked(compared)):
        gold = {one for change in changed_numbers(pair.changes) for one in values(change[number])} - texts[1 - number]
        kept = gold & quoted(compared, number)
        right, quotes = right + len(kept & found), quotes + len(kept)
        wrong += [f"{pair.name}: not marked {one}" for one in kept - found]
        wrong += [f"{pair.name}: marked, but in both {one}" for one in found & texts[1 - number]]
    return right, quotes, wrong


def false_changes(pair: Pair) -> Iterator[tuple[str, str]]:
    """(layout, what is told) of each change told between the newer version and the same words laid out another way."""
    for name, layout in LAYOUTS.items():
        other = document(pair.suffix, layout(pair.new.text))
        for before, after in told(pair.new, other):
            yield name, f"{pair.name}: {before}→{after}"
        for row in compare_versions(pair.new, other).rows:
            if row.status in ("added", "dropped", "moved"):
                yield name, f"{pair.name}: {row.status}"
        compared = side_by_side([make_card(pair.new), make_card(other)])
        for each in compared.rows:
            if any(each.differing):
                yield name, f"{pair.name}: numbers of {each.key} side by side"
            if each.differs:
                yield name, f"{pair.name}: words of {each.key} side by side"


def measure(pairs: list[Pair], *, errors: bool) -> dict[str, Any]:
    """Every figure, and with `errors` each fault printed."""
    missed, extra, gold, right, quotes = Counter[str](), 0, 0, 0, 0
    faults: list[str] = []
    for pair in pairs:
        expected, found = changed_numbers(pair.changes), changed_numbers(told(pair.old, pair.new))
        gold += expected.total()
        missed[pair.name] += (expected - found).total()
        extra += (found - expected).total()
        faults += [f"{pair.name}: missed {one}" for one in expected - found] + [
            f"{pair.name}: false {one}" for one in found - expected
        ]
        own, of, wrong = by_cards(pair)
        right, quotes, faults = right + own, quotes + of, faults + wrong
    layouts = [one for pair in pairs for one in false_changes(pair)]
    faults += [f"{name}: {what}" for name, what in layouts]
    if errors:
        print("\n".join(faults))
    return {
        "pairs": len(pairs),
        "what changed": {"changed numbers": gold, "found": gold - missed.total(), "false": extra},
        "side by side": {
            "changed numbers quoted": quotes,
            "marked": right,
            "faults": len(faults) - len(layouts) - missed.total() - extra,
        },
        "false from layout": {name: sum(one == name for one, _ in layouts) for name in LAYOUTS},
        "comparisons of layout": len(pairs) * len(LAYOUTS) * 2,
        "faults": len(faults),
    }


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--errors", action="store_true", help="print each change missed or false")
    result = measure(read_pairs(), errors=parser.parse_args().errors)
    for name, value in result.items():
        print(f"{name:22} {value}")
    RESULT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return int(result["faults"] > 0)


if __name__ == "__main__":
    sys.exit(main())

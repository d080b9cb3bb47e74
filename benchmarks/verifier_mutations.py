"""How well the verifier tells faithful statements from false ones made from real documents. Knows nothing of answers.

python -m benchmarks.verifier_mutations                 measure, print a table, write benchmarks/results/verifier_mutations.json
python -m benchmarks.verifier_mutations --errors 5      also print up to five wrong verdicts of each kind
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.verification import verify
from benchmarks import mutations
from benchmarks.mutations import FALSE, Pool
from benchmarks.paraphrases import FAITHFUL
from corpus.document import read_document
from corpus.folder import scan_folder
from corpus.sentences import sentence_spans

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "corpus" / "documents"
OUTSIDE = ROOT.parent / "shared" / "bench" / "ncp" / "corpus"
RESULT = ROOT / "benchmarks" / "results" / "verifier_mutations.json"
SEED = 20210219
TARGET, ALARMS = 0.95, 0.03
UNSEEN = "ncp, unseen"
NEIGHBOUR = "neighbour's citation"
# What no answer would say: table rows, headings, addresses, lines run together, quotation marks cut in two.
_BROKEN = re.compile(r"^[#|]|^http|\u3000|[ \xa0]{2}|^[（(][^）)]*$|^[^“]*”|“[^”]*$|^[^（(]*[）)]|[（(][^）)]*$")
_NUMBERING = re.compile(r"^\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）.．、]\s*)+(?!\d)")


@dataclass(frozen=True, slots=True)
class Pair:
    """A statement with the quote it cites: faithful or not, and of what kind."""

    source: str
    kind: str
    faithful: bool
    statement: str
    quote: str


def documents(folder: Path, rng: random.Random) -> list[tuple[str, list[str]]]:
    """The documents of a folder, shuffled, as (source, its sentences of 12 to 160 characters in order)."""
    files = sorted(scan_folder(folder).files, key=lambda file: file.source)
    rng.shuffle(files)
    found = []
    for file in files:
        text = read_document(file).text
        kept = [text[start:end] for start, end in sentence_spans(text)]
        kept = [one for one in kept if 12 <= len(one) <= 160 and len(re.findall(r"[\u4e00-\u9fff]", one)) >= 8]
        kept = [_NUMBERING.sub("", one) for one in kept if not _BROKEN.search(one)]
        if len(kept) > 2:
            found.append((file.source, kept))
    return found


def pool(everything: Sequence[tuple[str, list[str]]]) -> Pool:
    """The names that stand in the documents."""
    text = "\n".join(one for _, kept in everything for one in kept)
    lists = [item for match in mutations._LIST.finditer(text) for item in match.groups()]
    return Pool(
        titles=sorted(set(mutations._TITLE.findall(text))),
        places=mutations.PLACES,
        bodies=mutations.BODIES,
        people=sorted(set(mutations._PERSON.findall(text))),
        quoted=sorted(set(mutations._QUOTED.findall(text))),
        items=sorted({item for item in lists if 2 <= len(item) <= 6}),
    )


def pairs(everything: Sequence[tuple[str, list[str]]], name: str, each: int, rng: random.Random) -> Iterator[Pair]:
    """Up to `each` pairs of every kind."""
    names = pool(everything)
    places = [(kept, at) for _, kept in everything for at in range(len(kept))]
    rng.shuffle(places)
    made: dict[str, int] = defaultdict(int)
    for kept, at in places:
        text = kept[at]
        quote = _quote(kept, at, rng)
        for kind, paraphrase in FAITHFUL.items():
            statement = paraphrase(rng, text) if made[kind] < each else None
            if statement:
                made[kind] += 1
                yield Pair(name, kind, True, statement, quote)
        for kind, mutate in FALSE.items():
            statement = mutate(rng, text, names) if made[kind] < each else None
            if statement and statement not in quote:
                made[kind] += 1
                yield Pair(name, kind, False, statement, quote)
        if made[NEIGHBOUR] < each and at + 1 < len(kept) and text not in kept[at + 1]:
            made[NEIGHBOUR] += 1
            yield Pair(name, NEIGHBOUR, False, text, kept[at + 1])


def _quote(kept: Sequence[str], at: int, rng: random.Random) -> str:
    """The sentence, half the time with the sentence after it: real quotes are not always one sentence."""
    return kept[at] + kept[at + 1] if rng.random() < 0.5 and at + 1 < len(kept) else kept[at]


def measure(made: Sequence[Pair]) -> dict[str, object]:
    """Sensitivity, specificity and their mean (balanced accuracy), whole and by kind.

    The balanced accuracy of a kind of falsehood pairs its own share caught with the share of all faithful statements kept.
    """
    right: dict[tuple[bool, str], list[bool]] = defaultdict(list)
    for pair in made:
        right[pair.faithful, pair.kind].append(verify(pair.statement, [pair.quote]).supported == pair.faithful)
    kept = [hit for (faithful, _), hits in right.items() if faithful for hit in hits]
    caught = [hit for (faithful, _), hits in right.items() if not faithful for hit in hits]
    sensitivity, specificity = _mean(kept), _mean(caught)
    return {
        "pairs": len(made),
        "faithful": len(kept),
        "false": len(caught),
        "balanced_accuracy": round((sensitivity + specificity) / 2, 4),
        "false_alarms": round(1 - sensitivity, 4),
        "caught": round(specificity, 4),
        "faithful_kinds": {
            kind: {"n": len(hits), "kept": round(_mean(hits), 4)}
            for (faithful, kind), hits in sorted(right.items())
            if faithful
        },
        "false_kinds": {
            kind: {
                "n": len(hits),
                "caught": round(_mean(hits), 4),
                "balanced_accuracy": round((_mean(hits) + sensitivity) / 2, 4),
            }
            for (faithful, kind), hits in sorted(right.items())
            if not faithful
        },
    }


def _mean(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0


def build(each: int, most: int, *, outside: bool = True) -> list[Pair]:
    """The pairs of the shipped documents and, where it is there, of the outside collection.

    Of the outside collection, the first `most` documents of a shuffled list served while the rules were written; the rest
    ("ncp, unseen") did not.
    """
    rng = random.Random(SEED)
    made = list(pairs(documents(SHIPPED, rng), "corpus/documents", each, rng))
    if outside and OUTSIDE.is_dir():
        everything = documents(OUTSIDE, rng)
        made += pairs(everything[:most], "ncp", each, rng)
        made += pairs(everything[most:], UNSEEN, each, rng)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=150, help="most pairs of one kind from one collection")
    parser.add_argument("--documents", type=int, default=300, help="most documents of a collection")
    parser.add_argument("--errors", type=int, default=0, help="wrong verdicts to print of each kind")
    parser.add_argument("--dry", action="store_true", help="write no result")
    given = parser.parse_args(arguments)
    made = build(given.each, given.documents)
    began = time.process_time()
    whole = measure(made)
    seconds = time.process_time() - began
    by_source = {name: measure([p for p in made if p.source == name]) for name in dict.fromkeys(p.source for p in made)}
    result = {
        "command": "python -m benchmarks.verifier_mutations",
        "seed": SEED,
        "targets": {"balanced_accuracy": TARGET, "false_alarms": ALARMS},
        "cpu_ms_a_pair": round(1000 * seconds / len(made), 3),
        "all": whole,
        **by_source,
    }
    if not given.dry:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(table(result))
    if given.errors:
        show_errors(made, given.errors)
    held = whole["balanced_accuracy"] >= TARGET and whole["false_alarms"] <= ALARMS  # type: ignore[operator]
    return 0 if held else 1


def table(result: dict[str, object]) -> str:
    """The result for people."""
    lines = []
    for name, value in result.items():
        if not isinstance(value, dict) or "false_kinds" not in value:
            continue
        lines.append(
            f"{name}: {value['pairs']} pairs, balanced accuracy {value['balanced_accuracy']}, "
            f"false alarms {value['false_alarms']}, caught {value['caught']}"
        )
        lines += [f"  kept   {kind:22} {row['n']:5} {row['kept']}" for kind, row in value["faithful_kinds"].items()]
        lines += [
            f"  caught {kind:22} {row['n']:5} {row['caught']}  balanced {row['balanced_accuracy']}"
            for kind, row in value["false_kinds"].items()
        ]
    return "\n".join(lines)


def show_errors(made: Sequence[Pair], most: int) -> None:
    """Wrong verdicts, some of each kind."""
    shown: dict[tuple[bool, str], int] = defaultdict(int)
    for pair in made:
        verdict = verify(pair.statement, [pair.quote])
        key = (pair.faithful, pair.kind)
        if verdict.supported != pair.faithful and shown[key] < most:
            shown[key] += 1
            print(f"\n{pair.kind} {pair.source} {'FALSE ALARM' if pair.faithful else 'MISSED'} {verdict.issues}")
            print(f"  statement: {pair.statement}\n  quote:     {pair.quote}")


if __name__ == "__main__":
    sys.exit(main())

"""Questions with passages that answer them and passages that do not, for training the reader; knows nothing of networks.

``general_rows`` are questions on one text each (encyclopaedia, judgments), ``policy_rows`` those written for policy
documents with every span of their answers, ``suite_rows`` the development halves of question sets, ``absent_rows``
questions that no document answers, ``unanswerable_rows`` questions that a document almost answers, ``written_rows`` those
written for this project since, whose answers are kept as places in the documents and not as words. For all but the first,
the passages are those that an index of the documents finds:
what the reader will be asked at work. A passage that holds the answer's words by chance is neither.

Every document falls into one of FOLDS by the hash of its path; rows of fold 0 are held out, for figures that no row spoils.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.reader.windows import header_of
from corpus.types import Passage
from index.local import LocalIndex

FOLDS = 5
FOUND, NEGATIVES, POSITIVES = 12, 6, 4  # passages searched for a question; kept without and with an answer
GENERAL = ("drcd-dev", "drcd-test", "cail2019-dev", "cail2019-test", "cmrc2018-dev-half")
GENERAL_NEGATIVES = 0.35  # of the answerable ones that are read beside a stretch that does not answer
HELD_OUT = 120  # of each source, answered, on texts of fold 0: for weights that are measured for the network
GENERAL_CHARACTERS = 330  # of the stretch of a long general text that is read: about 210 pieces
UNANSWERABLE = Path(__file__).parent / "unanswerable.jsonl"  # written for this: document, question, what was changed
# The same with where its answers stand: start and end in the document's text, and the beginning of the SHA-256 of the words.
WRITTEN = Path(__file__).parent / "written.jsonl"
NEAREST = 3  # passages of a document that are read beside the one that misleads
DEEPER = 40  # passages searched where only those of one document are wanted
ABSENT = 700  # questions that no document answers

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with its header; ``spans`` are the runs that belong to the answer, empty where only relevance is known."""

    header: str
    text: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One question; ``positives`` answer it, each by itself in part or whole, ``negatives`` do not."""

    question: str
    positives: tuple[Candidate, ...]
    negatives: tuple[Candidate, ...]
    source: str
    kind: str = ""


def fold_of(document: str) -> int:
    """The fold of a document by its path, or of any text that names it."""
    return hashlib.sha256(document.encode()).digest()[0] % FOLDS


def read_lines(file: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file, xz or plain."""
    opener = lzma.open if file.suffix == ".xz" else open
    with opener(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def general_rows(data: Path, seed: int, *, held_out: bool = False) -> Iterator[Row]:
    """Questions on one text; the other side is a stretch of another text of the same source, or of its own.

    Those ``held_out`` are of the texts that are never learned, only those that are answered, HELD_OUT of a source.
    """
    by_source: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in read_lines(data / "text" / "reader.jsonl.xz"):
        if row["source"] in GENERAL and (fold_of(row["context"][:60]) == 0) == held_out:
            by_source[row["source"]].append(row)
    for source, rows in sorted(by_source.items()):
        chance = random.Random(f"{seed} {source}")
        chance.shuffle(rows)
        for row in [row for row in rows if row["answerable"]][:HELD_OUT] if held_out else rows:
            spans = tuple((a["start"], a["start"] + len(a["text"])) for a in row["answers"] if a["text"])
            own, other = row["context"], chance.choice(rows)["context"]
            title = re.split(r"[，。,：:\n（(]", own, maxsplit=1)[0][:24] if chance.random() < 0.5 else ""
            positive = _random_stretch(own, spans, title, chance) if row["answerable"] and spans else None
            if positive is None and row["answerable"]:
                continue
            negative = None
            if positive is None or chance.random() < GENERAL_NEGATIVES:
                negative = _random_stretch(
                    own if positive is None else other, (), title if positive is None else "", chance
                )
            yield Row(row["question"], (positive,) if positive else (), (negative,) if negative else (), source)


def _random_stretch(text: str, spans: Sequence[Span], title: str, chance: random.Random) -> Candidate | None:
    """A random stretch of the text that holds the first span (or of any place)."""
    size = min(len(text), GENERAL_CHARACTERS)
    if spans:
        low, high = max(0, spans[0][1] - size), min(spans[0][0], len(text) - size)
        if high < low:
            return None
        start = chance.randint(low, high)
    else:
        start = chance.randint(0, len(text) - size)
    inside = tuple((a - start, b - start) for a, b in spans[:1] if a >= start and b <= start + size)
    return Candidate(header_of(title, ()), text[start : start + size], inside)


@lru_cache(maxsize=512)
def _without_space(text: str) -> tuple[str, tuple[int, ...]]:
    """The text without white space, and where each of its characters stood."""
    places = tuple(i for i, char in enumerate(text) if not char.isspace())
    return "".join(text[i] for i in places), places


def locate_quote(text: str, quote: str) -> Span | None:
    """Where the text first holds the quote, white space aside."""
    bare, places = _without_space(text)
    wanted = "".join(quote.split())
    at = bare.find(wanted)
    return (places[at], places[at + len(wanted) - 1] + 1) if wanted and at >= 0 else None


class Library:
    """An index with its documents by source: what a row's document says, and what a search finds."""

    def __init__(self, index: LocalIndex) -> None:
        self.index = index
        self._ids = {summary.source: summary.id for summary in index.documents()}
        self._texts: dict[str, str] = {}

    def text_of(self, source: str) -> str | None:
        """The text of a document by its path; None where the index has none of that path."""
        if source not in self._ids:
            return None
        if source not in self._texts:
            self._texts[source] = self.index.document(self._ids[source]).text
        return self._texts[source]

    def passages_of(self, source: str) -> list[Passage]:
        """The passages of a document by its path."""
        return self.index.passages(self._ids[source])

    def find_passages(self, question: str) -> list[Passage]:
        """What the search finds, best first."""
        return [hit.passage for hit in self.index.search(question, FOUND)]

    def found_in(self, source: str, question: str) -> list[Passage]:
        """What the search finds in one document, best first; its passages in their order where it finds none."""
        hits = self.index.search(question, DEEPER)
        return [hit.passage for hit in hits if hit.passage.source == source] or self.passages_of(source)


def _without_white_space(text: str) -> str:
    return "".join(text.split())


def _unmarked_candidate(passage: Passage) -> Candidate:
    return Candidate(header_of(passage.title, passage.headings), passage.text)


def _overlap_with_passage(passage: Passage, span: Span) -> Span | None:
    """The part of a document's span that the passage holds, where it holds half of the shorter of the two."""
    low, high = max(span[0], passage.start), min(span[1], passage.end)
    if high - low < max(1, min(span[1] - span[0], passage.end - passage.start) / 2):
        return None
    return low - passage.start, high - passage.start


def searched_row(
    library: Library, question: str, quotes: dict[str, list[str]], banned: Iterable[str], source: str, *, spans: bool
) -> Row | None:
    """A question with what the search finds; ``quotes`` are the answer's runs by document. None where none is found there."""
    ranges: dict[str, list[Span]] = {}
    for document, texts in quotes.items():
        text = library.text_of(document)
        if text is not None:
            located = [locate_quote(text, quote) for quote in texts]
            ranges[document] = [span for span in located if span is not None]
    if quotes and not any(ranges.values()):
        return None
    shut = [_without_white_space(text) for text in banned]
    positives: list[Candidate] = []
    negatives: list[Candidate] = []
    own = [passage for document in list(ranges)[:2] for passage in library.passages_of(document)]
    seen: set[str] = set()
    for passage in (*library.find_passages(question), *own):
        if passage.text in seen:
            continue
        seen.add(passage.text)
        header = header_of(passage.title, passage.headings)
        held = [o for span in ranges.get(passage.source, []) if (o := _overlap_with_passage(passage, span)) is not None]
        if held:
            positives.append(Candidate(header, passage.text, tuple(held) if spans else ()))
        elif len(negatives) < NEGATIVES and not any(
            text and text in _without_white_space(passage.text) for text in shut
        ):
            negatives.append(Candidate(header, passage.text))
    if quotes and not positives:
        return None
    return Row(question, tuple(positives[:POSITIVES]), tuple(negatives), source)


def policy_rows(data: Path, libraries: dict[str, Library], seed: int) -> Iterator[Row]:
    """The questions written over policy documents, and near misses made of them: another place, another year."""
    for row in read_lines(data / "text" / "policy.jsonl.xz"):
        library = libraries[row["corpus"]]
        if row["corpus"] != "policy" and fold_of(row["doc"]) == 0:
            continue
        quotes = {row["doc"]: row["spans"]} if row["spans"] else {}
        banned = [text for text in row["spans"] if len(text) > 3]
        made = searched_row(library, row["q"], quotes, banned, "policy", spans=True)
        if made is not None:
            kept = Row(made.question, made.positives, made.negatives, f"policy-{row['corpus']}", row["type"])
            yield kept
            missed = near_miss(kept, random.Random(f"{seed} {row['id']}"))
            if missed is not None:
                yield missed


_YEAR = re.compile(r"20[0-2]\d(?=年|-|\b)")
_PLACE = re.compile(
    "北京|上海|广州|深圳|武汉|成都|重庆|南京|杭州|天津|西安|郑州|长沙|济南|合肥|福州|苏州|宁波|"
    "湖北|湖南|广东|江苏|浙江|山东|河南|河北|四川|安徽|福建|江西|云南|海南"
)


def near_miss(row: Row, chance: random.Random) -> Row | None:
    """The question asked of another place or year than its passages speak of: none of them answers it."""
    if not row.positives:
        return None
    years = _YEAR.findall(row.question)
    if years:
        other = str(int(years[0]) + chance.choice((-2, -1, 1, 2)))
        question, gone = row.question.replace(years[0], other), other
    else:
        named = _PLACE.findall(row.question)
        if not named:
            return None
        other = chance.choice([place for place in _PLACE.pattern.split("|") if place not in row.question])
        question, gone = row.question.replace(named[0], other), other
    shown = [*row.positives, *row.negatives]
    if any(gone in candidate.header + candidate.text for candidate in shown):
        return None
    return Row(question, (), tuple(Candidate(c.header, c.text) for c in shown[:NEGATIVES]), "near-miss", row.kind)


def suite_rows(data: Path, suite: str, library: Library, *, spans: bool) -> Iterator[Row]:
    """The development cases of a question set with evidence."""
    for case in read_lines(data / "bench" / suite / "cases.jsonl"):
        firm = [e for e in case["evidence"] if not e.get("weak")]
        if not firm or fold_of(firm[0]["doc"] if suite != "stard" else case["id"]) == 0:
            continue
        quotes: dict[str, list[str]] = defaultdict(list)
        for evidence in firm:
            quotes[evidence["doc"]].append(evidence["quote"])
        banned = [*case["answers"], *(e["quote"] for e in case["evidence"])]
        made = searched_row(library, case["question"], dict(quotes), banned, suite, spans=spans)
        if made is not None:
            yield made


def absent_rows(data: Path, library: Library, seed: int) -> Iterator[Row]:
    """Questions whose known answer stands in none of the documents: what the search finds does not answer them."""
    rows = [r for r in read_lines(data / "text" / "pairs.jsonl.xz") if r["source"] == "ncp-gold-absent"]
    random.Random(seed).shuffle(rows)
    for row in rows[:ABSENT]:
        made = searched_row(library, row["query"], {}, [row["positive"]], "absent", spans=False)
        if made is not None:
            yield made


def unanswerable_rows(libraries: dict[str, Library]) -> Iterator[Row]:
    """Questions close to a document that does not answer them: what the search finds in that document is beside the point."""
    for row in read_lines(UNANSWERABLE):
        library = libraries[row["corpus"]]
        if fold_of(row["doc"]) == 0 or library.text_of(row["doc"]) is None:
            continue
        shown = library.found_in(row["doc"], row["q"])[:NEGATIVES]
        yield Row(row["q"], (), tuple(map(_unmarked_candidate, shown)), f"unanswerable-{row['corpus']}", row["kind"])


def digest_of(words: str) -> str:
    """Eight digits that tell these words from others, white space aside."""
    return hashlib.sha256(_without_white_space(words).encode()).hexdigest()[:8]


def find_again(text: str, start: int, end: int, digest: str) -> Span | None:
    """Where the words stand of which the place in an earlier reading of the document and the digest are known."""
    if digest_of(text[start:end]) == digest:
        return start, end
    bare, at = _without_space(text)
    for length in {len(_without_white_space(text[start:end])), end - start}:
        for first in sorted(range(len(bare) - length + 1), key=lambda i: abs(at[i] - start)):
            if hashlib.sha256(bare[first : first + length].encode()).hexdigest()[:8] == digest:
                return at[first], at[first + length - 1] + 1
    return None


def written_rows(libraries: dict[str, Library]) -> Iterator[Row]:
    """The questions of WRITTEN: with their answers, or with the passage that misleads and its like in the same document."""
    for row in read_lines(WRITTEN):
        library = libraries[row["corpus"]]
        text = library.text_of(row["doc"])
        if text is None or fold_of(row["doc"]) == 0:
            continue
        spans = [found for place in row["spans"] if (found := find_again(text, *place)) is not None]
        if row["spans"]:
            quotes = {row["doc"]: [text[start:end] for start, end in spans]}
            banned = [quote for quote in quotes[row["doc"]] if len(quote) > 3]
            made = searched_row(library, row["q"], quotes, banned, f"written-{row['corpus']}", spans=True)
            if made is not None:
                yield replace(made, kind=row["type"])
            continue
        near = find_again(text, *row["near"])
        own = library.passages_of(row["doc"])
        misleading = [p for p in own if near is not None and p.start <= near[0] < p.end]
        others = [p for p in library.found_in(row["doc"], row["q"]) if p not in misleading]
        shown = tuple(map(_unmarked_candidate, (*misleading, *others[:NEAREST])))
        yield Row(row["q"], (), shown, f"unanswerable-{row['corpus']}", row["type"])


def write_rows(file: Path, rows: Iterable[Row]) -> int:
    """Rows as JSON lines, and how many."""
    count = 0
    with file.open("w", encoding="utf-8") as out:
        for row in rows:
            count += 1
            out.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
    return count


def load_rows(file: Path) -> list[Row]:
    """What ``write_rows`` wrote."""

    def candidate_from(raw: dict[str, Any]) -> Candidate:
        return Candidate(raw["header"], raw["text"], tuple((a, b) for a, b in raw["spans"]))

    return [
        Row(
            raw["question"],
            tuple(candidate_from(c) for c in raw["positives"]),
            tuple(candidate_from(c) for c in raw["negatives"]),
            raw["source"],
            raw["kind"],
        )
        for raw in read_lines(file)
    ]

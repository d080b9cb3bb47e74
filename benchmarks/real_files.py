"""How a folder of real office files is read: `python -m benchmarks.real_files [--bench DIR] [--out FILE]`.

Of the files in DIR/corpus: how many are read, and why the others are not. Of the passages of evidence that DIR/cases.jsonl quotes
(development cases): the share that occurs in `Document.text`, white space and compatibility forms (NFKC) aside; and with those
that quote a row of a table, whose cells here carry the names of their columns: each of their words in one line. Of the characters of
DIR/text, an extraction by other programs (OCR for scans): the share that the document has as often (`characters`), and the share that
stands in a run of five characters that the document has too (`runs`). By format, which is that of the name. Without ../shared/bench/real
it says so and measures nothing.

The extraction of a saved web page holds all of the page, a Document its article. So of web pages those lines do not count that are
navigation: the window's title, lines that are nothing but a link, and any five lines in a row that another page of the same folder has
too (head, foot and side of one site). What a page has with them is told as `characters_of_all`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from tqdm import tqdm

from corpus.folder import read_many_files, scan_folder
from corpus.types import Document, FailedFile

ROOT = Path(__file__).resolve().parent
RUN = 5
# What the other programs draw around tables and put in place of pictures: no characters of the files.
DRAWN = re.compile(r"\[pic\]|\|")


def plain(text: str) -> str:
    """The text in compatibility form without white space and format characters."""
    normal = unicodedata.normalize("NFKC", text)
    return "".join(c for c in normal if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))


def character_recall(found: str, wanted: str) -> float:
    """Share of the wanted characters that are found, each as often as it is wanted."""
    there, asked = Counter(found), Counter(wanted)
    return sum(min(count, there[character]) for character, count in asked.items()) / max(1, len(wanted))


def run_recall(found: str, wanted: str) -> float:
    """Share of the wanted characters that lie in a run of `RUN` characters which is found."""
    there = {found[place : place + RUN] for place in range(len(found) - RUN + 1)}
    covered = bytearray(len(wanted))
    for place in range(len(wanted) - RUN + 1):
        if wanted[place : place + RUN] in there:
            covered[place : place + RUN] = b"\1" * RUN
    return sum(covered) / max(1, len(wanted))


def in_a_row(quote: str, lines: list[str]) -> bool:
    """Whether the words of a quote, cells of a row, stand in one line in their order."""
    words = [plain(word) for word in quote.split()]
    return len(words) > 1 and any(_in_order(words, line) for line in lines)


def _in_order(words: list[str], line: str) -> bool:
    at = 0
    for word in words:
        at = line.find(word, at)
        if at < 0:
            return False
        at += len(word)
    return True


def made_of_cells(quote: str, line: str) -> bool:
    """Whether a quote without spaces is cells of a row, at least two, whole and in order; what a merged cell repeats may stand between."""
    left = {plain(quote): 0}  # what is left of the quote, and how many cells made up the rest
    for piece in line.split(";"):
        cell = piece.rpartition(":")[2]
        if cell:
            left |= {rest[len(cell) :]: cells + 1 for rest, cells in left.items() if rest.startswith(cell)}
    return left.get("", 0) > 1


class _Links(HTMLParser):
    """The words of a page's links and of its window, without white space."""

    def __init__(self) -> None:
        super().__init__()
        self.words: set[str] = set()
        self._open: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("a", "title"):
            self._open = []

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open.append(data)
            self.words.add(plain(data))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("a", "title") and self._open is not None:
            self.words.add(plain("".join(self._open)))
            self._open = None


def without_navigation(page: str, reference: str, others: list[str]) -> str:
    """The lines of a web page's extraction that are its article. others: the extractions of the folder's other pages."""
    links = _Links()
    links.feed(page)
    lines = [line for line in map(plain, reference.split("\n")) if line]
    around: set[int] = set()
    for other in others:
        matcher = SequenceMatcher(None, lines, [line for line in map(plain, other.split("\n")) if line], autojunk=False)
        for block in matcher.get_matching_blocks():
            around.update(range(block.a, block.a + block.size) if block.size >= RUN else ())
    return "\n".join(line for place, line in enumerate(lines) if place not in around and line not in links.words)


def measure(bench: Path, *, progress: bool = True) -> dict[str, Any]:
    """Everything above for the folder `bench`, by format and in all."""
    begun = time.monotonic()
    found = scan_folder(bench / "corpus")
    documents: dict[str, str] = {}
    lines: dict[str, list[str]] = {}
    failed: list[FailedFile] = list(found.failed)
    files = read_many_files(found.files)
    for one in tqdm(files, total=len(found.files), file=sys.stderr, disable=not progress, desc="read"):
        if isinstance(one, Document):
            source = unicodedata.normalize("NFC", one.source)
            documents[source] = plain(one.text)
            lines[source] = [plain(line) for line in one.text.split("\n")]
        else:
            failed.append(one)
    seconds = time.monotonic() - begun
    names = {
        unicodedata.normalize("NFC", p.relative_to(bench / "corpus").as_posix()): p for p in _files(bench / "corpus")
    }
    rows: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(list))
    for source, path in names.items():
        for kind in (path.suffix.lower(), "all"):
            rows[kind]["read"].append(source in documents)
            _compare(rows[kind], documents.get(source, ""), path, bench / "text" / (source + ".txt"))
    missed = []
    for source, quote, case in _evidence(bench / "cases.jsonl"):
        there = plain(quote) in documents.get(source, "")
        for kind in (Path(source).suffix.lower(), "all"):
            rows[kind]["quotes"].append(there)
            rows[kind]["rows"].append(
                there
                or in_a_row(quote, lines.get(source, []))
                or any(made_of_cells(quote, line) for line in lines.get(source, []))
            )
        if not there:
            missed.append({"case": case, "source": source, "quote": quote, "file_read": source in documents})
    return {
        "files": len(names),
        "read": len(documents),
        "seconds": round(seconds, 1),
        "by_format": {kind: _figures(rows[kind]) for kind in sorted(rows, key=lambda kind: (kind == "all", kind))},
        "refused": sorted([f.source, f.reason] for f in failed),
        "quotes_missed": missed,
    }


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _compare(row: dict[str, Any], found: str, path: Path, reference: Path) -> None:
    if not reference.is_file():
        return
    text = DRAWN.sub("", reference.read_text("utf-8"))
    everything = plain(text)
    if path.suffix.lower() == ".html":
        others = [other for other in sorted(reference.parent.glob("*.html.txt")) if other != reference]
        text = without_navigation(
            path.read_text("utf-8", "replace"), text, [other.read_text("utf-8") for other in others]
        )
        row["characters_of_all"].append((character_recall(found, everything), len(everything)))
    wanted = plain(text)
    if wanted:
        row["characters"].append((character_recall(found, wanted), len(wanted)))
        row["runs"].append((run_recall(found, wanted), len(wanted)))


def _evidence(cases: Path) -> list[tuple[str, str, str]]:
    """Source, quote and case of every passage of evidence of the answerable cases, each once."""
    found: dict[tuple[str, str], str] = {}
    for case in map(json.loads, cases.read_text("utf-8").splitlines()):
        if case["answerable"]:
            for evidence in case["evidence"]:
                found.setdefault((unicodedata.normalize("NFC", evidence["doc"]), evidence["quote"]), case["id"])
    return [(source, quote, case) for (source, quote), case in found.items()]


def _figures(row: dict[str, Any]) -> dict[str, Any]:
    quotes = row["quotes"]
    figures: dict[str, Any] = {
        "files": len(row["read"]),
        "read": sum(row["read"]),
        "quotes": len(quotes),
        "quotes_found": sum(quotes),
        "quotes_found_or_in_a_row": sum(row["rows"]),
    }
    for name in ("characters", "runs", "characters_of_all"):
        pairs = row[name]
        if len(pairs) != len(row["characters"]):
            continue
        figures[name] = round(sum(share * size for share, size in pairs) / max(1, sum(size for _, size in pairs)), 4)
        figures[f"{name}_worst"] = round(min((share for share, _ in pairs), default=0.0), 4)
    return figures


def table(results: dict[str, Any]) -> str:
    """The figures by format as a Markdown table."""
    lines = [
        "| format | files | read | quotes found | or in a row | characters | worst | runs of five | worst |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for kind, row in results["by_format"].items():
        share = f"{row['quotes_found']} of {row['quotes']}" if row["quotes"] else ""
        cells = [kind, row["files"], row["read"], share, row["quotes_found_or_in_a_row"] if row["quotes"] else ""]
        cells += [f"{row[name]:.3f}" for name in ("characters", "characters_worst", "runs", "runs_worst")]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure, print the table, write the figures beside this file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--bench", type=Path, default=ROOT.parent.parent / "shared/bench/real", help="folder of the suite"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "real_files.json", help="where the figures go")
    arguments = parser.parse_args()
    if not (arguments.bench / "corpus").is_dir():
        print(f"not measured: there is no {arguments.bench / 'corpus'} on this machine")
        return
    results = measure(arguments.bench)
    print(table(results))
    print(f"{results['read']} of {results['files']} files read in {results['seconds']} s")
    arguments.out.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()

"""Makes golden/reading.json anew: `python -m tests.index.remake`, once READING_VERSION in index/planning.py is raised.

golden/reading.json holds, for each file of `files()`, a digest of everything an index keeps of it: text, title, outline, metadata,
warnings, links, numbers to filter by, and of every passage its place and the terms it is found by, with their weights. Where a digest
changes, indexes that exist hold what the code no longer reads, so the version has to be raised, and they are built anew; this program
refuses to run before that.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cli import ExitCode, print_note, run_command
from corpus.folder import read_many_files
from corpus.passages import split_passages
from corpus.types import Document, FailedFile, SourceFile
from corpus.versions import entry_of_document, link_keys
from index.passage_text import searchable_text
from index.planning import READING_VERSION
from index.records import body_values, summary_values
from index.remote.conditions import filter_numbers
from index.remote.weights import passage_weights
from index.terms import terms_of

TESTS = Path(__file__).parents[1]
FILE = Path(__file__).with_name("golden") / "reading.json"
PASSAGE_TOKENS = 128  # short enough that the longer files make several passages
HOW = "raise READING_VERSION in index/planning.py, then run python -m tests.index.remake"


def files() -> list[Path]:
    """One file a format (scans left out: recognition differs from processor to processor) and whole policy documents."""
    golden = TESTS / "corpus" / "golden"
    formats = [path for path in golden.iterdir() if (golden / f"{path.name}.txt").exists() and path.stem != "scan"]
    documents = (TESTS / "assistant" / "eligibility" / "documents").glob("*.md")
    return sorted([*formats, *documents])


def found_by(text: str) -> list[Any]:
    """The terms that find a passage, and their weights in a collection of passages of a hundred terms."""
    weights = sorted((key, round(weight, 3)) for key, weight in passage_weights(text, 100.0).items())
    return [sorted(terms_of(text)), weights]


def kept_of(document: Document) -> list[Any]:
    """Everything that an index keeps of a document, as JSON values."""
    passages = split_passages(document, PASSAGE_TOKENS)
    outline, pages, _ = body_values(document)
    found = [[asdict(passage), *found_by(searchable_text(passage))] for passage in passages]
    links = sorted(link_keys(entry_of_document(document)))
    summary = [*summary_values(document, len(passages)), *filter_numbers(document.metadata)]
    return [document.id, document.title, document.text, outline, pages, summary, links, found]


def digests() -> dict[str, str]:
    """A digest of what an index keeps of each file, by the file's name."""
    sources = [SourceFile(path.name, str(path), path.stat().st_size, "") for path in files()]
    found: dict[str, str] = {}
    for source, document in zip(sources, read_many_files(sources), strict=True):
        if isinstance(document, FailedFile):
            raise ValueError(f"{document.source}: {document.reason}")
        text = json.dumps(kept_of(document), ensure_ascii=False, sort_keys=True)
        found[source.source] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return found


def main() -> int:
    """Write the file; 1 where the version has still to be raised."""
    kept: dict[str, Any] = {"version": 0, "files": {}}
    if FILE.exists():
        kept = json.loads(FILE.read_text("utf-8"))
    now = digests()
    changed = [name for name, digest in kept["files"].items() if now.get(name, digest) != digest]
    if changed and kept["version"] >= READING_VERSION:
        print_note(f"{', '.join(changed)}: read otherwise than by version {kept['version']}: {HOW}")
        return ExitCode.DOES_NOT_HOLD
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(
        json.dumps({"version": READING_VERSION, "files": now}, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    return ExitCode.DONE


if __name__ == "__main__":
    run_command(main)

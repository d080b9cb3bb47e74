"""What became of a folder's files, on one page for the person who keeps it. Knows nothing of formats or of search."""

from __future__ import annotations

import re
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from corpus.folder import scan_folder, shown_name
from corpus.readers import suffix_of
from corpus.text.garbled import is_garbled
from corpus.types import Document, FailedFile, SourceFile
from corpus.worker import Worker

_CHILDREN = 2
_SLOWEST = 10
_OCR = re.compile(r"by OCR")
_OCR_PAGES = re.compile(r"([0-9]+) (?:of [0-9]+ )?pages [^:]*by OCR")
# Shares of the characters above which a text is worth a look, and the fewest characters that say anything.
_DOUBTFUL, _STRANGE, _FEWEST = 0.02, 0.10, 50
_USUAL = frozenset(
    ("Lo", "Lu", "Ll", "Nd", "Nl", "No", "Po", "Ps", "Pe", "Pi", "Pf", "Pd", "Sm", "Sc", "So", "Zs", "Cc")
)
# What a person can do about a warning, by the words it holds.
_ADVICE = (
    ("by OCR", "compare figures with the original, or ask for the file with its text"),
    ("left out", "open the file and see what is missing; save that part as a file of its own"),
    ("was cut", "open the file and see what is missing; save that part as a file of its own"),
    ("were joined", "compare some paragraphs with the file, and put a blank line between those that belong apart"),
    ("front matter", "put a line of --- below it, and write it as key: value"),
    ("hidden", "show the sheet in the workbook, or delete it when it is not meant to be read"),
    ("read as plain text", "check the tables, or ask for the file as .docx or .xlsx"),
    ("only the first", "split the file"),
    ("the first", "split the file"),
    ("could not be read", "save the file again from its own program"),
    ("not UTF-8", "save the file as UTF-8"),
    ("encoding", "save the file as UTF-8"),
)


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file: read or refused and why, how long that took in seconds, and what is doubtful about it.

    format: the suffix of its name; pages_by_ocr: how many of its pages went through OCR; doubt: why its text is worth a look ("": it
    is not).
    """

    source: str
    format: str
    read: bool
    reason: str
    characters: int
    pages: int
    pages_by_ocr: int
    seconds: float
    warnings: tuple[str, ...]
    doubt: str


def survey_folder(folder: Path, progress: Callable[[int, int, str], None] | None = None) -> list[FileReport]:
    """Every file of a folder, read in child processes under limits. `progress` is called with (done, total, name).

    Raises CorpusError when the folder is missing or empty.
    """
    found = scan_folder(folder)
    workers: SimpleQueue[Worker] = SimpleQueue()
    every = [Worker() for _ in range(_CHILDREN)]
    for worker in every:
        workers.put(worker)

    def report_file(file: SourceFile) -> FileReport:
        worker = workers.get()
        begun = time.monotonic()
        try:
            one = worker.read_file(file)
        finally:
            workers.put(worker)
        seconds = time.monotonic() - begun
        return (
            of_document(one, seconds) if isinstance(one, Document) else _refused_report(one.source, one.reason, seconds)
        )

    files: list[FileReport] = []
    try:
        with ThreadPoolExecutor(_CHILDREN) as threads:
            for done, one in enumerate(threads.map(report_file, found.files), 1):
                files.append(one)
                if progress is not None:
                    progress(done, len(found.files), shown_name(one.source))
    finally:
        for worker in every:
            worker.close()
    return sorted([*files, *report_refused(found.failed)], key=lambda file: file.source)


def report_refused(failed: Iterable[FailedFile]) -> list[FileReport]:
    """What there is to say of files that could not be read."""
    return [_refused_report(each.source, each.reason, 0.0) for each in failed]


def _refused_report(source: str, reason: str, seconds: float) -> FileReport:
    return FileReport(source, suffix_of(source), False, reason, 0, 0, 0, round(seconds, 2), (), "")


def of_document(document: Document, seconds: float = 0.0) -> FileReport:
    """What there is to say of a document that was read, in so many seconds."""
    return FileReport(
        document.source, suffix_of(document.source), True, "", len(document.text), len(document.pages),
        _pages_by_ocr(document), round(seconds, 2), document.warnings, doubt_about(document.text),
    )  # fmt: skip


def _pages_by_ocr(document: Document) -> int:
    """How many pages its warnings say; a picture is read by OCR as a whole."""
    told = [warning for warning in document.warnings if _OCR.search(warning)]
    counted = [int(match[1]) for warning in told if (match := _OCR_PAGES.search(warning))]
    return sum(counted) or (max(1, len(document.pages)) if told else 0)


def doubt_about(text: str) -> str:
    """Why a text is worth a look: characters that could not be read, or ones that no text has so many of; "" for none."""
    letters = [character for character in text if not character.isspace()]
    if len(letters) < _FEWEST:
        return f"only {len(letters)} characters"
    damaged = sum(character == "\ufffd" or unicodedata.category(character) == "Co" for character in letters)
    if damaged > _DOUBTFUL * len(letters):
        return f"{damaged} of {len(letters)} characters could not be read"
    if is_garbled(text):
        return "hardly any of its pairs of characters are Chinese"
    strange = sum(unicodedata.category(character) not in _USUAL for character in letters)
    if strange > _STRANGE * len(letters):
        return f"{strange} of {len(letters)} characters are none that a text is written in"
    return ""


def advice_for(warning: str) -> str:
    """What a person can do about a warning, "" where there is nothing to do."""
    return next((what for words, what in _ADVICE if words in warning), "")


def report_to_dict(files: list[FileReport]) -> dict[str, Any]:
    """The whole report as JSON: totals, formats, and each file."""
    formats: dict[str, Counter[str]] = defaultdict(Counter)
    for file in files:
        for name in (file.format or "no suffix", "all"):
            formats[name]["files"] += 1
            formats[name]["read"] += file.read
            formats[name]["refused"] += not file.read
            formats[name]["warned"] += bool(file.warnings)
            formats[name]["pages_by_ocr"] += file.pages_by_ocr
    return {
        "formats": {name: dict(formats[name]) for name in sorted(formats, key=lambda name: (name == "all", name))},
        "refused": [{"source": file.source, "reason": file.reason} for file in files if not file.read],
        "warned": [
            {"source": file.source, "warning": warning, "do": advice_for(warning)}
            for file in files
            for warning in file.warnings
        ],
        "by_ocr": [{"source": file.source, "pages": file.pages_by_ocr} for file in files if file.pages_by_ocr],
        "doubtful": [{"source": file.source, "why": file.doubt} for file in files if file.doubt],
        "slowest": [
            {"source": file.source, "seconds": file.seconds}
            for file in sorted(files, key=lambda file: -file.seconds)[:_SLOWEST]
        ],
        "files": [asdict(file) for file in files],
    }


def report_for_people(files: list[FileReport]) -> str:
    """The report as one page of text."""
    whole = report_to_dict(files)
    total = whole["formats"].get("all", {"files": 0, "read": 0})
    lines = [f"{total['read']} of {total['files']} files read", ""]
    lines.append(f"{'format':<12}{'files':>7}{'read':>7}{'refused':>9}{'warned':>8}{'pages by OCR':>14}")
    for name, row in whole["formats"].items():
        lines.append(
            f"{shown_name(name):<12}{row['files']:>7}{row['read']:>7}{row['refused']:>9}{row['warned']:>8}{row['pages_by_ocr']:>14}"
        )
    lines += _section_lines("refused", [f"{shown_name(each['source'])}: {each['reason']}" for each in whole["refused"]])
    warned = [
        f"{shown_name(each['source'])}: {each['warning']}" + (f" — {each['do']}" if each["do"] else "")
        for each in whole["warned"]
    ]
    lines += _section_lines("warned", warned)
    lines += _section_lines(
        "by OCR", [f"{shown_name(each['source'])}: {each['pages']} pages" for each in whole["by_ocr"]]
    )
    lines += _section_lines(
        "doubtful text", [f"{shown_name(each['source'])}: {each['why']}" for each in whole["doubtful"]]
    )
    slow = [
        f"{each['seconds']:7.1f} s  {shown_name(each['source'])}" for each in whole["slowest"] if each["seconds"] >= 1
    ]
    return "\n".join(lines + _section_lines("slowest", slow))


def _section_lines(name: str, entries: list[str]) -> list[str]:
    return ["", name, *(f"  {entry}" for entry in entries)] if entries else []

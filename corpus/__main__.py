"""`python -m corpus show`, `list`, `report` and `diff`: documents as the system reads them. Knows nothing of search."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, fields
from pathlib import Path

from cli import ExitCode, print_json, print_note, progress_bar, run_command
from corpus import report
from corpus.folder import read_many_files, read_one_file, scan_folder, shown_name
from corpus.passages import split_passages
from corpus.types import Document, FailedFile, Passage, Value
from corpus.versions import VersionEntry, entry_of_document, find_links, link_in_words

_NAMES = {
    "issuer": "发文机关",
    "number": "发文字号",
    "issued": "成文日期",
    "effective": "施行日期",
    "expires": "有效期至",
    "status": "效力",
    "replaces": "废止或替代",
    "region": "地区",
}


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m corpus", description="documents as the system reads them")
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("show", help="one document: outline, metadata, passages with locators, warnings")
    show.add_argument("file", type=Path, help="the file")
    show.add_argument("--tokens", type=int, default=512, help="most tokens in a passage (default 512)")
    form = show.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="everything as one JSON object")
    form.add_argument("--text", action="store_true", help="the text alone, the one that offsets count in")
    every = commands.add_parser("list", help="the documents of a folder, and which are copies or versions of which")
    every.add_argument("folder", type=Path, metavar="DIR", help="the folder")
    every.add_argument("--json", action="store_true", help="documents, failed files and links as one JSON object")
    page = commands.add_parser("report", help="a folder on one page: what was read, refused and why, what to look at")
    page.add_argument("folder", type=Path, metavar="DIR", help="the folder")
    page.add_argument("--json", action="store_true", help="everything as one JSON object")
    diff = commands.add_parser(
        "diff", help="two versions of a document as a table: what was changed, added, dropped, moved"
    )
    diff.add_argument("old", type=Path, help="the older file")
    diff.add_argument("new", type=Path, help="the newer file")
    diff.add_argument("--json", action="store_true", help="every row as one JSON object")
    diff.add_argument("--docx", type=Path, metavar="OUT.docx", help="write the table (条文对照表) as a Word document")
    return parser.parse_args()


def document_for_people(document: Document, passages: list[Passage]) -> str:
    """A document as `show` prints it: title, metadata, outline, passages with their locators, warnings."""
    lines = [
        document.title,
        f"{shown_name(document.source)}, {len(document.text)} characters, {len(passages)} passages",
        "",
    ]
    for field in fields(document.metadata):
        value = getattr(document.metadata, field.name)
        values = [value] if isinstance(value, Value) else list(value or ())
        lines += [f"  {_NAMES[field.name]}: {item.value}" for item in values]
    lines += ["", "outline"]
    lines += ["  " * node.level + (f"{node.label} {node.title}".strip() or node.kind) for node in document.outline]
    for number, passage in enumerate(passages, 1):
        lines += ["", f"[{number}] {passage.locator}  {passage.start}-{passage.end}"]
        lines += [f"    {' > '.join(passage.headings)}"] if passage.headings else []
        lines += [f"    {line}" for line in passage.text.split("\n")]
    lines += ["", *(f"warning: {warning}" for warning in document.warnings)]
    return "\n".join(lines)


def _list_folder(folder: Path, as_json: bool) -> int:
    """Every document of a folder in a line, then what failed and what belongs together."""
    found = scan_folder(folder)
    failed = list(found.failed)
    entries: list[VersionEntry] = []
    for one in read_many_files(found.files):
        if isinstance(one, FailedFile):
            failed.append(one)
        else:
            entries.append(entry_of_document(one))
    linked = find_links(entries)
    if as_json:
        whole = {
            "documents": [*map(asdict, entries)],
            "failed": [*map(asdict, failed)],
            "links": [*map(asdict, linked)],
        }
        print_json(whole)
        return ExitCode.DONE
    for each in entries:
        known = (each.metadata.number, each.metadata.issued, each.metadata.status)
        print("  ".join([shown_name(each.source), each.title, *(value.value for value in known if value)]))
    for lost in failed:
        print(f"failed: {shown_name(lost.source)}: {lost.reason}")
    for link in linked:
        print(link_in_words(link))
    return ExitCode.DONE


def _report_folder(folder: Path, as_json: bool) -> int:
    """A folder on one page, with a progress bar that names the file."""
    with progress_bar() as tell:
        files = report.survey_folder(folder, lambda done, total, name: tell("read", done, total, name))
    if as_json:
        print_json(report.report_to_dict(files))
    else:
        print(report.report_for_people(files))
    return ExitCode.DONE


def _diff_versions(old: Path, new: Path, as_json: bool, out: Path | None) -> int:
    """Two versions side by side, on stdout and where wanted as a Word document."""
    from corpus.revisions import compare_versions
    from corpus.revisions.report import revision_for_people, revision_to_dict
    from corpus.revisions.word import revision_to_docx

    revision = compare_versions(read_one_file(old), read_one_file(new))
    if out is not None:
        out.write_bytes(revision_to_docx(revision))
        print_note(f"written: {out}")
    if as_json:
        print_json(revision_to_dict(revision))
    else:
        print(revision_for_people(revision))
    return ExitCode.DONE


def main() -> int:
    """Run the command. Returns the exit code."""
    arguments = _parse_arguments()
    if arguments.command == "report":
        return _report_folder(arguments.folder, arguments.json)
    if arguments.command == "list":
        return _list_folder(arguments.folder, arguments.json)
    if arguments.command == "diff":
        return _diff_versions(arguments.old, arguments.new, arguments.json, arguments.docx)
    document = read_one_file(arguments.file)
    if arguments.text:
        sys.stdout.write(document.text)
        return ExitCode.DONE
    passages = split_passages(document, arguments.tokens)
    if arguments.json:
        outline = [node._asdict() for node in document.outline]
        whole = {"document": asdict(document) | {"outline": outline}, "passages": [*map(asdict, passages)]}
        print_json(whole)
    else:
        print(document_for_people(document, passages))
    return ExitCode.DONE


if __name__ == "__main__":
    run_command(main)

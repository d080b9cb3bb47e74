"""The commands of the index: build, update, check, search. Knows nothing of how any of them works."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cli import ExitCode, folder_or_address, print_json, print_note, progress_bar, run_command
from corpus.versions import link_in_words
from errors import QuestionError, StoreError
from index.types import BuildSummary, Filters
from index.wire import hit_to_dict

MOST_LINKS = 20


def main() -> int:
    """Run one command; returns the exit code."""
    arguments = build_parser().parse_args()
    commands: dict[str, Callable[[argparse.Namespace], int]] = {
        "build": build_command, "update": build_command, "check": check_command, "search": search_command,
    }  # fmt: skip
    return commands[arguments.command](arguments)


def build_parser() -> argparse.ArgumentParser:
    """Every command and option."""
    top = argparse.ArgumentParser(
        prog="python -m index",
        description="Passages to a searchable index: INDEX is a folder or milvus+http://HOST:PORT/NAME.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="build|update|check|search")
    for name, text in (("build", "index a folder from scratch"), ("update", "bring an index up to its folder")):
        one = commands.add_parser(name, help=text)
        one.add_argument(
            "corpus", type=folder_or_address, metavar="CORPUS",
            help="folder of the documents, s3://BUCKET/PREFIX, or a file with a path or an address a line",
        )  # fmt: skip
        one.add_argument("--out", "--index", dest="index", type=folder_or_address, required=True, metavar="INDEX")
        one.add_argument(
            "--workers", default="0", help="for an index on servers: how many processes read, or tcp://HOST:PORT"
        )
        one.add_argument("--encoder", help="built-in, or a sentence-transformers name or folder")
        one.add_argument("--passage-tokens", type=int, help="most tokens in a passage")
        one.add_argument("--json", action="store_true", help="print the summary as JSON")
    check = commands.add_parser("check", help="verify every record; exit 1 names what is damaged")
    check.add_argument("index", type=folder_or_address, metavar="INDEX")
    check.add_argument("--repair", type=Path, metavar="CORPUS_DIR", help="rebuild what is damaged from the documents")
    check.add_argument("--json", action="store_true", help="print the report as JSON")
    search = commands.add_parser("search", help="search without answering")
    search.add_argument("query")
    search.add_argument("--index", type=folder_or_address, help="default: SUYUAN_INDEX")
    search.add_argument("-k", type=int, default=10, help="most passages")
    for name in ("source", "region", "issuer", "status"):
        search.add_argument(f"--{name}", action="append", default=[], help="only documents with this; may be repeated")
    search.add_argument(
        "--year", action="append", default=[], type=int, help="only documents issued then; may be repeated"
    )
    search.add_argument("--json", action="store_true", help="print the hits as JSON")
    return top


def build_command(arguments: argparse.Namespace) -> int:
    """Build or update."""
    import settings
    from corpus.copies import folder_of, is_elsewhere
    from index.build import build_index, update_index
    from index.encoders import load_encoder

    chosen = settings.load_settings(encoder=arguments.encoder, passage_tokens=arguments.passage_tokens)
    work = build_index if arguments.command == "build" else update_index
    with progress_bar() as tell:
        folder = folder_of(arguments.corpus, chosen.data / "copies", tell)
        summary = work(
            folder, arguments.index, encoder=load_encoder(chosen.encoder),
            passage_tokens=chosen.passage_tokens, progress=tell, workers=arguments.workers,
        )  # fmt: skip
    if is_elsewhere(arguments.corpus):
        print_note(f"copied to {folder}: name it where a folder of documents is asked for")
    if arguments.json:
        print_json(summary_dict(summary))
    else:
        print(summary_text(summary))
    return ExitCode.DONE


def summary_dict(summary: BuildSummary) -> dict[str, Any]:
    """A summary for machines."""
    from dataclasses import asdict

    return asdict(summary)


def summary_text(summary: BuildSummary) -> str:
    """A summary for people: one line, then one for each file that could not be read or belongs to another."""
    line = (
        f"generation {summary.generation}: {summary.documents} documents, {summary.passages} passages "
        f"({len(summary.added)} added, {len(summary.changed)} changed, {len(summary.removed)} removed, "
        f"{summary.unchanged} unchanged, {len(summary.failed)} failed; {summary.encoded} encoded) in {summary.seconds:.1f} s"
    )
    failed = (f"failed: {one.source}: {one.reason}" for one in summary.failed)
    linked = [link_in_words(link) for link in summary.links[:MOST_LINKS]]
    rest = len(summary.links) - len(linked)
    more = [f"and {rest} more: python -m corpus list CORPUS_DIR shows them"] if rest else []
    return "\n".join([line, *failed, *linked, *more])


def check_command(arguments: argparse.Namespace) -> int:
    """Verify, and repair where asked."""
    from index.check import check_index

    report = check_index(arguments.index, repair=arguments.repair)
    if arguments.json:
        print_json(report.to_dict())
    else:
        print(report.report_text())
    return ExitCode.DONE if report.is_whole else ExitCode.DOES_NOT_HOLD


def search_command(arguments: argparse.Namespace) -> int:
    """Search alone."""
    import settings
    from index.open import open_handle

    chosen = settings.load_settings(index=arguments.index)
    if arguments.k < 1:
        raise QuestionError("-k is how many passages to give", arguments.k, "give 1 or more")
    if not arguments.query.strip():
        raise QuestionError("the query is empty", repr(arguments.query), "type what to look for")
    if chosen.index is None:
        raise StoreError("no index is named", None, "add --index INDEX")
    index = open_handle(chosen.index).current()
    filters = Filters(
        sources=tuple(arguments.source), regions=tuple(arguments.region), issuers=tuple(arguments.issuer),
        years=tuple(arguments.year), statuses=tuple(arguments.status),
    )  # fmt: skip
    hits = index.search(arguments.query, arguments.k, filters)
    if arguments.json:
        print_json([hit_to_dict(hit) for hit in hits])
    else:
        for hit in hits:
            print(f"{hit.rank}. {hit.passage.locator or hit.passage.source} [{hit.score:.3f}]\n   {hit.passage.text}")
    return ExitCode.DONE


if __name__ == "__main__":
    run_command(main)

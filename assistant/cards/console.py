"""The commands card, compare, calendar and cards: arguments to cards, and cards to stdout or files. Knows nothing of how one is made."""

from __future__ import annotations

import argparse
import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from assistant.cards.calendar import KIND_NAMES, Deadline, collect_deadlines, write_ics
from assistant.cards.comparing import Comparison, compare_cards, pieces_of_quote
from assistant.cards.documents import documents_of_folder, documents_of_index
from assistant.cards.fields import NAMES
from assistant.cards.store import CARDS_FOLDER, CardStore
from assistant.cards.table import comparison_workbook, write_workbook
from assistant.cards.types import CardField, PolicyCard
from assistant.cards.wire import card_to_dict, comparison_to_dict, deadline_to_dict
from assistant.types import Citation
from cli import ExitCode, folder_or_address, print_json, print_note, progress_bar
from corpus.folder import read_one_file
from corpus.types import FailedFile, Metadata

EMPTY = "（文件未写明）"


def add_commands(commands: Any) -> None:
    """The commands and their options, added to those of `python -m assistant`."""
    card = commands.add_parser(
        "card", help="what a document gives, to whom, how much, until when, where: every word quoted"
    )
    card.add_argument("file", type=Path, metavar="FILE", help="the document")
    card.add_argument("--json", action="store_true", help="print the card as one JSON object")
    side = commands.add_parser("compare", help="two to five documents side by side, numbers that differ marked")
    side.add_argument("files", type=Path, nargs="+", metavar="FILE", help="a document")
    side.add_argument("--json", action="store_true", help="print the comparison as one JSON object")
    side.add_argument(
        "--xlsx", type=Path, metavar="OUT", help="write it as a workbook, every cell with where it stands"
    )
    days = commands.add_parser("calendar", help="the deadlines of all documents in the order of time")
    days.add_argument("--ics", type=Path, metavar="OUT", help="write them as an iCalendar file")
    days.add_argument("--json", action="store_true", help="print them as one JSON array")
    table = commands.add_parser("cards", help="the cards of all documents as a workbook")
    table.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx", help="where to write it")
    for command in (days, table):
        where = command.add_mutually_exclusive_group(required=True)
        where.add_argument("--corpus", type=Path, metavar="DIR", help="folder of documents")
        where.add_argument(
            "--index",
            type=folder_or_address,
            metavar="INDEX",
            help="folder of the index, or milvus+http://HOST:PORT/NAME",
        )


def run_command(given: argparse.Namespace) -> int:
    """Runs one of the commands; its exit code."""
    commands: dict[str, Callable[[argparse.Namespace], int]] = {
        "card": _show_card,
        "compare": _show_comparison,
        "calendar": _show_calendar,
        "cards": _write_cards,
    }
    return commands[given.command](given)


def _open_store() -> CardStore:
    import settings

    return CardStore(settings.load_settings().data / CARDS_FOLDER)


def _show_card(given: argparse.Namespace) -> int:
    card = _open_store().card_of(read_one_file(given.file))
    if given.json:
        print_json(card_to_dict(card))
    else:
        print(card_for_people(card))
    return ExitCode.DONE


def _show_comparison(given: argparse.Namespace) -> int:
    store = _open_store()
    compared = compare_cards([store.card_of(read_one_file(file)) for file in given.files])
    if given.xlsx is not None:
        _write_whole_file(given.xlsx, comparison_workbook(compared))
        print_note(f"{len(compared.cards)} documents written to {given.xlsx}")
    if given.json:
        print_json(comparison_to_dict(compared))
    elif given.xlsx is None:
        print(comparison_for_people(compared))
    return ExitCode.DONE


def _show_calendar(given: argparse.Namespace) -> int:
    with _make_cards(given) as made:
        found = collect_deadlines(list(made), date.today())
    if given.ics is not None:
        _write_whole_file(given.ics, write_ics(found))
        print_note(f"{len(found)} days written to {given.ics}")
    if given.json:
        print_json([deadline_to_dict(one) for one in found])
    elif given.ics is None:
        print("\n".join(map(deadline_line, found)) or "没有日期")
    return ExitCode.DONE


def _write_cards(given: argparse.Namespace) -> int:
    with _make_cards(given) as made:
        cards = [card for card, _ in made]
    _write_whole_file(given.out, write_workbook(cards))
    print_note(f"{len(cards)} cards written to {given.out}")
    return ExitCode.DONE


@contextmanager
def _make_cards(given: argparse.Namespace) -> Iterator[Iterator[tuple[PolicyCard, Metadata]]]:
    """The cards of a folder or of an index with what each document says of itself, made as they are asked for."""
    store = _open_store()

    def report_failed_file(lost: FailedFile) -> None:
        print_note(f"not read: {lost.source}: {lost.reason}")

    with progress_bar() as tell:
        found = (
            documents_of_index(given.index, tell)
            if given.index is not None
            else documents_of_folder(given.corpus, report_failed_file, tell)
        )
        yield ((store.card_of(document), document.metadata) for document in found)


def _write_whole_file(path: Path, data: bytes) -> None:
    """A file, whole or not at all."""
    beside = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with beside.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def card_for_people(card: PolicyCard) -> str:
    """A card as `card` prints it: each field with its units, each with where it stands."""
    lines = [card.title, card.source]
    for field in card.fields:
        lines += ["", f"【{NAMES[field.key]}】", *(_lines_of_field(field) or [EMPTY])]
    return "\n".join(lines)


def _lines_of_field(field: CardField) -> list[str]:
    return [
        f"[{c.marker}] {' '.join(c.quote.split())}  —— {_place_in_document(c.locator, c.title)}"
        for c in field.citations
    ]


def _place_in_document(locator: str, title: str) -> str:
    """A locator without the title that stands above the card."""
    return locator.removeprefix(title if title.startswith("《") else f"《{title}》") or locator


def comparison_for_people(compared: Comparison) -> str:
    """A comparison as `compare` prints it: field by field, document by document, differing numbers between ▸ and ◂."""
    lines = [f"{letter} {card.title}（{card.source}）" for letter, card in zip("ABCDE", compared.cards, strict=False)]
    for row in compared.rows:
        lines += ["", f"【{NAMES[row.key]}】"]
        for letter, cell, spans in zip("ABCDE", row.cells, row.differing, strict=False):
            lines += [
                f"{letter} {_quote_with_differences(c, spans)}  —— {_place_in_document(c.locator, c.title)}"
                for c in cell.citations
            ]
            lines += [] if cell.citations else [f"{letter} {EMPTY}"]
    return "\n".join(lines)


def _quote_with_differences(citation: Citation, spans: Sequence[tuple[int, int]]) -> str:
    """The quote on one line, its differing numbers between ▸ and ◂."""
    words = (f"▸{text}◂" if differs else text for text, differs in pieces_of_quote(citation, spans))
    return " ".join("".join(words).split())


def deadline_line(one: Deadline) -> str:
    """A day of the calendar as `calendar` prints it."""
    state = "每年" if one.yearly else "已过期" if one.expired else ""
    quote = " ".join(one.citation.quote.split())[:80] if one.citation else ""
    return "  ".join(part for part in (one.date, KIND_NAMES[one.kind], state, one.title, quote) if part)

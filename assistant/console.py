"""The commands of `python -m assistant`: arguments to settings, answers to stdout. Knows nothing of how an answer is made."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.types import Answer
from cli import ExitCode, folder_or_address, print_json, print_note, progress_bar
from errors import IndexMissing, ProfileError

if TYPE_CHECKING:
    from index.types import IndexHandle
    from settings import Settings

_STATUS = {"answered": "", "not_found": "未找到", "clarify": "需要补充", "error": "出错"}


def build_parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(prog="python -m assistant", description="Answers with their sources, by command.")
    commands = top.add_subparsers(dest="command", required=True)
    ask = commands.add_parser("ask", help="answer one question")
    ask.add_argument("question", help="the question")
    ask.add_argument("--json", action="store_true", help="print the answer as one JSON object")
    batch = commands.add_parser("batch", help="answer many questions; goes on where it stopped")
    batch.add_argument(
        "cases", type=Path, help=".jsonl with id, question and optional history; .csv or .xlsx with a question column"
    )
    batch.add_argument(
        "--out", type=Path, required=True, help=".jsonl for the answers, one a line (.csv and .xlsx work too)"
    )
    batch.add_argument("--fresh", action="store_true", help="answer everything again instead of going on")
    eligible = commands.add_parser("eligible", help="which policies an applicant may apply for, condition by condition")
    said = eligible.add_mutually_exclusive_group(required=True)
    said.add_argument("--profile", type=Path, help="JSON file with what the applicant says of itself")
    said.add_argument("--text", help="the same in a few sentences")
    eligible.add_argument("--json", action="store_true", help="every policy and condition as one JSON object")
    for command in (ask, batch, eligible):
        command.add_argument("--corpus", type=Path, help="folder of documents (default: those shipped)")
        command.add_argument(
            "--index", type=folder_or_address, help="folder of the index, or milvus+http://HOST:PORT/NAME"
        )
    for command in (ask, batch):
        command.add_argument("--model", help="language model, such as openai:NAME; none: the extractive reader")
    from assistant.cards.console import add_commands

    add_commands(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    given = build_parser().parse_args(arguments)
    own = {"ask": _run_ask, "batch": _run_batch, "eligible": _run_eligible}
    if given.command in own:
        return own[given.command](given)
    from assistant.cards import console

    return console.run_command(given)


def _open_assistant(given: argparse.Namespace) -> Any:
    """The assistant for the options given."""
    from assistant.chain import create

    loaded = _load_settings(given, model=given.model)
    return create(_open_index(loaded), loaded)


def _load_settings(given: argparse.Namespace, **more: Any) -> Settings:
    """The settings for the options given. Raises IndexMissing."""
    import settings
    from index.open import index_exists

    if given.index is not None and given.corpus is None and not index_exists(given.index):
        raise IndexMissing("no index here", given.index, f"python -m index build CORPUS_DIR --out {given.index}")
    return settings.load_settings(corpus=given.corpus, index=given.index, **more)


def _open_index(loaded: Settings) -> IndexHandle:
    """The index, built or updated first; what could not be read is noted."""
    from assistant.prepare import open_index

    with progress_bar() as tell:
        handle, summary = open_index(loaded, tell)
    for failed in summary.failed:
        print_note(f"not read: {failed.source}: {failed.reason}")
    return handle


def _run_ask(given: argparse.Namespace) -> int:
    """One question, one answer."""
    from assistant import inputs

    inputs.check_question(inputs.question_from(given.question), 10**9)
    answer = _open_assistant(given).invoke(given.question)
    if given.json:
        from assistant.wire import answer_to_dict

        print_json(answer_to_dict(answer))
    else:
        print(answer_for_people(answer))
    return ExitCode.DONE


def answer_for_people(answer: Answer) -> str:
    """The answer, then each quote with where it stands."""
    lines = [answer.text]
    if answer.standalone_question != answer.question:
        lines.insert(0, f"（理解为：{answer.standalone_question}）")
    lines.extend(f"注意：{notice.text}" for notice in answer.notices)
    for citation in answer.citations:
        check = "✓ 已核对" if citation.verified else "⚠ 未核对"
        page = f" 第{citation.page}页" if citation.page else ""
        lines.append(f"\n[{citation.marker}] {citation.locator or citation.title}{page} · {citation.source} {check}")
        lines.extend(f"    {line}" for line in citation.quote.splitlines())
    if answer.status == "not_found":
        lines.extend(f"  · {hit.passage.locator or hit.passage.title}" for hit in answer.hits[:3])
    return "\n".join(lines)


def _run_eligible(given: argparse.Namespace) -> int:
    """An applicant held against the conditions of every policy; nothing is kept."""
    from datetime import date

    from assistant.eligibility import judge_policies, profile_from_mapping, profile_from_text, wire

    profile = (
        profile_from_text(given.text) if given.text is not None else profile_from_mapping(_read_object(given.profile))
    )
    fits = judge_policies(_open_index(_load_settings(given)).current(), profile, date.today())
    if given.json:
        print_json(wire.fits_to_dict(profile, fits))
    else:
        print(wire.fits_for_people(fits))
    return ExitCode.DONE


def _read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file. Raises ProfileError."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise ProfileError("the profile cannot be read", path, str(error)) from None
    if not isinstance(found, dict):
        raise ProfileError("the profile is no JSON object", path, 'give {"kind": "公司", …}')
    return found


def _run_batch(given: argparse.Namespace) -> int:
    """Many questions."""
    from assistant.batch import answer_batch

    return answer_batch(lambda: _open_assistant(given), given.cases, given.out, fresh=given.fresh)

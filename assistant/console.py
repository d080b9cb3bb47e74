"""The commands of `python -m assistant`: arguments to settings, answers to stdout. Knows nothing of how an answer is made."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.types import Answer
from cli import ExitCode, folder_or_address, print_json, print_note, progress_bar
from errors import IndexMissing

_STATUS = {"answered": "", "not_found": "未找到", "clarify": "需要补充", "error": "出错"}


def parser() -> argparse.ArgumentParser:
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
    for command in (ask, batch):
        command.add_argument("--corpus", type=Path, help="folder of documents (default: those shipped)")
        command.add_argument(
            "--index", type=folder_or_address, help="folder of the index, or milvus+http://HOST:PORT/NAME"
        )
        command.add_argument("--model", help="language model, such as openai:NAME; none: the extractive reader")
    from assistant.cards.console import add_commands

    add_commands(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    given = parser().parse_args(arguments)
    if given.command == "ask":
        return _ask(given)
    if given.command == "batch":
        return _batch(given)
    from assistant.cards import console

    return console.run(given)


def _open(given: argparse.Namespace) -> Any:
    """The assistant for the options given."""
    import settings
    from assistant.prepare import open_assistant
    from index.open import exists

    if given.index is not None and given.corpus is None and not exists(given.index):
        raise IndexMissing("no index here", given.index, f"python -m index build CORPUS_DIR --out {given.index}")
    loaded = settings.load(corpus=given.corpus, index=given.index, model=given.model)
    with progress_bar() as tell:
        assistant, _, summary = open_assistant(loaded, tell)
    for failed in summary.failed:
        print_note(f"not read: {failed.source}: {failed.reason}")
    return assistant


def _ask(given: argparse.Namespace) -> int:
    """One question, one answer."""
    from assistant import inputs

    inputs.check(inputs.question(given.question), 10**9)
    answer = _open(given).invoke(given.question)
    if given.json:
        from assistant.wire import to_dict

        print_json(to_dict(answer))
    else:
        print(for_people(answer))
    return ExitCode.DONE


def for_people(answer: Answer) -> str:
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


def _batch(given: argparse.Namespace) -> int:
    """Many questions."""
    from assistant.batch import run

    return run(lambda: _open(given), given.cases, given.out, fresh=given.fresh)

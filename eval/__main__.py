"""`python -m eval`: arguments in, a table on stderr, JSON on stdout, an exit code out. Knows nothing of how runs are made."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from cli import ExitCode, folder_or_address, print_json, print_note, run_command
from settings import ROOT, load_settings

HERE = Path(__file__).resolve().parent
DEFAULT_SUITE = HERE / "cases" / "changzhou"
EXIT_CODES = (
    "exit codes: 0 holds, 1 regression, 2 wrong use or missing prerequisite, 3 baseline of another corpus or cases"
)


def main(argv: list[str] | None = None) -> int:
    """Run the command named on the command line; gives its exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__, epilog=EXIT_CODES)
    commands = parser.add_subparsers(dest="command", required=True)
    _add_run(commands.add_parser("run", help="run a suite and hold it against its baseline", epilog=EXIT_CODES))
    _add_compare(commands.add_parser("compare", help="two results side by side, question by question"))
    _add_review(commands.add_parser("review", help="take cases saved in the chat into a suite"))
    arguments = parser.parse_args(argv)
    handlers: dict[str, Callable[[argparse.Namespace], int]] = {
        "run": _run_suite,
        "compare": _run_compare,
        "review": _run_review,
    }
    handler = handlers[arguments.command]
    return handler(arguments)


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("suite", nargs="?", type=Path, metavar="SUITE_DIR", help="folder of the suite (changzhou)")
    parser.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="results to hold against (eval/baselines/SUITE.json, for other suites in the data folder)",
    )
    parser.add_argument("--report", type=Path, metavar="DIR", help="folder for results and reports")
    parser.add_argument("--update-baseline", action="store_true", help="keep these results as the baseline")
    parser.add_argument(
        "--only", action="append", default=[], metavar="TAG", help="only cases with this tag; repeatable"
    )
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="questions asked at a time (1)")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="documents, over those the suite names")
    parser.add_argument("--index", type=folder_or_address, metavar="INDEX", help="index of those documents")
    parser.add_argument("--model", metavar="M", help="language model; none: the extractive reader")
    parser.add_argument("--judge", action="store_true", help="let the language model mark the answers too")
    parser.add_argument("--calibration", type=Path, metavar="FILE", help="marked cases to hold the judge against")
    parser.add_argument("--ragas", type=Path, metavar="FILE", help="also write the answers as ragas reads them")
    parser.add_argument("--answers", type=Path, metavar="FILE", help="score these answers, ask nothing")


def _add_compare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("before", type=Path, metavar="A", help="results or baseline file, or the folder of a run")
    parser.add_argument("after", type=Path, metavar="B", help="what to compare it with")
    parser.add_argument("--json", action="store_true", help="JSON on stdout instead of text")


def _add_review(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="inbox", type=Path, metavar="DIR", help="saved cases (suite/ in the data folder)"
    )
    parser.add_argument("--to", type=Path, default=DEFAULT_SUITE, metavar="SUITE_DIR", help="suite that takes them in")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="documents of that suite, over those it names")
    parser.add_argument("--list", action="store_true", help="print the waiting cases as JSON lines and ask nothing")
    parser.add_argument("--accept", action="append", default=[], metavar="ID", help="take this case in; repeatable")
    parser.add_argument("--drop", action="append", default=[], metavar="ID", help="leave this case out; repeatable")


def _run_review(arguments: argparse.Namespace) -> int:
    from errors import SuiteError
    from eval.documents import FolderDocuments
    from eval.review import Inbox, review_inbox
    from eval.suite import CASES, load_suite

    suite = load_suite(arguments.to, arguments.corpus)
    folder = arguments.inbox or load_settings().data / "suite"
    if not (folder / CASES).is_file():
        raise SuiteError("there are no saved cases", folder / CASES, "save some in the chat, or give --from DIR")
    inbox = Inbox(folder, suite.folder, FolderDocuments(suite.corpus))
    if arguments.list:
        for case in inbox.waiting_cases():
            print_json(case.raw)
        return ExitCode.DONE
    if arguments.accept or arguments.drop:
        waiting = {case.id: case for case in inbox.waiting_cases()}
        for id_ in (*arguments.accept, *arguments.drop):
            if id_ not in waiting:
                raise SuiteError("no waiting case has the id", id_, "see them with --list")
        for id_ in arguments.accept:
            inbox.accept_case(waiting[id_])
        for id_ in arguments.drop:
            inbox.drop_case(waiting[id_])
        counts = {"accepted": len(arguments.accept), "dropped": len(arguments.drop)}
    else:
        counts = review_inbox(inbox, _ask_line, print_note)
    print_json(counts)
    if counts["accepted"]:
        print_note("next: python -m eval run --update-baseline")
    return ExitCode.DONE


def _ask_line(prompt: str) -> str:
    print(prompt, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line


def _run_compare(arguments: argparse.Namespace) -> int:
    from eval.compare import compare_results, comparison_json, comparison_lines, open_results

    comparison = compare_results(open_results(arguments.before), open_results(arguments.after))
    print(comparison_json(comparison) if arguments.json else "\n".join(comparison_lines(comparison)))
    return ExitCode.DONE


def _run_suite(arguments: argparse.Namespace) -> int:
    from errors import ResultsError, SuiteError
    from eval.console import gate_lines, table_lines
    from eval.judge import CALIBRATION
    from eval.run import Plan, evaluate_suite, save_baseline
    from eval.selection import select_documents
    from eval.suite import load_suite

    if arguments.jobs < 1:
        raise SuiteError("--jobs is not a number from 1", arguments.jobs, "give 1 or more")
    if arguments.update_baseline and arguments.only:
        raise ResultsError("a baseline needs every case", f"--only {' '.join(arguments.only)}", "leave out --only")
    suite = select_documents(
        load_suite(arguments.suite or DEFAULT_SUITE, arguments.corpus), load_settings().data / "eval"
    )
    given = {"corpus": suite.corpus, "index": arguments.index, "model": arguments.model}
    settings = load_settings(
        **{**suite.settings, **{name: value for name, value in given.items() if value is not None}}
    )
    # results hold words of the documents: those of other people's suites stay out of the repository
    shipped = suite.folder.is_relative_to(HERE)
    kept = (HERE if shipped else settings.data / "eval") / "baselines" / f"{suite.name}.json"
    target = arguments.baseline or kept
    if arguments.baseline and not arguments.baseline.is_file() and not arguments.update_baseline:
        raise ResultsError("there is no baseline", arguments.baseline, "make it by adding --update-baseline")
    plan = Plan(
        suite=suite,
        settings=settings,
        folder=arguments.report or settings.data / "eval" / "-".join([suite.name, *sorted(arguments.only)]),
        baseline=target if target.is_file() else None,
        only=frozenset(arguments.only),
        jobs=arguments.jobs,
        answers=arguments.answers,
        ragas=arguments.ragas,
        judge=arguments.judge,
        calibration=arguments.calibration or CALIBRATION,
        suite_argument=str(arguments.suite or ""),
    )
    summary = evaluate_suite(plan)
    for line in (*table_lines(summary), "", *gate_lines(summary.gate, plan.baseline is not None)):
        print_note(line)
    print_json(summary.as_json(), indent=1)
    if arguments.update_baseline:
        save_baseline(plan, target)
        shown = target.resolve()
        print_note(f"baseline: {shown.relative_to(ROOT) if shown.is_relative_to(ROOT) else shown}")
        return ExitCode.DONE
    if summary.next_step:
        print_note(f"next: {summary.next_step}")
    return summary.gate.exit_code


if __name__ == "__main__":
    run_command(main)

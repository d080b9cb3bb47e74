"""One run of a suite from folder to gate: open the assistant, ask, score, compare, write the reports. Knows nothing of arguments."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli import progress_bar
from errors import ResultsError
from eval.documents import Documents, FolderDocuments, IndexedDocuments
from eval.gate import Gate, baseline_notes, baseline_staleness, hold_gate
from eval.judge import CALIBRATION, Judge, Judgement, judge_run, open_judge_model
from eval.provenance import run_header
from eval.ragas import write_ragas
from eval.report.write import write_reports
from eval.results import RESULTS, Results, Writer, read_results
from eval.runner import TIMES, Asker, Invokable, read_times, run_cases
from eval.score import Outputs, score_one
from eval.score_table import ScoreTable
from eval.suite import Suite
from eval.summary import Summary, answered_figures, by_tag, figures_of, next_step, peak_megabytes, time_figures

if TYPE_CHECKING:
    from index.types import IndexHandle
    from settings import Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do: the suite, where to write, what to compare with. `answers` scores a file instead of asking anything."""

    suite: Suite
    settings: Settings
    folder: Path
    baseline: Path | None = None
    only: frozenset[str] = frozenset()
    jobs: int = 1
    answers: Path | None = None
    ragas: Path | None = None
    judge: bool = False
    calibration: Path = CALIBRATION
    suite_argument: str = ""
    quiet: bool = False


def evaluate_suite(plan: Plan, assistant: Invokable | None = None, handle: IndexHandle | None = None) -> Summary:
    """Run a plan and write results.json and the reports into its folder.

    Raises ResultsError when no question is chosen or a file cannot be used, and whatever opening the assistant raises.
    """
    if plan.answers is None and assistant is None:
        assistant, handle = _open_assistant(plan)
    head = run_header(plan.suite, plan.settings, handle, plan.only)
    answers = plan.answers or _ask_cases(plan, assistant, handle, head)
    documents: Documents = IndexedDocuments(handle) if handle else FolderDocuments(plan.suite.corpus)
    table = _score_answers(plan, answers, documents, head)
    if not len(table):
        raise ResultsError("no case carries the tag", ", ".join(sorted(plan.only)), "see the tags in cases.jsonl")
    times = read_times(answers.with_name(TIMES) if plan.answers is None else answers)
    baseline = read_results(plan.baseline, plan.only) if plan.baseline else None
    summary = _summarise_run(plan, table, times, head, baseline)
    if plan.judge:
        summary = replace(summary, judge=_judge_answers(plan, answers))
    write_reports(
        plan.folder,
        summary,
        table,
        Outputs(answers).outputs_of_cases(plan.suite.chosen_cases(plan.only)),
        documents=documents,
        baseline=baseline,
        times=times,
    )
    if plan.ragas:
        write_ragas(plan.ragas, Outputs(answers).outputs_of_cases(plan.suite.chosen_cases(plan.only)))
    return summary


def save_baseline(plan: Plan, target: Path) -> None:
    """Keep the results of a run of the whole suite as the baseline."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(target.name + ".new")
    beside.write_bytes((plan.folder / RESULTS).read_bytes())
    beside.replace(target)


def _open_assistant(plan: Plan) -> tuple[Invokable, IndexHandle]:
    from assistant.prepare import open_assistant

    with progress_bar(quiet=plan.quiet) as tell:
        assistant, handle, _ = open_assistant(plan.settings, tell)
    return assistant, handle


def _ask_cases(plan: Plan, assistant: Invokable | None, handle: IndexHandle | None, head: dict[str, Any]) -> Path:
    if assistant is None:
        raise ValueError("an assistant or a file of answers is needed")
    key = hashlib.sha256(json.dumps(head, sort_keys=True).encode()).hexdigest()
    total = plan.suite.count if not plan.only else 0
    with progress_bar(quiet=plan.quiet) as tell:
        return run_cases(
            plan.suite.chosen_cases(plan.only),
            Asker(assistant, handle),
            plan.folder,
            key=key,
            jobs=plan.jobs,
            progress=lambda done: tell("questions", done, total),
        )


def _judge_answers(plan: Plan, answers: Path) -> Judgement:
    judge = Judge(open_judge_model(plan.settings), plan.settings.model, plan.folder / "judge.jsonl")
    return judge_run(judge, Outputs(answers).outputs_of_cases(plan.suite.chosen_cases(plan.only)), plan.calibration)


def _score_answers(plan: Plan, answers: Path, documents: Documents, head: dict[str, Any]) -> ScoreTable:
    table = ScoreTable()
    outputs = Outputs(answers)
    with Writer(plan.folder / RESULTS, head) as writer:
        for case, output in outputs.outputs_of_cases(plan.suite.chosen_cases(plan.only)):
            score = score_one(case, output, documents, pass_f1=plan.suite.pass_f1)
            table.add_score(score)
            writer.add_score(score, case.question, output)
    return table


def _summarise_run(
    plan: Plan, table: ScoreTable, times: dict[str, list[float]], head: dict[str, Any], baseline: Results | None
) -> Summary:
    spent = time_figures(times)
    peak = peak_megabytes()
    measured = {"peak_memory_mb": peak}
    if "total" in spent:
        measured |= {"latency_p50_ms": spent["total"]["p50"], "latency_p95_ms": spent["total"]["p95"]}
    held = hold_results(table, baseline, plan.suite, head, measured)
    return Summary(
        title=plan.suite.name,
        header=head,
        questions=len(table),
        passed=table.passed,
        outcomes=dict(table.outcomes),
        failures=dict(table.stages),
        figures=figures_of(table),
        answered=answered_figures(table),
        by_tag=by_tag(table),
        times=spent,
        peak_megabytes=peak,
        gate=held,
        next_step=next_step(held, plan.suite_argument, plan.folder, plan.baseline),
    )


def hold_results(
    table: ScoreTable, baseline: Results | None, suite: Suite, head: dict[str, Any], measured: dict[str, float]
) -> Gate:
    """The gate over a table of scores and a baseline, with the reasons for which the baseline may be stale."""
    if baseline is None:
        return hold_gate(table, None, suite, (), measured)
    stale = baseline_staleness(head, baseline.header, table, baseline.table)
    found = hold_gate(table, baseline.table, suite, stale, measured)
    return replace(found, notes=baseline_notes(head, baseline.header))

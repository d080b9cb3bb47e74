"""Everything a report says about one run, as plain values: figures, outcomes, times, the gate. Knows nothing of how it looks."""

from __future__ import annotations

import math
import resource
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.gate import Gate
from eval.judge import Judgement
from eval.metrics import METRICS
from eval.metrics.recall import KS
from eval.results import RESULTS
from eval.score_table import Figure, ScoreTable

DIGITS = 6


@dataclass(frozen=True, slots=True)
class Summary:
    """One run of a suite. `figures` are over all questions a metric applies to, `answered` over the answered ones only.

    `by_tag` maps a tag to (questions, share that came out right, figure of each metric); `times` a stage to milliseconds.
    """

    title: str
    header: Mapping[str, Any]
    questions: int
    passed: int
    outcomes: Mapping[str, int]
    failures: Mapping[str, int]
    figures: Mapping[str, Figure]
    answered: Mapping[str, Figure]
    by_tag: Mapping[str, tuple[int, float, Mapping[str, Figure]]]
    times: Mapping[str, Mapping[str, float]]
    peak_megabytes: float
    gate: Gate
    next_step: str = ""
    judge: Judgement | None = None

    def as_json(self) -> dict[str, Any]:
        """The summary as JSON values."""
        return {
            "suite": self.header["suite"],
            "questions": self.questions,
            "passed": self.passed,
            "outcomes": dict(self.outcomes),
            "failures": dict(self.failures),
            "metrics": {
                name: _figure_to_dict(figure, self.answered.get(name)) for name, figure in self.figures.items()
            },
            "times_ms": {stage: dict(values) for stage, values in self.times.items()},
            "peak_memory_mb": round(self.peak_megabytes, 1),
            "gate": {"exit_code": self.gate.exit_code, "stage": self.gate.stage, **_round_values(asdict(self.gate))},
            "judge": _round_values(asdict(self.judge)) if self.judge else None,
            "run": dict(self.header),
            "next": self.next_step,
        }


def figures_of(table: ScoreTable) -> dict[str, Figure]:
    """Every metric that applies to any question, in the order of the registry."""
    return {name: table.overall_figure(name) for name in METRICS if name in table.metric_names()}


def answered_figures(table: ScoreTable) -> dict[str, Figure]:
    """The reading metrics over the answered questions only, so that a refusal is not hidden in them as a zero."""
    rows = table.answered_rows()
    names = [n for n, metric in METRICS.items() if metric.stage == "reading" and n in table.metric_names()]
    return {name: table.figure_of(name, rows) for name in names} if rows else {}


def by_tag(table: ScoreTable) -> dict[str, tuple[int, float, Mapping[str, Figure]]]:
    """For each tag, most frequent first: questions, share passed, figures."""
    found: dict[str, tuple[int, float, Mapping[str, Figure]]] = {}
    for tag, rows in sorted(table.by_tag.items(), key=lambda item: (-len(item[1]), item[0])):
        passed = sum(table.verdicts[row].passed for row in rows) / len(rows)
        found[tag] = (len(rows), passed, {name: table.figure_of(name, rows) for name in METRICS})
    return found


def recall_curve(figures: Mapping[str, Figure]) -> list[tuple[int, float]]:
    """(k, evidence recall@k) for the depths measured."""
    found = [(k, figures[f"recall@{k}"].value) for k in KS if f"recall@{k}" in figures]
    return [(k, value) for k, value in found if value is not None]


def time_figures(times: Mapping[str, Sequence[float]]) -> dict[str, dict[str, float]]:
    """p50, p95 and maximum of each stage's milliseconds, by the nearest-rank method (Hyndman and Fan's type 1)."""
    return {
        stage: {
            "p50": nearest_quantile(values, 0.5),
            "p95": nearest_quantile(values, 0.95),
            "max": round(max(values), 1),
        }
        for stage, values in sorted(times.items())
        if values
    }


def nearest_quantile(values: Sequence[float], q: float) -> float:
    """The nearest-rank quantile, one digit after the point."""
    ordered = sorted(values)
    return round(ordered[max(math.ceil(q * len(ordered)) - 1, 0)], 1)


def peak_megabytes() -> float:
    """The most memory this process has held, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform != "darwin" else peak / 1024**2


def next_step(gate: Gate, suite_argument: str, folder: Path, baseline: Path | None) -> str:
    """The command to type next, for each way a run can end; empty when there is nothing to do."""
    run = f"python -m eval run {suite_argument}".rstrip()
    report = folder / "report.html"
    if gate.stale:
        return f"look at {report}, then accept the new corpus or cases: {run} --update-baseline"
    if gate.regressed and baseline:
        return f"see what broke: python -m eval compare {baseline} {folder / RESULTS}, or open {report}"
    if gate.regressed:
        return f"see what fails: open {report}"
    if not baseline:
        return f"keep these results as the baseline: {run} --update-baseline"
    return f"keep what got better: {run} --update-baseline" if gate.fixed else ""


def _figure_to_dict(figure: Figure, answered: Figure | None) -> dict[str, Any]:
    found: dict[str, Any] = {"value": figure.value, "n": figure.n}
    if figure.low is not None:
        found["ci95"] = [figure.low, figure.high]
    if answered is not None:
        found["answered"] = {"value": answered.value, "n": answered.n}
    return dict(_round_values(found))


def _round_values(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {key: _round_values(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_round_values(inner) for inner in value]
    return value

"""A run and its gate as lines of text for a terminal. Knows nothing of files or of HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.gate import Broken, Gate
from eval.judge import Judgement
from eval.metrics import METRICS
from eval.score_table import Figure
from eval.summary import Summary

SHOWN = 12


def table_lines(summary: Summary) -> Iterator[str]:
    """The figures as a table, outcomes first."""
    yield f"{summary.title}: {summary.passed} of {summary.questions} questions right"
    yield "outcomes: " + ", ".join(f"{name} {count}" for name, count in sorted(summary.outcomes.items()))
    if summary.failures:
        yield "failed at: " + ", ".join(f"{stage} {count}" for stage, count in summary.failures.items())
    before = {change.name: change for change in summary.gate.changes}
    yield ""
    yield f"{'metric':<22}{'value':>8}  {'95 % interval':<17}{'n':>6}{'baseline':>10}{'p':>8}  stage"
    for name, figure in summary.figures.items():
        change = before.get(name)
        was = f"{change.before:>10.4f}{change.p:>8.3f}" if change else " " * 18
        mark = "  REGRESSED" if change and change.regressed else ""
        yield f"{name:<22}{figure_cell(figure)}  {interval_cell(figure):<17}{figure.n:>6.0f}{was}  {METRICS[name].stage}{mark}"
    yield ""
    for stage, values in summary.times.items():
        yield f"{stage + ' ms':<22}p50 {values['p50']:.1f}  p95 {values['p95']:.1f}  max {values['max']:.1f}"
    yield f"{'peak memory':<22}{summary.peak_megabytes:.0f} MiB"
    if summary.judge:
        yield judge_line(summary.judge)


def judge_line(judgement: Judgement) -> str:
    """The judge's figures beside how far it can be believed, or why they are not shown."""
    a = judgement.agreement
    trust = (
        f"agreement with {a.n} marked cases ({a.by_people} by people):"
        f" kappa {a.correct_kappa:.2f} correct, {a.faithful_kappa:.2f} faithful"
    )
    if judgement.correct is None or judgement.faithful is None:
        why = "needs 0.60 for both" if not a.is_trusted else "nothing to judge"
        return f"judge {judgement.model}: no figure, {why}; {trust}"
    unread = f", {judgement.unread} not understood" if judgement.unread else ""
    figures = f"correct {judgement.correct:.4f}, faithful {judgement.faithful:.4f} (n {judgement.n}{unread})"
    return f"judge {judgement.model}: {figures}; {trust}"


def gate_lines(gate: Gate, has_baseline: bool) -> Iterator[str]:
    """What the gate found, worst first."""
    yield from _first_lines("must not fail", gate.must)
    for change in gate.regressions:
        yield f"regression: {change.name} {change.before:.4f} -> {change.after:.4f} ({change.why})"
    yield from (f"limit: {line}" for line in gate.limits)
    yield from _first_lines("broke", [b for b in gate.broken if b not in gate.must])
    if gate.fixed:
        yield f"fixed: {', '.join(gate.fixed[:SHOWN])}" + (" ..." if len(gate.fixed) > SHOWN else "")
    if gate.still:
        yield f"tagged must, failing as before: {', '.join(gate.still)}"
    yield from (f"differs: {line}" for line in gate.notes)
    yield from (f"stale baseline: {line}" for line in gate.stale)
    if not has_baseline:
        yield "no baseline to compare with"
    verdict = "does not hold" if gate.regressed else "cannot be judged by this baseline" if gate.stale else "holds"
    where = f", look first at: {gate.stage}" if gate.stage and (gate.regressed or gate.broken) else ""
    yield f"gate: {verdict}{where}{tag_hint(gate)}"


def tag_hint(gate: Gate) -> str:
    """The tag that sets the broken questions apart, for people; empty where none does."""
    return f" ({gate.hint.count} of {gate.hint.of} broken are tagged {gate.hint.tag})" if gate.hint else ""


def _first_lines(label: str, questions: Sequence[Broken]) -> Iterator[str]:
    for broken in questions[:SHOWN]:
        yield f"{label}: {broken.id} [{broken.stage}] {broken.reason}"
    if len(questions) > SHOWN:
        yield f"{label}: {len(questions) - SHOWN} more, in the report"


def figure_cell(figure: Figure) -> str:
    """A figure in eight columns."""
    return f"{'-':>8}" if figure.value is None else f"{figure.value:>8.4f}"


def interval_cell(figure: Figure) -> str:
    """The ends of an interval, empty where there is none."""
    return "" if figure.low is None else f"[{figure.low:.3f}, {figure.high:.3f}]"

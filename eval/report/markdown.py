"""The report of a run as Markdown for a pull request. Knows nothing of how the run was made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.console import interval_cell, judge_line, tag_hint
from eval.gate import Broken
from eval.summary import Summary

SHOWN = 20


def write_markdown(path: Path, summary: Summary, has_baseline: bool) -> None:
    """Write the report."""
    path.write_text("\n".join(markdown_lines(summary, has_baseline)) + "\n", encoding="utf-8")


def markdown_lines(summary: Summary, has_baseline: bool) -> Iterator[str]:
    """The report line by line: the verdict, what broke, the figures folded away."""
    gate = summary.gate
    verdict = "holds" if has_baseline else "no baseline"
    if gate.stale:
        verdict = "stale baseline"
    elif gate.regressed:
        verdict = "does not hold"
    stage = f", look first at **{gate.stage}**" if gate.stage and (gate.regressed or gate.broken) else ""
    yield f"## Eval `{markdown_cell(summary.title)}`: {verdict}{stage}{markdown_cell(tag_hint(gate))}"
    yield ""
    outcomes = ", ".join(f"{name} {count}" for name, count in sorted(summary.outcomes.items()))
    yield f"{summary.passed} of {summary.questions} questions right ({outcomes})."
    yield ""
    if summary.judge:
        yield markdown_cell(judge_line(summary.judge))
        yield ""
    for line in (*gate.stale, *gate.limits):
        yield f"- {markdown_cell(line)}"
    for change in gate.regressions:
        yield f"- `{change.name}` {change.before:.4f} → {change.after:.4f} ({change.why})"
    yield from _question_lines("must not fail", gate.must)
    yield from _question_lines("broke", [b for b in gate.broken if b not in gate.must])
    if gate.fixed:
        more = " …" if len(gate.fixed) > SHOWN else ""
        yield f"- fixed: {', '.join(f'`{markdown_cell(id_)}`' for id_ in gate.fixed[:SHOWN])}{more}"
    if gate.still:
        yield f"- tagged must, failing as before: {', '.join(f'`{markdown_cell(id_)}`' for id_ in gate.still)}"
    for line in gate.notes:
        yield f"- differs: {markdown_cell(line)}"
    yield ""
    yield "<details><summary>figures</summary>"
    yield ""
    yield "| metric | value | 95 % interval | n | baseline | p |"
    yield "|---|---:|---:|---:|---:|---:|"
    before = {change.name: change for change in gate.changes}
    for name, figure in summary.figures.items():
        value = "–" if figure.value is None else f"{figure.value:.4f}"
        was = before.get(name)
        then = f"{was.before:.4f} | {was.p:.3f}" if was else " | "
        yield f"| {name} | {value} | {interval_cell(figure)} | {figure.n:.0f} | {then} |"
    yield ""
    yield "</details>"


def markdown_cell(text: str) -> str:
    """Text that cannot break a table or a line, or be taken for markup."""
    flat = " ".join(text.split())
    for mark in "\\`*_[]<>|#":
        flat = flat.replace(mark, f"\\{mark}")
    return flat


def _question_lines(label: str, questions: Sequence[Broken]) -> Iterator[str]:
    for broken in questions[:SHOWN]:
        yield f"- {label}: `{markdown_cell(broken.id)}` at **{broken.stage}**: {markdown_cell(broken.reason)}"
    if len(questions) > SHOWN:
        yield f"- {label}: {len(questions) - SHOWN} more"

"""Writes every report of a run into its folder. Knows nothing of how the run was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from eval.documents import Documents
from eval.report.html import Entry, report_entry, view_of, write_html
from eval.report.junit import write_junit
from eval.report.markdown import write_markdown
from eval.results import Results
from eval.score_table import ScoreTable
from eval.summary import Summary
from eval.types import EvalCase, Output

HTML, MARKDOWN, JUNIT = "report.html", "report.md", "junit.xml"


def write_reports(
    folder: Path,
    summary: Summary,
    table: ScoreTable,
    pairs: Iterable[tuple[EvalCase, Output]],
    *,
    documents: Documents,
    baseline: Results | None,
    times: Mapping[str, list[float]],
) -> None:
    """Write report.html, report.md and junit.xml; `pairs` are the cases and outputs in the order of the table's rows."""
    entries = _report_entries(summary, table, pairs, documents, baseline)
    write_html(folder / HTML, summary, entries, baseline, times)
    write_markdown(folder / MARKDOWN, summary, baseline is not None)
    write_junit(folder / JUNIT, summary, table, baseline is not None)


def _report_entries(
    summary: Summary,
    table: ScoreTable,
    pairs: Iterable[tuple[EvalCase, Output]],
    documents: Documents,
    baseline: Results | None,
) -> Iterator[Entry]:
    broken = {b.id for b in summary.gate.broken}
    fixed = set(summary.gate.fixed)
    for row, (case, output) in enumerate(pairs):
        change = "broken" if case.id in broken else "fixed" if case.id in fixed else ""
        before = baseline.entry_of(case.id) if baseline and change else {}
        yield report_entry(view_of(case, output, documents), table.verdicts[row], table.values_of(row), change, before)

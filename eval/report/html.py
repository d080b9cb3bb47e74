"""The HTML report: one file that asks for nothing from anywhere. Knows nothing of how the run was made.

Questions are written one after another, so that a suite of any size takes little memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.console import interval_cell, judge_line, tag_hint
from eval.documents import Documents
from eval.metrics import METRICS
from eval.report.plots import plot_bars, plot_curve, plot_distribution
from eval.results import Results
from eval.score_table import Figure
from eval.scored_case import ScoredCase
from eval.summary import Summary, recall_curve
from eval.text import normalise_text
from eval.types import EvalCase, Fraction, GivenCitation, Nugget, Output, Verdict

HERE = Path(__file__).resolve().parent
TAG_METRICS = ("recall@5", "contains", "f1", "vital", "complete", "citation_recall", "false_refusal")
TAGS_PLOTTED = 24


@dataclass(frozen=True, slots=True)
class Entry:
    """One question as the report shows it. `change` is "broken", "fixed" or empty; `before` its entry in the baseline."""

    case: EvalCase
    output: Output
    verdict: Verdict
    values: Mapping[str, Fraction]
    change: str
    before: Mapping[str, Any]
    citations: tuple[tuple[GivenCitation, str], ...]
    found: tuple[str, ...]
    nuggets: tuple[tuple[Nugget, bool], ...] = ()

    @property
    def words(self) -> str:
        """What the search box searches."""
        return normalise_text(f"{self.case.id} {self.case.question} {' '.join(self.case.answers)} {self.output.text}")


def write_html(
    path: Path, summary: Summary, entries: Iterator[Entry], baseline: Results | None, times: Mapping[str, list[float]]
) -> None:
    """Write the report. `times` maps a stage to the milliseconds of each question."""
    import jinja2

    loader = jinja2.FileSystemLoader(HERE)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.lstrip_blocks = True
    template = environment.get_template("report.html")
    stream = template.stream(
        summary=summary,
        gate=summary.gate,
        metrics=METRICS,
        changes={change.name: change for change in summary.gate.changes},
        entries=entries,
        plots=_draw_plots(summary, baseline, times),
        tag_metrics=TAG_METRICS,
        interval=interval_cell,
        hint=tag_hint(summary.gate),
        judged=judge_line(summary.judge) if summary.judge else "",
        shade=cell_shade,
        has_baseline=baseline is not None,
        style=(HERE / "report.css").read_text(encoding="utf-8"),
        script=(HERE / "report.js").read_text(encoding="utf-8"),
    )
    stream.enable_buffering(50)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(stream)


def report_entry(
    view: ScoredCase, verdict: Verdict, values: Mapping[str, Fraction], change: str, before: Mapping[str, Any]
) -> Entry:
    """A question with what each citation and each hit is worth."""
    return Entry(
        case=view.case,
        output=view.output,
        verdict=verdict,
        values=values,
        change=change,
        before=before,
        citations=tuple((citation, _worth_of_citation(view, citation)) for citation in view.output.citations),
        found=_evidence_found(view),
        nuggets=tuple(zip(view.case.nuggets, view.nuggets_stated, strict=True)),
    )


def view_of(case: EvalCase, output: Output, documents: Documents) -> ScoredCase:
    """The view that `report_entry` needs."""
    return ScoredCase(case, output, documents)


def cell_shade(figure: Figure, better: str) -> str:
    """The CSS class of a cell: how good a figure is, in five steps."""
    if figure.value is None:
        return "none"
    good = figure.value if better == "higher" else 1 - figure.value
    return f"s{min(max(int(good * 5), 0), 4)}"


def _worth_of_citation(view: ScoredCase, citation: GivenCitation) -> str:
    """What a citation is worth, for people."""
    if not view.is_verbatim(citation):
        return "not in the document"
    if citation.start is not None and not view.is_exact(citation):
        return "not at its offsets"
    if view.evidence_items:
        return "overlaps the evidence" if view.cites_evidence(citation) else "beside the evidence"
    return "verbatim"


def _evidence_found(view: ScoredCase) -> tuple[str, ...]:
    """For each hit, which pieces of evidence it is the first to hold."""
    return tuple(
        ", ".join(str(piece) for piece, rank in enumerate(view.first_ranks, 1) if rank == position)
        for position in range(1, len(view.output.hits) + 1)
    )


def _draw_plots(summary: Summary, baseline: Results | None, times: Mapping[str, list[float]]) -> dict[str, str]:
    from markupsafe import Markup

    tags = list(summary.by_tag.items())[:TAGS_PLOTTED]
    rows = [(tag, passed, f"{passed:.0%} of {count}") for tag, (count, passed, _) in tags]
    lines = [("this run", recall_curve(summary.figures))]
    if baseline:
        before = {name: baseline.table.overall_figure(name, interval=False) for name in METRICS}
        lines.append(("baseline", recall_curve(before)))
    total = times.get("total", [])
    marks = (
        [(f"{q} {summary.times['total'][q]:.0f} ms", summary.times["total"][q]) for q in ("p50", "p95")]
        if total
        else []
    )
    # made of numbers and escaped labels in plots.py, so it needs no second escaping
    return {
        "tags": Markup(plot_bars(rows, "questions right, by tag")),  # noqa: S704
        "recall": Markup(plot_curve(lines, "evidence recall@k")) if lines[0][1] else Markup(""),  # noqa: S704
        "latency": Markup(plot_distribution(total, marks, "milliseconds a question")) if total else Markup(""),  # noqa: S704
    }

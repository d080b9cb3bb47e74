"""The report of a run as JUnit XML for CI. Knows nothing of how the run was made.

A question that fails now and failed in the baseline too is skipped, so that CI shows red only for what the gate calls red;
without a baseline every question that fails is a failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import quoteattr

from eval.score_table import ScoreTable
from eval.summary import Summary

# what XML 1.0 cannot hold even when escaped
CONTROL = {code: None for code in range(32) if code not in {9, 10, 13}} | {0xFFFE: None, 0xFFFF: None}


def write_junit(path: Path, summary: Summary, table: ScoreTable, has_baseline: bool) -> None:
    """Write the report."""
    path.write_text("\n".join(junit_lines(summary, table, has_baseline)) + "\n", encoding="utf-8")


def junit_lines(summary: Summary, table: ScoreTable, has_baseline: bool) -> Iterator[str]:
    """The report line by line: one test case a question, then one a regressed metric or broken limit."""
    gate = summary.gate
    red = {b.id: b for b in (*gate.broken, *gate.must)}
    gates = [(change.name, f"{change.before:.4f} to {change.after:.4f}: {change.why}") for change in gate.regressions]
    gates += [("limit", line) for line in gate.limits] + [("baseline", line) for line in gate.stale]
    cases = list(_case_lines(summary.title, table, set(red) if has_baseline else None))
    failures = sum("<failure" in line for line in cases) + len(gates)
    skipped = sum("<skipped" in line for line in cases)
    errors = sum("<error" in line for line in cases)
    counts = f'tests="{len(cases) + len(gates)}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f"<testsuite name={_quote_attribute(summary.title)} {counts}>"
    yield from cases
    for name, line in gates:
        where = f"classname={_quote_attribute(f'{summary.title}.gate')} name={_quote_attribute(name)}"
        yield f'<testcase {where}><failure type="regression" message={_quote_attribute(line)}/></testcase>'
    yield "</testsuite>"


def _case_lines(title: str, table: ScoreTable, red: set[str] | None) -> Iterator[str]:
    for id_, verdict in zip(table.ids, table.verdicts, strict=True):
        where = f"classname={_quote_attribute(title)} name={_quote_attribute(id_)}"
        if verdict.passed:
            yield f"<testcase {where}/>"
            continue
        told = f"type={_quote_attribute(verdict.stage or '')} message={_quote_attribute(verdict.reason)}"
        if red is not None and id_ not in red:
            message = _quote_attribute(f"failed in the baseline too: {verdict.reason}")
            yield f"<testcase {where}><skipped message={message}/></testcase>"
        else:
            tag = "error" if verdict.stage == "error" else "failure"
            yield f"<testcase {where}><{tag} {told}/></testcase>"


def _quote_attribute(text: str) -> str:
    return quoteattr(text.translate(CONTROL))

"""A Revision as JSON values, as lines for people, and as the words that say of a row what became of it. Knows nothing of Word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from corpus.revisions.types import Cell, Change, Revision, Row, Span
from corpus.types import Document

STATUS = {"unchanged": "未变", "changed": "修改", "added": "新增", "dropped": "删除", "moved": "移动"}
KIND = {"text": "", "notation": "（写法不同，数值相同）", "label": "（序号）", "reference": "（随条号调整）"}


def revision_to_dict(revision: Revision) -> dict[str, Any]:
    """The table as JSON values: both documents, how many rows of each status, every row."""
    return {
        "old": _document_to_dict(revision.old),
        "new": _document_to_dict(revision.new),
        "counts": dict(revision.count_statuses()),
        "rows": [_row_to_dict(revision, row) for row in revision.rows],
    }


def _document_to_dict(document: Document) -> dict[str, Any]:
    number = document.metadata.number
    return {
        "id": document.id,
        "source": document.source,
        "title": document.title,
        "number": number.value if number else None,
        "sha256": document.sha256,
    }


def _row_to_dict(revision: Revision, row: Row) -> dict[str, Any]:
    return {
        "status": row.status,
        "text_changed": row.text_changed,
        "renumbered": list(row.renumbered) if row.renumbered else None,
        "summary": row_summary(revision, row),
        "old": _cell_to_dict(row.old),
        "new": _cell_to_dict(row.new),
        "changes": [
            {
                "kind": change.kind,
                "old": _quoted_span(revision.old, change.old),
                "new": _quoted_span(revision.new, change.new),
            }
            for change in row.changes
        ],
    }


def _cell_to_dict(cell: Cell | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    return {
        "label": cell.label,
        "locator": cell.locator,
        "start": cell.start,
        "end": cell.end,
        "quote": cell.quote,
    }


def _quoted_span(document: Document, span: Span | None) -> dict[str, Any] | None:
    return None if span is None else {"start": span.start, "end": span.end, "quote": document.text[slice(*span)]}


def row_summary(revision: Revision, row: Row) -> list[str]:
    """What became of a provision, a line each: 修改, 原第五条 → 第六条, 一年 → 三年."""
    lines = [STATUS[row.status]]
    if row.renumbered:
        lines.append(f"原{row.renumbered[0]} → {row.renumbered[1]}")
    return lines + [_change_in_words(revision, change) for change in row.changes]


def _change_in_words(revision: Revision, change: Change) -> str:
    before, after = (
        "" if span is None else " ".join(document.text[slice(*span)].split())
        for document, span in ((revision.old, change.old), (revision.new, change.new))
    )
    if not before:
        return f"增加“{after}”"
    if not after:
        return f"删去“{before}”"
    return f"“{before}”改为“{after}”{KIND[change.kind]}"


def cell_pieces(cell: Cell, changes: tuple[Change, ...], side: str) -> Iterator[tuple[str, str]]:
    """A cell's words in order, each stretch with the kind of its change, "" for none; `side` is "old" or "new"."""
    at = cell.start
    for change in changes:
        span: Span | None = getattr(change, side)
        if span is None:
            continue
        yield cell.quote[at - cell.start : span.start - cell.start], ""
        yield cell.quote[span.start - cell.start : span.end - cell.start], change.kind
        at = span.end
    yield cell.quote[at - cell.start :], ""


def revision_for_people(revision: Revision) -> str:
    """The table as text: rows that changed with [-words left out-] and {+words put in+}; of unchanged ones only how many."""
    counts = "，".join(f"{STATUS[status]} {count}" for status, count in revision.count_statuses().items() if count)
    lines = [f"{revision.old.title} → {revision.new.title}", counts]
    for row in revision.rows:
        if row.status == "unchanged" and not row.renumbered and not row.changes:
            continue
        labels = [cell.label for cell in (row.old, row.new) if cell is not None and cell.label]
        lines += ["", f"[{STATUS[row.status]}] {' → '.join(dict.fromkeys(labels))}".rstrip()]
        for mark, cell, side, left, right in (("-", row.old, "old", "[-", "-]"), ("+", row.new, "new", "{+", "+}")):
            if cell is not None:
                shown = (
                    f"{left}{words}{right}" if kind else words for words, kind in cell_pieces(cell, row.changes, side)
                )
                lines.append(f"  {mark} {' '.join(''.join(shown).split())}")
    return "\n".join(lines)

"""What became of the files of a chat, as one page to take along, in the reader's language. Knows nothing of HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from corpus import report
from corpus.folder import shown_name
from corpus.types import Document, FailedFile
from web.http_errors import cause_in_words
from web.texts import screen_words


def report_page(documents: Iterable[Document], failed: Iterable[FailedFile], language: str) -> str:
    """By format how many files were read and refused, then each that was refused, warned of, read by OCR or is doubtful, and what to do."""
    files = [*map(report.of_document, documents), *report.report_refused(failed)]
    whole = report.report_to_dict(sorted(files, key=lambda file: file.source))
    told = screen_words(language)
    total = whole["formats"].get("all", {"files": 0, "read": 0})
    lines = [
        f"# {told['report.title']}",
        "",
        _fill_text(told, "report.total", read=total["read"], files=total["files"]),
        "",
    ]
    lines += _format_table(whole["formats"], told)
    lines += _section_lines(
        told, "refused", [(each["source"], cause_in_words(each["reason"], language)) for each in whole["refused"]]
    )
    lines += _section_lines(
        told, "warned", [(each["source"], _warning_line(each, language)) for each in whole["warned"]]
    )
    by_ocr = [(each["source"], _fill_text(told, "report.pages", n=each["pages"])) for each in whole["by_ocr"]]
    lines += _section_lines(told, "by_ocr", by_ocr)
    lines += _section_lines(
        told, "doubtful", [(each["source"], cause_in_words(each["why"], language)) for each in whole["doubtful"]]
    )
    return "\n".join(lines) + "\n"


def _fill_text(told: dict[str, Any], key: str, **values: int) -> str:
    return str(told[key]).format(**values)


def _warning_line(each: dict[str, str], language: str) -> str:
    """A warning and what to do about it, where there is something."""
    warning, step = cause_in_words(each["warning"], language), cause_in_words(each["do"], language)
    return f"{warning}{'——' if language == 'zh' else ' — '}{step}" if step else warning


def _format_table(formats: dict[str, dict[str, int]], told: dict[str, Any]) -> list[str]:
    keys = ("files", "read", "refused", "warned", "pages_by_ocr")
    head = [str(told["report.format"]), *(str(told[f"report.{key}"]) for key in keys)]
    names = {"all": str(told["report.all"]), "no suffix": str(told["report.no_suffix"])}
    rows = [[names.get(name, shown_name(name)), *(str(row[key]) for key in keys)] for name, row in formats.items()]
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def _section_lines(told: dict[str, Any], name: str, entries: list[tuple[str, str]]) -> list[str]:
    if not entries:
        return []
    return [
        "",
        f"## {told[f'report.section.{name}']}",
        "",
        *(f"- {shown_name(source)}: {what}" for source, what in entries),
    ]

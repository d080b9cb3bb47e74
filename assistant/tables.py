"""Questions from, and answers to, CSV and Excel tables. Knows nothing of answering."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.errors import SuyuanError

_COLUMNS = {"question": ("question", "问题", "提问", "咨询问题"), "id": ("id", "编号", "序号")}
CELL = 32767  # most characters of an Excel cell
_HEADER = ("id", "question", "status", "answer", "sources", "quotes", "notices")


def read_table(path: Path) -> Iterator[dict[str, Any]]:
    """The rows with a question, by the header's `question` column (or 问题). Raises SuyuanError when there is none."""
    rows = _xlsx(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    header = [str(cell or "").strip().lower() for cell in next(rows, [])]
    place = {
        name: next((header.index(word) for word in words if word in header), None) for name, words in _COLUMNS.items()
    }
    column = place["question"]
    if column is None:
        raise SuyuanError(
            "no question column in the table", ", ".join(header) or path, "name one column question or 问题"
        )
    for number, cells in enumerate(rows, 2):
        if not any(str(cell or "").strip() for cell in cells):
            continue
        text = str(cells[column] or "") if column < len(cells) else ""
        where = place["id"]
        name = cells[where] if where is not None and where < len(cells) else None
        yield {"id": str(name) if name not in (None, "") else f"row {number}", "question": text}


def _csv(path: Path) -> Iterator[list[Any]]:
    """The rows of a CSV file in UTF-8 or GB18030."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            raise SuyuanError("the table cannot be read", path, f"save it as UTF-8 ({error})") from None
    yield from csv.reader(io.StringIO(text, newline=""))


def _xlsx(path: Path) -> Iterator[list[Any]]:
    """The rows of the first sheet."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError) as error:
        raise SuyuanError("the table cannot be read", path, f"save it again as .xlsx ({error})") from None
    try:
        yield from ([*row] for row in book.worksheets[0].iter_rows(values_only=True))
    finally:
        book.close()


def write_table(path: Path, rows: Sequence[Mapping[str, Any]], answers: Mapping[str, Mapping[str, Any]]) -> None:
    """One row a question, in the order asked. Raises OSError."""
    table = [_HEADER, *(_row(row, answers.get(row["id"])) for row in rows)]
    if path.suffix.lower() == ".csv":
        with path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
            csv.writer(file).writerows(table)
        return
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.create_sheet("answers", 0)
    for cells in table:
        sheet.append([_plain(cell) for cell in cells])
    book.save(path)


def _row(row: Mapping[str, Any], answer: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The cells of one question."""
    asked = str(row.get("question", ""))
    if answer is None:
        return row["id"], _inert(asked), "error", "", "", "", ""
    cited = answer["citations"]
    return (
        row["id"],
        _inert(asked),
        answer["status"],
        _inert(answer["text"]),
        "\n".join(f"[{c['marker']}] {c['source']} {c['locator']}" for c in cited),
        "\n".join(f"[{c['marker']}] {c['quote']}" for c in cited),
        "\n".join(notice["text"] for notice in answer["notices"]),
    )


def _inert(text: str) -> str:
    """The text, quoted where a spreadsheet would take it for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _plain(cell: str) -> str:
    """Without the control characters and lone surrogates that a workbook cannot hold, and no longer than a cell may be."""
    kept = "".join(char for char in cell if char in "\n\t" or (ord(char) >= 32 and not 0xD800 <= ord(char) < 0xE000))
    return kept[:CELL]

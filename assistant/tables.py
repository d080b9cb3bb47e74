"""Questions from, and answers to, CSV and Excel tables. Knows nothing of answering."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from errors import BatchError

# names of columns, the best first; one that only ends in a name (咨询问题) counts where none is it
_QUESTION = ("question", "问题", "提问", "问题内容", "问题描述", "咨询内容", "问句")
_ID = ("id", "编号", "序号", "no", "no.")
_HEADER_ROWS = 10  # a table may have a title and notes above its header
CELL = 32767  # most characters of an Excel cell
_HEADER = ("id", "question", "status", "answer", "sources", "quotes", "notices")


def read_table(path: Path) -> Iterator[dict[str, Any]]:
    """The rows with a question, by the header's `question` column (or 问题). Raises BatchError when there is none.

    The header is the first of the first rows that names such a column; white space, case, width and what is in brackets do
    not count in it.
    """
    rows = list(_read_xlsx(path) if path.suffix.lower() == ".xlsx" else _read_csv(path))
    heads = [[_column_name(cell) for cell in cells] for cells in rows[:_HEADER_ROWS]]
    at, column = next(
        ((at, found) for at, head in enumerate(heads) if (found := _find_column(head, _QUESTION)) is not None),
        (0, None),
    )
    if column is None:
        seen = ", ".join(filter(None, heads[0])) if heads else ""
        raise BatchError("no question column in the table", seen or path, "name one column question or 问题")
    where = _find_column(heads[at], _ID)
    for number, cells in enumerate(rows[at + 1 :], at + 2):
        if not any(str(cell or "").strip() for cell in cells):
            continue
        text = str(cells[column] or "") if column < len(cells) else ""
        name = cells[where] if where is not None and where < len(cells) else None
        if isinstance(name, float) and name.is_integer():
            name = int(name)  # Excel keeps every number as a float
        yield {"id": str(name).strip() if name not in (None, "") else f"row {number}", "question": text}


def _column_name(cell: Any) -> str:
    """A column's name as it is compared."""
    plain = unicodedata.normalize("NFKC", str(cell or "")).lower()
    return re.sub(r"\(.*?\)|[\s*:\ufeff]", "", plain)


def _find_column(head: Sequence[str], names: Sequence[str]) -> int | None:
    """The column of one of the names, else one that ends in one of more than two letters."""
    exact = next((head.index(name) for name in names if name in head), None)
    if exact is not None:
        return exact
    ends = tuple(name for name in names if name in ("question", "问题", "提问"))
    return next((at for at, name in enumerate(head) if ends and name.endswith(ends) and len(name) <= 12), None)


def _read_csv(path: Path) -> Iterator[list[Any]]:
    """The rows of a CSV file in UTF-8, UTF-16 (Excel's Unicode text) or GB18030, between commas, tabs or semicolons."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            raise BatchError("the table cannot be read", path, f"save it as UTF-8 ({error})") from None
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(",\t;", key=first.count)
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=mark)


def _read_xlsx(path: Path) -> Iterator[list[Any]]:
    """The rows of the first sheet."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError) as error:
        raise BatchError("the table cannot be read", path, f"save it again as .xlsx ({error})") from None
    try:
        yield from ([*row] for row in book.worksheets[0].iter_rows(values_only=True))
    finally:
        book.close()


def write_table(path: Path, rows: Sequence[Mapping[str, Any]], answers: Mapping[str, Mapping[str, Any]]) -> None:
    """One row a question, in the order asked. Raises OSError."""
    table = [_HEADER, *(_row_of_answer(row, answers.get(row["id"])) for row in rows)]
    if path.suffix.lower() == ".csv":
        with path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
            csv.writer(file).writerows(table)
        return
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.create_sheet("answers", 0)
    for cells in table:
        sheet.append([_fit_for_cell(cell) for cell in cells])
    book.save(path)


def _row_of_answer(row: Mapping[str, Any], answer: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The cells of one question."""
    asked = str(row.get("question", ""))
    if answer is None:
        return row["id"], _inert_cell(asked), "error", "", "", "", ""
    cited = answer["citations"]
    return (
        row["id"],
        _inert_cell(asked),
        answer["status"],
        _inert_cell(answer["text"]),
        "\n".join(f"[{c['marker']}] {c['source']} {c['locator']}" for c in cited),
        "\n".join(f"[{c['marker']}] {c['quote']}" for c in cited),
        "\n".join(notice["text"] for notice in answer["notices"]),
    )


def _inert_cell(text: str) -> str:
    """The text, quoted where a spreadsheet would take it for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _fit_for_cell(cell: str) -> str:
    """Without the control characters and lone surrogates that a workbook cannot hold, and no longer than a cell may be."""
    kept = "".join(char for char in cell if char in "\n\t" or (ord(char) >= 32 and not 0xD800 <= ord(char) < 0xE000))
    return kept[:CELL]

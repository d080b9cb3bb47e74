"""Writes a comparison as a table: a column a side, a row an aspect, every cell cited. Knows nothing of search or of models."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.composing import sides as ownership
from assistant.composing.writing import Draft, verify_extract
from assistant.reading import Extract, Reading
from assistant.reading.amount_class import class_of_amount
from assistant.types import Citation, Statement
from assistant.understanding.comparing import Side
from corpus.text import values
from index.types import Index

CELL = 3  # extracts of one cell: more would be no table
CELL_CHARACTERS = 200
_TEXTS = {
    "zh": {"aspect": "对比项", "rest": "规定", "nothing": "未提及"},
    "en": {"aspect": "Aspect", "rest": "Rule", "nothing": "not mentioned"},
}
_ATTRIBUTE = re.compile(
    r"条件|对象|范围|材料|标准|比例|期限|年限|时间|地点|流程|程序|方式|名额|定位|愿景|目标|主题|重点|学费|租金|税率|额度|处罚|责任"
)
_CLASSES = {
    "money": "金额",
    "percent": "比例",
    "time": "时间",
    "people": "人数",
    "bodies": "家数",
    "area": "面积",
    "age": "年龄",
}
_ROW = re.compile(r"^\s*\|.*\|", re.MULTILINE)
_NUMBER = re.compile(r"\d|[一二三四五六七八九十百千万]+(?:[元年月天个家名倍成]|分之)")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one side says on one aspect."""

    side: str
    aspect: str
    extract: Extract


def write_comparison(
    asked: Sequence[Side],
    readings: Sequence[Reading],
    draft: Draft,
    index: Index,
    *,
    unsupported: str = "drop",
    language: str = "zh",
) -> Iterator[tuple[str, Citation]]:
    """Adds the table to the draft and yields (text, its citation); nothing where fewer than two sides say anything.

    Nothing either where a side rests on the rows of a table: it holds both sides, and is shown itself.

    The text of all but the last is empty: a table is shown whole.
    """
    if any(extract.rows or _ROW.search(extract.text) for reading in readings for extract in reading.extracts):
        return
    say = _TEXTS["en" if language == "en" else "zh"]
    names = list(dict.fromkeys(side.label for side in asked))
    cells = _rows_of_cells(_own_cells(asked, readings, index), say["rest"])
    shown: dict[tuple[str, str], list[str]] = {}
    cited: list[Citation] = []
    for cell in cells:
        body, citation = _stated_words(cell.extract, draft, unsupported)
        if body and citation is not None:
            shown.setdefault((cell.aspect, cell.side), []).append(f"{body}[{citation.marker}]")
            cited.append(citation)
    if len({side for _, side in shown}) < 2:
        draft.clear()
        return
    rows = list(dict.fromkeys([side.aspect for side in asked if side.aspect] or [aspect for aspect, _ in shown]))
    table = [_table_line([say["aspect"], *names]), _table_line(["---"] * (len(names) + 1))]
    table += [
        _table_line([row, *("；".join(shown.get((row, name), [])) or say["nothing"] for name in names)])
        for row in rows
        if any((row, name) in shown for name in names)
    ]
    draft.text = "\n".join(table)
    for number, citation in enumerate(cited):
        yield draft.text if number == len(cited) - 1 else "", citation


def _own_cells(asked: Sequence[Side], readings: Sequence[Reading], index: Index) -> list[Cell]:
    """What each side's reading says of that side, at most CELL extracts; figures that two sides claim are nobody's."""
    names = list(dict.fromkeys(side.label for side in asked))
    cells: list[Cell] = []
    for side, reading in zip(asked, readings, strict=True):
        own: list[Extract] = []
        for extract in reading.extracts:
            document = index.document(extract.hit.passage.doc_id)
            own += ownership.of_side(extract, side.label, names, document)
        cells += [Cell(side.label, side.aspect, extract) for extract in _fit_into_cell(own)]
    return [cell for cell in cells if not _shared_figure(cell, cells)]


def _fit_into_cell(extracts: Sequence[Extract]) -> list[Extract]:
    """The first ones, while they fit into a cell."""
    kept: list[Extract] = []
    for extract in extracts[:CELL]:
        if kept and sum(len(one.text) for one in [*kept, extract]) > CELL_CHARACTERS:
            break
        if not any(extract.text in one.text for one in kept):
            kept.append(extract)
    return kept


def _shared_figure(cell: Cell, cells: Sequence[Cell]) -> bool:
    """Whether another side claims the very same words with a figure in them, of which nothing says whose it is."""
    return bool(_NUMBER.search(cell.extract.text)) and any(
        other.side != cell.side and other.extract.text == cell.extract.text for other in cells
    )


def _rows_of_cells(cells: Sequence[Cell], rest: str) -> list[Cell]:
    """The cells with the row in which they stand: an aspect asked for, or what two sides have in common; else the last."""
    if any(cell.aspect for cell in cells):
        return list(cells)
    topics = [_topics_of_cell(cell) for cell in cells]
    common = [
        topic
        for topic in dict.fromkeys(topic for found in topics for topic in found)
        if len({cell.side for cell, found in zip(cells, topics, strict=True) if topic in found}) > 1
    ]
    placed = [
        replace(cell, aspect=next((topic for topic in common if topic in found), rest))
        for cell, found in zip(cells, topics, strict=True)
    ]
    sides_of = {row: {cell.side for cell in placed if cell.aspect == row} for row in {cell.aspect for cell in placed}}
    settled = [cell if len(sides_of[cell.aspect]) > 1 else replace(cell, aspect=rest) for cell in placed]
    order = [*common, rest]
    return sorted(settled, key=lambda cell: order.index(cell.aspect))


def _topics_of_cell(cell: Cell) -> list[str]:
    """What a cell is about: the attribute in its words, the class of its first amount."""
    text = cell.extract.text
    found = _ATTRIBUTE.search(text)
    amounts = [class_of_amount(text[start:end]) for start, end in values.amount_spans(text)]
    named = [found.group()] if found else []
    return named + [_CLASSES[kind] for kind in amounts[:1] if kind in _CLASSES]


def _stated_words(extract: Extract, draft: Draft, unsupported: str) -> tuple[str, Citation | None]:
    """The words of a cell with their citation, noted as a statement; "" where they do not hold."""
    citation = draft.citations.add(extract.hit.passage, extract.quote_start, extract.quote_end)
    body, verdict = verify_extract(extract, citation)
    if not verdict.supported and unsupported == "drop":
        draft.dropped += 1
        return "", None
    draft.marked += not verdict.supported
    draft.statements.append(Statement(body, (citation.marker,), verdict.supported, verdict.issues))
    return re.sub(r"\s*\n\s*", "；", body.rstrip("。；;，,、 ")).replace("|", "\\|"), citation


def _table_line(cells: Sequence[str]) -> str:
    """A line of a Markdown table."""
    return "| " + " | ".join(cells) + " |"

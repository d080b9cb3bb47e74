"""Which rows and columns of a table answer a question: by the words they share, by the kind of value asked for, by the evidence.

A row that the question names is taken, and no neighbour in its place where the table lacks it. Knows nothing of how it is shown.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.reading.amount_class import worded_class
from assistant.reading.expected_answer_type import VALUE_KINDS, fitting_values
from assistant.reading.tables import Row, Table
from assistant.reading.types import RowWords
from assistant.understanding.analysis import Analysis
from corpus.text.characters import fold
from corpus.text.rarity import bigram_rarity

# Fifty-two questions for cells of eleven of our and of eighty-four office documents, 45 right: SHARE .65, LIT .25 and .75 lose one each;
# LABEL 25 and 60, PROSE 50 and 150, SHARE .35 and NEAR .7 change nothing; without `_row_not_there` two, without `worded_class` one is lost.
LABEL = 40  # characters of a cell that can name its row
PROSE = 80  # characters from which a cell is read like any other text, sentence by sentence
MOST = 30  # rows that are shown
SHARE = 0.5  # of the pairs that tell a label from the others, that the question has to have
NEAR = 0.85  # of the best row's or column's share, that another takes to be meant as well
LIT = 0.5  # of the greatest evidence in the table, that a row or column takes where no word of the question tells
Lit = Callable[[Row, str], float]  # the greatest evidence of words of a row, of the whole row where they are ""

_NOT_WORDS = re.compile(r"[^\w%]|[的_]")
_INSIDE = re.compile(r"[（(][^（）()]*[）)]")
_PARTS = re.compile(r"[、，,/／；;（）()]")
_PLAIN_NUMBER = re.compile(r"[\d.,%\-~～—至\s]+")
_RANGE = re.compile(r"\s*\d[\d.]*\s*[-~—–至]\s*\d[\d.]*\s*")
_YES_NO = re.compile(r"不?需要|[是否有无]|不?可以|[√✔✓×✗/—-]|—+|合格")
_INDEX = re.compile(r"序号|编号|号序|条款号|[Nn][Oo]\.?|行号")
_COUNTED = re.compile(r"[\d一二三四五六七八九十.．、()（）…-]{1,6}")
_UNIT = re.compile(r"[（(]([^（）()]{1,8})[）)]$")
_EACH = re.compile(
    r"各|分别|所有|全部|比较|对比|区别|不同|哪[些几]|几[种类档级个]|每[一个种类档级]|多少种|列[出举]|一览|清单"
)
_INTERROGATIVE = re.compile(r"多少|几[^乎]|什么|哪|谁|何|怎|多[久长大高]")
_NO_NAME = re.compile(r"[各每哪几多什么这那该同种分所有一个两某本其上下和与及或跟的是在为按属于被]|属于")


@dataclass(frozen=True, slots=True)
class TableWords:
    """What a table says to a question: ``rows``, empty where it says nothing; ``missing``: the row asked for that it lacks.

    plain: for rules that look for a value, the rows' words with the unit that stands in a column's name behind each number;
    prose: the named rows whose cells are text that is read like any other; exact: the question names both row and column, so
    that the cell is what is asked for, of whichever kind it is; telling: the share of the question's pairs, by rarity, that
    title, headings, caption and shown cells have.
    """

    rows: tuple[RowWords, ...] = ()
    missing: str = ""
    plain: str = ""
    prose: tuple[Row, ...] = ()
    exact: bool = False
    telling: float = 0.0


def bare_words(text: str) -> str:
    """Letters, digits and ideographs alone, folded, without 的."""
    return _NOT_WORDS.sub("", fold(text))


def read_table(analysis: Analysis, table: Table, about: str, lit: Lit) -> TableWords:
    """The rows and columns that answer; about: title, headings and caption, whose words tell no row from another."""
    if not table.rows:
        return TableWords()
    asked, about = bare_words(analysis.core), bare_words(f"{about} {table.caption}")
    keys = key_columns(table)
    masked = [about, *(_longest_name_asked(name, asked) for at, name in enumerate(table.columns) if at not in keys)]
    rows = _named_rows(table, asked, masked, keys)
    named = bool(rows)
    if not rows:
        missing = _row_not_there(table, asked, keys)
        if missing:
            return TableWords(missing=missing)
        rows = _rows_by_share(table, asked, masked, keys)
        named = bool(rows)
    if not rows and _EACH.search(analysis.core) and len(table.rows) <= MOST:
        rows = list(table.rows)
    if not rows:
        greatest = max(lit(row, "") for row in table.rows)
        rows = [row for row in table.rows if greatest and lit(row, "") >= LIT * greatest]
    if named:
        given = tuple(
            at
            for at in range(len(table.columns))
            if all(_longest_name_asked(row.cells.get(at, ""), asked) for row in rows)
        )
        keys = given if given and not set(given) & set(keys) else keys
    columns, told = _answering_columns(analysis, table, rows, keys, lit)
    if any(len(row.cells.get(at, "")) > PROSE for row in rows for at in (*keys, *columns)):
        return TableWords(prose=tuple(rows) if named else ())
    said = [at for at in columns if named and all(_longest_name_asked(row.cells.get(at, ""), asked) for row in rows)]
    if len(said) < len(columns):  # what the question says itself is part of the row's name
        keys, columns = (*keys, *said), [at for at in columns if at not in said]
    words = _words_of_rows(table, rows[:MOST], keys, columns)
    return replace(words, exact=named and told, telling=_share_of_rarity(analysis, about + words.plain))


def _share_of_rarity(analysis: Analysis, words: str) -> float:
    known = _pairs_of(bare_words(words))
    weights = {pair: bigram_rarity(pair) for term in analysis.terms for pair in _pairs_of(bare_words(term))}
    return sum(weight for pair, weight in weights.items() if pair in known) / (sum(weights.values()) or 1.0)


def asks_one_thing(analysis: Analysis) -> bool:
    """Whether the question has one interrogative alone."""
    return len(_INTERROGATIVE.findall(analysis.core)) < 2


def key_columns(table: Table) -> tuple[int, ...]:
    """The columns that name a row: from the first that does not only count, up to where no two rows are alike; never all."""
    cells = [[row.cells.get(at, "") for row in table.rows] for at in range(len(table.columns))]
    said = [at for at, name in enumerate(table.columns) if any(cells[at]) and not _only_numbers_rows(name, cells[at])]
    keys: list[int] = []
    for at in said[: max(len(said) - 1, 1)]:
        if sum(len(cell) > LABEL for cell in cells[at]) * 2 > len(cells[at]):
            break
        keys.append(at)
        if len(set(zip(*(cells[key] for key in keys), strict=True))) == len(table.rows):
            return tuple(keys)
    return tuple(keys[:1])


def _only_numbers_rows(name: str, cells: Sequence[str]) -> bool:
    """Whether a column only numbers the rows."""
    if _INDEX.fullmatch(bare_words(name)):
        return True
    return not name and len(cells) > 1 and all(_COUNTED.fullmatch(cell) for cell in cells if cell)


def _names_of_label(label: str) -> list[str]:
    """The words by which a label can be named: the whole, without what is in brackets, and its parts."""
    found = (label, _INSIDE.sub("", label), *_PARTS.split(label))
    return [
        word
        for word in dict.fromkeys(map(bare_words, found))
        if len(word) > 1
        and (not _PLAIN_NUMBER.fullmatch(word) or _RANGE.fullmatch(fold(label)))
        and not _YES_NO.fullmatch(word)
    ]


def _longest_name_asked(label: str, asked: str) -> str:
    """The longest of the label's words that the question has; "" for none."""
    return max((word for word in _names_of_label(label) if word in asked), key=len, default="")


def _named_rows(table: Table, asked: str, masked: Sequence[str], keys: Sequence[int]) -> list[Row]:
    """The rows of which the question has most label words, counted by length and by how few rows have them."""
    found: list[dict[int, str]] = []
    for row in table.rows:
        words = {
            at: word
            for at, cell in row.cells.items()
            if len(cell) <= LABEL and (word := _longest_name_asked(cell, asked))
        }
        says_more = any(at not in words and at not in keys for at in row.cells)
        found.append({at: word for at, word in words.items() if says_more and not any(word in mask for mask in masked)})
    often = Counter(word for words in found for word in set(words.values()))
    count = len(table.rows)
    weights = {
        word: len(word) * math.log((count + 1) / (n + 0.5)) for word, n in often.items() if count < 3 or n * 2 <= count
    }
    scores = [
        sum(weights.get(word, 0.0) * (1.0 if at in keys else 0.5) for at, word in words.items()) for words in found
    ]
    best = max(scores)
    if not best:
        return []
    taken = {at for at, score in enumerate(scores) if score >= 0.99 * best}
    left, where = asked, set[int]()
    for at in taken:
        where |= {column for column, word in found[at].items() if word in weights and column in keys}
        for word in found[at].values():
            left = left.replace(word, " ")
    for at, words in enumerate(
        found
    ):  # 驾驶服务和保洁服务: rows that the rest of the question names in the same column
        taken |= {at for column in where if words.get(column) in weights and words[column] in left}
    return [table.rows[at] for at in sorted(taken)]


def _row_not_there(table: Table, asked: str, keys: Sequence[int]) -> str:
    """The row that the question names as the table names its rows (E类 beside A类, B类) and that is not there; "" for none."""
    for column in keys:
        labels = list(dict.fromkeys(bare_words(row.cells.get(column, "")) for row in table.rows))
        labels = [label for label in labels if label]
        if len(labels) < 3:
            continue
        front, back = _common_beginning(labels), _common_beginning([label[::-1] for label in labels])[::-1]
        kinds = [label[len(front) : len(label) - len(back)] for label in labels]
        if not (front or back) or not all(kinds) or (len(front + back) < 2 and len({len(kind) for kind in kinds}) > 1):
            continue
        longest = max(map(len, kinds))
        for match in re.finditer(rf"{re.escape(front)}(?P<kind>\w{{1,{longest}}}?){re.escape(back)}", asked):
            kind = match["kind"]
            like = {_character_kinds(other) for other in kinds}
            if len(front + back) < 2 and (
                _character_kinds(kind) not in like or "x" in _character_kinds(kind) or len(kind) != longest
            ):
                continue
            if not _NO_NAME.search(kind):
                return match.group()
    return ""


def _common_beginning(labels: Sequence[str]) -> str:
    """The longest beginning that all labels have."""
    first, last = min(labels), max(labels)
    size = next(
        (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other),
        min(len(first), len(last)),
    )
    return first[:size]


def _character_kinds(word: str) -> str:
    """What kind of characters a word is of: letters, numerals and what is counted by (甲, 乙), others."""
    return re.sub(
        r"[^a0]", "x", re.sub(r"[一二三四五六七八九十甲乙丙丁戊己庚辛壬癸\d]", "0", re.sub(r"[a-z]", "a", word))
    )


def _rows_by_share(table: Table, asked: str, masked: Sequence[str], keys: Sequence[int]) -> list[Row]:
    """The rows of whose label the question has at least the half, by what tells it from the others."""
    hidden = {pair for mask in masked for pair in _pairs_of(mask)}
    labels = [[_pairs_of(bare_words(row.cells.get(at, ""))) - hidden for at in keys] for row in table.rows]
    return _nearest_rows(list(table.rows), [set().union(*label) for label in labels], labels, asked)


def _nearest_rows(
    items: list[Row], whole: Sequence[set[str]], labels: Sequence[Sequence[set[str]]], asked: str
) -> list[Row]:
    shares = _shares_named(whole, labels, asked)
    best = max(shares, default=0.0)
    return [item for item, share in zip(items, shares, strict=True) if best >= SHARE and share >= NEAR * best]


def _shares_named(whole: Sequence[set[str]], labels: Sequence[Sequence[set[str]]], asked: str) -> list[float]:
    """For each thing the greatest share of one of its labels' pairs that the question has, weighed by how few things have them."""
    often = Counter(pair for pairs in whole for pair in pairs)
    count, known = len(whole), _pairs_of(asked)
    weights = {pair: math.log((count + 1) / (n + 0.5)) for pair, n in often.items()}
    return [
        max((_weighted_share(pairs, known, weights) for pairs in label), default=0.0)
        if len(known & set().union(*label)) > 1
        else 0.0
        for label in labels
    ]


def _weighted_share(pairs: set[str], known: set[str], weights: dict[str, float]) -> float:
    total = sum(weights[pair] for pair in pairs)
    return sum(weights[pair] for pair in pairs & known) / total if total else 0.0


def _pairs_of(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _answering_columns(
    analysis: Analysis, table: Table, rows: Sequence[Row], keys: Sequence[int], lit: Lit
) -> tuple[list[int], bool]:
    """The columns that answer, and whether the question tells which: those it names, those of the kind of value asked for, or all."""
    asked = bare_words(analysis.core)
    open_ = [
        at
        for at, name in enumerate(table.columns)
        if at not in keys
        and any(row.cells.get(at) for row in rows)
        and not _only_numbers_rows(name, [row.cells.get(at, "") for row in table.rows])
    ]
    if len(open_) < 2:
        return open_, True
    left = [at for at in open_ if not all(_longest_name_asked(row.cells.get(at, ""), asked) for row in rows)] or open_
    fits = [at for at in left if _fits_kind_asked(analysis, table, rows, at)]
    for alike in (_named_columns(table, left, asked), _columns_by_share(table, left, asked)):
        if alike and (not fits or not worded_class(analysis.core) or set(alike) & set(fits)):
            return alike, True
    if not asks_one_thing(analysis):
        return open_, bool(fits)
    fits = fits or _bare_number_columns(analysis, table, rows, left)
    if not fits and analysis.kind not in VALUE_KINDS:
        return open_, False
    light = {at: max(lit(row, row.cells[at]) for row in rows if row.cells.get(at)) for at in fits or left}
    return [at for at, value in light.items() if value >= LIT * max(light.values())], bool(fits)


def _named_columns(table: Table, columns: Sequence[int], asked: str) -> list[int]:
    """The columns that the question names, and those whose name it has for the most part beside them."""
    held = {at: word for at in columns if (word := _longest_name_asked(table.columns[at], asked))}
    if not held:
        return []
    for word in sorted(held.values(), key=len, reverse=True):
        asked = asked.replace(word, " ")
    others = _columns_by_share(table, [at for at in columns if at not in held], asked)
    return [at for at in columns if at in held or at in others]


def _columns_by_share(table: Table, columns: Sequence[int], asked: str) -> list[int]:
    """The columns of whose name the question has most, at least the half of what tells it from the others."""
    names = [_pairs_of(bare_words(_INSIDE.sub("", table.columns[at]))) for at in columns]
    shares = _shares_named(names, [[name] for name in names], asked)
    best = max(shares, default=0.0)
    return [at for at, share in zip(columns, shares, strict=True) if best >= SHARE and share >= NEAR * best]


def _bare_number_columns(analysis: Analysis, table: Table, rows: Sequence[Row], columns: Sequence[int]) -> list[int]:
    """The columns of bare numbers, where a number is asked for whose unit the cells leave out (得多少分: 标准分值)."""
    if analysis.kind != "how_many":
        return []
    return [at for at in columns if all(_PLAIN_NUMBER.fullmatch(row.cells[at]) for row in rows if row.cells.get(at))]


def _fits_kind_asked(analysis: Analysis, table: Table, rows: Sequence[Row], at: int) -> bool:
    """Whether most cells of the column are of the kind asked for."""
    cells = [_cell_with_unit(table.columns[at], row.cells[at]) for row in rows if row.cells.get(at)]
    return sum(bool(fitting_values(analysis, cell)) for cell in cells) * 2 > len(cells)


def _cell_with_unit(name: str, cell: str) -> str:
    """The cell with the unit that its column's name gives: 5000 under 租房补贴（元/月） is 5000元/月."""
    unit = _UNIT.search(name)
    return cell + unit[1] if unit and _PLAIN_NUMBER.fullmatch(cell) else cell


def _words_of_rows(table: Table, rows: Iterable[Row], keys: Sequence[int], columns: Sequence[int]) -> TableWords:
    """The rows with their label and the chosen cells."""
    told, plain = [], []
    for row in rows:
        shown = tuple((table.columns[at], row.cells.get(at, "")) for at in (*keys, *columns))
        label = [(name, cell) for name, cell in shown[: len(keys)] if cell]
        cells = [(name, cell) for name, cell in shown[len(keys) :] if cell]
        if not cells and columns:
            continue
        words = "；".join(f"{name}：{cell}" if name else cell for name, cell in cells or label)
        front = "·".join(dict.fromkeys(cell for _, cell in label)) if cells else ""
        joint = "·" if cells and cells[0][0] else "："
        text = f"{front}{joint}{words}" if front else words
        told.append(RowWords(text, row.start, row.end, table.header, shown))
        plain.append(f"{front} " + "；".join(f"{name}：{_cell_with_unit(name, cell)}" for name, cell in cells or label))
    return TableWords(tuple(told), plain="\n".join(plain))

"""Lines with places on pages made into paragraphs: columns, running heads and feet, joins of broken lines.

Knows nothing of PDF, OFD or scans.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby, pairwise
from typing import NamedTuple

from corpus.heading_patterns import opens_place
from corpus.official_header import TITLE_ENDS
from corpus.readers.raw import Writer
from corpus.titles import names_document, tidy_spacing

_PAGE_NUMBER = re.compile(
    r"[-—–―~·•\s]*(?:第?\s*[0-9]{1,5}\s*页?|[ivxlIVXL]{1,6})(?:\s*(?:[/／,，]|of|共)\s*共?\s*[0-9]{1,5}\s*页?)?[-—–―~·•\s]*"
)
# What browsers print around a page.
_PRINTED = re.compile(
    r"(?:file|https?)://\S+(?:\s+[0-9]+/[0-9]+)?|[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4},?\s+[0-9]{1,2}:[0-9]{2}.*"
)
# Fonts often map an ideograph to the radical or compatibility character that looks the same; the signs of the fonts Symbol and
# Wingdings stand in the private area.
_LOOKALIKE = re.compile("[\u2e80-\u2fdf\uf900-\ufad9\uf06c\uf06e\uf075\uf0a7\uf0b7\uf0d8\uf0fc]")
_SIGNS = dict(zip("\uf06c\uf06e\uf075\uf0a7\uf0b7\uf0d8\uf0fc", "●■◆▪•➢✓", strict=True))
SENTENCE_END = ("。", "！", "？", "；", "：", ".", "!", "?", ":", ";")
_MARGIN_BAND = 0.12
# What begins a new line however the one before ends: a number, a label, a bullet. And what tells running text.
_BEGINS = re.compile(
    r"\s*(?:[（(]?(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})[)）、.．\s-]|[^，。；、（(]{1,16}[:：]|[●■◆▪•➢✓★※□■])"
)
_RUNNING = re.compile(r"[，。；、][\u4e00-\u9fff“《（0-9A-Za-z]")
_FULL_LINES = 3  # long lines that begin and end alike make a block of text
_LONG = 12  # times as long as high: a line of running text
_ALIKE = 0.6  # of a line's height: places that are the same
# Between pieces of a line that are cells; how wide a space in it is none of running text, as often as a letter is high.
_GAP, _WIDE = "\t", 1.5
_FEWEST_GAPS, _FEWEST_ROWS = 2, 3  # of a table without rules
_DIGIT = re.compile("[0-9]")
# How a note at the foot of a page begins, how much smaller than the body's its letters are, how far below the body it stands.
_NOTE = re.compile(r"\s*(?:[\u2460-\u2473]|[\[［〔]?[0-9]{1,2}[\]］〕]?\s*(?=[\u4e00-\u9fff《“A-Z])|\*|注\s*[:：0-9])")
_NOTE_SIZE, _NOTE_GAP = 0.87, 0.8
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
_LATIN_WORDS = re.compile("[A-Za-z]{2,} [A-Za-z]{2,}")
_CJK = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’…—·]")


def unify_ideographs(text: str) -> str:
    """The text with Kangxi radicals and compatibility ideographs as the ideographs they look like (U+2F08 is 人), bullets as such."""
    return _LOOKALIKE.sub(lambda match: _SIGNS.get(match[0]) or unicodedata.normalize("NFKC", match[0]), text)


class Line(NamedTuple):
    """A line of text in its box, in points from the page's upper left corner."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def size(self) -> float:
        """The height of the box: the size of the letters."""
        return max(1.0, self.y1 - self.y0)


class Grid(NamedTuple):
    """A table in its box."""

    rows: tuple[tuple[str, ...], ...]
    x0: float
    y0: float
    x1: float
    y1: float


Block = Line | Grid


@dataclass(slots=True)
class Page:
    """One page's size in points, its lines and its tables.

    slant: by how many degrees the lines of a scan go down to the right on its picture; the boxes are those of the page set upright.
    """

    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    slant: float = 0.0


def write_pages(pages: list[Page], writer: Writer) -> None:
    """Writes the pages' text: one line a paragraph, tables as rows, running heads, feet and page numbers left out."""
    running, body = _running_lines(pages), _body_size(pages)
    if pages and not writer.title:
        writer.title = _title_in_large_letters(pages[0], body)
    composer = _Composer(writer)
    for number, page in enumerate(pages):
        blocks, left, right = _blocks_in_order(page, running)
        blocks, notes = _without_notes(blocks, body)
        indented = _uses_indents(blocks, left)
        margins = _block_margins([block for block in blocks if isinstance(block, Line)])
        for block in blocks:
            if isinstance(block, Grid):
                composer.add_grid(block, number)
            else:
                last = composer.last
                joins = last is not None and _joins_paragraph(
                    last,
                    block,
                    left,
                    right,
                    block=margins.get(block),
                    indented=indented,
                    turned=composer.page != number,
                )
                composer.add_line(block, number, joins=joins)
        composer.add_footnotes(notes)
    composer.finish_pages(len(pages))


def reading_order(page: Page) -> list[Line]:
    """The page's lines in the order in which they are read, running heads and page numbers and cells of tables among them."""
    lines = [line for line in page.lines if line.text.strip()]
    columns = _gap_between_columns(lines)
    if columns is not None:
        return _by_column(lines, columns)
    return [line for row in _pieces_by_baseline(lines) for line in row]


class _Composer:
    """Puts lines together to paragraphs and tables over page ends together to one, and marks where pages start."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._opened = 0
        self._text = ""
        self._rows: tuple[tuple[str, ...], ...] = ()
        self._notes: list[str] = []
        self.last: Line | None = None
        self.page = -1

    def add_line(self, line: Line, number: int, *, joins: bool) -> None:
        if joins and self.last is not None:
            self._text = join_pieces(self._text, line.text)
        else:
            self._write_pending()
            self._open_pages(number)
            self._text = line.text.replace(_GAP, " ")
        self.last, self.page = line, number

    def add_grid(self, grid: Grid, number: int) -> None:
        """A table that goes on over the page end is one table; the header it repeats is dropped."""
        rows = grid.rows
        if self._rows and self.page + 1 == number and len(self._rows[0]) == len(rows[0]):
            self._rows += rows[1:] if rows[0] == self._rows[0] else rows
        else:
            self._write_pending()
            self._open_pages(number)
            self._rows = rows
        self.last, self.page = None, number

    def add_footnotes(self, notes: list[str]) -> None:
        """Notes at the foot of a page follow the paragraph that goes on over it."""
        self._notes += notes

    def finish_pages(self, pages: int) -> None:
        self._write_pending()
        self._open_pages(pages - 1)

    def _write_pending(self) -> None:
        if self._rows:
            self._writer.write_table(self._rows)
        self._writer.write_line(self._text)
        for note in self._notes:
            self._writer.write_line(note)
        self._rows, self._text, self.last, self._notes = (), "", None, []

    def _open_pages(self, number: int) -> None:
        while self._opened <= number:
            self._writer.start_page()
            self._opened += 1


def _running_lines(pages: list[Page]) -> set[str]:
    """Lines that come again at the head or foot of several pages, their digits masked."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_mask_digits(line) for line in page.lines if _in_margin(line, page)})
    least = max(2, min(3, len(pages) - 1), int(len(pages) * 0.3)) if len(pages) > 1 else 2
    return {key for key, count in seen.items() if count >= least}


def _is_running(line: Line, running: set[str]) -> bool:
    text = line.text.strip()
    return _mask_digits(line) in running or bool(_PAGE_NUMBER.fullmatch(text) or _PRINTED.fullmatch(text))


def _mask_digits(line: Line) -> str:
    return re.sub(r"[0-9]+", "#", "".join(line.text.split()))


def _in_margin(line: Line, page: Page) -> bool:
    middle = (line.y0 + line.y1) / 2
    return middle < page.height * _MARGIN_BAND or middle > page.height * (1 - _MARGIN_BAND)


def _body_size(pages: list[Page]) -> float:
    """The size that most characters have."""
    sizes: Counter[float] = Counter()
    for page in pages[:20]:
        for line in page.lines:
            sizes[round(line.size, 0)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _title_in_large_letters(page: Page, body: float) -> str:
    """The lines of the first page in the largest letters, when they are larger than the body's; the red head passed over.

    Where they name a section, a banner or a body alone, the lines in smaller letters that end as titles of official papers do.
    """
    large = [line for line in page.lines if line.size > body * 1.2] if body else []
    large = [line for line in large if len(line.text.strip()) > 1 or _ends_line_above(line, large)]
    large = [line for line in large if not line.text.rstrip().endswith("文件")]
    largest = ""
    while large:
        least = max(line.size for line in large) * 0.93
        lines = [tidy_spacing(line.text) for line in large if line.size >= least]
        large = [line for line in large if line.size < least]
        title = "".join(_without_translation(lines))
        if len(title) > 100 or len(lines) > 4:
            break
        if len(title) >= 4 and names_document(title) and (not largest or title.endswith(TITLE_ENDS)):
            return title
        largest = largest or title
    return largest if len(largest) >= 4 else ""


def _ends_line_above(letter: Line, lines: list[Line]) -> bool:
    """Whether a line of one letter is the rest of a line in letters as large right above it."""
    alike = [line for line in lines if line is not letter and abs(line.size - letter.size) < 0.07 * letter.size]
    return any(
        line.x1 - line.x0 > _LONG * line.size and -0.2 < (letter.y0 - line.y1) / letter.size < 1 for line in alike
    )


def _without_translation(lines: list[str]) -> list[str]:
    """Lines without those in Latin words alone, where the others have ideographs."""
    chinese = [line for line in lines if _IDEOGRAPH.search(line) or not _LATIN_WORDS.search(line)]
    return chinese if _IDEOGRAPH.search("".join(chinese)) else lines


def _blocks_in_order(page: Page, running: set[str]) -> tuple[list[Block], float, float]:
    """Lines and tables in reading order, and the left and right margins of the text (of its column)."""
    lines = [
        line
        for line in page.lines
        if line.text.strip()
        and not (_in_margin(line, page) and _is_running(line, running))
        and not any(_is_inside_grid(line, grid) for grid in page.grids)
    ]
    columns = _gap_between_columns(lines)
    if columns is None:
        lines = list(map(_put_together, _pieces_by_baseline(lines)))
        order: list[Block] = sorted([*_with_tables(lines), *page.grids], key=lambda block: block.y0)
        left, right = _text_margins(lines)
        return order, left, right
    ordered: list[Block] = list(_by_column(lines, columns))
    ordered.extend(page.grids)
    left, right = _text_margins([line for line in lines if line.x1 <= columns])
    shift = min((line.x0 for line in lines if line.x0 > columns), default=left) - left
    moved = [
        b._replace(x0=b.x0 - shift, x1=b.x1 - shift) if isinstance(b, Line) and b.x0 > columns else b for b in ordered
    ]
    return moved, left, right


def _without_notes(blocks: list[Block], body: float) -> tuple[list[Block], list[str]]:
    """A page's blocks without the notes at its foot, and these: small lines under all others, of which the first has a note's mark."""
    small: list[Line] = []
    for block in reversed(blocks):
        if not isinstance(block, Line) or block.size >= _NOTE_SIZE * body:
            break
        small.insert(0, block)
    first = next((place for place, line in enumerate(small) if _NOTE.match(line.text)), len(small))
    count = len(small) - first
    if not count or count == len(blocks) or small[first].y0 - blocks[-count - 1].y1 < _NOTE_GAP * body:
        return blocks, []
    if any(opens_place(line.text) and not _NOTE.match(line.text) for line in small[first + 1 :]):
        return blocks, []  # a form in small letters whose first words are 注：, with items of its own
    notes: list[str] = []
    for line in small[first:]:
        if notes and not _NOTE.match(line.text):
            notes[-1] = join_pieces(notes[-1], line.text)
        else:
            notes.append(line.text)
    return blocks[:-count], notes


def _is_inside_grid(line: Line, grid: Grid) -> bool:
    x, y = (line.x0 + line.x1) / 2, (line.y0 + line.y1) / 2
    return grid.x0 <= x <= grid.x1 and grid.y0 <= y <= grid.y1


def _pieces_by_baseline(lines: list[Line]) -> list[list[Line]]:
    """The pieces on each baseline from left to right, from top to bottom."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.y1):
        if rows and all(_is_beside(other, line) for other in rows[-1]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]


def _is_beside(one: Line, other: Line) -> bool:
    level = abs(one.y1 - other.y1) < 0.4 * min(one.size, other.size)
    return level and (other.x0 >= one.x1 - 1 or other.x1 <= one.x0 + 1)


def _put_together(row: list[Line]) -> Line:
    """The pieces of a line as one; _GAP stands between those that are cells rather than words."""
    size = max(line.size for line in row)
    gaps = [(right.x0 - left.x1) / size for left, right in pairwise(row)]
    spread = sum(gap >= _WIDE for gap in gaps) > 1 or max(gaps, default=0.0) >= 2 * _WIDE
    text = row[0].text
    for gap, line in zip(gaps, row[1:], strict=True):
        text += ("" if gap < 0.3 else _GAP if spread and gap >= _WIDE else " ") + line.text
    return Line(text, row[0].x0, min(line.y0 for line in row), row[-1].x1, max(line.y1 for line in row))


def _with_tables(lines: list[Line]) -> list[Block]:
    """Lines of as many cells, one under the other, as a table without rules where figures stand under a head that has none."""
    blocks: list[Block] = []
    for gaps, group in groupby(lines, key=lambda line: line.text.count(_GAP)):
        rows = list(group)
        cells = tuple(tuple(cell.strip() for cell in line.text.split(_GAP)) for line in rows)
        if gaps >= _FEWEST_GAPS and len(rows) >= _FEWEST_ROWS and _has_head(cells):
            sides = min(line.x0 for line in rows), rows[0].y0, max(line.x1 for line in rows), rows[-1].y1
            blocks.append(Grid(cells, *sides))
        else:
            blocks += rows
    return blocks


def _has_head(rows: tuple[tuple[str, ...], ...]) -> bool:
    return any(
        not _DIGIT.search(column[0]) and all(map(_DIGIT.search, column[1:])) for column in zip(*rows, strict=True)
    )


def _gap_between_columns(lines: list[Line]) -> float | None:
    """Where the gap between two columns is, None for one column."""
    if len(lines) < 10:
        return None
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    middle = (left + right) / 2
    first = [line for line in lines if line.x1 <= middle + 2]
    second = [line for line in lines if line.x0 >= middle - 2]
    across = len(lines) - len(first) - len(second)
    if min(len(first), len(second)) < 5 or across > 0.3 * len(lines):
        return None
    # Columns hold running text: their lines are mostly full. Short pieces side by side are a table or a form.
    full = sum(line.x1 - line.x0 > 0.7 * (middle - left) for line in first)
    return middle if full > 0.5 * len(first) else None


def _by_column(lines: list[Line], middle: float) -> list[Line]:
    """Left column, then right, between the lines that run across both."""
    ordered: list[Line] = []
    band: list[Line] = []
    for line in sorted(lines, key=lambda line: line.y0):
        if line.x0 < middle - 2 and line.x1 > middle + 2:
            ordered += _left_then_right(band, middle)
            band = []
            ordered.append(line)
        else:
            band.append(line)
    return ordered + _left_then_right(band, middle)


def _left_then_right(band: list[Line], middle: float) -> list[Line]:
    return [line for line in band if line.x0 < middle - 2] + [line for line in band if line.x0 >= middle - 2]


def _text_margins(lines: list[Line]) -> tuple[float, float]:
    if not lines:
        return 0.0, 0.0
    lefts, rights = sorted(line.x0 for line in lines), sorted(line.x1 for line in lines)
    return lefts[len(lefts) // 20], rights[-1 - len(rights) // 20]


def _block_margins(lines: list[Line]) -> dict[Line, float]:
    """The right margin of the block that a line stands in: where at least _FULL_LINES long lines that begin at one place end.

    Forms and certificates hold text in boxes that are narrower than the page.
    """
    long = [line for line in lines if line.x1 - line.x0 > _LONG * line.size]

    @cache
    def right_margin(x0: int, size: int) -> float | None:
        ends = sorted((one.x1 for one in long if abs(one.x0 - x0) < _ALIKE * size), reverse=True)
        apart = zip(ends, ends[_FULL_LINES - 1 :], strict=False)
        return next((first for first, last in apart if first - last < _ALIKE * size), None)

    # Places to the point: lines of a page begin at few, and a page may have thousands of them.
    margins = ((line, right_margin(round(line.x0), round(line.size))) for line in lines)
    return {line: end for line, end in margins if end is not None}


def _uses_indents(blocks: list[Block], left: float) -> bool:
    lines = [block for block in blocks if isinstance(block, Line)]
    return sum(left + 1.2 * line.size < line.x0 < left + 3.5 * line.size for line in lines) * 10 > len(lines)


def _joins_paragraph(
    last: Line, line: Line, left: float, right: float, *, block: float | None, indented: bool, turned: bool
) -> bool:
    """Whether `line` goes on with the paragraph of `last`; block: the right margin of the block it stands in."""
    if _GAP in last.text or _GAP in line.text:
        return False
    size = max(last.size, line.size)
    ended = last.text.rstrip().endswith(SENTENCE_END)
    if line.x0 > left + 1.2 * size or not (
        last.x1 >= right - 2.2 * size or _goes_on(last, line, left, block, indented)
    ):
        return False
    # A line with Latin letters in it is up to a third higher than the others of its paragraph; headings are rarely running text.
    if min(last.size, line.size) < (0.7 if _RUNNING.search(last.text) else 0.8) * size:
        return False
    if not turned and line.y0 - last.y1 > 1.6 * size:
        return False
    if ended:
        return indented and not opens_place(line.text)
    return True


def _goes_on(last: Line, line: Line, left: float, block: float | None, indented: bool) -> bool:
    """Whether a line that ends before the page's margin is running text that the next goes on with.

    It ends at the margin of its block; or paragraphs are indented and the next line is not: a Latin word or a number that does
    not fit is not broken.
    """
    if last.text.rstrip().endswith((*SENTENCE_END, ")", "）")) or _BEGINS.match(line.text) or opens_place(line.text):
        return False
    if last.x1 - last.x0 < _LONG * last.size or not _RUNNING.search(last.text):
        return False
    full = block is not None and last.x1 >= block - 2.2 * last.size
    return full or (indented and abs(line.x0 - left) < _ALIKE * line.size)


def join_pieces(first: str, second: str) -> str:
    """Two pieces of a paragraph: no space beside an ideograph, and a word broken with a hyphen made whole."""
    first, second = first.rstrip(), second.lstrip()
    if not first or not second or _CJK.match(first[-1]) or _CJK.match(second[0]):
        return first + second
    if first[-1] == "-" and first[-2:-1].isalpha() and second[0].islower():
        return first[:-1] + second
    return f"{first} {second}"

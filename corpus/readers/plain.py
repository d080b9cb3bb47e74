"""Plain text files. Knows nothing of other formats."""

from __future__ import annotations

import re
import unicodedata

from corpus.decoding import clean_text, decode_text
from corpus.heading_patterns import opens_place
from corpus.readers.layout import SENTENCE_END, join_pieces
from corpus.readers.raw import Raw

# A page of a typewriter or an old mail program: so many columns, an ideograph taking two.
_NARROW, _WIDE = 40, 120
# A line is full when another ideograph and its mark would not have fitted.
_SLACK = 4
_FEWEST = 4
_BLANK = " \t\u3000\xa0"
_LEADER = re.compile(r"[.…·-]{3,}[ \t]*[0-9]*$")


def read_raw(data: bytes) -> Raw:
    """The text, its encoding detected and lines broken at a width joined. Raises ReadError for data that is no text."""
    text, _, warning = decode_text(data)
    text = clean_text(text)
    warnings = [warning] if warning else []
    width = _broken_at(text)
    if width:
        text = _join_full_lines(text, width)
        warnings.append(f"lines broken at {width} columns were joined to paragraphs")
    return Raw(text, warnings=tuple(warnings))


def _width_of_line(line: str) -> int:
    return len(line) + sum(unicodedata.east_asian_width(character) in "WFA" for character in line)


def _broken_at(text: str) -> int:
    """The width in columns that the lines were broken at, 0 where lines are paragraphs.

    Lines broken by a program are equally long but for the last of each paragraph, and hardly any of them ends a sentence.
    """
    sample = [line.rstrip() for line in text[:8000].split("\n") if line.strip()]
    if len(sample) < _FEWEST or max(map(len, sample)) > _WIDE:
        return 0
    widths = sorted(map(_width_of_line, sample))
    width = widths[-1 - len(widths) // 50]  # a few longer lines do not count
    if not _NARROW <= width <= _WIDE:
        return 0
    full = [line for line in sample if _width_of_line(line) > width - _SLACK]
    going_on = [line for line in full if not line.endswith(SENTENCE_END) and not _LEADER.search(line)]
    return width if len(full) >= max(_FEWEST, len(sample) / 4) and len(going_on) * 2 > len(full) else 0


def _join_full_lines(text: str, width: int) -> str:
    """A full line goes on with the next, unless that is indented or blank, or a sentence ends and something opens."""
    lines = text.split("\n")
    indented = sum(line[:1] in ("\u3000", " ", "\t") for line in lines if line.strip()) > 1
    paragraphs: list[str] = []
    last = ""
    for line in lines:
        goes_on = _width_of_line(last.rstrip()) > width - _SLACK and line.strip() and line[0] not in _BLANK
        if goes_on and last.rstrip().endswith(SENTENCE_END):
            goes_on = indented and not opens_place(line)
        if goes_on and not _LEADER.search(last):
            broken_number = last[-1:].isdigit() and line[0].isdigit()
            paragraphs[-1] = paragraphs[-1] + line if broken_number else join_pieces(paragraphs[-1], line)
        else:
            paragraphs.append(line)
        last = line
    return "\n".join(paragraphs)

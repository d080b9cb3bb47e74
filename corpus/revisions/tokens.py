"""A stretch of text as the tokens that versions are compared by: layout left out, a number with its unit one token.

Knows nothing of documents or of what is compared with what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from corpus.text.characters import INVISIBLE, fold
from corpus.text.quantities import find_values
from corpus.text.values import PHONE

LABEL = "\x01"  # the key of every item's number: that an item is there counts, which number it has does not
_GAP = "\x02"  # what parts figures that stand in two cells or on two lines
_SKIPPED = re.compile(rf"[\s{INVISIBLE}\x00-\x1f|]+")
_RULE = re.compile(r"(?m)^[ \t]*\|?(?:[ \t]*:?-{2,}:?[ \t]*\|)+[ \t]*(?::?-{2,}:?)?[ \t]*$")
_MARKS = re.compile(r"(?m)^[ \t\u3000]*#{1,6}[ \t]+|\*\*|__")
_TIME = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?!\d)")
_WORD = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_SAME = str.maketrans(
    {
        **dict.fromkeys("〔［[【﹝", "("), **dict.fromkeys("〕］]】﹞", ")"), **dict.fromkeys("“”„‟″「」『』", '"'),
        **dict.fromkeys("‘’‛′", "'"), **dict.fromkeys("—–－―‐−─", "-"), **dict.fromkeys("〜∼～", "~"), "∶": ":",
        **dict.fromkeys("•‧∙・", "·"), "〇": "零", "○": "零", "，": ",", "；": ";", "：": ":",
    }
)  # fmt: skip


class Token(NamedTuple):
    """A word, a number with its unit, or a mark: what it is compared by, and where it stands in the document.

    value and unit: of a number, else None and ""; ordinal: whether it is one (第五条).
    """

    key: str
    start: int
    end: int
    value: Fraction | None = None
    unit: str = ""
    ordinal: bool = False


def comparable_form(text: str) -> str:
    """The text in the form that tokens are compared in, as long as before: width, case, brackets, quotation marks and dashes."""
    return fold(text).translate(_SAME)


def tokenize_span(text: str, start: int, end: int, labels: Sequence[tuple[int, int]] = ()) -> list[Token]:
    """The tokens of `text[start:end]`; `labels` are the spans of numbers of items in it, in order, each one token."""
    letters, places = _counting_characters(text, start, end, labels)
    found: list[Token] = []
    at = 0
    for left, right, value, unit, ordinal in _find_numbers(letters):
        if left < at:
            continue
        found += _word_tokens(letters, places, at, left)
        key = re.sub(r"[,\x02 ]", "", letters[left:right])
        found.append(Token(key, places[left], places[right - 1] + 1, value, unit, ordinal))
        at = right
    found += _word_tokens(letters, places, at, len(letters))
    ends = dict(labels)
    return [token._replace(end=ends[token.start]) if token.key == LABEL else token for token in found]


def _counting_characters(text: str, start: int, end: int, labels: Sequence[tuple[int, int]]) -> tuple[str, list[int]]:
    """The characters that count, in one form, and where each stands."""
    whole = text[start:end]
    hidden = [(start + m.start(), start + m.end(), _GAP) for m in _SKIPPED.finditer(whole)]
    hidden += [(start + m.start(), start + m.end(), _GAP) for p in (_RULE, _MARKS) for m in p.finditer(whole)]
    hidden += [(left, right, LABEL) for left, right in labels]
    folded = comparable_form(whole)
    kept: list[str] = []
    places: list[int] = []
    at = start
    for left, right, instead in sorted(hidden, key=lambda span: (span[0], -span[1])):
        if right <= at:
            continue
        kept += folded[at - start : max(at, left) - start]
        places += range(at, max(at, left))
        if instead == LABEL or (_is_figure(text, left - 1) and _is_figure(text, right)):
            kept.append(instead)
            places.append(left)
        at = right
    kept += folded[at - start :]
    places += range(at, end)
    return "".join(kept), places


def _is_figure(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isascii() is not text[at].isspace() and text[at].isalnum()


def _find_numbers(letters: str) -> Iterator[tuple[int, int, Fraction | None, str, bool]]:
    """Telephone numbers, times of day, dates, ordinals and quantities, in order."""
    found: list[tuple[int, int, Fraction | None, str, bool]] = []
    found += [(*m.span(), None, "", False) for pattern in (PHONE, _TIME) for m in pattern.finditer(letters)]
    for value in find_values(letters):
        if not any(left < value.end and value.start < right for left, right, *_ in found):
            found.append((value.start, value.end, value.value, value.unit, value.kind == "ordinal"))
    return iter(sorted(found, key=lambda each: each[:2]))


def _word_tokens(letters: str, places: list[int], start: int, end: int) -> Iterator[Token]:
    """Runs of Latin letters whole, everything else one by one."""
    at = start
    while at < end:
        word = _WORD.match(letters, at, end)
        right = word.end() if word else at + 1
        if letters[at] != _GAP:
            yield Token(letters[at:right], places[at], places[right - 1] + 1)
        at = right

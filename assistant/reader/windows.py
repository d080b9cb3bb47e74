"""A question and a passage as windows of word pieces, and back to characters; knows nothing of networks or of queries.

A window is ``<s> query: QUESTION </s> passage: TITLE HEADINGS TEXT </s>``: the title and the headings stand in every
window of a passage, since a passage alone often does not say whose figures it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.types import Passage

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

START, PAD, END = 0, 1, 2  # ids of the pieces <s>, <pad>, </s>
WINDOW_TOKENS = 256  # pieces of a window: attention grows with the square, 384 cost three times as much as 200
QUESTION_TOKENS = 64  # pieces of the question that are kept
OVERLAP_TOKENS = 64  # pieces that two windows of one passage share, so that an answer stands whole in one of them
TITLE_CHARACTERS, HEADING_CHARACTERS = 48, 48  # of the title's beginning and of the heading path's end


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces of one window. ``offsets`` are the characters (start, end) in the passage of the pieces from ``begin`` on."""

    passage: int
    ids: tuple[int, ...]
    begin: int
    offsets: tuple[tuple[int, int], ...]


def header_of(title: str, headings: Sequence[str]) -> str:
    """What stands in front of the passage's text in each of its windows."""
    path = " ".join(headings)[-HEADING_CHARACTERS:]
    return f"passage: {title[:TITLE_CHARACTERS]} {path} "


@cache
def load_tokenizer(file: Path) -> Tokenizer:
    """The pieces, from a ``tokenizer.json``; loaded once. Raises OSError-like errors of tokenizers for a bad file."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(file))


def question_ids(tokenizer: Tokenizer, question: str) -> list[int]:
    """The pieces of a question."""
    ids: list[int] = tokenizer.encode(f"query: {question}").ids
    return ids[:QUESTION_TOKENS]


@dataclass(frozen=True, slots=True)
class PassagePieces:
    """A passage in pieces: those of its header, those of its text, and the characters of the latter in the text."""

    header: tuple[int, ...]
    body: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]


def passage_pieces(tokenizer: Tokenizer, header: str, text: str) -> PassagePieces:
    """The pieces of a header and a text, encoded together as they stand in a window."""
    encoded: Encoding = tokenizer.encode(header + text)
    length = len(header)
    first = sum(1 for _, end in encoded.offsets if end <= length)
    offsets = tuple((max(0, start - length), end - length) for start, end in encoded.offsets[first:])
    return PassagePieces(tuple(encoded.ids[:first]), tuple(encoded.ids[first:]), offsets)


def passage_windows(question: Sequence[int], pieces: PassagePieces, passage: int) -> list[Window]:
    """The windows of a passage, each of at most WINDOW_TOKENS pieces; one even where the text is empty."""
    front = (START, *question, END, *pieces.header)
    room = WINDOW_TOKENS - len(front) - 1
    windows, start = [], 0
    while True:
        body = pieces.body[start : start + room]
        windows.append(Window(passage, (*front, *body, END), len(front), pieces.offsets[start : start + room]))
        if start + room >= len(pieces.body):
            return windows
        start += room - OVERLAP_TOKENS


def windows_of(tokenizer: Tokenizer, question: str, passages: Sequence[Passage]) -> list[Window]:
    """The windows of several passages for one question, passage by passage."""
    asked = question_ids(tokenizer, question)
    return [
        window
        for number, passage in enumerate(passages)
        for window in passage_windows(
            asked, passage_pieces(tokenizer, header_of(passage.title, passage.headings), passage.text), number
        )
    ]

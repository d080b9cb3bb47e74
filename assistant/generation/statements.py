"""Cuts a model's text into statements with the marker numbers that belong to each, while it arrives. Knows no passages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant import markers
from assistant.generation.model import CUT

_END = re.compile(r"[。！？!?；;\n]+[”’』」）)》\"']*")
_OPEN = re.compile(r"\s*[\[［【〖〔（(<][^\]］】〗〕）)>]{0,24}$")
_ITEM = re.compile(r"^\s*(?:[-*•·]\s|#{1,6}\s|\d{1,2}[.、)）](?!\d)|[（(][一二三四五六七八九十\d]{1,3}[)）])?\s*")
_LOUD = re.compile(r"\*\*|__|`+")


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a model: its words without markers, the numbers of its markers, whether a line ends after it."""

    text: str
    numbers: tuple[int, ...]
    breaks: bool = False


def stream_claims(chunks: Iterable[str]) -> Iterator[Claim]:
    """The statements of a streamed text, each as soon as its end and its markers have come."""
    buffer = ""
    for chunk in chunks:
        if chunk == CUT:
            return  # what is held is half a sentence, which may say the opposite of the whole
        buffer += chunk
        while (cut := _end_of_statement(buffer)) > 0:
            yield from _claims_of_text(buffer[:cut])
            buffer = buffer[cut:]
    yield from _claims_of_text(buffer)


def _end_of_statement(buffer: str) -> int:
    """Where the first complete statement ends, its markers included; 0 while it may still go on."""
    end = _END.search(buffer)
    if end is None:
        return 0
    stop = end.end()
    while (marker := markers.MARKER.match(buffer, stop + _count_spaces(buffer, stop))) is not None:
        stop = marker.end()
    if buffer[stop : stop + 1] in ("。", "；", ";") and stop > end.end():
        stop += 1
    rest = buffer[stop:]
    return 0 if not rest.strip() or _OPEN.fullmatch(rest) else stop


def _count_spaces(buffer: str, at: int) -> int:
    """How many spaces stand there."""
    return len(buffer[at:]) - len(buffer[at:].lstrip(" "))


def _claims_of_text(text: str) -> Iterator[Claim]:
    """The claims of complete statements: a marker closes the words before it."""
    parts = [(_tidy_words(words), numbers) for words, numbers in markers.split_at_markers(text)]
    parts = [(words, numbers) for words, numbers in parts if words]
    for place, (words, numbers) in enumerate(parts):
        yield Claim(words, tuple(numbers), breaks=place == len(parts) - 1 and text.rstrip(" ").endswith("\n"))


def _tidy_words(words: str) -> str:
    """The words without list marks, emphasis and the punctuation at their ends."""
    bare = _LOUD.sub("", _ITEM.sub("", words.strip()))
    return bare.strip(" \t\n，,。；;：:、")

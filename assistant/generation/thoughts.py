"""Takes a reasoning model's thinking out of its words while they arrive. Knows nothing of passages or of what is written.

Servers put the thinking into a field of its own, which never gets here, or leave it in the text: between tags, or, where the
opening tag stands in the model's own template, before a closing tag alone. Words before such a tag look like an answer until it
comes, so the first answer of a model is held until it is whole; how it thinks is remembered for the answers after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from assistant.generation.model import CUT
from errors import ModelError

_NAME = r"(?:seed:)?(?:think|thinking|thought|thoughts|reasoning)"
_TAG = re.compile(
    rf"(?P<open><{_NAME}>|◁think▷|<\|channel\|>(?:analysis|commentary)<\|message\|>)"
    rf"|</{_NAME}>|◁/think▷|(?:<\|end\|>)?(?:<\|start\|>assistant)?<\|channel\|>final<\|message\|>",
    re.IGNORECASE,
)
_MAYBE = re.compile(r"[<◁][^\s。，；：！？]{0,64}$")  # what may grow into a tag


class _Edge(Enum):
    """Where thinking begins and ends."""

    OPEN = "open"
    CLOSE = "close"


@dataclass
class ThinkingHabit:
    """How a model thinks aloud: between tags (or not at all), or before a closing tag alone."""

    style: Literal["unknown", "tagged", "untagged"] = "unknown"


class ThoughtAloud(Exception):
    """Words already given turn out to be thinking; `rest` is what the model says after it."""

    def __init__(self, rest: Iterator[str]) -> None:
        super().__init__("the model's thinking was taken for its answer")
        self.rest = rest


def spoken_words(chunks: Iterator[str], habit: ThinkingHabit) -> Iterator[str]:
    """The words without the thinking.

    Raises ThoughtAloud where thinking was given by mistake, ModelError when there was nothing but thinking.
    """
    return _words_outside_thought(_split_at_tags(chunks), habit, hold=habit.style != "tagged")


def all_spoken_words(chunks: Iterator[str]) -> str:
    """All the words without the thinking. Raises ModelError when there was nothing else."""
    words = spoken_words(chunks, ThinkingHabit())
    while True:
        try:
            return "".join(words)
        except ThoughtAloud as thought:
            words = thought.rest


def _words_outside_thought(pieces: Iterator[str | _Edge], habit: ThinkingHabit, *, hold: bool) -> Iterator[str]:
    held, inside, given, thought = "", False, False, False
    for piece in pieces:
        if piece is _Edge.OPEN:
            inside = thought = True
            habit.style = "tagged"
            if held:
                yield held
            given, hold, held = given or bool(held.strip()), False, ""
        elif piece is _Edge.CLOSE:
            if not inside:
                habit.style = "untagged"
                if given:
                    raise ThoughtAloud(_words_outside_thought(pieces, habit, hold=False))
                hold, held = False, ""
            inside, thought = False, True
        elif piece == CUT:
            if habit.style == "unknown":
                yield held  # otherwise it is thinking that did not come to its end
            yield CUT
            return
        elif hold:
            held += str(piece)
        elif not inside:
            given = given or bool(str(piece).strip())
            yield str(piece)
    if held:
        habit.style = "tagged" if habit.style == "unknown" else habit.style
        yield held
    elif thought and not given:
        raise ModelError("the model thought and gave no answer")


def _split_at_tags(chunks: Iterator[str]) -> Iterator[str | _Edge]:
    """The words between the tags, and the tags; what may be the beginning of one waits for its end."""
    buffer = ""
    for chunk in chunks:
        if chunk == CUT:
            if buffer:
                yield buffer
            yield CUT
            return
        buffer += chunk
        while (tag := _TAG.search(buffer)) is not None:
            if tag.start():
                yield buffer[: tag.start()]
            yield _Edge.OPEN if tag["open"] else _Edge.CLOSE
            buffer = buffer[tag.end() :]
        maybe = _MAYBE.search(buffer)
        sure = maybe.start() if maybe else len(buffer)
        if sure:
            yield buffer[:sure]
            buffer = buffer[sure:]
    if buffer:
        yield buffer

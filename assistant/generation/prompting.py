"""Fills prompt texts within a token budget, passages cut only between sentences. Knows nothing of models."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from string import Template

from assistant import markers
from assistant.types import Turn
from assistant.understanding.analysis import clean
from corpus.errors import SettingsError
from corpus.sentences import sentences
from corpus.tokens import count
from index.types import Hit

FOLDER = Path(__file__).resolve().parents[2] / "prompts"
NOT_FOUND = "[[NOT_FOUND]]"
PLACEHOLDERS = {"answer": {"not_found", "passages", "question"}, "rewrite": {"history", "question"}}
_MARGIN = 64  # tokens for what a chat format adds round the prompt
_FENCE = re.compile(r"<{2,}|>{2,}")


@lru_cache(maxsize=8)
def template(name: str, folder: Path = FOLDER) -> Template:
    """The prompt text of that name. Raises SettingsError when it is missing or its placeholders are not exactly those known."""
    path = folder / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError("a prompt cannot be read", path, error.strerror or "restore the file") from None
    made = Template(text)
    found, known = set(made.get_identifiers()), PLACEHOLDERS[name]
    if not made.is_valid() or found != known:
        wrong = ", ".join(sorted(found ^ known)) or "a lone $"
        raise SettingsError(
            f"prompt {path.name}: placeholders missing or unknown", wrong, "use " + ", ".join(sorted(known))
        )
    return made


def answer_prompt(question: str, hits: Sequence[Hit], budget: int) -> tuple[str, list[Hit]]:
    """(prompt, the hits in it as numbered there from 1), within `budget` tokens; at least one sentence of the first hit.

    Passages come whole while they fit; the last is cut after a sentence.
    """
    made = template("answer")
    question = _FENCE.sub(" ", clean(question))
    room = budget - _MARGIN - count(made.substitute(not_found=NOT_FOUND, passages="", question=question))
    blocks: list[str] = []
    used: list[Hit] = []
    for hit in hits:
        block, cost = _block(len(blocks) + 1, hit, room, must=not blocks)
        if not block:
            break
        blocks.append(block)
        used.append(hit)
        room -= cost
    return made.substitute(not_found=NOT_FOUND, passages="\n\n".join(blocks), question=question), used


def _block(number: int, hit: Hit, room: int, *, must: bool) -> tuple[str, int]:
    """(one numbered passage, its tokens): whole, or cut after the last sentence that fits, or empty."""
    passage = hit.passage
    head = f"<<<[{number}] {inert(passage.locator or passage.title)}"
    whole = f"{head}\n{inert(passage.text)}\n>>>"
    cost = count(whole)
    if cost <= room:
        return whole, cost
    end = 0
    for _, right in sentences(passage.text):
        if count(f"{head}\n{inert(passage.text[:right])}\n>>>") > room and not (must and end == 0):
            break
        end = right
    if end == 0:
        return "", 0
    block = f"{head}\n{inert(passage.text[:end])}\n>>>"
    return block, count(block)


def inert(text: str) -> str:
    """Document text as data: no fence, no marker of its own that could pass for ours."""
    return markers.MARKER.sub(lambda match: f"({match.group().strip('[]【】［］〖〗〔〕')})", _FENCE.sub("", text))


def rewrite_prompt(question: str, history: Sequence[Turn], budget: int) -> str:
    """The prompt that asks for a standalone question, with the latest turns that fit."""
    made = template("rewrite")
    lines: list[str] = []
    room = budget - _MARGIN - count(made.substitute(history="", question=question))
    for turn in reversed(history):
        line = f"{'用户' if turn.role == 'user' else '助手'}：{clean(turn.text)[:400]}"
        room -= count(line) + 1
        if room < 0:
            break
        lines.append(line)
    return made.substitute(history="\n".join(reversed(lines)), question=question)

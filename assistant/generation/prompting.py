"""Fills prompt texts within a token budget, passages cut only between sentences. Knows nothing of models."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from string import Template

from assistant import markers
from assistant.reading.prompt_injection import injected_spans
from assistant.types import Turn
from assistant.understanding.analysis import clean_question
from corpus.sentences import sentence_spans
from corpus.tokens import count_tokens
from errors import SettingsError
from index.types import Hit

FOLDER = Path(__file__).resolve().parents[2] / "prompts"
NOT_FOUND = "[[NOT_FOUND]]"
PLACEHOLDERS = {"answer": {"not_found", "passages", "question"}, "rewrite": {"history", "question"}}
_MARGIN = 64  # tokens for what a chat format adds round the prompt
_PER_IDEOGRAPH = 1.3
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]")
_FENCE = re.compile(r"<{2,}|>{2,}")


@lru_cache(maxsize=8)
def load_template(name: str, folder: Path = FOLDER) -> Template:
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
    """(prompt, the hits in it as numbered there from 1), within `budget` tokens.

    Passages come whole while they fit; the last is cut after a sentence. Sentences that address a program are left out. No
    hit is used when not one sentence fits.
    """
    made = load_template("answer")
    question = _FENCE.sub(" ", clean_question(question))
    room = budget - _MARGIN - estimate_tokens(made.substitute(not_found=NOT_FOUND, passages="", question=question))
    blocks: list[str] = []
    used: list[Hit] = []
    for hit in hits:
        block, price = _block(len(blocks) + 1, hit, room)
        if not block:
            break
        blocks.append(block)
        used.append(hit)
        room -= price
    return made.substitute(not_found=NOT_FOUND, passages="\n\n".join(blocks), question=question), used


def estimate_tokens(text: str) -> int:
    """An upper estimate, in tokens, of what the encoding of any model in use makes of the text.

    The project's own encoding merges common words, which others may not: an ideograph counts 1.3 tokens, any other character
    half of one, and never less than the own encoding says.
    """
    wide = len(_WIDE.findall(text))
    return max(count_tokens(text), math.ceil(_PER_IDEOGRAPH * wide + 0.5 * (len(text) - wide)))


def _block(number: int, hit: Hit, room: int) -> tuple[str, int]:
    """(one numbered passage, its tokens): every sentence, or those from the first on that fit, or empty."""
    passage = hit.passage
    text = f"<<<[{number}] {inert_text(passage.locator or passage.title)}\n"
    price, position, kept = estimate_tokens(text) + 4, 0, False
    banned = injected_spans(passage.text)
    for start, end in sentence_spans(passage.text):
        gap = "\n" if "\n" in passage.text[position:start] else ""
        position = end
        if any(a < end and start < b for a, b in banned):
            continue
        piece = gap + inert_text(passage.text[start:end])
        if price + estimate_tokens(piece) + 1 > room:
            break
        text, price, kept = text + piece, price + estimate_tokens(piece) + 1, True
    return (f"{text}\n>>>", price) if kept else ("", 0)


def inert_text(text: str) -> str:
    """Document text as data: no fence, no marker of its own that could pass for ours."""
    return markers.MARKER.sub(lambda match: f"({match.group().strip('[]【】［］〖〗〔〕')})", _FENCE.sub("", text))


def rewrite_prompt(question: str, history: Sequence[Turn], budget: int) -> str:
    """The prompt that asks for a standalone question, with the latest turns that fit."""
    made = load_template("rewrite")
    lines: list[str] = []
    room = budget - _MARGIN - estimate_tokens(made.substitute(history="", question=question))
    for turn in reversed(history):
        line = f"{'用户' if turn.role == 'user' else '助手'}：{clean_question(turn.text)[:400]}"
        room -= estimate_tokens(line) + 1
        if room < 0:
            break
        lines.append(line)
    return made.substitute(history="\n".join(reversed(lines)), question=question)

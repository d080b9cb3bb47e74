"""Fills prompt texts within a token budget, evidence never cut. Knows nothing of models."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from string import Template

from assistant import markers
from assistant.generation.evidence import Evidence
from assistant.reading.expected_answer_type import VALUE_KINDS
from assistant.types import Turn
from assistant.understanding.analysis import clean_question
from corpus.tokens import count_tokens
from errors import SettingsError

FOLDER = Path(__file__).resolve().parents[2] / "prompts"
NOT_FOUND = "[[NOT_FOUND]]"
FORMS = {  # by the kind of question, the prompt that says how to answer; form_text for any other
    **dict.fromkeys(VALUE_KINDS, "form_value"),
    **dict.fromkeys(("list", "how"), "form_points"),
    "yes_no": "form_yes_no",
}
PLACEHOLDERS: dict[str, set[str]] = {
    "answer": {"not_found", "evidence", "form", "question"},
    "rewrite": {"history", "question"},
    **{name: set() for name in ("form_value", "form_points", "form_yes_no", "form_text")},
}
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


def answer_prompt(
    question: str, kind: str, evidence: Sequence[Evidence], budget: int
) -> tuple[str, Sequence[Evidence]]:
    """(prompt, the evidence in it as numbered there from 1), within `budget` tokens.

    kind: the sort of answer that is asked for. Pieces come whole, in their order, while they fit; of one place they stand
    together under its name.
    """
    made = load_template("answer")
    form = load_template(FORMS.get(kind, "form_text")).substitute().strip()
    given = {"not_found": NOT_FOUND, "form": form, "question": _FENCE.sub(" ", clean_question(question))}
    room = budget - _MARGIN - estimate_tokens(made.substitute(given, evidence=""))
    blocks: list[list[str]] = []
    place = ""
    for number, one in enumerate(evidence, 1):
        line = f"[{number}] {inert_text(f'{one.label}：{one.words}' if one.label else one.words)}".replace("\n", " ")
        begun = [] if blocks and one.place_in_words == place else [inert_text(one.place_in_words)]
        room -= sum(estimate_tokens(text) + 1 for text in (*begun, line)) + 4
        if room < 0:
            return made.substitute(given, evidence=_fence_lines(blocks)), evidence[: number - 1]
        blocks += [begun] if begun else []
        blocks[-1].append(line)
        place = one.place_in_words
    return made.substitute(given, evidence=_fence_lines(blocks)), evidence


def _fence_lines(blocks: Sequence[Sequence[str]]) -> str:
    """The lines of each place between fences: what stands there is data."""
    return "\n".join("<<<" + "\n".join(block) + "\n>>>" for block in blocks)


def estimate_tokens(text: str) -> int:
    """An upper estimate, in tokens, of what the encoding of any model in use makes of the text.

    The project's own encoding merges common words, which others may not: an ideograph counts 1.3 tokens, any other character
    half of one, and never less than the own encoding says.
    """
    wide = len(_WIDE.findall(text))
    return max(count_tokens(text), math.ceil(_PER_IDEOGRAPH * wide + 0.5 * (len(text) - wide)))


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

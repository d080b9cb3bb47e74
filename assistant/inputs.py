"""What may be given to the assistant, brought into a Question and checked. Knows nothing of answering."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from assistant.types import Question, Turn
from assistant.understanding.analysis import clean_question
from errors import QuestionError
from index.types import Filters


def question_from(value: Any) -> Question:
    """A Question from itself, its text, or a mapping with question (or text), history, filters and standalone.

    History may hold Turns, {role, text} or {role, content} mappings, or {question, answer} pairs. Raises QuestionError for
    anything else.
    """
    if isinstance(value, Question):
        return value
    if isinstance(value, str):
        return Question(value)
    if isinstance(value, Mapping):
        text = value.get("question", value.get("text"))
        if isinstance(text, str):
            return Question(
                text,
                tuple(turns_from(value.get("history") or ())),
                _filters_from(value.get("filters")),
                value.get("standalone"),
            )
    raise QuestionError("not a question", _shorten_value(value), "give the text, or a mapping with the key question")


def turns_from(history: Iterable[Any]) -> Iterable[Turn]:
    """Turns in any of the shapes above, oldest first."""
    for entry in history:
        if isinstance(entry, Turn):
            yield entry
        elif isinstance(entry, Mapping) and "role" in entry:
            role = "user" if entry["role"] in ("user", "human") else "assistant"
            yield Turn(role, str(entry.get("text", entry.get("content", ""))))  # type: ignore[arg-type]
        elif isinstance(entry, Mapping) and "question" in entry:
            yield Turn("user", str(entry["question"]))
            if entry.get("answer"):
                yield Turn("assistant", str(entry["answer"]))
        else:
            raise QuestionError(
                "not a turn of a conversation", _shorten_value(entry), "give role and text, or question and answer"
            )


def check_question(asked: Question, longest: int) -> None:
    """Raises QuestionError when nothing is asked or too much."""
    if len(asked.text) > longest:
        raise QuestionError("the question is too long", f"{len(asked.text)} characters", f"ask in at most {longest}")
    text = asked.standalone or asked.text
    if not any(unicodedata.category(char)[0] in "LN" for char in clean_question(text)):
        raise QuestionError("the question is empty", _shorten_value(text), "type a question")


def visible_text(text: str) -> str:
    """The question as asked, without what cannot be seen."""
    return clean_question(text)


def _filters_from(value: Any) -> Filters:
    """Filters from themselves, nothing, or a mapping of their fields."""
    if isinstance(value, Filters):
        return value
    if not value:
        return Filters()
    try:
        return Filters(**{key: tuple(values) for key, values in value.items()})
    except (TypeError, AttributeError):
        raise QuestionError(
            "not filters", _shorten_value(value), "give lists under doc_ids, sources, regions, issuers, years, statuses"
        ) from None


def _shorten_value(value: object) -> str:
    """The value, short enough for one line."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."

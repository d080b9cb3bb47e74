"""What the server says when it does not do something, in the reader's language. Knows nothing of HTTP or of screens.

The server's own refusals have a key in texts/LANGUAGE.json. The lower rooms speak English to programs and logs; on a Chinese
screen their messages are put into Chinese by texts/causes.json, and one that is not there is shown as it is.
"""

from __future__ import annotations

import json
import re
from functools import cache

from errors import SuyuanError
from web.texts import TEXTS, screen_words


class Refusal(SuyuanError):
    """Something that is not done. `key` is that of its words, `values` fill them, `status` is the HTTP status it becomes."""

    def __init__(self, key: str, status: int = 400, **values: object) -> None:
        self.key, self.status = key, status
        self.values = {name: str(value)[:200] for name, value in values.items()}
        super().__init__(self.refusal_in_words("zh"))

    def refusal_in_words(self, language: str) -> str:
        """The refusal in words."""
        return str(screen_words(language)[f"refusal.{self.key}"]).format_map(self.values)


class TooManyError(Refusal):
    """Somebody asks faster than the owner allows."""


def error_in_words(error: SuyuanError, language: str) -> str:
    """An error of any room in a language, in one line."""
    return error.refusal_in_words(language) if isinstance(error, Refusal) else cause_in_words(str(error), language)


@cache
def _known_causes() -> list[tuple[re.Pattern[str], str]]:
    known: dict[str, str] = json.loads((TEXTS / "causes.json").read_text(encoding="utf-8"))
    return [(re.compile(re.escape(english).replace(r"\{\}", "(.+?)")), chinese) for english, chinese in known.items()]


def _translate_cause(text: str) -> str | None:
    for pattern, chinese in _known_causes():
        if found := pattern.fullmatch(text):
            return chinese.format(*found.groups())
    return None


def cause_in_words(text: str, language: str) -> str:
    """A message of the lower rooms ("what: value — what to do") as a Chinese screen shows it; else as it is."""
    if language != "zh":
        return text
    head, dash, step = text.partition(" — ")
    whole = _translate_cause(head)
    if whole is None:
        what, colon, value = head.partition(": ")
        whole = f"{_translate_cause(what) or what}{'：' if colon and _translate_cause(what) else colon}{value}"
    return whole + (f"，{_translate_cause(step)}" if dash and _translate_cause(step) else dash + step)

"""The words of the screens, one JSON file a language, and what of other words can be kept. Knows nothing of where they are shown."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).with_name("texts")
STATIC = Path(__file__).with_name("static")


# what XML 1.0 cannot hold: control characters, which PostgreSQL and Word refuse, and halves of surrogate pairs
_UNKEEPABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def storable_text(text: str) -> str:
    """A text without the characters that a database or a document refuses."""
    return _UNKEEPABLE.sub("", text)


@cache
def screen_words(language: str) -> dict[str, Any]:
    """The words of a language ("zh" or "en") by key."""
    loaded: dict[str, Any] = json.loads((TEXTS / f"{language}.json").read_text(encoding="utf-8"))
    return loaded

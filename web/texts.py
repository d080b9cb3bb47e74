"""The folder of the screens' words, one JSON file a language. Knows nothing of where the words are shown."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).with_name("texts")
STATIC = Path(__file__).with_name("static")


@cache
def words(language: str) -> dict[str, Any]:
    """The words of a language ("zh" or "en") by key."""
    loaded: dict[str, Any] = json.loads((TEXTS / f"{language}.json").read_text(encoding="utf-8"))
    return loaded

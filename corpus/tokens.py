"""Counts tokens with a small encoding of the project's own, offline. Knows nothing of what is counted."""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken

RANKS = Path(__file__).with_name("tokens.tiktoken")

# Runs of ideographs, of Latin letters, of up to three digits, of white space; every other character alone.
_PIECES = r"[\u4e00-\u9fff\u3400-\u4dbf]+|[A-Za-z]+|[0-9]{1,3}|\s+|[^\u4e00-\u9fff\u3400-\u4dbfA-Za-z0-9\s]"


@lru_cache(maxsize=1)
def ranks() -> dict[bytes, int]:
    """The encoding's tokens and their merge ranks, read from the data file beside this module."""
    lines = (line.split() for line in RANKS.read_text("ascii").splitlines())
    return {base64.b64decode(token): int(rank) for token, rank in lines}


@lru_cache(maxsize=1)
def encoding() -> tiktoken.Encoding:
    """The project's encoding: bytes, common Chinese characters and frequent Chinese words, so that no network is needed."""
    import tiktoken

    return tiktoken.Encoding("suyuan", pat_str=_PIECES, mergeable_ranks=ranks(), special_tokens={})


@lru_cache(maxsize=1)
def rare() -> re.Pattern[str]:
    """Matches a character that costs more than one token. A text without one has at most as many tokens as characters."""
    single = sorted(text for text in (_character(token) for token in ranks()) if text)
    return re.compile(f"[^{''.join(re.escape(text) for text in single)}]")


def _character(token: bytes) -> str:
    try:
        text = token.decode()
    except UnicodeDecodeError:
        return ""
    return text if len(text) == 1 else ""


def count(text: str) -> int:
    """How many tokens the text has. Text that looks like a control token of some model counts as the plain text it is."""
    return len(encoding().encode_ordinary(text))


def cut(text: str, budget: int) -> int:
    """The largest offset such that `text[:offset]` has at most `budget` tokens (0 for a budget of 0 or less)."""
    if budget <= 0:
        return 0
    if len(text.encode("utf-8", "replace")) <= budget:
        return len(text)
    # Lengths in tokens hardly ever fall as a text grows; where a longer word merges into fewer, the loop below makes sure.
    known = encoding().encode_ordinary(text)
    if len(known) <= budget:
        return len(text)
    end = len(encoding().decode_bytes(known[:budget]).decode("utf-8", "ignore"))
    while end and count(text[:end]) > budget:
        end -= 1
    return end

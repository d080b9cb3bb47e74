"""Utterances that say nothing: keyboard runs, one character over and over, trial words. Knows nothing of documents."""

from __future__ import annotations

import re

from assistant.conversation.types import Act

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz")
_LAUGHS = re.compile(
    r"(?:哈|呵|嘻|嘿|啊|呃|额|嗯|哦|噢|唉|哎|呜|嗷|喵|汪|6|测试|试试|试一下|随便|无聊|你猜|test|testing|foo|bar|lol|xx++|hhh++)+",
    re.IGNORECASE,
)
_REPEATED = re.compile(r"(.{1,3}?)\1{2,}")
SHORTEST = 4  # letters in a row of the keyboard that are no abbreviation
CONSONANTS = 7  # letters without a vowel that are no abbreviation either


def find_noise(text: str) -> Act | None:
    """The act when nothing in the utterance can be asked for."""
    bare = re.sub(r"[\s，,。.!！?？、;；:：~～…'\"\-_+=/\\|@#$%^&*()（）]+", "", text).lower()
    if not bare:
        return None
    empty = (
        _LAUGHS.fullmatch(bare)
        or _REPEATED.fullmatch(bare)
        or (re.fullmatch(r"[a-z0-9]+", bare) and (_is_keyboard_run(bare) or _is_unpronounceable(bare)))
    )
    return Act("noise", text) if empty else None


def _is_keyboard_run(word: str) -> bool:
    """Whether the word is made of runs along the keyboard's rows, none shorter than three keys."""
    at = 0
    while at < len(word):
        size = max(
            (
                size
                for size in range(3, len(word) - at + 1)
                if any(_stand_side_by_side(word[at : at + size], row) for row in _ROWS)
            ),
            default=0,
        )
        if not size:
            return False
        at += size
    return len(word) >= SHORTEST


def _stand_side_by_side(piece: str, row: str) -> bool:
    """Whether the keys stand side by side in a row, in either direction."""
    return piece in row or piece in row[::-1]


def _is_unpronounceable(word: str) -> bool:
    """Whether the letters are too many to be an abbreviation and have no vowel to be a word or pinyin."""
    return len(word) >= CONSONANTS and word.isalpha() and not re.search(r"[aeiouv]", word)

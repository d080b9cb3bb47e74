"""Forms of a text for comparing and for searching. Knows nothing of documents."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import lru_cache
from pathlib import Path

# Pairs of a Traditional character and its Simplified one, taken from OpenCC 1.4 (https://github.com/BYVoid/OpenCC, Apache-2.0).
SIMPLIFIED = Path(__file__).with_name("simplified.txt")

# Zero-width, bidirectional, soft hyphen, variation selectors, tags: they change how a text looks to a program, not to a reader.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_INVISIBLE_OR_SPACE = re.compile(f"[\\s{INVISIBLE}\x00-\x1f\x7f-\x9f]+")


def normalise(text: str) -> str:
    """The text with compatibility forms unified (NFKC), in lower case, without white space and invisible characters.

    Two quotes that a person reads as the same give the same string. Lengths change: use `fold` where offsets matter.
    """
    return _INVISIBLE_OR_SPACE.sub("", unicodedata.normalize("NFKC", text).lower())


def fold(text: str) -> str:
    """The text in compatibility form, lower case and Simplified characters, one character for one: offsets stay those of `text`.

    Traditional characters follow OpenCC's table of single characters, without the few that are also Simplified (著, 乾, 瞭, 藉).
    """
    return text.translate(_fold_table())


@lru_cache(maxsize=1)
def _fold_table() -> dict[int, str]:
    """Each code point of the basic plane that folds to one other character."""
    simplified = {pair[0]: pair[1] for pair in SIMPLIFIED.read_text("utf-8").split()}
    table = {}
    for code in range(0x10000):
        if 0xD800 <= code < 0xE000:
            continue
        character = chr(code)
        folded = unicodedata.normalize("NFKC", character).lower()
        folded = simplified.get(folded, folded)
        if folded != character and len(folded) == 1:
            table[code] = sys.intern(folded)
    return table

"""One form for characters that a reader takes for the same: width, case, Traditional, compatibility. Knows nothing of documents."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

# Traditional characters that Simplified text uses too (乾坤, 乾隆); opencc itself keeps 著, 瞭 and 藉.
_KEPT = "乾"
# Words of Taiwan and Hong Kong that questions use, by what documents call the thing; opencc would change other words as well.
_WORDS = (("甚么", "什么"), ("积体电路", "集成电路"), ("资讯", "信息"), ("网路", "网络"))

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

    Traditional characters follow opencc's table of single characters, compatibility forms (Kangxi radicals, which PDF files
    hold in place of ideographs) NFKC. What no single character of the basic plane folds to stays: 赵孟頫 is written so.
    """
    return text.translate(_fold_table())


def simplify(text: str) -> str:
    """The text in Simplified characters and mainland words, as long as before; Simplified text comes back as it is.

    Traditional words are told apart (乾坤 stays, 乾淨 is 干净), which `fold` cannot do.
    """
    simple = _load_opencc().convert(text)
    simple = simple if len(simple) == len(text) else fold(text)
    for regional, mainland in _WORDS:
        simple = simple.replace(regional, mainland)
    return simple


@lru_cache(maxsize=1)
def _load_opencc() -> OpenCC:
    """Opencc from Traditional to Simplified."""
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(maxsize=1)
def _fold_table() -> dict[int, str]:
    """Each code point of the basic plane that folds to one other character of it."""
    characters = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    unified = [unicodedata.normalize("NFKC", character).lower() for character in characters]
    ideographs = "".join(sorted({form for form in unified if len(form) == 1 and form >= "\u2e80"} - set(_KEPT)))
    # A line each: opencc would take neighbours for words.
    simple = dict(zip(ideographs, _load_opencc().convert("\n".join(ideographs)).split("\n"), strict=True))
    table = {}
    for character, form in zip(characters, unified, strict=True):
        folded = simple.get(form, form)
        folded = form if folded > "\uffff" else folded
        if folded != character and len(folded) == 1:
            table[ord(character)] = sys.intern(folded)
    return table

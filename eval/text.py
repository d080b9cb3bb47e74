"""How two texts are compared: normalisation, tokens, common runs and subsequences. Knows nothing of cases.

The normalisation is fixed here, apart from the assistant's own, so that a change to the assistant never moves the ruler.
"""

from __future__ import annotations

import math
import posixpath
import re
import unicodedata
from collections import defaultdict
from functools import lru_cache

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
PUNCTUATION = frozenset("-:_*^/\\~`+=,.;!?()[]{}<>\"'|&#@$，。：？！“”‘’；《》…·、「」（）－～『』【】〈〉—–〔〕．・•")
# not 〔2020〕 and not [2020]: those are numbers of documents
MARKER = re.compile(r"\[\d{1,2}(?:\s*[,，、\-–]\s*\d{1,2})*\]|［\d{1,2}］|【\d{1,2}】")
TOKEN = re.compile(r"[\u3400-\u9fff]|\d+(?:[.,]\d+)*|[^\W\d_\u3400-\u9fff]+|\S")
SHORTEST_RUN = 10
# what does not count in a text that is searched for facts: white space, [1], the comma of 1,500
LOOSE = re.compile(r"\s+|\[\d+\]|,(?=\d{3})")


def normalise_text(text: str) -> str:
    """NFKC, lower case, no white space, no zero-width character."""
    return "".join(unicodedata.normalize("NFKC", text.translate(INVISIBLE)).lower().split())


def strip_markers(text: str) -> str:
    """The text without citation markers such as [1], [2,3] and 【4】."""
    return MARKER.sub("", text)


def markers_in(text: str) -> set[int]:
    """Every number that stands in a citation marker of the text."""
    return {int(number) for mark in MARKER.findall(text) for number in re.findall(r"\d+", mark)}


def bare_text(text: str) -> str:
    """The text as facts are searched in it: NFKC, lower case, no white space, no [1], no comma between thousands."""
    return LOOSE.sub("", unicodedata.normalize("NFKC", text)).lower()


def states_fact(text: str, wanted: str) -> bool:
    """Whether a text made by `bare_text` holds one of the alternatives of `wanted` (`a|b`).

    An alternative that begins with a digit is not found inside a longer number: 5亿 is not in 15亿 or 1.5亿.
    """
    return any(_occurs_whole(text, bare_text(alternative)) for alternative in wanted.split("|"))


def _occurs_whole(text: str, words: str) -> bool:
    at = text.find(words) if words else -1
    while at >= 0 and words[0].isdigit() and _inside_number(text, at):
        at = text.find(words, at + 1)
    return at >= 0


def _inside_number(text: str, at: int) -> bool:
    before = text[max(at - 2, 0) : at]
    return before[-1:].isdecimal() or (before[:1].isdecimal() and before[1:] == ".")


def cmrc_tokens(text: str) -> list[str]:
    """The segmentation of the CMRC 2018 script: ideographs one by one, words and numbers whole, punctuation removed."""
    flat = unicodedata.normalize("NFKC", text.translate(INVISIBLE)).lower()
    return [found.replace(",", "") for found in TOKEN.findall(flat) if found not in PUNCTUATION]


def letters_only(text: str) -> str:
    """The text as one string without punctuation and white space."""
    return "".join(cmrc_tokens(text))


def has_common_run(a: str, b: str, length: int) -> bool:
    """Whether a and b share an unbroken run of `length` characters; a run of none or of more than either is not shared."""
    if length <= 0:
        return False
    return any(a[i : i + length] in b for i in range(len(a) - length + 1))


def longest_run(a: str, b: str) -> int:
    """Length of the longest common unbroken run: each start of `a` only has to beat the best run so far."""
    best = 0
    for i in range(len(a)):
        while i + best < len(a) and a[i : i + best + 1] in b:
            best += 1
    return best


def common_subsequence(a: str, b: str) -> int:
    """Length of the longest common subsequence, in the bit-parallel form of Hyyrö (2004), one big integer a row."""
    if not a or not b:
        return 0
    where: dict[str, int] = defaultdict(int)
    for i, character in enumerate(a):
        where[character] |= 1 << i
    full = (1 << len(a)) - 1
    row = full
    for character in b:
        matched = row & where.get(character, 0)
        row = ((row + matched) | (row - matched)) & full
    return len(a) - row.bit_count()


def balanced_f(common: int, given: int, gold: int) -> float:
    """The harmonic mean of common/given and common/gold; 0 when nothing is common."""
    if not common:
        return 0.0
    precision, recall = common / given, common / gold
    return 2 * precision * recall / (precision + recall)


def texts_overlap(text: str, quote: str) -> bool:
    """The hit rule, on normalised texts: one shared run of at least half of the shorter text and of at least ten characters.

    A quote shorter than that must occur whole.
    """
    if not text or not quote:
        return False
    need = max(math.ceil(min(len(text), len(quote)) / 2), SHORTEST_RUN)
    return has_common_run(text, quote, min(need, len(quote)))


@lru_cache(maxsize=4096)
def same_path(path: str) -> str:
    """One way to write a document's path: NFC, forward slashes, relative to corpus/."""
    tidy = unicodedata.normalize("NFC", path).replace("\\", "/")
    return posixpath.normpath(tidy).removeprefix("corpus/")

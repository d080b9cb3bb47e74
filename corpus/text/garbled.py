"""Whether a text is written at random, as the text layer of a file whose font maps its letters wrongly. Knows nothing of files.

Chinese has in its adjacent characters what characters of the same text some places apart do not have: pairs that Chinese uses often.
Of 985 pages of PDF files and pieces of 800 characters of texts (tables, forms and lists of goods and names among them) and of the
same garbled in six ways (`python -m benchmarks.scans --garbled DIR` for a folder of texts), with the bounds below:

| | surely garbled | worth a second reading |
|---|---|---|
| as they are | 0 | 1, a list of groceries |
| every ideograph another of the text, the 500 most frequent exchanged, other code points | 98 to 100 % | 99 to 100 % |
| half of the different ideographs others, half of all at random | 2 to 5 % | 92 to 97 % |
"""

from __future__ import annotations

import re
from typing import NamedTuple

from corpus.text.characters import fold
from corpus.text.rarity import RAREST, bigram_rarity

_SAMPLE = 3000
_FEWEST_PAIRS, _KNOWN = 60, 0.1
_APART = 7  # places between two characters that have nothing to do with each other
_SURE_ADJACENT, _SURE_EXCESS = 0.7, 0.3
_DOUBTFUL_ADJACENT, _DOUBTFUL_RATIO = 1.5, 3.5
_IDEOGRAPHS = re.compile(r"[\u3400-\u9fff]+")
# Letters of Latin-1 in a row are Chinese in GBK shown byte by byte; signs in a row are codes of glyphs shown as letters.
_SIGNS = re.compile(r"[!-,/:-@\[-^`{-~\u00a1-\u00ff\u2200-\u22ff\u0370-\u03ff]")
_FEWEST_SIGNS, _MOST_SIGNS = 60, 0.45


class PairEvidence(NamedTuple):
    """How Chinese a text's pairs of ideographs are.

    known: the share of adjacent pairs that the table of Chinese holds; adjacent, apart: how common pairs are on average (RAREST less
    their rarity, 0 for unknown ones), of adjacent characters and of those some places apart.
    """

    known: float
    adjacent: float
    apart: float

    @property
    def adjacency_gain(self) -> float:
        """What being adjacent adds: 2 in Chinese, nothing in a text at random."""
        return self.adjacent - self.apart


def pair_evidence(text: str) -> PairEvidence | None:
    """The evidence of a text's beginning, None where there are too few pairs to say."""
    runs = _IDEOGRAPHS.findall(fold(text[:_SAMPLE]))
    adjacent = [_commonness_of_pair(run[at : at + 2]) for run in runs for at in range(len(run) - 1)]
    if len(adjacent) < _FEWEST_PAIRS:
        return None
    joined = "".join(runs)
    apart = [_commonness_of_pair(first + second) for first, second in zip(joined, joined[_APART:], strict=False)]
    known = sum(weight > 0 for weight in adjacent) / len(adjacent)
    return PairEvidence(known, sum(adjacent) / len(adjacent), sum(apart) / len(apart))


def _commonness_of_pair(pair: str) -> float:
    return RAREST - bigram_rarity(pair)


def is_garbled(text: str) -> bool:
    """Whether hardly any of its pairs are Chinese, being adjacent adds nothing to them, or most of it is signs."""
    found = pair_evidence(text)
    if found is not None:
        return found.known < _KNOWN or (found.adjacent < _SURE_ADJACENT and found.adjacency_gain < _SURE_EXCESS)
    letters = "".join(text[:_SAMPLE].split())
    if len(letters) < _FEWEST_SIGNS or len(_IDEOGRAPHS.findall(letters)) * 10 > len(letters):
        return False
    return len(_SIGNS.findall(letters)) > _MOST_SIGNS * len(letters)


def may_be_garbled(text: str) -> bool:
    """Whether it is worth a second reading: garbled, or so little Chinese that half of its characters may be wrong."""
    found = pair_evidence(text)
    doubtful = found is not None and found.adjacent < min(_DOUBTFUL_ADJACENT, _DOUBTFUL_RATIO * found.apart)
    return doubtful or is_garbled(text)


def is_better_reading(reading: str, text: str) -> bool:
    """Whether a second reading of what may be garbled shows that it is: it is more Chinese, and has less than half of the text's pairs."""
    found, before = pair_evidence(reading), pair_evidence(text)
    if found is None or is_garbled(reading):
        return False
    if before is None:
        return True
    pairs, others = _ideograph_pairs(text), _ideograph_pairs(reading)
    return found.adjacent > before.adjacent and 2 * len(pairs & others) < len(pairs)


def _ideograph_pairs(text: str) -> set[str]:
    return {run[at : at + 2] for run in _IDEOGRAPHS.findall(fold(text)) for at in range(len(run) - 1)}

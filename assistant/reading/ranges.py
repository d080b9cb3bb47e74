"""Whether an age of the question lies in the range that a sentence or a table's row speaks of. Knows nothing of answers."""

from __future__ import annotations

import re

_AGE = re.compile(r"(\d{1,3})\s*周?岁")
_RANGE = re.compile(
    r"(?P<low>\d{1,3})\s*(?:周?岁)?\s*[-—–~～至到]\s*(?P<high>\d{1,3})\s*周?岁|"
    r"(?P<least>\d{1,3})\s*周?岁(?:[（(]含[）)])?(?:及|或)?以上|"
    r"(?:不满|未满|不足)\s*(?P<below>\d{1,3})\s*周?岁|(?P<under>\d{1,3})\s*周?岁(?:[（(]不含[）)])?以下"
)


def range_holds_age(question: str, sentence: str) -> bool | None:
    """True when a range of the sentence holds the one age of the question, False when none does, None without such."""
    asked = _AGE.findall(question)
    ranges = [_bounds_of_range(match) for match in _RANGE.finditer(sentence)]
    if len(asked) != 1 or not ranges or _RANGE.search(question):
        return None
    return any(low <= int(asked[0]) <= high for low, high in ranges)


def _bounds_of_range(match: re.Match[str]) -> tuple[int, int]:
    """The least and the greatest whole age of a range; 200 where it is open above."""
    if match["low"]:
        return int(match["low"]), int(match["high"])
    if match["least"]:
        return int(match["least"]), 200
    return (0, int(match["below"]) - 1) if match["below"] else (0, int(match["under"]))

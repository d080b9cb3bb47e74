"""How rare a character pair is in general Chinese text and questions. Knows nothing of any corpus.

The table is made by `python -m assistant.reader.training.frequencies`; its first column is the natural logarithm of the inverse
document frequency.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

COMMON = 2.0  # the least weight
RAREST = 9.5  # the weight of a pair that the table does not hold


@lru_cache(maxsize=1)
def _load_table() -> dict[str, float]:
    """Pair to log inverse frequency."""
    table: dict[str, float] = {}
    text = (Path(__file__).parent / "frequencies.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        value, _, run = line.partition("\t")
        table.update((run[at : at + 2], float(value)) for at in range(0, len(run), 2))
    return table


def bigram_rarity(gram: str) -> float:
    """Log inverse frequency of a pair: 2 for the most common, 9.5 for one seen next to never.

    A single ideograph counts as common, a run of Latin letters or digits as rare.
    """
    if len(gram) == 1:
        return COMMON + 1.0
    if gram[0].isascii():
        return RAREST if not gram.isdigit() else RAREST - 2
    return _load_table().get(gram, RAREST)

"""Traditional characters of a question to simplified ones. Knows nothing of questions.

traditional.txt beside this module holds pairs, traditional first; the correspondence is that of the public standard lists.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_WORDS = (
    ("甚麼", "什么"),
    ("甚么", "什么"),
    ("積體電路", "集成电路"),
    ("资讯", "信息"),
    ("資訊", "信息"),
    ("網路", "网络"),
)
_KEPT = "著瞭徵覆乾"  # both forms are in use in simplified text


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    """Traditional to simplified, by code point."""
    run = (Path(__file__).parent / "traditional.txt").read_text(encoding="utf-8").replace("\n", "")
    return {ord(run[at]): run[at + 1] for at in range(0, len(run), 2) if run[at] not in _KEPT}


def simplify(text: str) -> str:
    """The text in simplified characters; text that is simplified already comes back as it is."""
    for traditional, simplified in _WORDS:
        text = text.replace(traditional, simplified)
    return text.translate(_table())

"""Where the sentences of a Chinese (or mixed) text begin and end. Knows nothing of documents or passages."""

from __future__ import annotations

import re

# A sentence ends after 。！？!?；; with the closing marks that follow, after an ellipsis, at a full stop followed by a space,
# and at a line end. A semicolon ends one because the items of an enumeration are quoted one by one.
_END = re.compile(r"(?:[。！？!?；;]|…{1,2}|(?<=[A-Za-z\u4e00-\u9fff)）”\"])\.(?=\s))+[”’」』）)】》\"']*|\n+")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Half-open spans of the sentences of `text`, in order, white space at their ends left out, none of them empty."""
    spans = []
    start = 0
    for found in _END.finditer(text):
        spans.append((start, found.end()))
        start = found.end()
    spans.append((start, len(text)))
    return [span for span in (_trim_span(text, *span) for span in spans) if span[0] < span[1]]


def _trim_span(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return (start + left, start + left + len(piece.strip()))

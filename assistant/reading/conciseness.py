"""Whether the words of one span answer by themselves, or only the sentences with evidence do. Knows nothing of how they are shown."""

from __future__ import annotations

import math

from assistant.reader import PassageReading
from assistant.reading.expected_answer_type import VALUE_KINDS
from assistant.reading.units import Span, evident_spans, sentences_around, whole_values
from assistant.understanding.analysis import Analysis

NAMES = ("span", "inside", "value", "list", "length", "share", "outside")


def conciseness_features(
    analysis: Analysis, text: str, reading: PassageReading, span: tuple[float, int, int]
) -> dict[str, float]:
    """The numbers that are weighed, by name; ``span`` is what ``best_span`` gives.

    span: its log-probability; inside: the share of the passage's evidence that lies in it; value and list: what is asked for;
    length: logarithm of its characters; share: of the characters of the sentences it stands in; outside: logarithm of the
    characters with evidence that it leaves out.
    """
    start, end = span_alone(text, span)
    low, high = sentences_around(text, start, end) or (start, end)
    left_out = sum(max(0, b - a) - max(0, min(b, end) - max(a, start)) for a, b in evident_spans(text, reading))
    return {
        "span": max(span[0], -12.0),
        "inside": float(reading.evidence[start:end].sum()) / max(float(reading.evidence.sum()), 1e-6),
        "value": float(analysis.kind in VALUE_KINDS),
        "list": float(analysis.kind == "list"),
        "length": math.log(max(end - start, 1)),
        "share": min(1.0, (end - start) / max(high - low, 1)),
        "outside": math.log1p(left_out),
    }


def span_alone(text: str, span: tuple[float, int, int]) -> Span:
    """The span as it is shown: with the whole of each value, quotation and bracket that it touches."""
    return whole_values(text, *span[1:])

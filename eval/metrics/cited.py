"""Whether answers carry citations, and whether their markers lead anywhere.

The project's own. cited: answered questions with one citation or more. dangling: marker numbers in the answer's text that no
citation has, over all marker numbers in it.
"""

from __future__ import annotations

from eval.metrics.base import Metric
from eval.scored_case import ScoredCase
from eval.text import markers_in
from eval.types import Fraction


def is_cited(view: ScoredCase) -> Fraction | None:
    """Whether an answered question has a citation."""
    return (float(bool(view.output.citations)), 1.0) if view.output.status == "answered" else None


def lost_markers(view: ScoredCase) -> set[int]:
    """The numbers in the text's markers that no citation has."""
    return markers_in(view.output.text) - {citation.marker for citation in view.output.citations}


def dangling_markers(view: ScoredCase) -> Fraction | None:
    """Markers that lead nowhere, over all markers."""
    marks = markers_in(view.output.text) if view.output.status == "answered" else set()
    return (float(len(lost_markers(view))), float(len(marks))) if marks else None


METRICS = (
    Metric("cited", "citation", "answers with a citation", is_cited),
    Metric("dangling", "citation", "markers that lead nowhere", dangling_markers, better="lower", margin=0.0),
)

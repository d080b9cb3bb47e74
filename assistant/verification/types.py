"""The values of verification. Knows nothing of the checks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the quotes carry the statement, and what they do not carry, in words for people."""

    supported: bool
    issues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimAndEvidence:
    """A statement and what it cites, in the forms that the checks compare.

    statement, quote: comparable (see text.py), numbers in figures (see corpus/text/quantities.py), the quotes apart by line ends; context:
    the titles and places of the documents cited, in which names may stand but nothing else.
    """

    statement: str
    quote: str
    context: str = ""

"""What a reader hands on: text, and what only the file's format knows about it. Knows nothing of any format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from corpus.outline import Heading


@dataclass(slots=True)
class Raw:
    """A file's text as read. Offsets count characters of `text`, which is clean already (see corpus.decoding.clean).

    title: what the format says the title is ("" when it does not say); headings: lines that the format marks as headings;
    pages: where each page starts; properties: facts the file states outside its text (title, issuer, number, issued, ...).
    """

    text: str
    title: str = ""
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    markdown: bool = False
    warnings: tuple[str, ...] = ()


Reader = Callable[[bytes], Raw]

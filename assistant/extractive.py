"""Writes the answer of the extractive reader: its extracts with labels and markers, each checked. Knows no models."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from assistant import markers
from assistant.citing import Citations
from assistant.reading import Extract, Reading
from assistant.types import Citation, Statement
from assistant.verify import verify


@dataclass
class Draft:
    """An answer while it is written: what was shown, the statements made and those that failed the check."""

    citations: Citations
    text: str = ""
    statements: list[Statement] = field(default_factory=list)
    dropped: int = 0
    marked: int = 0


def write(reading: Reading, draft: Draft, unsupported: str = "drop") -> Iterator[tuple[str, Citation]]:
    """Adds each extract to the draft and yields (text, its citation) for those that pass or are shown marked."""
    for extract in reading.extracts:
        if any(extract.text in statement.text for statement in draft.statements):
            continue
        citation = draft.citations.add(extract.hit.passage, extract.quote_start, extract.quote_end)
        body = tidy(extract.text)
        verdict = verify(body, [citation.quote], [citation.title, citation.locator])
        if not verdict.supported and unsupported == "drop":
            draft.dropped += 1
            continue
        draft.marked += not verdict.supported
        draft.statements.append(Statement(body, (citation.marker,), verdict.supported, verdict.issues))
        text = _line(extract, body, citation.marker, first=not draft.text)
        draft.text += text
        yield text, citation


def tidy(text: str) -> str:
    """The words on one line, the marks of Markdown gone, no citation marker of the source's own left in them."""
    plain = markers.strip(text)
    plain = re.sub(r"^\s*#{1,6}\s*", "", plain, flags=re.MULTILINE)
    return re.sub(r"\s*\n\s*", "\n", plain).strip()


def _line(extract: Extract, body: str, marker: int, *, first: bool) -> str:
    """The body with its marker before its full stop and its label in front."""
    shown = body.rstrip("。；;，,、 ")
    ending = "" if shown[-1:] in "！？!?" else "。"
    label = f"{extract.label}：" if extract.label else ""
    return ("" if first else "\n") + f"{label}{shown}[{marker}]{ending}"

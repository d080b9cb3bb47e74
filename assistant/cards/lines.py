"""Where a sentence goes on over a line break, as a page or a narrow column breaks it. Knows nothing of fields or of headings."""

from __future__ import annotations

import re

SPACED, PARAGRAPH = 2, 400  # blank lines, and characters a blank line, from which they are what parts paragraphs
_PROSE = re.compile(r"[。；，,;！]")  # in a line that is no heading
_ENDED = re.compile(r"[。；：！？…;:!?.][”’」』）)】》\"']*$")
_OPENS = re.compile(
    r"[\s\u3000]*(?:[|#*\-➱■●○◆★※—]|第[一二三四五六七八九十百\d]+[章节条部分]|[（(]?[\d０-９一二三四五六七八九十]{1,3}[）)、.．]|[①-⑳]|[^\s：:，。；（(《]{2,20}[：:])"
)


def is_spaced(text: str) -> bool:
    """Whether blank lines part the paragraphs of a text, so that a single line break is the page's alone."""
    return text.count("\n\n") > max(SPACED, len(text) // PARAGRAPH)


def goes_on(text: str, end: int, start: int, *, spaced: bool) -> bool:
    """Whether what begins at `start` goes on with the sentence before the line break at `end`.

    A line of prose (a heading has no comma) that no mark ends goes on below, unless the line there begins something itself;
    in a text whose paragraphs are `spaced` by blank lines, any line does.
    """
    line = text[text.rfind("\n", 0, end) + 1 : end]
    if "\n\n" in text[end:start] or "\n" not in text[end:start] or line.lstrip().startswith("|"):
        return False
    following = text[start : (text.find("\n", start) + 1 or len(text) + 1) - 1]
    return (spaced or bool(_PROSE.search(line))) and not _ENDED.search(line) and not _OPENS.match(following)

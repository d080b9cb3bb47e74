"""Citation markers in text: every shape that models write is read, one shape is written. Knows nothing of what is cited."""

from __future__ import annotations

import re

_DIGIT_FORMS = "0-9０-９"
_NUMBER = rf"\s*(?:来源|出处|段落|资料|文献|参考|引用|source|ref|passage)?\s*[#＃^]?\s*[{_DIGIT_FORMS}]{{1,3}}\s*"
_LIST = rf"{_NUMBER}(?:(?:[,，、;；/]|[-–—~～至]|和|and){_NUMBER})*"
# Square, lenticular and tortoise-shell brackets of every width; a year in 〔2021〕 has four digits and is never one.
MARKER = re.compile(
    rf"[\[［【〖]{{1,2}}(?P<square>{_LIST})[\]］】〗]{{1,2}}(?!\s*[号\d])|〔(?P<shell>{_NUMBER})〕(?!\s*\d*号)|"
    rf"[（(](?P<round>(?:来源|出处|段落|资料|文献|参考|引用|source|ref|passage)\s*[#:：]?{_LIST})[）)]|"
    rf"<(?:sup|cite|ref)>\s*\[?(?P<tag>{_LIST})\]?\s*</(?:sup|cite|ref)>",
    re.IGNORECASE,
)
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


def marker_numbers(marker: str) -> list[int]:
    """The numbers inside one marker, in order; a range gives each number in it (at most 20)."""
    found: list[int] = []
    plain = marker.translate(_WIDE)
    for match in re.finditer(r"(\d{1,3})(?:\s*[-–—~～至]\s*(\d{1,3}))?", plain):
        first = int(match.group(1))
        last = int(match.group(2)) if match.group(2) else first
        found.extend(range(first, last + 1) if first <= last < first + 20 else (first, last))
    return list(dict.fromkeys(found))


def split_at_markers(text: str) -> list[tuple[str, list[int]]]:
    """The text as (words, numbers of the markers that follow them); markers with nothing between them are one group."""
    parts: list[tuple[str, list[int]]] = []
    position = 0
    for match in MARKER.finditer(text):
        words = text[position : match.start()]
        position = match.end()
        inside = next(group for group in match.groups() if group is not None)
        if parts and not words.strip():
            parts[-1][1].extend(number for number in marker_numbers(inside) if number not in parts[-1][1])
        else:
            parts.append((words, marker_numbers(inside)))
    if text[position:].strip():
        parts.append((text[position:], []))
    return parts


def strip_markers(text: str) -> str:
    """The text without its markers."""
    return MARKER.sub("", text)


def render_markers(numbers_: list[int] | tuple[int, ...]) -> str:
    """The one shape that is written: [1][2]."""
    return "".join(f"[{number}]" for number in numbers_)

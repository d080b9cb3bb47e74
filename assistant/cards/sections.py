"""The headings of a document and what stands under each, labels such as 补贴标准： among them. Knows nothing of fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.cards.lines import goes_on, is_spaced
from assistant.reading import lists
from corpus.types import Document

FRONT = 300  # characters in which a line that is part of the document's title heads nothing
LONGEST_HEADING = 40  # characters of a line that can be a heading
_LABEL = re.compile(
    r"^[\s\u3000*]*(?:[（(]?[\d一二三四五六七八九十]{1,3}[）)、.．])?[\s\u3000]*(?P<name>[^\s：:，。；（(《]{2,20})[*]*[：:]"
)
_MARK = re.compile(
    r"^[\s\u3000#*]*(?:第[一二三四五六七八九十百\d]+[章节条部分]+|[（(]?[\d一二三四五六七八九十]{1,3}[）)、.．]|\d{2}(?=\s))?[\s\u3000]*"
)
# Words that head what belongs to no field, and so end what stood before.
_ASIDE = re.compile(r"^(?:注意事项|温馨提示|特别提醒|特别提示|备注|说明|其他(?:注意)?事项|公开方式|公开属性|附件)$")
_STOP = re.compile(r"[。；，,;！]")
_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the words it stands for: `text[start:body]` is the heading, `text[body:end]` what is under it."""

    name: str
    start: int
    body: int
    end: int


def is_aside(name: str) -> bool:
    """Whether a heading is of what is said by the way."""
    return bool(_ASIDE.match(name))


def find_sections(document: Document, is_label: Callable[[str], bool]) -> list[Section]:
    """Every section of a document by its start; they nest. `is_label` says which words before a colon head something."""
    title = document.title.replace(" ", "")
    found = {section.start: section for section in _outline_sections(document)}
    for section in _label_sections(document, sorted(found), is_label):
        found.setdefault(section.start, section)
    own = [
        section for section in found.values() if not (section.start < FRONT and section.name.replace(" ", "") in title)
    ]
    return sorted(own, key=lambda section: section.start)


def _outline_sections(document: Document) -> Iterator[Section]:
    """The headings of the outline: a title on its own line, or before a full stop."""
    for node in document.outline:
        if node.kind in ("row", "table", "signature") or not node.title or len(node.title) > LONGEST_HEADING:
            continue
        at = document.text.find(node.title, node.start, node.end)
        if at >= 0 and not node.title.endswith((":", "：")) and not _title_goes_on(document.text, at + len(node.title)):
            body = at + len(node.title)
            body += document.text[body : body + 1] in ("。", "：", ":")
            yield Section(node.title.strip("*# 。：:"), node.start, body, node.end)


def _title_goes_on(text: str, end: int) -> bool:
    """Whether words that end at `end` are the first line of a sentence, and no title."""
    following = _LINE.search(text, end)
    return (
        text[end : end + 1] == "\n"
        and following is not None
        and goes_on(text, end, following.start(), spaced=is_spaced(text))
    )


def _label_sections(document: Document, known: list[int], is_label: Callable[[str], bool]) -> Iterator[Section]:
    """Labels, and short lines without a stop: what follows is theirs until the next heading, or the end of where they stand."""
    opened = list(_opening_lines(document.text, set(known), is_label))
    edges = sorted({*known, *(start for _, start, _, _ in opened), len(document.text)})
    for name, start, body, stays in opened:
        outer = _end_of_place(document, start)
        following = next(edge for edge in edges if edge > start)
        end = min(outer, following)
        end = min(end, _own_end(document.text, body)) if stays else end
        if document.text[body:end].strip():  # a short line with nothing under it heads nothing: it is what is said
            yield Section(name, start, body, end)


def _opening_lines(text: str, known: set[int], is_label: Callable[[str], bool]) -> Iterator[tuple[str, int, int, bool]]:
    """(name, start, body, whether words follow on its line) of each line that heads something and is not in the outline."""
    apart = is_spaced(text)
    for line in _LINE.finditer(text):
        words = line[0].strip()
        start = line.start() + len(line[0]) - len(line[0].lstrip())
        following = _LINE.search(text, line.end())
        goes = following is not None and goes_on(text, line.end(), following.start(), spaced=apart)
        if start in known or not words or goes:
            continue
        label = _LABEL.match(line[0])
        if label and (is_label(label["name"]) or _ASIDE.match(label["name"])):
            yield label["name"], start, line.start() + label.end(), bool(line[0][label.end() :].strip())
        elif (
            len(words) <= LONGEST_HEADING
            and not _STOP.search(words)
            and words[0] not in "|-"
            and words[-1] not in "：:"
        ):
            name = words[_end_of_mark(words) :].strip("*# ？?")
            if name and (is_label(name) or words[-1] in "？?" or _ASIDE.match(name) or _heads_prose(text, line.end())):
                yield name, start, line.end(), False


def _heads_prose(text: str, end: int) -> bool:
    """Whether the line after a short one is made of sentences: then the short one is the heading of them."""
    following = _LINE.search(text, end)
    return following is not None and "。" in following[0]


def _end_of_mark(line: str) -> int:
    found = _MARK.match(line)
    return found.end() if found else 0


def _own_end(text: str, body: int) -> int:
    """The end of a label's line, and of the list that it opens below."""
    line = text.find("\n", body)
    line = len(text) if line < 0 else line
    end, count = lists.list_after(text, line)
    return end if count else line


def _end_of_place(document: Document, start: int) -> int:
    """Where the innermost place of the outline that holds `start` is over, or another of its level begins."""
    end = len(document.text)
    for node in document.outline:
        if node.kind != "row" and node.start <= start < node.end:
            end = min(end, node.end)
    return end

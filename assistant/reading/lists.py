"""Follows a list from its lead sentence to its last item and counts what the source counts. Knows nothing of questions."""

from __future__ import annotations

import re

from corpus.sentences import sentence_spans
from corpus.text.numbers import parse_integer

LONGEST = 1200  # characters of a list that are taken
_MARK = re.compile(
    r"^[\s\u3000]*(?:[-*•·●]\s|[（(]?(?P<han>[一二三四五六七八九十]{1,3})[）)、.．]|[（(]?(?P<digits>\d{1,2})[）)、.．](?!\d)|(?P<circle>[①-⑳])|"
    r"第(?P<ordinal>[一二三四五六七八九十]{1,3})[，、步项]|(?P<plain>[一二三四五六七八九]是))"
)
_COUNT = re.compile(
    r"(?P<number>[两二三四五六七八九十]|\d{1,2})(?:大|个|项|条|点|种|类|方面|件|家|位|届|批)(?!月|百分点|工作日|小时)"
)


def count_items(text: str) -> int:
    """How many items an enumeration in running text has: parts between 、 or ；; 1 when there is no mark."""
    bare = re.sub(r"[“”《》（(][^“”《》）)]*[”》）)]", "x", text.strip("。；，,; "))
    if "；" in bare or ";" in bare:
        return len([part for part in re.split(r"[；;]", bare) if part.strip()])
    for mark in ("、", "，"):
        if mark in bare:
            parts = [part for part in re.split(mark, bare) if part.strip()]
            return len(parts) + len(
                re.findall(r"(?<=[\u4e00-\u9fffx])(?:和|及|以及|与)(?=[\u4e00-\u9fffx])", parts[-1])[:1]
            )
    joined = re.search(r"[\u4e00-\u9fffx](?:和|及|以及|与)[\u4e00-\u9fffx]", bare)
    return 2 if joined else 1


def announced_count(text: str) -> int:
    """The number of things a lead sentence announces (四大经济 -> 4), 0 when it announces none."""
    match = _COUNT.search(text)
    return (parse_integer(match.group("number")) or 0) if match else 0


def opens_list(sentence: str) -> bool:
    """Whether a sentence announces a list that follows it."""
    bare = sentence.rstrip()
    return bare.endswith(("：", ":")) or bool(re.search(r"(?:如下|以下\S{0,12}|下列\S{0,12})[。：:]?$", bare))


def item_mark(sentence: str) -> str:
    """The style of the mark that a list item begins with ("han", "digits", ...), empty where it begins with none."""
    mark = _MARK.match(sentence)
    return mark.lastgroup or "bullet" if mark else ""


def list_after(text: str, start: int) -> tuple[int, int]:
    """(end, count) of the run of list items that begins at `start`, white space skipped; count 0 when none begins there."""
    end, count, first = start, 0, ""
    for left, right in sentence_spans(text[start : start + LONGEST + 400]):
        piece = text[start + left : start + right]
        if not piece.strip():
            continue
        kind = item_mark(piece)
        if count == 0 and not kind:
            break
        if piece.lstrip().startswith("#") or start + right - start > LONGEST:
            break
        if kind and (not first or kind == first):
            first = first or kind
            count += 1
        elif (kind and _is_outer_mark(kind, first)) or (not kind and "\n" in text[end : start + left]):
            break
        end = start + right
    return end, count


def _is_outer_mark(kind: str, first: str) -> bool:
    """Whether a mark stands above the marks of the list in the order of official documents."""
    order = ("ordinal", "han", "plain", "digits", "circle", "bullet")
    return order.index(kind) < order.index(first)

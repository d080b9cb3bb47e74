"""Says which words of an extract hold for which side of a comparison. Knows nothing of how they are shown or were found.

A figure belongs to the side of its own clause, else of its heading or its document, else to the side last named before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.reading import Extract
from corpus.text.characters import fold
from corpus.types import Document

NAMED_BEFORE = 600  # characters before an extract in which the side that it speaks of was last named
_ENDING = re.compile(r"(?:[区市县省镇乡类型]|学生)$")
_CLAUSE = re.compile(r"[^；;。！？!?\n]+[；;。！？!?\n]*")
_PART = re.compile(r"[^，,；;。！？!?\n]+[，,；;。！？!?\n]*")


def key_of(side: str) -> str:
    """The words by which a side is named: 武进 of 武进区, 设备更新 of 设备更新类."""
    bare = _ENDING.sub("", side)
    return fold(bare if len(bare) > 1 else side)


def sides_named(text: str, keys: Sequence[str]) -> list[str]:
    """The sides named in a text, by their keys, in the order of their last mention; 全日制 is not in 非全日制."""
    left = fold(text)
    found: dict[str, int] = {}
    for key in sorted(keys, key=len, reverse=True):
        found[key] = left.rfind(key)
        left = left.replace(key, "\0" * len(key))
    return sorted((key for key, at in found.items() if at >= 0), key=lambda key: found[key])


def of_side(extract: Extract, side: str, sides: Sequence[str], document: Document) -> list[Extract]:
    """The parts of an extract that speak of the side; empty where it speaks of another."""
    keys = [key_of(one) for one in sides]
    own = key_of(side)
    inside = sides_named(extract.text, keys)
    if inside == [own]:
        return [extract]
    if not inside:
        return [extract] if _side_around(extract, keys, document) in ("", own) else []
    if own not in inside:
        return []
    return [replace(extract, text=words) for words in _own_parts(extract.text, own, keys)]


def _side_around(extract: Extract, keys: Sequence[str], document: Document) -> str:
    """The key of the side that words without a side of their own hold for; "" where nothing tells."""
    region = document.metadata.region.value if document.metadata.region else ""
    for about in (" ".join(extract.hit.passage.headings), f"{document.title} {region} {document.source}"):
        there = sides_named(about, keys)
        if len(there) == 1:
            return there[0]
    before = sides_named(document.text[max(0, extract.quote_start - NAMED_BEFORE) : extract.quote_start], keys)
    return before[-1] if before else ""


def _own_parts(text: str, own: str, keys: Sequence[str]) -> Iterator[str]:
    """The runs of sentences, or of clauses where a sentence names several, from the side's own mention to another's."""
    runs: list[str] = []
    holder, joined = "", False
    for clause in _CLAUSE.findall(text):
        pieces = [clause] if len(sides_named(clause, keys)) < 2 else _PART.findall(clause)
        for piece in pieces:
            there = sides_named(piece, keys)
            holder = there[0] if len(there) == 1 else "" if there else holder
            if holder == own and joined:
                runs[-1] += piece
            elif holder == own:
                runs.append(piece)
            joined = holder == own
    yield from (run.strip("，,；; \n") for run in runs if run.strip("，,；;。 \n"))

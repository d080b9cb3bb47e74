"""Decides that the passages do not answer: another place, another year, or words that occur nowhere. Knows no answers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.reading.matching import Matcher, grams
from assistant.reading.types import Sentence
from assistant.understanding import places
from assistant.understanding.analysis import Analysis
from corpus.normal import fold
from index.types import Index

LEAST = 0.42  # of the question's weight must stand in the best sentence and its surroundings


def missing(analysis: Analysis, sentence: Sentence, matcher: Matcher, index: Index) -> str:
    """Why the sentence cannot answer the question, empty when nothing speaks against it."""
    around = _around(sentence, index)
    place = _other_place(analysis, around)
    if place:
        return f"所问的“{place}”不在找到的段落中"
    year = _other_year(analysis, sentence, around, index)
    if year:
        return f"找到的段落不是关于{year}的"
    unknown = _unknown_term(analysis, matcher)
    if unknown:
        return f"文件中没有出现“{unknown}”"
    if sentence.context < LEAST:
        return "找到的段落与问题相符的内容太少"
    return ""


def _around(sentence: Sentence, index: Index) -> str:
    """The passage with its title, headings, issuer and region, folded."""
    passage = sentence.hit.passage
    metadata = index.document(passage.doc_id).metadata
    names = [value.value for value in (metadata.issuer, metadata.region, metadata.number) if value]
    return fold(" ".join((passage.title, *passage.headings, passage.source, *names, passage.text)))


def _other_place(analysis: Analysis, around: str) -> str:
    """A place of the question that the passage does not name, itself or by a place within it."""
    if not analysis.places:
        return ""
    absent = [place for place in analysis.places if fold(place.stem) not in around]
    return absent[-1].name if len(absent) == len(analysis.places) or _narrow(analysis, absent) else ""


def _narrow(analysis: Analysis, absent: Sequence[places.Place]) -> bool:
    """Whether the narrowest place named, the last of a run such as 江苏省常州市金坛区, is among the absent ones."""
    last = analysis.places[-1]
    return any(place == last for place in absent)


def _other_year(analysis: Analysis, sentence: Sentence, around: str, index: Index) -> str:
    """A year or a plan period of the question that neither the passage nor its document's date carries."""
    issued = index.document(sentence.hit.passage.doc_id).metadata.issued
    known = around + (issued.value[:4] if issued else "")
    for period in analysis.periods:
        if fold(period) not in known.replace("“", "").replace("”", ""):
            return f"“{period}”"
    for year in analysis.years:
        if str(year) not in known:
            return f"{year}年"
    return ""


def _unknown_term(analysis: Analysis, matcher: Matcher) -> str:
    """A content word of the question of which next to nothing occurs in any passage."""
    for term in analysis.terms:
        pieces = grams(term)
        run: list[str] = []
        for piece in [*pieces, ""]:
            if piece in matcher.unknown and not any(piece in word for word in matcher.alternatives):
                run.append(piece)
                continue
            if len(run) >= 3 or (run and _is_name(term, run, pieces)):
                return re.sub(r"\s", "", run[0] + "".join(gram[-1] for gram in run[1:]))
            run = []
    return ""


def _is_name(term: str, run: list[str], pieces: list[str]) -> bool:
    """Whether the unknown run is the whole of its term."""
    return len(run) == len(pieces)

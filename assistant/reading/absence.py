"""Decides that the passages do not answer: another place, year or subject, or too little in common. Knows no answers."""

from __future__ import annotations

import re

from assistant.reading import ranges, wanted
from assistant.reading.matching import Matcher
from assistant.reading.types import Sentence
from assistant.understanding.analysis import Analysis
from assistant.understanding.telling import telling
from corpus.text import places
from corpus.text.characters import fold
from corpus.text.synonyms import alike
from index.types import Index

_CITED = re.compile(
    r"[〔\[(（](?:19|20)\d{2}[〕\])）]\s*\d{1,5}号"
)  # the year of a document cited is not the passage's
_OPENING = 400  # characters at the beginning of a document
_OFTEN = 2
LEAST = 0.34  # of the question's weight must stand in the best sentence and its surroundings


_VENUE = re.compile(
    r"哪[个家所座间处]?[\u4e00-\u9fff]{0,4}?(会议中心|中心|酒店|宾馆|饭店|医院|学校|大学|公司|银行|公园|广场|体育馆|会议室|大厅|小区|社区)"
)


_OFFICE = re.compile(r"(?:哪|什么).{0,3}(?:部门|单位|机构|机关)")


def missing(analysis: Analysis, sentence: Sentence, matcher: Matcher, index: Index) -> str:
    """Why the sentence cannot answer the question, empty when nothing speaks against it."""
    if sentence.context < LEAST:
        return "找到的段落与问题相符的内容太少"
    if ranges.holds(analysis.core, sentence.text) is False:
        return "所问的年龄不在找到的范围内"
    if wanted.needs_value(analysis) and not _strict_value(analysis, sentence.text):
        return "找到的段落没有所问的数字、时间或人"
    return _elsewhere(analysis, sentence, index)


def _elsewhere(analysis: Analysis, sentence: Sentence, index: Index) -> str:
    """Which place, year or subject of the question the sentence's passage does not speak of."""
    around = _around(sentence, index)
    venue = _VENUE.search(analysis.core)
    if venue and fold(venue.group(1)) not in around:
        return f"找到的段落没有谈到“{venue.group(1)}”"
    place = _other_place(analysis, sentence, around, index)
    if place:
        return f"所问的“{place}”不在找到的段落中"
    year = _other_year(analysis, sentence, around, index)
    if year:
        return f"找到的段落不是关于{year}的"
    word = _other_subject(analysis, around)
    if word:
        return f"找到的段落没有谈到“{word}”"
    return ""


def _strict_value(analysis: Analysis, text: str) -> bool:
    """Whether the sentence has a value of the kind, or opens a list or a paragraph that may."""
    return (
        bool(wanted.fitting(analysis, text))
        or text.rstrip().endswith(("：", ":"))
        or (analysis.kind == "who" and wanted.asks_for_body(analysis.core) and not _OFFICE.search(analysis.core))
    )


def _around(sentence: Sentence, index: Index) -> str:
    """The passage with its title, headings, issuer and its own region (not those round it), folded."""
    passage = sentence.hit.passage
    metadata = index.document(passage.doc_id).metadata
    names = [value.value for value in (metadata.issuer, metadata.number) if value]
    if metadata.region:
        names.append(places.levels(metadata.region.value)[-1])
    return fold(" ".join((passage.title, *passage.headings, passage.source, *names, passage.text)))


def _other_place(analysis: Analysis, sentence: Sentence, around: str, index: Index) -> str:
    """The place of the question that the passage does not name; of a run such as 江苏省常州市金坛区 the last decides.

    A document that names the place often, or at its beginning, speaks of it throughout, unless it is of another region.
    """
    runs: list[places.Place] = []
    for place in analysis.places:
        if runs and place.start == runs[-1].end:
            runs[-1] = place
        else:
            runs.append(place)
    absent = [place for place in runs if fold(place.stem) not in around]
    for place in absent:
        document = index.document(sentence.hit.passage.doc_id)
        often = place.stem in document.text[:_OPENING] or document.text.count(place.stem) >= _OFTEN
        if document.metadata.region is not None or not often:
            return place.name
    return ""


def _other_year(analysis: Analysis, sentence: Sentence, around: str, index: Index) -> str:
    """A year or a plan period of the question that neither the passage nor its document's date carries."""
    issued = index.document(sentence.hit.passage.doc_id).metadata.issued
    number = index.document(sentence.hit.passage.doc_id).metadata.number
    own = (issued.value[:4] if issued else "") + (number.value if number else "")
    known = _CITED.sub("", re.sub(r"[“”\"]", "", around)) + own
    for period in analysis.periods:
        if fold(period) not in known:
            return f"“{period}”"
    return next((f"{year}年" for year in analysis.years if str(year) not in known), "")


def _other_subject(analysis: Analysis, around: str) -> str:
    """A telling word of the question, an office or a branch of industry, that the passage has in no form."""
    for word in telling(fold(analysis.core)):
        if not any(fold(form) in around for form in alike(word)):
            return word
    return ""

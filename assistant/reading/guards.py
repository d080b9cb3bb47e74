"""Reasons for which words cannot answer whatever the network says: another place, year or subject, no value of the kind asked.

Each guard takes the question and what stands round the words, and gives a reason or "". Knows no scores and no network.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.reading import expected_answer_type, ranges
from assistant.reading.amount_class import amount_class_asked
from assistant.understanding.analysis import Analysis
from assistant.understanding.key_terms import key_terms
from corpus.text import places
from corpus.text.characters import fold
from corpus.text.synonyms import same_meaning
from corpus.types import Document, Passage

# The year of a document cited is not the passage's.
_CITED = re.compile(r"[〔\[(（](?:19|20)\d{2}[〕\])）]\s*\d{1,5}号")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_OPENING = 400  # characters at the beginning of a document
_OFTEN = 2
# Groups that exclude each other: whoever asks for one is not answered with what holds for another. 研究生 may be 硕士 or 博士.
_GROUPS = (
    ("博士", "硕士|研究生", "本科", "专科|高职"),
    ("研究生|硕士|博士", "本科", "专科|高职"),
    ("教职工|教师|教工", "学生|本科生|研究生"),
    ("幼儿园|学前", "小学", "初中", "高中"),
    ("男(?!女)", "(?<!男)女"),
)
_VENUE = re.compile(
    r"哪[个家所座间处]?[\u4e00-\u9fff]{0,4}?(会议中心|中心|酒店|宾馆|饭店|医院|学校|大学|公司|银行|公园|广场|体育馆|会议室|大厅|小区|社区)"
)
_OFFICE = re.compile(r"(?:哪|什么).{0,3}(?:部门|单位|机构|机关)")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The words that are to answer (``text``), the passage and the document they stand in, and what is said round them.

    around: the passage with its title, headings, file name, issuer, number and its own region, folded.
    """

    text: str
    around: str
    passage: Passage
    document: Document


def surroundings_of(text: str, passage: Passage, document: Document) -> Surroundings:
    """Of words in a passage of a document."""
    metadata = document.metadata
    names = [value.value for value in (metadata.issuer, metadata.number) if value]
    if metadata.region:
        names.append(places.name_levels(metadata.region.value)[-1])
    around = fold(" ".join((passage.title, *passage.headings, passage.source, *names, passage.text)))
    return Surroundings(text, around, passage, document)


def lacks_value(analysis: Analysis, found: Surroundings) -> str:
    """Only a number, a time or a person can answer, and the words have none that the question does not hold itself."""
    if not expected_answer_type.needs_value(analysis) or expected_answer_type.fitting_values(analysis, found.text):
        return ""
    if (
        analysis.kind == "how_many"
        and not amount_class_asked(analysis.core)
        and expected_answer_type.has_new_number(analysis, found.text)
    ):
        return ""  # what is asked for is of no known class (多少字, 绩点多少): any number may be it
    opens = found.text.rstrip().endswith(("：", ":"))
    body = (
        analysis.kind == "who"
        and expected_answer_type.asks_for_body(analysis.core)
        and not _OFFICE.search(analysis.core)
    )
    return "" if opens or body else "找到的段落没有所问的数字、时间或人"


def age_out_of_range(analysis: Analysis, found: Surroundings) -> str:
    """The question names an age and the words speak of other ages."""
    return "所问的年龄不在找到的范围内" if ranges.range_holds_age(analysis.core, found.text) is False else ""


def other_place(analysis: Analysis, found: Surroundings) -> str:
    """The place of the question that the passage does not name; of a run such as 江苏省常州市金坛区 the last decides.

    A document that names the place often, or at its beginning, speaks of it throughout, unless it is of another region.
    """
    runs: list[places.Place] = []
    for place in analysis.places:
        if runs and place.start == runs[-1].end:
            runs[-1] = place
        else:
            runs.append(place)
    for place in runs:
        if fold(place.stem) in found.around:
            continue
        text = found.document.text
        often = place.stem in text[:_OPENING] or text.count(place.stem) >= _OFTEN
        if found.document.metadata.region is not None or not often:
            return f"所问的“{place.name}”不在找到的段落中"
    return ""


def other_year(analysis: Analysis, found: Surroundings) -> str:
    """A year or a plan period of the question that neither the passage nor its document's date carries.

    A document that names its year in its title is of that year; of another only words that name it can speak.
    """
    titled = _YEAR.findall(_CITED.sub("", found.passage.title))
    for year in map(str, analysis.years) if titled else ():
        if year not in titled and year not in fold(found.text):
            return f"找到的段落不是关于{year}年的"
    issued, number = found.document.metadata.issued, found.document.metadata.number
    own = (issued.value[:4] if issued else "") + (number.value if number else "")
    known = _CITED.sub("", re.sub(r"[“”\"]", "", found.around)) + own
    for period in analysis.periods:
        if fold(period) not in known:
            return f"找到的段落不是关于“{period}”的"
    return next((f"找到的段落不是关于{year}年的" for year in analysis.years if str(year) not in known), "")


def other_subject(analysis: Analysis, found: Surroundings) -> str:
    """A key term of the question, an office or a branch of industry, that the passage has in no form."""
    for word in key_terms(fold(analysis.core)):
        if not any(fold(form) in found.around for form in same_meaning(word)):
            return f"找到的段落没有谈到“{word}”"
    return ""


def other_group(analysis: Analysis, found: Surroundings) -> str:
    """A group of people that the question names (博士), where what is found and its document's beginning name another like it alone."""
    said = found.around + fold(found.text + found.document.text[:_OPENING])
    for names in _GROUPS:
        asked = [match for name in names if (match := re.search(name, analysis.core))]
        if not asked or any(match.re.search(said) for match in asked):
            continue
        if any(re.search(name, said) for name in names):
            return f"找到的段落没有谈到“{asked[0].group()}”"
    return ""


def other_venue(analysis: Analysis, found: Surroundings) -> str:
    """The kind of venue asked for (哪个会议中心) that the passage does not name."""
    venue = _VENUE.search(analysis.core)
    return f"找到的段落没有谈到“{venue[1]}”" if venue and fold(venue[1]) not in found.around else ""


Guard = Callable[[Analysis, Surroundings], str]
GUARDS: tuple[Guard, ...] = (
    lacks_value,
    age_out_of_range,
    other_place,
    other_year,
    other_subject,
    other_group,
    other_venue,
)
# Words that need not hold the value asked for: a sentence of a longer answer, the very cell of a table that is asked for.
BINDING: tuple[Guard, ...] = tuple(guard for guard in GUARDS if guard is not lacks_value)


def reason_against(analysis: Analysis, found: Surroundings, guards: tuple[Guard, ...] = GUARDS) -> str:
    """The first reason that a guard gives, empty when nothing speaks against the words."""
    return next((reason for guard in guards if (reason := guard(analysis, found))), "")

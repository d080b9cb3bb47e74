"""Makes example questions from the documents of an index and keeps those that are answered well. Knows nothing of screens.

A candidate is made from words that answer it: a sentence 甲是乙, a figure, a heading that says what stands under it. It is kept
when the assistant, asked, answers with just those words of just that document.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from assistant.notices import validity_rank
from assistant.reading.prompt_injection import injected_spans
from assistant.types import Answer
from corpus.text import places
from corpus.text.characters import normalise
from corpus.types import Document, Node
from errors import SuyuanError
from index.types import DocumentSummary, Index

MOST = 4  # questions on the first screen
ASKED = 40  # candidates asked at most: with MOST kept, about one in three has to hold
SECONDS = 20.0  # spent at most; what was found by then is shown
DOCUMENTS = 60  # documents looked at, evenly spread over the index
EACH = 6  # candidates of a document
TEXT = 20_000  # characters of a document looked at
LONGEST = 32  # characters of a question that fits its button on two lines
LONGEST_ANSWER = 400  # characters of an answer that shows at a glance

_SENTENCE = re.compile(r"[^。；！？\n]{8,120}[。；]")
_SUBJECT = r"(?P<subject>[\u4e00-\u9fffA-Za-z0-9“”《》]{4,24}?)"
_UNIT = r"(?:元|%|％|个|家|名|人|项|年|日|天|个月|平方米)(?:以上|以内)?"
_NUMBER = rf"(?P<value>(?:不超过|最高(?:不超过)?|每\S{{1,3}})?\d[\d.,]*(?:万|亿)?{_UNIT})"
_DEFINED = re.compile(rf"^{_SUBJECT}(?:是指|包括|分为|是|为(?=“))(?P<value>[“\u4e00-\u9fff][^，；。]{{3,60}})")
_MEASURE = (
    r"(?:标准|金额|额度|比例|期限|数量|规模|总额|总数|面积|费用|价格|利率|补贴|补助|奖励|奖金|津贴|"
    r"周期|时限|有效期|收入|总产值|占比)"
)
_FIGURE = re.compile(
    rf"^(?P<subject>[\u4e00-\u9fffA-Za-z0-9“”《》]{{2,22}}?{_MEASURE})"
    rf"(?:统一|最高|分别)?(?:为|是|要?达到|力争突破|要?突破|不超过|不低于)(?:人民币)?{_NUMBER}"
)
_DATED = re.compile(
    r"^(?:本办法|本规定|本细则|本通知|本意见|本条例)自(?P<value>\d{4}年\d{1,2}月\d{1,2}日)起(?:施行|实施|执行)"
)
# a subject with one of these needs the words around it, or is half a sentence
_POINTS = re.compile(
    r"^[他她它这那其本该此或且并对由在从向以按经凡每各如若]|因此|所以|但是|如果|以及|其中|上述|下列|以下|前款|应当|可以|必须|[，、：:]|"
    r"^\d|第.{1,4}[条款项]|提出|指出|要求|希望|认为|表示|确认|请|需|将|是|这次|本次|有关|相关|我"
)
_VERB_FIRST = re.compile(
    r"^(?:鼓励|支持|严格|加强|推动|推进|加快|完善|建立|健全|落实|坚持|强化|加大|优化|提高|提升|实施|开展|组织|做好|严禁|禁止|不得|积极|"
    r"全面|进一步|依法|探索|引导|确保|发挥|深化|构建|打造|培育|通过|采取|符合|经)"
)
_LOOSE = re.compile(r"(?:[的将要已均都也不就应可会者]|根据|按照|依据|一般|原则上|主要|实行)$")
_PAPER = re.compile(
    r"(?:意见|办法|规定|通知|方案|条例|细则|公告|大会|会议|计划|规划|指南|文件)$"
)  # what is a document?
_MEASURES = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）])(?P<what>"
    r"(?:帮助|支持|加大|加强|减免|减轻|降低|延期|缓缴|鼓励|推动|完善|加快|优化|保障|落实|给予|实施|强化|扩大|提高|提升|培育|打造|推进)"
    r"[\u4e00-\u9fff“”、]{3,16})[。\n]"
)
_UNASKED = re.compile(r"^[否由因为在以从根按]|^(?:一|必)")  # 是否, 是由: no definition
OWN = 6  # characters of a subject that is understood without its document's title
# headings under which stands what people ask for: heading, how it is asked
_HEADINGS = (
    (
        r"(?:申请|申报|补贴|享受|认定|准入|受理|支持|资助|领取|保障)(?:的)?(?:条件|对象|范围)|适用(?:对象|范围)",
        "是什么",
    ),
    (r"(?:申请|申报|办理|所需|提交)(?:的)?(?:材料|资料)", "有哪些"),
    (r"(?:补贴|资助|奖励|补助|收费|救助|保障|支持)(?:的)?(?:标准|金额|额度)", "是多少"),
    (r"(?:办理|申请|申报|审批|工作|认定|发放)(?:的)?(?:流程|程序|步骤)", "是什么"),
    (r"(?:总体|主要|发展|工作|奋斗|建设)?目标(?:愿景)?|发展定位|目标定位|工作主题|会议主题", "是什么"),
    (r"(?:主要|重点|工作)(?:任务|举措|措施)|保障措施", "有哪些"),
    (r"(?:开放|办公|受理|营业|办理)(?:时间|地点)|联系(?:电话|方式)", "是什么"),
)
_ASKED = tuple((re.compile(rf"^(?:{rule})$"), tail) for rule, tail in _HEADINGS)
_LABEL = re.compile(
    r"^(?:第[一二三四五六七八九十百\d]+[章节条]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[)）]|\d+[.、])\s*"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question made from `Document.text[start:end]` of the document; `value` must be in its answer ("" for any)."""

    question: str
    doc_id: str
    start: int
    end: int
    value: str
    kind: str


def good_examples(
    index: Index,
    ask: Callable[[str], Answer],
    most: int = MOST,
    seconds: float = SECONDS,
    stopped: Callable[[], bool] = lambda: False,
) -> tuple[str, ...]:
    """Up to `most` questions that `ask` answers rightly, each of another document while there are any.

    A question that cannot be asked is passed over. `seconds` bounds the time, within one question's; `stopped` ends it early.
    """
    ends = time.monotonic() + seconds
    kept: list[Candidate] = []
    for number, candidate in enumerate(example_candidates(index)):
        if len(kept) >= most or number >= ASKED or time.monotonic() > ends or stopped():
            break
        if any(_are_alike(candidate, other) for other in kept):
            continue
        try:
            answer = ask(candidate.question)
        except SuyuanError:
            continue
        if answers_well(answer, candidate):
            kept.append(candidate)
    return tuple(candidate.question for candidate in kept)


def answers_well(answer: Answer, candidate: Candidate) -> bool:
    """Whether the answer is given without reserve, from the words that the question was made from, and fits the screen."""
    here = [
        citation.verified
        and citation.doc_id == candidate.doc_id
        and citation.start < candidate.end
        and candidate.start < citation.end
        for citation in answer.citations
    ]
    return (
        answer.status == "answered"
        and not answer.notices
        and bool(here)
        and all(here)
        and all(statement.supported for statement in answer.statements)
        and len(answer.text) <= LONGEST_ANSWER
        and normalise(candidate.value) in normalise(re.sub(r"\[\d{1,3}\]", "", answer.text))
    )


def _are_alike(one: Candidate, other: Candidate) -> bool:
    """Whether to show both would be dull: what is asked is the same, or of one document the kind or the words are."""
    together = one.doc_id == other.doc_id and (
        one.kind == other.kind or (one.start < other.end and other.start < one.end)
    )
    return _asked_of(one) == _asked_of(other) or together


def _asked_of(candidate: Candidate) -> str:
    """What is asked without of what: of 《甲》的读者证件包括哪些 that is 读者证件包括哪些."""
    return candidate.question.rpartition("的")[2]


def example_candidates(index: Index) -> Iterator[Candidate]:
    """Questions to try: the best of each document, then the second best of each, and so on."""
    several = len({place for summary in index.documents() if (place := _narrowest_place(summary))}) > 1
    made = [
        _of_document(index.document(summary.id), summary, named=several) for summary in _looked_at(index.documents())
    ]
    for row in zip_longest(*made):
        yield from (candidate for candidate in row if candidate is not None)


def _looked_at(documents: Sequence[DocumentSummary]) -> list[DocumentSummary]:
    """Documents in force, evenly spread over the index, the shorter of their neighbours."""
    from datetime import date

    today = date.today()
    own = [document for document in documents if not document.same_as and not validity_rank(document, today)]
    if len(own) <= DOCUMENTS:
        return own
    step = len(own) / DOCUMENTS
    groups = [own[int(at * step) : int((at + 1) * step)] for at in range(DOCUMENTS)]
    return [min(group, key=lambda document: abs(document.characters - TEXT // 4)) for group in groups if group]


def _narrowest_place(summary: DocumentSummary) -> str:
    """The narrowest place of the document; "" where none is known."""
    region = summary.metadata.region
    return places.name_levels(region.value)[-1] if region and region.value != "全国" else ""


def _of_document(document: Document, summary: DocumentSummary, *, named: bool) -> list[Candidate]:
    """The candidates of one document, of several kinds, the likeliest first; `named`: the place must be in the question."""
    place = _narrowest_place(summary) if named else ""
    kinds: list[list[Candidate]] = [
        list(_of_headings(document, place)),
        list(_of_sentences(document, place, _FIGURE, "figure")),
        list(_of_sentences(document, place, _DEFINED, "defined")),
        list(_of_measures(document, _narrowest_place(summary))),
        list(_of_validity(document)),
    ]
    # the document's own number decides with which kind it begins, so that not all begin alike
    turn = sum(map(ord, document.source)) % 3
    kinds[:3] = kinds[turn:3] + kinds[:turn]
    mixed = [candidate for row in zip_longest(*kinds) for candidate in row if candidate is not None]
    return mixed[:EACH]


def _of_sentences(document: Document, place: str, rule: re.Pattern[str], kind: str) -> Iterator[Candidate]:
    """甲是乙 -> 甲是什么？; 甲的标准为5万元 -> 甲的标准是多少？ from sentences that begin a paragraph and so stand alone."""
    title = _subject_of_title(document.title)
    for sentence in _SENTENCE.finditer(document.text[:TEXT]):
        line = re.sub(r"^[\s#\-*•]+", "", sentence.group())
        start = sentence.end() - len(line)
        if document.text[document.text.rfind("\n", 0, start) + 1 : start].strip(" #-*•\t"):
            continue
        text = line[match.end() :] if (match := _LABEL.match(line)) else line
        found = rule.match(text)
        if found is None or injected_spans(text) or _UNASKED.search(found["value"]):
            continue
        subject = found["subject"]
        if not _stands_alone(subject) or (kind == "defined" and _PAPER.search(subject)):
            continue
        if len(subject) < OWN and not place:
            subject = f"《{title}》的{subject}" if title else ""
        members = "、" in found["value"] and text[: found.start("value")].endswith(("包括", "分为"))
        asked = f"{subject}{'是多少' if kind == 'figure' else '包括哪些' if members else '是什么'}？"
        question = _with_place(asked, place) if subject else ""
        if question and len(question) <= LONGEST:
            yield Candidate(question, document.id, start, sentence.end(), _core_of_value(found["value"], kind), kind)


def _stands_alone(subject: str) -> bool:
    """Whether the words name a thing without the sentences before them."""
    loose = any(rule.search(subject) for rule in (_POINTS, _VERB_FIRST, _LOOSE))
    return not loose and subject.count("“") == subject.count("”")


def _core_of_value(value: str, kind: str) -> str:
    """The part of a value that an answer cannot do without: a figure whole (每小时5元), of a definition the first words."""
    return value if kind == "figure" else re.split(r"[、”]", value.strip("“"))[0]


def _of_headings(document: Document, place: str) -> Iterator[Candidate]:
    """A heading that people ask for -> 《甲》的申请条件是什么？"""
    title = _subject_of_title(document.title)
    for node in document.outline:
        tail = _asking_words(node)
        if tail is None or node.start >= TEXT or node.end - node.start < len(node.title) + 20:
            continue
        question = _with_place(f"{title}的{_LABEL.sub('', node.title)}{tail}？", place) if title else ""
        if question and len(question) <= LONGEST + 8:
            yield Candidate(question, document.id, node.start, node.end, "", "heading")


def _asking_words(node: Node) -> str | None:
    """How what stands under the heading is asked for; None for a heading that nobody asks for."""
    title = _LABEL.sub("", node.title).strip()
    return next((tail for rule, tail in _ASKED if rule.match(title)), None) if title else None


def _of_measures(document: Document, place: str) -> Iterator[Candidate]:
    """一、支持企业复工复产。 -> 某市怎样支持企业复工复产？ where the document's place is known."""
    found = list(_MEASURES.finditer(document.text[:TEXT])) if place else []
    for at, measure in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else min(len(document.text), measure.end() + 500)
        if not injected_spans(measure.group()):
            question = f"{place}怎样{measure['what']}？"
            yield Candidate(question, document.id, measure.start(), end, "", "measure")


def _of_validity(document: Document) -> Iterator[Candidate]:
    """本办法自…起施行 -> 《甲》什么时候开始施行？"""
    title = _subject_of_title(document.title)
    for sentence in _SENTENCE.finditer(document.text):
        text = sentence.group().strip()
        text = text[match.end() :] if (match := _LABEL.match(text)) else text
        found = _DATED.match(text)
        if found and title and len(title) <= LONGEST - 10:
            yield Candidate(
                f"《{title}》什么时候开始施行？", document.id, sentence.start(), sentence.end(), found["value"], "date"
            )
            return


def _with_place(question: str, place: str) -> str:
    """The question with its place in front where it names none."""
    if not place or places.place_stem(place) in question:
        return question
    return f"{place}{question}" if question.startswith("的") else f"{place}的{question}"


def _subject_of_title(title: str) -> str:
    """The subject of a title: of 关于印发《甲》的通知 that is 甲; "" for a title that is no name."""
    inner = re.search(r"《([^《》]{4,40})》", title)
    short = inner.group(1) if inner else re.sub(r"^.{0,20}?关于(?:印发|发布|公布)?|的?(?:通知|公告|通告)$", "", title)
    short = re.sub(r"[（(][^（()）]*[)）]$", "", short).strip()
    return short if 4 <= len(short) <= 24 and not re.search(r"[\d_.]{4,}|[。，？?\n]", short) else ""

"""Turns a follow-up into a question that stands alone, by rules. Knows nothing of search; changes nothing it need not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.reading import values
from assistant.types import Turn
from assistant.understanding import places
from assistant.understanding.analysis import clean

_WHAT_ABOUT = re.compile(
    r"^(?:那么?|那么说|换成|如果是|要是|至于|还有)?[，,\s]*(?P<topic>.{1,24}?)"
    r"(?:的?呢|怎么样|怎样|如何|又如何|的?又?(?:是(?:什么|谁|多少|哪里|哪些))|也(?:说|讲|查|列|看)(?:一?下)?|的)[？?。!！]*$"
)
_BARE = re.compile(r"^[\u4e00-\u9fff“”《》]{2,12}$")
_CORRECTION = re.compile(
    r"^(?:不[，,]|不对[，,]?|错了[，,]?|不是的?[，,]?)?(?:.{0,20}?[，,])?"
    r"(?:我(?:说|问|指|要|要问|想问|想知道|要的)的?(?:是|的是)?|应该是|应为|改成|换成|我是说|我是问|我指的是)(?P<topic>.{1,40}?)的?[。？?！!]*$"
)
_NOT_BUT = re.compile(r"^不是.{1,20}?[，,](?:而?是)(?P<topic>.{1,30}?)[。？?！!]*$")
_NEW_TOPIC = re.compile(
    r"^(?:换个?话题|另外(?:想?了解一?下?|问一?下?)?|再问(?:一?下|个)?|顺便问?一?下?|对了|还想问一?下?)[，,：:\s]*"
)
_PRONOUN = re.compile(
    r"(?:这|那|该|上述|前述|此)(?:个|些|几个|几项|项|份|部|条|位|家|次|场|座)?(?P<noun>区|市|县|省|镇|地|地方|地区|文件|意见|办法|通知|规定|条例|政策|会议|大会|活动|计划|产业链|法)|"
    r"它们|他们|她们|它|(?<![其吉])他(?!们|人)|她|其(?!中|他|它|余|实|次)|(?:这|那)(?:个|些)?(?=[的要将会还又有是])|当地|那里|那边|这里"
)
_PERSON = re.compile(r"(?<![其吉])他(?!们|人)|她(?!们)")
_OPENING = re.compile(r"^(?:那么?|那|另外|此外|还有|然后|接着|再问一下|顺便问一下|顺便|以及)[，,\s]*")
_YEAR = re.compile(r"(?:19|20)\d{2}年?|今年|去年|明年|前年")
_ASK = re.compile(
    r"(?:分别)?(?:又|还|都)?(?:是|为|有|在|要|将|达|达到|突破|到)*(?:什么|哪些|哪|谁|多少|几[个家项名人]|怎么|怎样|如何|为什么|何时|多久|吗).*$"
)
_NAMED = re.compile(r"《[^《》]{2,80}》")


def rewrite(question: str, history: Sequence[Turn], known_places: Iterable[str] = ()) -> str:
    """The question as it would be asked with no turn before it; itself where it already stands alone."""
    known = tuple(known_places)
    standing, answer = "", ""
    for turn in history:
        if turn.role == "user":
            standing = _one(clean(turn.text), standing, answer, known)
        else:
            answer = turn.text
    return _one(clean(question), standing, answer, known)


def _one(question: str, before: str, answer: str, known: tuple[str, ...]) -> str:
    """One step: `before` already stands alone."""
    if not before or not question:
        return question
    fresh = _NEW_TOPIC.sub("", question)
    if fresh != question and fresh and (places.find(fresh, known) or _NAMED.search(fresh)):
        return fresh
    correction = _CORRECTION.match(question) or _NOT_BUT.match(question)
    if correction and len(correction.group("topic")) >= 2:
        return _exchange(before, correction.group("topic"), known)
    about = _WHAT_ABOUT.match(question)
    if about and not _ASK.search(about.group("topic")):
        return _exchange(before, about.group("topic").strip("，, "), known)
    if _BARE.match(question) and not _ASK.search(question) and len(question) <= 8:
        return _exchange(before, question, known)
    return _complete(question, before, answer, known)


def _exchange(before: str, topic: str, known: tuple[str, ...]) -> str:
    """The earlier question with the topic in the place of its counterpart: a place, a year, a document or the thing asked."""
    topic = re.sub(r"^(?:关于|对于|在)", "", topic).strip()
    if _ASK.search(topic) and len(topic) > 6:
        return _complete(topic, before, "", known)
    there = places.find(before, known)
    here = places.find(topic, known)
    rest = topic
    for place in here:
        rest = rest.replace(place.name, "")
    years = _YEAR.findall(topic)
    for year in years:
        rest = rest.replace(year, "")
    rest = rest.strip("的，, 和与")
    changed = before
    if here:
        changed = _put_place(changed, there, here, topic)
    if years:
        changed = (
            _YEAR.sub(years[0], changed, count=1) if _YEAR.search(changed) else _after_place(changed, years[0], known)
        )
    if _NAMED.search(rest):
        named = _NAMED.search(before)
        return before.replace(named.group(), rest) if named else f"{rest}{_tail(changed)}"
    if len(rest) >= 2 and rest not in before:
        lead = "".join(place.name for place in (here or there))
        year = "".join(_YEAR.findall(changed)[:1])
        return f"{lead}{year}{'的' if lead or year else ''}{rest}{_tail(before)}"
    return changed


def _put_place(text: str, there: Sequence[places.Place], here: Sequence[places.Place], topic: str) -> str:
    """The text with its run of places exchanged for those of the topic, or with them in front."""
    name = topic[here[0].start : here[-1].end]
    if not there:
        return f"{name}{text}" if text.startswith(("的", "在")) else f"{name}的{text}"
    out, first = text, True
    for place in reversed(there):
        out = out[: place.start] + (name if place is there[0] else "") + out[place.end :]
        first = False
    return out if not first else text


def _after_place(text: str, year: str, known: tuple[str, ...]) -> str:
    """The text with a year behind its first place, or in front."""
    named = places.find(text, known)
    at = named[0].end if named else 0
    return text[:at] + year + text[at:]


def _tail(question: str) -> str:
    """The part that asks: from 是, 有 ... and the question word on."""
    match = _ASK.search(question)
    return match.group() if match else "是什么？"


def _complete(question: str, before: str, answer: str, known: tuple[str, ...]) -> str:
    """The question with its pronouns named and the place it leaves out."""
    question = _OPENING.sub("", question) or question
    there, here = places.find(before, known), places.find(question, known)
    named = _NAMED.search(before)
    person = _PERSON.search(question)
    if person:
        who = _person(before, answer)
        if who:
            return question[: person.start()] + who + question[person.end() :]
    pronoun = _PRONOUN.search(question)
    subject = named.group() if named else "".join(place.name for place in there[:2])
    if pronoun and subject and not here and not _NAMED.search(question):
        return question[: pronoun.start()] + _noun(pronoun, before, subject) + question[pronoun.end() :]
    if here or _NAMED.search(question) or not subject:
        return question
    return (
        f"{subject}{'' if question.startswith('的') else '的'}{question}" if named is None else f"{subject}中{question}"
    )


def _noun(pronoun: re.Match[str], before: str, subject: str) -> str:
    """What the pronoun stands for: the earlier question's subject with the noun that follows it there."""
    noun = pronoun.groupdict().get("noun") or ""
    if noun and noun not in ("区", "市", "县", "省", "镇", "地", "地方", "地区"):
        longer = re.search(rf"[“《]?[\u4e00-\u9fff“”]{{2,20}}?{noun}[”》]?", before)
        if longer:
            return longer.group()
    return subject


def _person(before: str, answer: str) -> str:
    """The person last named, in the answer first."""
    for text in (answer, before):
        bare = re.sub(r"\[\d+\]|[。！？]$", "", text.strip())
        spans = values.people(bare)
        if spans:
            return bare[slice(*spans[0])]
        if 2 <= len(bare) <= 4 and bare[0] in values.SURNAMES:
            return bare
    return ""

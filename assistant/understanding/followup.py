"""Turns a follow-up into a question that stands alone, by rules. Knows nothing of search; changes nothing it need not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.types import Turn
from assistant.understanding import fragments
from assistant.understanding.analysis import clean_question, content_words
from corpus.text import places, values

_WHAT_ABOUT = re.compile(
    r"^(?:那么?|那么说|换成|如果是|要是|至于|还有)?[，,\s]*(?P<topic>.{1,24}?)"
    r"(?:的?呢|怎么样|怎样|如何|又如何|(?:的?又是|的是)(?:什么|谁|多少|哪里|哪些)|也(?:说|讲|查|列|看)(?:一?下)?|的)[？?。!！]*$"
)
_BARE = re.compile(r"^[\u4e00-\u9fff“”《》]{2,12}$")
_CORRECTION = re.compile(
    r"^(?:不[，,]|不对[，,]?|错了[，,]?|不是的?[，,]?)?(?:.{0,20}?[，,])?"
    r"(?:我(?:说|问|指|要|要问|想问|想知道|要的)的?(?:是|的是)?|应该是|应为|改成|换成|我是说|我是问|我指的是)(?P<topic>.{1,40}?)的?[。？?！!]*$"
)
_NOT_BUT = re.compile(r"^不是.{1,20}?[，,](?:而?是)(?P<topic>.{1,30}?)[。？?！!]*$")
_NEW_TOPIC = re.compile(
    r"^(?:算了[，,]?|不问.{1,8}?了[，,]|回到(?:最?开始|刚才|前面|上面)的?(?:问题|话题)?[，,]|换个?话题|另外(?:想?了解一?下?|问一?下?)?|再问(?:一?下|个)?|顺便问?一?下?|对了|还想问一?下?)+[，,：:\s]*"
)
_PRONOUN = re.compile(
    r"(?:这|那|该|上述|前述|此)(?:个|些|几个|几项|项|份|部|条|位|家|次|场|座)?(?P<noun>区|市|县|省|镇|地|地方|地区|文件|意见|办法|通知|规定|条例|政策|会议|大会|会(?!议)|活动|计划|产业链|产业(?!链)|行业|专项行动|行动|项目|工程|平台|专班|补贴|政策|法)|"
    r"它们|他们|她们|它|(?<![其吉])他(?!们|人)|她|其(?!中|他|它|余|实|次)|(?:这|那)(?:个|些)?(?=[的要将会还又有是])|当地|那里|那边|这里"
)
_PERSON = re.compile(r"(?<![其吉])他(?!们|人)|她(?!们)")
_TURN = re.compile(r"^(?:那么?|那|换成)?(?P<topic>[^，,？?。]{1,12}?)呢[？?，,]\s*(?P<rest>[^呢]{3,})$")
_ORDINAL = re.compile(
    r"^(?:我?(?:要|问|说|指)?的?是?)(?P<which>前|最后|后|第[一二三四五六七八九1-9])(?:面)?(?:那?(?:一?个|者|种|项|条|家))[的吧呢。？?！!]*$"
)
_THOSE = re.compile(r"(?:这|那)?(?P<number>[两二三四])(?:个地方|地|个?[区市县](?![级长委]))|两者|二者")
_GROUP = re.compile(
    r"(?:[两二三四五六七八九十]个?|各个?|所有的?|全部的?)(?:辖?[区市县镇](?![级长委]))"
)  # places by their number
_INSIDE = re.compile(r"^(?:其中|里面|这里面|那里面|当中)(?:的|有关)?")
_OTHERS = re.compile(r"^还有(?:什么|哪些)?(?:别的|其他的?)(?P<noun>[\u4e00-\u9fff]{2,8}?)(?:吗|呢|没有)?[？?]?$")
_OPENING = re.compile(r"^(?:那么?|那|另外|此外|还有|然后|接着|再问一下|顺便问一下|顺便|以及)[，,\s]*")
_YEAR = re.compile(r"(?:19|20)\d{2}年?|今年|去年|明年|前年")
_ASK = re.compile(
    r"(?:分别)?(?:又|还|都)?(?:是|为|有|在|要|将|达|达到|突破|到)*(?:什么|哪些|哪|谁|多少|几[个家项名人]|怎么|怎样|如何|为什么|何时|多久|吗).*$"
)
LEVELS = tuple("国省市区县镇")
ALIKE = 3  # characters at the end of two names that make them kindred
LITTLE = 2  # content characters with which a follow-up says nothing of its subject
_PLACES = ("区", "市", "县", "省", "镇", "地", "地方", "地区")
_NAMED = re.compile(r"《[^《》]{2,80}》")
_IT = re.compile(r"[它他她]们|它|其")
_OWN = re.compile(r"的呢?[？?]?$")
_NAMED_BODY = re.compile(r"[\u4e00-\u9fff]{2}(?:大学|学院|医院|银行|海关|公司)")
_BODY = re.compile(r"大学|学院|医院|银行|海关|海事")
_COURTESY = re.compile(
    r"^(?:(?:你好|您好|大家好|哈喽|嗨|hello|hi|hey|谢谢(?:你|您)?|多谢|感谢|好的|嗯++|哦|噢|明白了?|知道了|不好意思|打扰一?下?了?|"
    r"早上好|上午好|下午好|晚上好)(?:啊|呀|哈|了)?[\s，,。.!！、~～]+|(?:你好|您好)(?=请问|我想))+",
    re.IGNORECASE,
)


def standalone_question(history: Sequence[Turn], known_places: Iterable[str] = ()) -> str:
    """The last question asked, as it would be asked with no turn before it; "" for none."""
    at = max((number for number, turn in enumerate(history) if turn.role == "user"), default=-1)
    return rewrite_followup(history[at].text, history[:at], known_places) if at >= 0 else ""


def rewrite_followup(question: str, history: Sequence[Turn], known_places: Iterable[str] = ()) -> str:
    """The question as it would be asked with no turn before it; itself where it already stands alone."""
    known = tuple(known_places)
    standing, answer, earlier = "", "", list[str]()
    for turn in history:
        if turn.role == "user":
            asked = clean_question(turn.text)
            standing = _rewrite_once(_name_those_places(asked, standing, earlier, known), standing, answer, known)
            earlier.append(standing)
        else:
            answer = turn.text
    return _rewrite_once(
        _name_those_places(clean_question(question), standing, earlier, known), standing, answer, known
    )


def without_courtesy(text: str) -> str:
    """The utterance without the greeting or thanks before what it asks; itself when nothing would be left."""
    return _COURTESY.sub("", text).strip() or text


def _name_those_places(question: str, before: str, earlier: Sequence[str], known: tuple[str, ...]) -> str:
    """The question with 两地, 三个地方 named: the places last spoken of, in the order in which they were."""
    match = _THOSE.search(question)
    if match is None or not before or places.find_places(question, known):
        return question
    number = {"三": 3, "四": 4}.get(match.groupdict().get("number") or "", 2)
    names = {place.stem: place.name for text in earlier for place in places.find_places(text, known)}
    last = list(names.values())[-number:]
    return question[: match.start()] + "和".join(last) + question[match.end() :] if len(last) == number else question


def _rewrite_once(question: str, before: str, answer: str, known: tuple[str, ...]) -> str:
    """One step: `before` already stands alone."""
    if not before or not question:
        return question
    question = without_courtesy(question)
    fresh = _NEW_TOPIC.sub("", question)
    if fresh != question and fresh and (places.find_places(fresh, known) or _NAMED.search(fresh)):
        return fresh
    turn = _TURN.match(question)
    if turn:
        whole, rest = exchange_topic(before, turn.group("topic"), known), turn.group("rest")
        settled = not _ASK.search(rest) or _ASK.sub("", rest).strip("的") in whole
        return whole if settled else _rewrite_once(rest, whole, answer, known)
    topic = _chosen_offer(question, answer) or _replacement_topic(question, known)
    if topic:
        return _of_fragment(question, topic, before, known) or exchange_topic(before, topic, known)
    return _complete_question(question, before, answer, known)


def _of_fragment(question: str, topic: str, before: str, known: tuple[str, ...]) -> str:
    """A topic without place, year or document of its own, asked of what was spoken of; "" where `exchange_topic` does it."""
    if places.find_places(topic, known) or _YEAR.search(topic) or _NAMED.search(topic):
        return ""
    if fragments.holds_question_word(topic):
        return fragments.complete_subject(topic, before)
    if fragments.is_attribute(topic):
        return fragments.of_attribute(before, topic)
    if _swap_like_ending(before, topic):
        return ""
    there = _places_named(before, known)
    lead = there[0].end if there and there[0].start == 0 else 0
    return (
        fragments.swap_kindred_words(before, topic)
        or fragments.of_class(before, topic, lead)
        or ("" if there else fragments.of_topic(before, topic, modifier=bool(_OWN.search(question))))
    )


def _places_named(text: str, known: tuple[str, ...]) -> list[places.Place]:
    """The places named, those in the name of a body (武汉大学) left out."""
    return [place for place in places.find_places(text, known) if not _BODY.match(text, place.end)]


def _replacement_topic(question: str, known: tuple[str, ...]) -> str:
    """What a follow-up wants put in the place of something in the earlier question (那天宁呢, 我是说溧阳); empty for none."""
    correction = _CORRECTION.match(question) or _NOT_BUT.match(question)
    if correction and len(correction.group("topic")) >= 2:
        return correction.group("topic")
    about = _WHAT_ABOUT.match(question)
    if about and not _ASK.search(about.group("topic")) and not _asks_itself(about, known):
        return about.group("topic").strip("，, ")
    return question if _BARE.match(question) and not _ASK.search(question) and len(question) <= 8 else ""


def _asks_itself(about: re.Match[str], known: tuple[str, ...]) -> bool:
    """Whether a follow-up has a subject and question words of its own (主题是什么), not a place alone (天宁的又是多少)."""
    topic = about.group("topic")
    if not _ASK.search(about.group()[about.end("topic") - about.start() :]):
        return False
    for place in places.find_places(topic, known):
        topic = topic.replace(place.name, "")
    return len(_YEAR.sub("", topic).strip("的，, 又那")) >= 2


def _chosen_offer(question: str, answer: str) -> str:
    """Which of the things that the answer before offered (甲，还是乙) an ordinal means (后一个, 第二个); empty for none."""
    ordinal = _ORDINAL.match(question)
    if ordinal is None:
        return ""
    offered = [line[2:].strip() for line in answer.split("\n") if line.startswith("- ")]
    if not offered:
        asked = [part for part in re.split(r"[。？?！!\n]", answer) if "还是" in part]
        offered = [part.strip("，, ") for part in re.split(r"[，,]?还是|、|或者", asked[-1])] if asked else []
        offered = [re.sub(r"^(?:请问|您?想?问的)?(?:是|指)?(?:的)?(?:是)?", "", part) for part in offered]
    if len(offered) < 2:
        return ""
    word = ordinal.group("which")
    at = {"前": 0, "后": -1, "最后": -1}.get(
        word, "一二三四五六七八九".find(word[-1]) if word[-1] not in "123456789" else int(word[-1]) - 1
    )
    return offered[at] if -1 <= at < len(offered) else ""


def exchange_topic(before: str, topic: str, known: tuple[str, ...]) -> str:
    """The earlier question with the topic in the place of its counterpart: a place, a year, a document or the thing asked."""
    topic = re.sub(r"^(?:关于|对于|在)", "", topic).strip()
    if _ASK.search(topic) and len(topic) > 6:
        return _complete_question(topic, before, "", known)
    there = places.find_places(before, known)
    here = places.find_places(topic, known)
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
        return before.replace(named.group(), rest) if named else f"{rest}{_asking_part(changed)}"
    if len(rest) >= 2 and rest not in before:
        kindred = _swap_like_ending(changed, rest)
        if kindred:
            return kindred
        lead = "".join(place.name for place in (here or there))
        year = "".join(_YEAR.findall(changed)[:1])
        return f"{lead}{year}{'的' if lead or year else ''}{rest}{_asking_part(before)}"
    return changed


def _swap_like_ending(text: str, topic: str) -> str:
    """The text with the topic in the place of words that end alike (省重点项目, 区重点项目); "" where it has none such.

    Two characters in common are enough where both have the level of an office before them.
    """
    for size in range(len(topic) - 1, 1, -1):
        ending = topic[-size:]
        at = text.find(ending)
        if at < 0 or not re.fullmatch(r"[\u4e00-\u9fff]+", ending):
            continue
        levels = size == len(topic) - 1 and topic[0] in LEVELS and at and text[at - 1] in LEVELS
        if levels or (size >= ALIKE and size * 2 > len(topic) and text[at - 1 : at] not in LEVELS):
            return text[: at - bool(levels)] + topic + text[at + size :]
    return ""


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
    named = places.find_places(text, known)
    at = named[0].end if named else 0
    return text[:at] + year + text[at:]


def _asking_part(question: str) -> str:
    """The part that asks: from 是, 有 ... and the question word on."""
    match = _ASK.search(question)
    return match.group() if match else "是什么？"


def _complete_question(question: str, before: str, answer: str, known: tuple[str, ...]) -> str:
    """The question with its pronouns named and the subject, or the place, that it leaves out."""
    question = _ask_for_others(question, before, known)
    question = _INSIDE.sub("", _OPENING.sub("", question) or question)
    spelt_out = _with_person(question, before, answer) or _with_pronoun(question, before, known)
    if spelt_out:
        return spelt_out
    if places.find_places(question, known) or any(own.search(question) for own in (_NAMED, _GROUP, _NAMED_BODY)):
        return question
    return _with_subject(question, before, known)


def _with_person(question: str, before: str, answer: str) -> str:
    """The question with 他 or 她 named; "" where it has none, or nobody was named."""
    person = _PERSON.search(question)
    who = _person_last_named(before, answer) if person else ""
    return question[: person.start()] + who + question[person.end() :] if person and who else ""


def _with_pronoun(question: str, before: str, known: tuple[str, ...]) -> str:
    """The question with 它, 这个会 or 该计划 named; "" where it has none, or nothing can be meant."""
    pronoun, named = _PRONOUN.search(question), _NAMED.search(before)
    if pronoun is None or _NAMED.search(question):
        return ""
    subject = named.group() if named else "".join(place.name for place in places.find_places(before, known)[:2])
    if named is None and _IT.fullmatch(pronoun.group()):
        subject = own_subject(before, known) or subject
    thing = (pronoun.groupdict().get("noun") or "区") not in _PLACES
    if not subject or (places.find_places(question, known) and not thing):
        return ""
    return question[: pronoun.start()] + _noun_of_pronoun(pronoun, before, subject) + question[pronoun.end() :]


def _with_subject(question: str, before: str, known: tuple[str, ...]) -> str:
    """The question with what was spoken of before it: a document, a subject, or else the places."""
    named = _NAMED.search(before)
    if named is None and own_subject(before, known) and (whole := fragments.complete_subject(question, before)):
        return whole
    subject = named.group() if named else "".join(place.name for place in places.find_places(before, known)[:2])
    if not subject:
        return question
    if named is None and len("".join(content_words(question))) <= LITTLE:
        return f"{asked_about(before)}{question}"
    joint = "中" if named is not None else "" if question.startswith("的") else "的"
    return f"{subject}{joint}{question}"


def own_subject(before: str, known: tuple[str, ...] = ()) -> str:
    """What a question is about beside a place; "" where it is about a place alone."""
    subject = rest = fragments.subject_of(before)
    for place in places.find_places(subject, known):
        rest = rest.replace(place.name, "")
    return subject if len(rest.strip("的")) > LITTLE else ""


def stays_on_topic(question: str, history: Sequence[Turn], known_places: Iterable[str] = ()) -> bool:
    """Whether a standalone question speaks of no place, year or document that the one before did not speak of."""
    known = tuple(known_places)
    before = standalone_question(history, known)
    named = {place.stem for place in places.find_places(question, known)} - {
        p.stem for p in places.find_places(before, known)
    }
    years = set(_YEAR.findall(question)) - set(_YEAR.findall(before))
    titles = set(_NAMED.findall(question)) - set(_NAMED.findall(before))
    return not (named or years or titles)


def _ask_for_others(question: str, before: str, known: tuple[str, ...]) -> str:
    """还有别的指标吗 as a question for all of them, of the place and the period spoken of; any other question as it is."""
    others = _OTHERS.match(question)
    if others is None:
        return question
    period = re.search(r"[“\"]?十[一二三四五]五[”\"]?", before)
    place = "".join(place.name for place in places.find_places(before, known)[:1])
    return f"{place}{period.group() if period else ''}{others.group('noun')}有哪些"


def asked_about(before: str) -> str:
    """The earlier question without the words that ask, to stand before one that has no noun of its own (多久完成)."""
    return re.sub(
        r"分别|哪(?=[一两二三四五六七八九十])|(?:是|有|为|叫)?(?:什么|哪些|哪|谁|多少|几)(?:样|[个家项名钱元人])?|[？?吗呢。]|了(?=哪)",
        "",
        before,
    )


def _noun_of_pronoun(pronoun: re.Match[str], before: str, subject: str) -> str:
    """What the pronoun stands for: the earlier question's subject with the noun that follows it there."""
    noun = pronoun.groupdict().get("noun") or ""
    if noun and noun not in _PLACES:
        longer = re.search(rf"[“《]?[\u4e00-\u9fff“”]{{2,20}}?{noun}[”》]?", before)
        if longer:
            return longer.group()
        quoted = re.search(r"“[^”]{2,16}”", before)
        owner = "" if subject.startswith("《") else asked_about(before).rpartition("的")[0]
        if quoted and owner:
            return f"{owner.removesuffix(quoted.group())}{quoted.group()}{noun}"
        if owner.startswith(subject) and len(owner) > len(subject) and not re.search(r"[要将有能会，,]", owner):
            return f"{owner}{noun}"
    return subject


def _person_last_named(before: str, answer: str) -> str:
    """The person last named, in the answer first."""
    for text in (answer, before):
        bare = re.sub(r"\[\d+\]|[。！？]$", "", text.strip())
        spans = values.person_spans(bare)
        if spans:
            return bare[slice(*spans[0])]
        if 2 <= len(bare) <= 4 and bare[0] in values.SURNAMES:
            return bare
    return ""

"""Utterances that only the turns before make a question: 还有吗, 为什么, 不是甲是乙, 第二条怎么办. Knows no index.

`find_referring_act` names the act, `question_meant` writes the question that stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant import markers
from assistant.conversation.types import Act
from assistant.types import Turn
from assistant.understanding import followup
from assistant.understanding.analysis import kind_of
from corpus.text import places
from corpus.text.numbers import parse_integer

_MORE = re.compile(
    r"(?:那么?|嗯|好的?)?[，, ]*(?:"
    r"还有(?:吗|么|没有|呢|别的吗?|其他的?吗?|其它的?吗?|更多的?吗?|什么|哪些|啥)?(?:呢|吗|没)?|"
    r"(?:除此之外|除了这些|另外)(?:还有|呢)?(?:别的|其他|什么|哪些)?(?:吗|呢)?|"
    r"(?:其他|其它|别的|剩下|其余|余下)的?(?:呢|有哪些|是什么|还有吗)|"
    r"(?:就|只有?)(?:这些|这么多|这几个|这几条|这一个|一个)(?:吗|了吗|么)|"
    r"继续(?:说|讲)?|接着(?:说|讲)|然后呢|下一页|后面呢|没(?:有)?(?:别的|其他的?)(?:了)?(?:吗|么)|"
    r"(?:any|anything|what) (?:more|else)|more|go on|continue|next)"
)
_WHY = re.compile(
    r"(?:那么?|这|这是)?(?:又|到底|究竟)?"
    r"(?:为什么|为啥|为何|怎么回事|什么原因|什么缘故|原因(?:是什么|呢)?|什么道理)"
    r"(?:呢|啊|呀|(?:会|是|要)?(?:这样|这么)(?:说|做|规定)?)?|why(?: (?:so|is that|not))?"
)
_WH = re.compile(r"什么|哪|谁|多少|几[个家项名人次年月天]|怎|如何|吗|是否|能否|可否|能不能|可不可以|多久|何时")
_COMPLAINT = r"(?:不对|错了|不是的?|搞错了|弄错了|答错了|说错了|不|更正一下|纠正一下)[，,。.! ！]+"
_I_MEAN = r"(?:我(?:是)?(?:要|想)?(?:问|说|指|要)的?是?|应该?是|应为|要问的是)"
_WRONG, _RIGHT = r"(?P<wrong>[^，,。]{1,20})", r"(?P<right>[^，,。]{1,30})"
_NOT_BUT = re.compile(
    rf"^(?:{_COMPLAINT})?(?:我(?:说|问|要|指)的)?(?:并)?不是{_WRONG}[，,。 ]+(?:而?是|{_I_MEAN}){_RIGHT}$"
)
_BUT_NOT = re.compile(rf"^(?:{_COMPLAINT})?(?:而?是|{_I_MEAN}){_RIGHT}[，,。 ]+而?不是{_WRONG}$")
_ONLY = re.compile(
    rf"^(?:{_COMPLAINT}(?:而?是|{_I_MEAN}|改成|换成)?|我(?:说|问|指|要|想问|要问|想知道)的是|我是(?:说|问|想问)|我指的是|"
    rf"应该?是|应为|改成|换成|搞错了|弄错了)[，, ]*{_RIGHT}$"
)
_NUMBER = "[一二三四五六七八九十两]{1,3}|[0-9]{1,2}"
_ORDINAL = re.compile(
    rf"^(?:那么?|请问|具体|你说的|上面的?|刚才的?|其中的?)*(?:(?P<number>(?:倒数)?第(?:{_NUMBER}))(?:个(?![人体五百月])|条(?![例件])|项(?!目)|点(?!名)|种(?![植子业])|类|款|步(?!行)|家(?!庭)|份(?!额)|者|位(?!置)|方面)|"
    rf"(?P<end>前|后|最后|头|末)(?:面)?(?:那?一?)(?:个(?![人体月])|条(?![例件])|项(?!目)|点|种|类|步(?!行)|家|份|者|位(?!置)))(?P<rest>.*)$"
)
_EMPTY = re.compile(
    r"^(?:的|那个|里面?|中|，|,|\s)*(?:呢|吧|是(?:什么|啥)|(?:具体)?(?:是)?怎么(?:说|讲)的?|(?:再)?(?:详细|具体)?(?:说说|讲讲|介绍一?下|展开|说一?下|讲一?下|解释一?下|说明)?)?(?:吗|呢|吧)?$"
)
_OWN_DOCUMENT = re.compile(r"《|(?:办法|条例|规定|细则|意见|通知|法)(?:的|里|中)?第")
_ARTICLE = re.compile(r"第[一二三四五六七八九十百零〇两\d]+[条款]")
_PAPER = re.compile(r"(?:办法|细则|规定|通知|方案|意见|条例|规划|公告|文件)$")
_ITEM = re.compile(
    r"^\s*(?:[-•·*]\s+|\d{1,2}\s*[.、)）]\s*|[（(][一二三四五六七八九十\d]{1,3}[)）]\s*|[一二三四五六七八九十]{1,3}、|[①-⑳]\s*)(?P<item>.+)$"
)
LOOKED_BACK = 3  # answers in which a list is looked for
LONGEST_ITEM = 30  # characters of an item that stand for it in a question


def find_referring_act(text: str, history: Sequence[Turn]) -> Act | None:
    """The act; an ordinal only where the last answer has such an item, a correction only where something was asked."""
    if _MORE.fullmatch(text):
        return Act("more", text)
    if _WHY.fullmatch(text):
        return Act("why", text)
    if not any(turn.role == "user" for turn in history):
        return None
    return _find_correction(text) or _find_ordinal(text, history)


def _find_correction(text: str) -> Act | None:
    """What was wrong and what is right."""
    match = _NOT_BUT.match(text) or _BUT_NOT.match(text) or _ONLY.match(text)
    if match is None:
        return None
    wrong = match.groupdict().get("wrong") or ""
    right, wrong = (
        re.sub(r"(?:的|那部分|啊|呀|哦|才对)+$", "", words).strip("，, ") for words in (match["right"], wrong)
    )
    asks = _WH.search(match["right"]) or right.startswith(("否", "不"))
    return None if asks or len(right) < 2 else Act("correction", text, right, wrong)


def _find_ordinal(text: str, history: Sequence[Turn]) -> Act | None:
    """Which item of the last answer is meant, and what is asked of it."""
    match = _ORDINAL.match(text)
    if match is None or _OWN_DOCUMENT.search(text) or (_ARTICLE.search(text) and _from_articles(history)):
        return None
    offered = listed_items(history)
    at = _place_of_ordinal(match, len(offered))
    if at is None or len(offered) < 2:
        return None
    return Act("ordinal", text, offered[at], match["rest"].strip("，, "))


def _from_articles(history: Sequence[Turn]) -> bool:
    """Whether the last answer is one line from the articles of a law, whose 第二条 is more likely meant than an item."""
    answer = next((turn for turn in reversed(history) if turn.role == "assistant"), None)
    cited = answer.citations if answer and "\n" not in answer.text.strip() else ()
    return any(_ARTICLE.search(citation.locator) for citation in cited)


def _place_of_ordinal(match: re.Match[str], count: int) -> int | None:
    """The item's place from 0; None where the answer has none such."""
    if match["end"]:
        return 0 if match["end"] in "前头" else count - 1
    number = match["number"]
    value = parse_integer(number.removeprefix("倒数").removeprefix("第")) or 0
    at = count - value if number.startswith("倒数") else value - 1
    return at if value and 0 <= at < count else None


def listed_items(history: Sequence[Turn]) -> list[str]:
    """What the last answer that lists anything lists, of the last few: an answer between may have told one item at length."""
    answers = [turn for turn in reversed(history) if turn.role == "assistant"][:LOOKED_BACK]
    return next((found for answer in answers if len(found := _items_of_answer(answer)) > 1), [])


def _items_of_answer(answer: Turn) -> list[str]:
    """What an answer lists, in order: its points, its choices, its table's rows, or what one sentence enumerates."""
    lines = [line for line in answer.text.split("\n") if line.strip()]
    rows = [line for line in lines if line.lstrip().startswith("|")]
    if len(rows) > 3:
        return [_name_of_item(row.strip().strip("|").split("|")[0]) for row in rows[2:]]
    points = [match["item"] for match in map(_ITEM.match, lines) if match]
    if len(points) > 1:
        return [_name_of_item(point) for point in points]
    marked = [line for line in lines if markers.MARKER.search(line)]
    if len(marked) > 1:
        return [_name_of_item(line) for line in marked]
    return _enumerated_members(markers.strip_markers(lines[0]) if lines else "")


def _enumerated_members(sentence: str) -> list[str]:
    """The members of an enumeration with 、 or of an alternative with 还是."""
    if "还是" in sentence:
        asked = [part for part in re.split(r"[。？?！!]", sentence) if "还是" in part][-1]
        parts = re.split(r"[，,]?还是|、|或者", asked)
        return [re.sub(r"^(?:请问|您?想?问的|您?问的)?(?:是|指)?", "", part).strip("，, ") for part in parts]
    if "、" not in sentence:
        return []
    body = re.split(r"[：:]|(?:包括|分别是|分别为|有|是|为)(?=[^，。]*、)", sentence, maxsplit=1)[-1]
    parts = [
        part.strip("，,。；;等 ")
        for part in re.split(r"、|；|(?<=[\u4e00-\u9fff]{2})(?:以及|和|及)(?=[\u4e00-\u9fff]{2})", body)
    ]
    return [part for part in parts if 2 <= len(part) <= LONGEST_ITEM]


def _name_of_item(point: str) -> str:
    """The words of an item that stand for it: its heading, its document's title, or its first clause."""
    bare = re.sub(r"\*\*|`", "", markers.strip_markers(point)).strip()
    titled = re.match(r"《[^《》]{2,80}》", bare)
    if titled:
        return titled.group()
    if bare.endswith(("？", "?")):
        return bare
    head = re.split(r"[：:]", bare, maxsplit=1)[0]
    head = head if 2 <= len(head) <= LONGEST_ITEM and head != bare else bare
    return head.rstrip("。；;，, ") if len(head) <= LONGEST_ITEM else re.split(r"[，,。；;（(]", head)[0][:LONGEST_ITEM]


def question_meant(act: Act, before: str, answer: str, known: Sequence[str]) -> str:
    """The question that the act means, asked as if nothing had been said before; "" where there was no question.

    `before` is the question that stands, `answer` what was answered to it.
    """
    if not before:
        return ""
    if act.kind == "more":
        return _of_more(before)
    if act.kind == "why":
        return _of_reason(before, answer)
    if act.kind == "correction":
        return _put_right(act, before, known)
    alternatives = "还是" in answer or f"- {act.subject}" in answer
    if alternatives and _EMPTY.match(act.rest) and not act.subject.endswith(("？", "?")):
        return followup.exchange_topic(before, act.subject, tuple(known))
    return _of_item(act, before, known)


def _subject_of_question(before: str) -> str:
    """The question without what asks."""
    return re.sub(r"(?:还|都|又)$", "", followup.asked_about(before).rstrip("的，, "))


def _of_more(before: str) -> str:
    """What else there is of what was asked."""
    who = kind_of(before) == "who"
    return before if "还有" in before else f"{_subject_of_question(before)}还有{'谁' if who else '哪些'}？"


def _of_reason(before: str, answer: str) -> str:
    """Why what was answered is so; the question again where it asked for reasons itself."""
    if kind_of(before) == "why":
        return before
    said = markers.strip_markers(answer.split("\n", maxsplit=1)[0]).strip("。；;，, ")
    if len(said) <= LONGEST_ITEM and "没有" not in said and said:
        return f"{_subject_of_question(before)}为什么是{said}？"
    return f"为什么{_subject_of_question(before)}？"


def _put_right(act: Act, before: str, known: Sequence[str]) -> str:
    """The question before with the wrong words exchanged, wherever they stand in it."""
    wrong, right = act.rest, act.subject
    for old, new in ((wrong, right), (wrong.rstrip("年"), right.rstrip("年"))):
        if len(old) >= 2 and old in before:
            return before.replace(old, new, 1)
    if _PAPER.search(right) and not _OWN_DOCUMENT.search(before):
        return f"按{right}，{before}"
    return followup.exchange_topic(before, right, tuple(known))


def _of_item(act: Act, before: str, known: Sequence[str]) -> str:
    """What is asked of an item, with the place that was spoken of."""
    item, rest = act.subject, act.rest
    if item.endswith(("？", "?")) and _EMPTY.match(rest):
        return item
    there, here = places.find_places(before, known), places.find_places(item + rest, known)
    lead = f"{there[0].name}的" if there and not here and not item.startswith("《") else ""
    spoken_of = "" if item.startswith("《") else followup.own_subject(before, tuple(known))
    if spoken_of and spoken_of not in item:
        lead = f"{spoken_of}的"
    if _EMPTY.match(rest):
        return f"{lead}{item}具体内容是什么？"
    rest = re.sub(
        r"^(?:里面?|中|当中)(?=[，,的]|$|有)?[，,]?|^的", lambda match: "中" if match.group() != "的" else "的", rest
    )
    return f"{lead}{item}{rest}"

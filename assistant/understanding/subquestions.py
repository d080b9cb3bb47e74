"""Splits a question that asks two or more things at once, of several places or subjects. Knows nothing of answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.understanding.analysis import Analysis, analyse_question, content_words, whole_or_core
from corpus.text import places

_JOINED = re.compile(r"[和与跟及、，,]|以及|还有|对比|比较")
_EACH = re.compile(
    r"分别|各自|各(?=[是为有多几叫怎要讲说负]|[？?。]|$)|[两三](?:地|个地方|区|市|县|者)的?|比较一?下?|相比|对比"
)
_COMPARES = re.compile(
    r"分别|各自|各(?!级|类|地|部|方|项|单|区|界|种)|[两三](?:地|个地方|者|条|个|项|份|种)|比较|不同|区别|差别|相比|哪个[高多大低少小早晚]|谁[^，。]{0,8}，谁"
)
_WH = re.compile(r"什么|啥|哪|谁|何[时地处人种]|为何|如何|怎|多少|多久|多大|多长|几[个家项名人次年月天条位种类]")
_ALL_OF = re.compile(r"([两三四])(?:个地方|地(?![\u4e00-\u9fff]产)|个?[区市县](?![级长委]))")
_SAME = re.compile(r"(?:是不是|是否)?(?:在)?同一(天|年|月|个地方|个人)")
_TWICE = re.compile(r"(多少(?:元|钱|个|家|人|名)?|几[个家名人项])(?=[\u4e00-\u9fff]{1,6}(?:几|多少))")
_TAIL = re.compile(
    r"(?:，|,)?(?:目标|结果)?(?:哪个[高多大低少小早晚]|谁更?\S?|有什么(?:不同|区别|差别)|有何(?:不同|区别)|[？?]).*$"
)
MOST_CLAUSES = 4  # that ask, in one question; each is a search and a reading
NOUN = 4  # content characters with which a clause has a subject of its own
SHORTEST_SUBJECT = 2  # characters of what a clause is about
LONG_SUBJECT = 6  # from which it says more than the topic does
# 劳动合同法怎么定的 says where the answer stands; it asks nothing of its own.
_BY_LAW = re.compile(r"(?<=法|例|定|则|律)(?:里|上|中)?(?:是|又)?(?:怎么|如何)(?:说|定|规定|算|讲|看)的?$")
_WHETHER = re.compile(r"吗$|能不能|可不可以|是不是|是否|有没有|要不要|算不算|会不会|行不行")
_ALIKE = re.compile(r"(?:都|是不是|是否)?(?:一样|相同)")
_ASKING_WORD = re.compile(r"(?:哪|为?什么|啥|谁|怎么|如何)[些个家种类位]?")
_ASKED_BY = re.compile(
    r"(?:是|有|为|要|得)?(?:每[年月人户天])?(?:最[高多大长久])?(?:分别|各自?)?"
    r"(?:什么|哪|谁|多少|多久|多大|多长|几|如何|怎|为何|能不能)"
)


def split_subquestions(analysis: Analysis, known_places: Sequence[str] = ()) -> list[tuple[str, Analysis]]:
    """(label, question) for each thing asked; empty when the question asks one thing."""
    each = _by_clause(analysis)
    twice = len([text for _, text in each if "谁" in text]) > 1
    texts = (each if twice else []) or _by_place(analysis, known_places) or each or _by_subject(analysis)
    made = [(label, analyse_question(text, known_places)) for label, text in texts]
    return made if len(made) > 1 and all(part.terms for _, part in made) else []


def is_comparison(question: str) -> bool:
    """Whether the words of a question set things beside each other: 比较A和B的补贴标准, 两地有什么不同."""
    return bool(_COMPARES.search(question) or _EACH.search(question))


def _by_place(analysis: Analysis, known: Sequence[str]) -> list[tuple[str, str]]:
    """One question a place: 甲和乙的书记分别是谁, 甲的愿景跟乙的定位有什么不同."""
    text = _spelt_out(analysis.core, known)
    named = places.find_places(text, known)
    all_of = None if named else _ALL_OF.search(text)
    if all_of and (meant := _places_meant(known, {"两": 2, "三": 3, "四": 4}[all_of.group(1)])):
        rest = _SAME.sub(r"哪一\1", text[: all_of.start()] + text[all_of.end() :]).strip("的，, ")
        return [(name, f"{name}的{_EACH.sub('', rest)}") for name in meant]
    if len({place.stem for place in named}) < 2 or not (
        _COMPARES.search(text) or _JOINED.search(text[named[0].end : named[1].start])
    ):
        return []
    between = [text[a.end : b.start] for a, b in pairwise(named)]
    if not all(_JOINED.search(gap) or not gap for gap in between):
        return []
    own = [gap.strip("的和与跟及、，, ") for gap in between]
    if all(len(words) >= 2 for words in own):
        ends = [place.start for place in named[1:]] + [len(text)]
        pieces = [_JOINED.sub("", text[place.start : end]) for place, end in zip(named, ends, strict=True)]
        return [(place.name, _without_comparing(piece)) for place, piece in zip(named, pieces, strict=True)]
    if any(len(gap) > 2 for gap in between):
        return []
    tail = _EACH.sub("", text[named[-1].end :])
    lead = _EACH.sub("", text[: named[0].start])
    unique = {place.stem: place for place in named}
    return [(place.name, f"{lead}{place.name}{tail}") for place in unique.values()]


def _places_meant(known: Sequence[str], number: int) -> list[str]:
    """The places of the corpus that are meant by 三个区: so many of one city or province; empty where that is not clear."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for full in known:
        *above, own = places.name_levels(full)
        groups.setdefault(tuple(above), []).append(own)
    fitting = [names for names in groups.values() if len(names) == number]
    return fitting[0] if len(fitting) == 1 else []


def _spelt_out(text: str, known: Sequence[str]) -> str:
    """Of several sentences the last that names two places: it says what is wanted of each (甲的愿景、乙的定位都列出来)."""
    named = [
        piece
        for piece in re.split(r"(?<=[？?。])\s*", text)
        if len({p.stem for p in places.find_places(piece, known)}) > 1
    ]
    return named[-1] if named else text


def _by_subject(analysis: Analysis) -> list[tuple[str, str]]:
    """One question a subject of one place: 某区甲和乙的数量各是多少."""
    text = analysis.core
    if not _COMPARES.search(text):
        return []
    start = max((place.end for place in analysis.places if text.startswith(place.name)), default=0)
    start = start if text[:start] else 0
    lead = text[:start]
    joint = next((match for match in re.finditer(r"和|与|跟|以及|、", text) if match.start() >= start + 2), None)
    if joint is None or _is_bracketed(text, joint.start()):
        return []
    first, second = text[start : joint.start()].strip("的，, "), text[joint.end() :]
    tail = second.rpartition("的")[2] if "的" in second else ""
    ask = _EACH.sub("", tail)
    if "的" in first or len(first) >= 8 or not tail:
        wh = _WH.search(second)
        asking = "是" + second[wh.start() :] if wh else "是什么"
        return [
            (_label_of_subject(first), f"{lead}{first}{_EACH.sub('', asking)}"),
            (_label_of_subject(second), f"{lead}{_EACH.sub('', second)}"),
        ]
    head = re.sub(r"[两三][条个项份种]\S{0,4}$", "", second.rpartition("的")[0])
    return [
        (_label_of_subject(first), f"{lead}{first}{_shared_noun(second)}的{ask}"),
        (_label_of_subject(head), f"{lead}{second.rpartition('的')[0]}的{ask}"),
    ]


def _is_bracketed(text: str, at: int) -> bool:
    """Whether a place of the text lies in brackets: what is listed there explains one subject."""
    before = text[:at]
    return sum(map(before.count, "（(")) > sum(map(before.count, "）)"))


def _shared_noun(second: str) -> str:
    """The noun that both subjects share: 产业链 of 机器人和集成电路两条产业链."""
    match = re.search(r"[两三][条个项份种](?P<noun>[^的]{1,4})", second)
    return match.group("noun") if match else ""


def _by_clause(analysis: Analysis) -> list[tuple[str, str]]:
    """One question a clause when each asks, behind what all of them are about: 要培育几家、门槛是多少; 想办甲，要什么材料，多久办完.

    What all are about is said in clauses that ask nothing, or else by the first that asks, up to where it asks.
    """
    text = whole_or_core(analysis)
    every = _clauses(_TWICE.sub(r"\1，", text))
    pieces = [piece for piece in every if not _BY_LAW.search(piece)]
    asking = [at for at, piece in enumerate(pieces) if _asks(piece)]
    if not 2 <= len(asking) <= MOST_CLAUSES:
        return []
    laws = [_BY_LAW.split(piece)[0] for piece in every if _BY_LAW.search(piece)]
    topic = "，".join([*laws, *pieces[: asking[0]]])
    subject = _asked_about(pieces[asking[0]])
    place = analysis.places[0].name if len({place.stem for place in analysis.places}) == 1 else ""
    made: list[str] = []
    for before, at in pairwise([asking[0] - 1, *asking]):
        piece = "，".join(pieces[before + 1 : at + 1])
        if made and not _stands_alone(piece, topic, subject):
            piece = f"{subject}{piece}"
        whole = f"{topic}，{piece}" if topic else piece
        made.append(whole if place in whole else f"{place}{whole}")
    return [("", text) for text in made]


def _stands_alone(piece: str, topic: str, subject: str) -> bool:
    """Whether a later clause needs no subject of the first: it has words enough beside the topic, or asks who as the first did."""
    own = len("".join(content_words(piece))) >= NOUN
    if all(word in piece for word in content_words(subject)):
        return True
    if topic:
        return own or len(subject) < LONG_SUBJECT
    return own and bool(_ASKING_WORD.match(piece))


def _clauses(text: str) -> list[str]:
    """The clauses of a question; 、 parts them only where the words on both sides ask."""
    clauses: list[str] = []
    for piece in re.split(r"[，,；;。？?！!]", text):
        items = [item for item in piece.split("、") if item.strip()]
        whole = all(_asks(item) for item in items)
        clauses += [item.strip() for item in items] if whole else [piece.strip()]
    return [clause for clause in clauses if clause]


def _asks(clause: str) -> bool:
    """Whether a clause asks something: what, how many, whether; 一样吗 only compares what was asked before."""
    return bool(_WH.search(clause) or _WHETHER.search(clause)) and not _ALIKE.match(clause)


def _asked_about(clause: str) -> str:
    """What an asking clause is about: what stands before the words that ask, or all but these where they come early."""
    before = _ASKED_BY.split(clause, maxsplit=1)[0]
    return before if len("".join(content_words(before))) >= SHORTEST_SUBJECT else _ASKING_WORD.sub("", clause, count=1)


def _without_comparing(text: str) -> str:
    """The text without the words that compare."""
    return _EACH.sub("", _TAIL.sub("", text)) + ("" if _WH.search(_TAIL.sub("", text)) else "是什么？")


def _label_of_subject(text: str) -> str:
    """The first words of a subject."""
    return re.split(r"[的，,（(]|各|分别|两条|两个", text)[0][:14]

"""Splits a question that asks two or more things at once, of several places or subjects. Knows nothing of answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.understanding.analysis import Analysis, analyse_question, content_words
from corpus.text import places

_JOINED = re.compile(r"[和与跟及、，,]|以及|还有|对比|比较")
_EACH = re.compile(
    r"分别|各自|各(?=[是为有多几叫怎要讲说负]|[？?。]|$)|[两三](?:地|个地方|区|市|县|者)的?|比较一?下?|相比|对比"
)
_COMPARES = re.compile(
    r"分别|各自|各(?!级|类|地|部|方|项|单|区|界|种)|[两三](?:地|个地方|者|条|个|项|份|种)|比较|不同|区别|差别|相比|哪个[高多大低少小早晚]|谁[^，。]{0,8}，谁"
)
_WH = re.compile(r"什么|哪|谁|何[时地处人种]|为何|如何|怎|多少|多久|多大|几[个家项名人次年月天条]")
_ALL_OF = re.compile(r"([两三四])(?:个地方|地(?![\u4e00-\u9fff]产)|个?[区市县](?![级长委]))")
_SAME = re.compile(r"(?:是不是|是否)?(?:在)?同一(天|年|月|个地方|个人)")
_TWICE = re.compile(r"(多少(?:元|钱|个|家|人|名)?|几[个家名人项])(?=[\u4e00-\u9fff]{1,6}(?:几|多少))")
_TAIL = re.compile(
    r"(?:，|,)?(?:目标|结果)?(?:哪个[高多大低少小早晚]|谁更?\S?|有什么(?:不同|区别|差别)|有何(?:不同|区别)|[？?]).*$"
)


def split_subquestions(analysis: Analysis, known_places: Sequence[str] = ()) -> list[tuple[str, Analysis]]:
    """(label, question) for each thing asked; empty when the question asks one thing."""
    each = _by_clause(analysis)
    twice = len([text for _, text in each if "谁" in text]) > 1
    texts = (each if twice else []) or _by_place(analysis, known_places) or _by_subject(analysis) or each
    made = [(label, analyse_question(text, known_places)) for label, text in texts]
    return made if len(made) > 1 and all(part.terms for _, part in made) else []


def _by_place(analysis: Analysis, known: Sequence[str]) -> list[tuple[str, str]]:
    """One question a place: 甲和乙的书记分别是谁, 甲的愿景跟乙的定位有什么不同."""
    text = _spelt_out(analysis.core, known)
    named = places.find_places(text, known)
    if not named and (all_of := _ALL_OF.search(text)) and len(known) == {"两": 2, "三": 3, "四": 4}[all_of.group(1)]:
        rest = _SAME.sub(r"哪一\1", text[: all_of.start()] + text[all_of.end() :]).strip("的，, ")
        return [(name, f"{name}的{rest}") for name in (places.name_levels(full)[-1] for full in known)]
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
        return [(place.name, _question(piece)) for place, piece in zip(named, pieces, strict=True)]
    if any(len(gap) > 2 for gap in between):
        return []
    tail = _EACH.sub("", text[named[-1].end :])
    lead = _EACH.sub("", text[: named[0].start])
    unique = {place.stem: place for place in named}
    return [(place.name, f"{lead}{place.name}{tail}") for place in unique.values()]


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
    if joint is None:
        return []
    first, second = text[start : joint.start()].strip("的，, "), text[joint.end() :]
    tail = second.rpartition("的")[2] if "的" in second else ""
    ask = _EACH.sub("", tail)
    if "的" in first or len(first) >= 8 or not tail:
        wh = _WH.search(second)
        asking = "是" + second[wh.start() :] if wh else "是什么"
        return [
            (_label(first), f"{lead}{first}{_EACH.sub('', asking)}"),
            (_label(second), f"{lead}{_EACH.sub('', second)}"),
        ]
    head = re.sub(r"[两三][条个项份种]\S{0,4}$", "", second.rpartition("的")[0])
    return [
        (_label(first), f"{lead}{first}{_kindred(second)}的{ask}"),
        (_label(head), f"{lead}{second.rpartition('的')[0]}的{ask}"),
    ]


def _kindred(second: str) -> str:
    """The noun that both subjects share: 产业链 of 机器人和集成电路两条产业链."""
    match = re.search(r"[两三][条个项份种](?P<noun>[^的]{1,4})", second)
    return match.group("noun") if match else ""


def _by_clause(analysis: Analysis) -> list[tuple[str, str]]:
    """One question a clause when each asks: 谁提到了甲，谁提到了乙; 要培育几家、门槛是多少."""
    text = _TWICE.sub(r"\1，", analysis.core)
    pieces = [piece.strip() for piece in re.split(r"[，,；;、]|(?<=[？?])", text) if piece.strip(" ？?")]
    asking = [piece for piece in pieces if _WH.search(piece)]
    if len(asking) < 2 or len(asking) > 4:
        return []
    lead = analysis.places[0].name if len({place.stem for place in analysis.places}) == 1 else ""
    made, subject = [], "" if pieces[0] is asking[0] else pieces[0]
    for piece in asking:
        if len("".join(content_words(piece))) < NOUN and subject:
            made.append(f"{subject}{piece}")
        else:
            made.append(piece)
            subject = (
                re.split(r"(?:是|有|为|要)?(?:每[年月人户])?(?:最[高多])?(?:分别)?(?:什么|哪|谁|多少|几)", piece)[0]
                or subject
            )
    return [("", piece if not lead or lead in piece else f"{lead}{piece}") for piece in made]


NOUN = 4  # content characters with which a clause has a subject of its own


def _question(text: str) -> str:
    """The text without the words that compare."""
    return _EACH.sub("", _TAIL.sub("", text)) + ("" if _WH.search(_TAIL.sub("", text)) else "是什么？")


def _label(text: str) -> str:
    """The first words of a subject."""
    return re.split(r"[的，,（(]|各|分别|两条|两个", text)[0][:14]

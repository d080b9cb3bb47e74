"""The abbreviated name of the body that a document is of: found by it, and left out of a question about it. Knows no ranking.

People say 南中医 and 杭电信工 where a document says 南京中医药大学 and 杭州电子科技大学信息工程学院 once, on its first page. The network
sees a passage and a title, takes the unknown name for another's, and trusts nothing it reads. An abbreviation takes
characters of the full name in their order, the first of them first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from weakref import WeakKeyDictionary

from corpus.text.rarity import bigram_rarity
from corpus.types import Document, Passage
from index.types import DocumentSummary, Index

OPENING = 300  # characters at the beginning of a document in which it names the body it is of
SHORTEST, LONGEST = 2, 4  # characters of an abbreviation
SPREAD = 2  # a full name has at least so many times the characters: 办公 is no abbreviation of 办公室
RARE = 5.0  # of its rarest two characters: 人大 has 5.0, 武大 9.5, 人员 2.5
MOST = 12  # documents that an abbreviation may stand for
LEFT = 4  # characters that a question keeps: less asks nothing
_IN = (
    r"(?![的向由及和或于可在为均把被对应须请各从到])[\u4e00-\u9fff]"  # a character of a name, not of the words round it
)
_BODY = re.compile(
    rf"(?<![\u4e00-\u9fff])(?:{_IN}){{2,14}}?(?:大学|学院|学校|中学|研究[院所]|公司|集团|银行|协会|委员会|管理局)"
    rf"(?:(?:{_IN}){{2,8}}?学院)?"
)
_BEFORE = re.compile(r"^(?:中国|中华人民共和国|[\u4e00-\u9fff]{2,3}[省市])")
_HAN = re.compile(r"[\u4e00-\u9fff]+")


def bodies_of(document: Document) -> list[str]:
    """The bodies that a document names in its title, as its issuer and at its beginning, each once."""
    issuer = document.metadata.issuer.value if document.metadata.issuer else ""
    return list(dict.fromkeys(_BODY.findall("\n".join((document.title, issuer, document.text[:OPENING])))))


# The documents of each body, for every index in use.
_KNOWN: WeakKeyDictionary[Index, Mapping[str, tuple[DocumentSummary, ...]]] = WeakKeyDictionary()


def documents_abbreviated(question: str, index: Index) -> tuple[str, tuple[DocumentSummary, ...]]:
    """The question without the abbreviation of a body, and the documents that are of that body by title or issuer.

    No documents where the question abbreviates none, or where more than MOST are meant: then it tells nothing.
    """
    if index not in _KNOWN:
        _KNOWN[index] = _by_body(index.documents())
    found: dict[str, dict[str, DocumentSummary]] = defaultdict(dict)
    for name, documents in _KNOWN[index].items():
        for short in filter(_is_rare, abbreviated_in(name, question)):
            found[short].update((document.id, document) for document in documents)
    meant = {short: documents for short, documents in found.items() if len(documents) <= MOST}
    longest = max(sorted(meant), key=len, default="")
    rest = question.replace(longest, "", 1)
    if not longest or len(rest) < LEFT:
        return question, ()
    # 人大财金 is 中国人民大学财政金融学院, and a document that only says 财政金融学院 is of it too.
    inside = {
        id_: document for short, documents in meant.items() if short in longest for id_, document in documents.items()
    }
    return rest, tuple(inside.values())


def _is_rare(short: str) -> bool:
    """Whether the run is no everyday word: 人员 takes its characters from many a name."""
    return max(bigram_rarity(short[at : at + 2]) for at in range(len(short) - 1)) >= RARE


def _by_body(documents: list[DocumentSummary]) -> Mapping[str, tuple[DocumentSummary, ...]]:
    """The documents of each body that a title or an issuer names."""
    found: dict[str, list[DocumentSummary]] = defaultdict(list)
    for document in documents:
        issuer = document.metadata.issuer.value if document.metadata.issuer else ""
        for name in dict.fromkeys(_BODY.findall(f"{document.title}\n{issuer}")):
            found[name].append(document)
    return {name: tuple(of_it) for name, of_it in found.items() if len(of_it) <= MOST}


def without_own_name(question: str, passage: Passage, document: Document) -> str:
    """The question for a passage, without the longest abbreviation of a body that its document is of.

    As it was where there is none; a word that the passage uses itself is none.
    """
    seen = f"{passage.title}\n{passage.text}"
    shorts = {short for name in bodies_of(document) for short in abbreviated_in(name, question) if short not in seen}
    longest = max(sorted(shorts), key=len, default="")
    rest = question.replace(longest, "", 1)
    return rest if longest and len(rest) >= LEFT else question


def abbreviated_in(name: str, question: str) -> list[str]:
    """The runs of the question that may abbreviate the name; none where the question has the name."""
    if name in question:
        return []
    firsts = {name[0], _BEFORE.sub("", name)[:1]}
    return [
        run[start:end]
        for run in _HAN.findall(question)
        for start, first in enumerate(run)
        if first in firsts
        for end in range(start + SHORTEST, min(start + LONGEST, len(run)) + 1)
        if _is_abbreviation_of(run[start:end], name)
    ]


def _is_abbreviation_of(short: str, name: str) -> bool:
    """Whether the characters of the one stand in the other in their order, not side by side."""
    if short in name or len(short) * SPREAD > len(name):
        return False
    at = name.find(short[0])
    for char in short[1:]:
        at = name.find(char, at + 1)
        if at < 0:
            return False
    return True

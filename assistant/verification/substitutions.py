"""Sees one kind of person, body or thing put in another's place in a sentence that is the source's own. Knows no meanings."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from assistant.verification.text import bare_text
from assistant.verification.types import ClaimAndEvidence
from corpus.text.char_bigrams import joined_bigrams
from corpus.text.synonyms import same_meaning

_LONGEST = 4  # characters that count as one word
_NEAR, _FAR = 2, 4  # characters that must be the source's on the one side and on the other
_EDGE = 6  # and on the one side of a word that begins or ends the sentence
_ALL = 0.6  # of the sentence that must be the source's
_SENTENCE = re.compile(r"[^;。!?\n]+")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
# Only what narrows one of these, or follows one of those, says who or what; other words are changed by any paraphrase.
_KIND = re.compile(
    r"企业|公司|用地|人员|单位|居民|学生|机构|项目|产品|家庭|职工|员工|农户|老人|儿童|妇女|人才|园区|部门|行业|产业|房屋|住房|车辆|"
    r"学校|医院|贷款|保险|资金|设备|工程|银行|协会|社区|农民|组织|服务业|制造业"
)
_IS = re.compile(r"(?:视为|视同|属于|是指|认定为|列为|作为)$")


def substitution_issues(sides: ClaimAndEvidence) -> list[str]:
    """An issue for a word between words of the source that the source has otherwise there and nowhere else."""
    known = bare_text(sides.quote + "\n" + sides.context)
    sources = [bare_text(each) for each in _SENTENCE.findall(sides.quote)]
    issues = []
    for told in map(bare_text, _SENTENCE.findall(sides.statement)):
        source = max(sources, key=lambda each: len(joined_bigrams(told) & joined_bigrams(each)), default="")
        for old, new in _changed_words(source, told):
            if new not in known and old not in told and _HAN.fullmatch(old + new) and new not in same_meaning(old):
                issues.append(f"引文此处是“{old}”，不是“{new}”")
    return issues


def _changed_words(source: str, told: str) -> list[tuple[str, str]]:
    """(word of the source, word in its place) where what stands round both is the same and says that it is a kind."""
    steps = SequenceMatcher(None, source, told, autojunk=False).get_opcodes()
    if sum(b1 - b0 for tag, _, _, b0, b1 in steps if tag == "equal") < _ALL * len(told):
        return []
    found = []
    for at, (tag, a0, a1, b0, b1) in enumerate(steps):
        left = steps[at - 1][2] - steps[at - 1][1] if at else 0
        right = steps[at + 1][2] - steps[at + 1][1] if at + 1 < len(steps) else 0
        old, new = source[a0:a1], told[b0:b1]
        edge = (b0 == 0 and right >= _EDGE) or (b1 == len(told) and a1 == len(source) and left >= _EDGE)
        inside = min(left, right) >= _NEAR and max(left, right) >= _FAR
        if b0 == 0:
            old = old[-len(new) :]
        kind = _KIND.match(told, b1) or (len(new) == 1 and _KIND.match(told, b1 + 1)) or _IS.search(told[:b0])
        if tag == "replace" and kind and (edge or inside) and max(len(old), len(new)) <= _LONGEST:
            found.append((old, new))
    return found

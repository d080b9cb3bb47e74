"""Says 可以, 不可以 or 有条件 before an answer whose clause decides a yes-or-no question. Knows nothing of search.

Nothing is said where the clause does not decide: another act is spoken of, the question denies, an exception follows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.reading import Extract
from assistant.understanding.analysis import Analysis
from corpus.text.characters import fold

SHARE = 0.6  # of the characters of what is asked whether it may be done, those that the deciding clause has
LEAST = 2  # characters of what is asked
_TEXTS = {
    "zh": {"yes": "可以", "no": "不可以", "if": "有条件", "stop": "。"},
    "en": {"yes": "Yes", "no": "No", "if": "On conditions", "stop": ". "},
}
_MAY = re.compile(
    r"(?:能不能|能否|可不可以|可否|是否(?:可以|能够?|允许)|可以|允许|能够?)(?:再|还|也|都|一起|同时|接着|继续|直接|自己)*(?P<act>[^，,？?。吗么呢]{1,20})"
)
_ALLOWED = re.compile(r"(?P<act>[^，,？?。]{2,16}?)(?:行不行|可不可以|可以吗|行吗|允许吗|合法吗|可否|能行吗)")
_ASKS = re.compile(r"什么|哪|谁|多少|几|怎|如何|为何|何时")
_DENIES = re.compile(
    r"不(?:能|可以|得|准|让|给|用|参加|交|来|去|需要)[^不]{0,12}(?:吗|行|可以)|能不(?!能)|是不是不|没有"
)
_CLAUSE = re.compile(r"[^，,；;。！？!?：:\n]+")
_NO = re.compile(
    r"不得(?!超过|少于|低于|高于)|不(?:能|可以?|准|许|予|允许|接受|受理|享受|再享受)|禁止|严禁|只能|仅限|只限|无法|谢绝"
)
_YES = re.compile(r"可以|可(?=[\u4e00-\u9fff]{2})(?![能行持靠控观再视抗])|允许|准许|准予|有权|均可|能够")
_IF = re.compile(
    r"的[，,]|经.{0,20}(?:同意|批准|核准|审核|认定)|(?:符合|满足|具备|达到).{0,30}(?:条件|要求|标准|规定)|(?:如|若|凡)[^，,。]{2,}|"
    r"情形|情况下|之后|以后|后[，,]?(?:可|方可|才)|方可|才(?:可以|能)|除[^，,。]{1,30}外|仅限|期(?:间|内)|以内|不超过"
)
_EXCEPTS = re.compile(r"但|除外|除非|另有规定|例外|未经|没有.{1,12}的|不符合|否则")
_DULL = re.compile(r"[的了在和与或及等是有我你他个这那就都也还再把被]|一下|请问")


def decide_verdict(analysis: Analysis, extracts: Sequence[Extract], language: str = "zh") -> str:
    """可以。 不可以。 or 有条件。 where the first extract decides; "" for another question or where it does not."""
    act = _act_asked_about(analysis)
    if not act or not extracts:
        return ""
    say = _TEXTS["en" if language == "en" else "zh"]
    decided = _decision_of_clause(act, analysis.core, extracts[0].text)
    return f"{say[decided]}{say['stop']}" if decided else ""


def _act_asked_about(analysis: Analysis) -> str:
    """What the question asks whether it may be done; "" for a question that asks something else, or more."""
    core = analysis.core
    if analysis.kind != "yes_no" or _ASKS.search(core) or _DENIES.search(core) or len(re.findall("[吗？?]", core)) > 2:
        return ""
    found = _ALLOWED.search(core) or _MAY.search(core)
    act = _DULL.sub("", found["act"]) if found else ""
    return act if len(act) >= LEAST else ""


def _decision_of_clause(act: str, question: str, text: str) -> str:
    """What the clause decides that speaks of the act and allows or denies it: yes, no, if; "" where none does."""
    for sentence in re.split(r"(?<=[。！？!?\n])", text):
        clauses = [clause.group() for clause in _CLAUSE.finditer(sentence)]
        for clause in clauses:
            denied, allowed = bool(_NO.search(clause)), bool(_YES.search(_NO.sub("", clause)))
            if denied == allowed or _share_held(act, clause) < SHARE:
                continue
            if denied:
                return "" if _EXCEPTS.search(sentence) or _denied_in_case(sentence, question) else "no"
            return "" if _EXCEPTS.search(sentence) else "if" if _IF.search(sentence) else "yes"
    return ""


def _denied_in_case(sentence: str, question: str) -> bool:
    """Whether what is denied is denied in a case only, of which the question does not speak."""
    case = re.search(r"(?P<case>[^，,；;。：:]{2,30})的[，,]", sentence)
    return case is not None and _share_held(_DULL.sub("", case["case"]), question) < SHARE


def _share_held(words: str, text: str) -> float:
    """The share of the words' characters that the text has."""
    letters = [char for char in fold(words) if char.isalnum()]
    held = fold(text)
    return sum(char in held for char in letters) / len(letters) if letters else 0.0

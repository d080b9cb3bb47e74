"""What can be said of a passage for a question without understanding either: numbers a linear ranker weighs.

Knows nothing of weights, of how candidates were found, or of answers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corpus.text.char_bigrams import adjacent_bigrams
from corpus.text.characters import fold
from corpus.text.places import PROVINCES
from corpus.text.rarity import bigram_rarity
from corpus.types import Passage

NAMES = (
    "prior",  # the search's score, divided by the best one
    "place_of_prior",  # 1 / (1 + rank)
    "body",  # weighted share of the question's pairs in the text, title line left out
    "title",  # the same in title and headings
    "both",
    "new",  # of the pairs that the title lacks, the share in the text
    "sentence",  # the same in the best run of two sentences
    "run",  # longest run in common, as a share of the question
    "place_missing",  # a place of the question that neither title nor text names
    "place_title",  # one that the title names
    "year_missing",
    "value",  # the text has the kind of value asked for
    "opening",  # the passage begins its document
    "short",
    "siblings",  # how high the other passages of its document stand
    "rare",  # weighted by rarity among the candidates themselves
    "before",  # what is asked for stands close: pairs in the best 40 characters
)

_SENTENCE = re.compile(r"[^。！？；!?;\n]+[。！？；!?;\n]?")
_PLACE = re.compile(
    rf"({'|'.join(PROVINCES)})"
    r"|([\u4e00-\u9fff]{2,4}?)(?:省|市|区|县|州|镇|自治区)"
)
_NOT_PLACES = frozenset(("地", "城", "社", "小", "各地", "城市", "都", "超", "门", "地区", "社区", "园", "园区", "校"))
_YEAR = re.compile(r"(?:19|20)\d{2}(?=年)")
_ASKS = (
    (re.compile(r"电话|号码|热线|联系方式"), re.compile(r"\d{3,4}-?\d{5,}|\d{5,}")),
    (
        re.compile(r"多少|几[个项家名人次条天年月种类位亿万元号点]|多久|多长|比例|金额"),
        re.compile(r"\d|[一二三四五六七八九十百千万]"),
    ),
    (re.compile(r"什么时候|何时|哪[天年月日]|时间|日期"), re.compile(r"\d+\s*[年月日号时：:]|即日")),
    (re.compile(r"网址|网站|邮箱|平台|公众号"), re.compile(r"[a-z0-9.]{4,}|网|平台|公众号")),
    (
        re.compile(r"哪些|哪几|措施|要求|条件|材料|流程"),
        re.compile(r"[一二三四五六七八九十]是|[（(][一二三四五六七八九十\d][）)]|、.*、|；"),
    ),
)


@dataclass(frozen=True, slots=True)
class QuestionFeatures:
    """A question as the ranker sees it: its character pairs with their weights, the places and years it names."""

    text: str
    pairs: dict[str, float]
    total: float
    places: tuple[str, ...]
    years: tuple[str, ...]


def question_features(question: str) -> QuestionFeatures:
    """Reads the question."""
    text = fold(question)
    pairs = {pair: bigram_rarity(pair) for pair in sorted(adjacent_bigrams(text))}
    places = tuple(dict.fromkeys(a or b for a, b in _PLACE.findall(text) if (a or b) not in _NOT_PLACES))
    return QuestionFeatures(text, pairs, sum(pairs.values()) or 1.0, places, tuple(_YEAR.findall(text)))


def _share_found(question: QuestionFeatures, found: set[str]) -> float:
    return sum(w for pair, w in question.pairs.items() if pair in found) / question.total


def _body_without_title(passage: Passage) -> str:
    """The text without a first line that only repeats the title."""
    text = fold(passage.text)
    title = fold(passage.title).strip()
    bare = text.lstrip("# \n")
    return bare[len(title) :] if title and bare.startswith(title) else text


def _longest_run(question: str, text: str) -> int:
    best = 0
    for start in range(len(question)):
        while start + best < len(question) and question[start : start + best + 1] in text:
            best += 1
    return best


def _closest_weight(question: QuestionFeatures, body: str, span: int) -> float:
    """The largest weight of distinct question pairs whose first places lie within ``span`` characters."""
    places = sorted((at, pair) for pair in question.pairs for at in _all_places(body, pair))
    held: dict[str, int] = {}
    best, left, total = 0.0, 0, 0.0
    for at, pair in places:
        held[pair] = held.get(pair, 0) + 1
        total += question.pairs[pair] if held[pair] == 1 else 0.0
        while places[left][0] < at - span:
            old = places[left][1]
            held[old] -= 1
            total -= question.pairs[old] if held[old] == 0 else 0.0
            left += 1
        best = max(best, total)
    return best / question.total


def _all_places(text: str, piece: str) -> list[int]:
    found, at = [], text.find(piece)
    while at >= 0:
        found.append(at)
        at = text.find(piece, at + 1)
    return found


def feature_table(asked: str, passages: Sequence[Passage], prior: Sequence[float]) -> NDArray[np.float32]:
    """One row of NAMES a passage, float32 (len(passages), len(NAMES)), each about 0 to 1."""
    question = question_features(asked)
    top = max((*prior, 1e-9))
    order = np.argsort(np.argsort(-np.asarray(prior), kind="stable"), kind="stable")
    bodies = [_body_without_title(p) for p in passages]
    titles = [fold(" ".join((p.title, *p.headings))) for p in passages]
    held = [{pair for pair in question.pairs if pair in b} for b in bodies]
    headed = [{pair for pair in question.pairs if pair in t} for t in titles]
    count = len(passages)
    spread = {pair: sum(pair in h for h in held) for pair in question.pairs}
    scarce = {pair: math.log((count + 1) / (n + 0.5)) if n else 0.0 for pair, n in spread.items()}
    rare_total = sum(scarce.values()) or 1.0
    best_of: dict[str, list[float]] = {}
    for passage, score in zip(passages, prior, strict=True):
        best_of.setdefault(passage.doc_id, []).append(score / top)
    wanted = [value for ask, value in _ASKS if ask.search(question.text)]
    rows = []
    for i, passage in enumerate(passages):
        body, title = bodies[i], titles[i]
        left = {pair: w for pair, w in question.pairs.items() if pair not in headed[i]}
        left_total = sum(left.values()) or 1.0
        new = sum(w for pair, w in left.items() if pair in held[i]) / left_total
        own = sorted(best_of[passage.doc_id], reverse=True)
        own.remove(prior[i] / top)
        rows.append(
            (
                prior[i] / top,
                1 / (1 + order[i]),
                _share_found(question, held[i]),
                _share_found(question, headed[i]),
                _share_found(question, held[i] | headed[i]),
                new,
                _best_sentence_share(left, left_total, body),
                _longest_run(question.text, body) / max(len(question.text), 1),
                float(any(p not in body and p not in title for p in question.places)),
                float(any(p in title for p in question.places)),
                float(any(y not in body and y not in title for y in question.years)),
                float(all(value.search(body) for value in wanted)) if wanted else 0.0,
                float(passage.start < 3),
                float(len(body) < 80),
                sum(own[:3]) / 3,
                sum(r for pair, r in scarce.items() if pair in held[i]) / rare_total,
                _closest_weight(question, body, 40),
            )
        )
    return np.array(rows, dtype=np.float32).reshape(count, len(NAMES))


def _best_sentence_share(left: dict[str, float], total: float, body: str) -> float:
    """The best weighted share of the pairs in two sentences that follow each other."""
    found = [{pair for pair in left if pair in s} for s in _SENTENCE.findall(body)]
    best = 0.0
    for first, second in pairwise([*found, set()]):
        best = max(best, sum(left[pair] for pair in first | second))
    return best / total

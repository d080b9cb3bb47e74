"""Scores the sentences of the passages found by how well each fits the question. Knows nothing of what is taken from them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.reading import lists, ranges, wanted
from assistant.reading.matching import Matcher
from assistant.reading.suspicion import suspect
from assistant.reading.types import Sentence, read_first
from assistant.understanding.analysis import Analysis
from corpus.sentences import sentences
from corpus.text.characters import fold
from index.types import Hit

READ, READ_CHARACTERS = 10, 4500  # passages that are read, and how much of them
_QUESTION = re.compile(r"[？?]\s*$")
_SAYS = re.compile(r"[”\"》]?(?:分别|依次|主要|就)?(?:是|为|有|包括|包含|指|:|叫)(?!了)")
_EXCLUDED = re.compile(
    r"[（(](?:不是|不含|不包括|除了?|不要)(?P<what>[\u4e00-\u9fff]{2,6}?)(?:的|外|之外|那).{0,4}[）)]"
)
_CLAUSES = re.compile(r"[，,；;。：:]")


def candidates(analysis: Analysis, hits: Sequence[Hit], matcher: Matcher) -> list[Sentence]:
    """The sentences of the first passages, best first."""
    found: list[Sentence] = []
    seen: set[tuple[str, int]] = set()
    top = hits[0].score if hits else 0.0
    for hit in read_first(hits, READ, READ_CHARACTERS):
        for sentence in _of_passage(analysis, hit, matcher, top):
            if (hit.passage.doc_id, sentence.start) not in seen and not suspect(sentence.text):
                seen.add((hit.passage.doc_id, sentence.start))
                found.append(sentence)
    excluded = _EXCLUDED.search(analysis.core)
    if excluded:
        found = [s for s in found if excluded.group("what") not in s.text] or found
    return sorted(found, key=lambda sentence: (-sentence.score, sentence.hit.rank, sentence.start))


def _of_passage(analysis: Analysis, hit: Hit, matcher: Matcher, top: float) -> list[Sentence]:
    """The scored sentences of one passage."""
    passage = hit.passage
    above = matcher.found(fold(" ".join((passage.title, *passage.headings))))
    whole = above | matcher.found(fold(passage.text))
    spans = [(start, end) for start, end in sentences(passage.text) if passage.text[start:end].strip()]
    found = [matcher.found(fold(passage.text[start:end])) for start, end in spans]
    scored, heading = [], set(above)
    for order, (start, end) in enumerate(spans):
        text = passage.text[start:end]
        if text.startswith("#"):
            heading = above | found[order]
        near = found[order] | heading | (found[order - 1] if order else set())
        sentence = Sentence(
            text,
            passage.start + start,
            passage.start + end,
            hit,
            order,
            coverage=matcher.share(found[order]),
            context=matcher.share(near),
        )
        scored.append(replace(sentence, score=_score(analysis, sentence, matcher, matcher.share(whole), top)))
    return scored


def _score(analysis: Analysis, sentence: Sentence, matcher: Matcher, whole: float, top: float) -> float:
    """Own wording counts most, then what stands round it, then the search's opinion of the passage; then its shape."""
    prior = sentence.hit.score / top if top > 0 else 1.0 / sentence.hit.rank
    score = 0.5 * sentence.coverage + 0.25 * sentence.context + 0.07 * whole + 0.08 * min(max(prior, 0.0), 1.0)
    return (score + 0.1 * _density(sentence.text, matcher)) * _shape(analysis, sentence.text)


def _density(text: str, matcher: Matcher) -> float:
    """The greatest share of one clause's length that is wording of the question."""
    best = 0.0
    for clause in _CLAUSES.split(text):
        if len(clause) >= 4:
            covered: set[int] = set()
            for at, _ in matcher.places(clause):
                covered.update((at, at + 1))
            best = max(best, len(covered) / (len(clause) + 1))
    return min(best, 1.0)


def _shape(analysis: Analysis, text: str) -> float:
    """Less than 1 for a heading, a question, a sentence that only repeats the question or has nothing of the kind asked for."""
    bare = text.strip()
    factor = 1.0
    if _QUESTION.search(bare):
        factor *= 0.6
    if is_heading(bare):
        factor *= 0.6
    asked = fold(analysis.core)
    if len(bare) < 80 and sum(char not in asked for char in fold(bare)) < 4:
        factor *= 0.5
    if wanted.needs_value(analysis) and not wanted.fitting(analysis, bare):
        factor *= 0.7
    if analysis.kind in ("list", "what", "define") and _defines(analysis, bare):
        factor *= 1.12
    if analysis.kind == "define" and _explains(analysis, bare):
        factor *= 1.12
    if analysis.kind in ("what", "which", "how", "why") and _only_listed(analysis, bare):
        factor *= 0.7
    if quoted(analysis.core) and not any(quote in bare for quote in quoted(analysis.core)):
        factor *= 0.85
    if ranges.holds(analysis.core, bare) is not None:
        factor *= 1.3 if ranges.holds(analysis.core, bare) else 0.3
    if analysis.kind == "list":
        last = next((fold(term) for term in reversed(analysis.terms) if len(term) >= 2), "")
        factor *= 1.25 if last and last[-2:] in bare and lists.opens(bare) else 1.0
        count = lists.items(bare)
        factor *= 1.1 if count >= max(analysis.count or 0, 2) else 0.95
        factor *= 1.08 if count == analysis.count else 1.0
    return factor


def _defines(analysis: Analysis, text: str) -> bool:
    """Whether the last content word of the question, or what it counts (四大经济), is followed at once by 是, 为, 有, 包括 or a colon."""
    folded = fold(text)
    last = next((term for term in reversed(analysis.terms) if len(term) >= 2), "")
    counted = [
        term for term in analysis.terms if analysis.count and len(term) >= 3 and term[0] in "两二三四五六七八九十"
    ]
    for word in {fold(term)[-4:] for term in (last, *counted) if term}:
        at = folded.find(word)
        if at >= 0 and _SAYS.match(folded, at + len(word)):
            return True
    return False


_EXPLAINS = re.compile(r"内容(?:是|为|包括)|是指|指的是|指|即|就是|包括|——|：")


def _explains(analysis: Analysis, text: str) -> bool:
    """Whether words that explain (内容是, 是指, 即) follow the last content word of the question within a clause or so."""
    term = next((fold(term) for term in analysis.terms if len(term) >= 2), "")
    at = fold(text).find(term) if term else -1
    return at >= 0 and bool(_EXPLAINS.search(text, at + len(term), at + len(term) + 16))


def _only_listed(analysis: Analysis, text: str) -> bool:
    """Whether the subject of the question is a mere item of an enumeration (甲、乙、丙): it tells nothing of it."""
    folded = fold(text)
    for term in analysis.terms:
        if len(term) < 3 or fold(term) not in folded:
            continue
        at = folded.find(fold(term))
        before, after = folded[at - 1 : at], folded[at + len(term) : at + len(term) + 1]
        if "、" in (before, after) and before in "、：:，," and after in ("、", "，", ",", "。", "；", ";", "", "等"):
            return True
    return False


def quoted(question: str) -> list[str]:
    """What the question puts in quotation marks, with them: words that the source is said to use."""
    return re.findall(r"“[^“”]{1,20}”", question)


def is_heading(text: str) -> bool:
    """Whether a line stands as a heading: a Markdown mark, or short with no mark at its end and no predicate sign."""
    bare = text.strip()
    return bare.startswith("#") or (
        not bare.startswith("|") and len(bare) <= 30 and bare[-1:] not in "。；！：:;！”》）)、，" and "：" not in bare
    )

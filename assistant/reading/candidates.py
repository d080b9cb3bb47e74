"""Scores the sentences of the passages found by how well each fits the question. Knows nothing of what is taken from them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.reading import values
from assistant.reading.matching import Matcher
from assistant.reading.types import Sentence
from assistant.understanding.analysis import Analysis
from corpus.normal import fold
from corpus.sentences import sentences
from index.types import Hit

READ = 10  # passages that are read
_QUESTION = re.compile(r"[？?]\s*$")


def candidates(analysis: Analysis, hits: Sequence[Hit], matcher: Matcher) -> list[Sentence]:
    """The sentences of the first passages, best first."""
    found: list[Sentence] = []
    seen: set[tuple[str, int]] = set()
    top = hits[0].score if hits else 0.0
    for hit in hits[:READ]:
        for sentence in _of_passage(analysis, hit, matcher, top):
            if (hit.passage.doc_id, sentence.start) not in seen:
                seen.add((hit.passage.doc_id, sentence.start))
                found.append(sentence)
    return sorted(found, key=lambda sentence: (-sentence.score, sentence.hit.rank, sentence.start))


def _of_passage(analysis: Analysis, hit: Hit, matcher: Matcher, top: float) -> list[Sentence]:
    """The scored sentences of one passage."""
    passage = hit.passage
    around = fold(" ".join((passage.title, *passage.headings)))
    heading = matcher.found(around)
    whole = heading | matcher.found(fold(passage.text))
    spans = [(start, end) for start, end in sentences(passage.text) if passage.text[start:end].strip()]
    found = [matcher.found(fold(passage.text[start:end])) for start, end in spans]
    scored = []
    for order, (start, end) in enumerate(spans):
        near = (
            found[order] | heading | (found[order - 1] if order else set()) | (found[order - 2] if order > 1 else set())
        )
        sentence = Sentence(
            passage.text[start:end],
            passage.start + start,
            passage.start + end,
            hit,
            order,
            coverage=matcher.share(found[order]),
            context=matcher.share(near),
        )
        scored.append(replace(sentence, score=_score(analysis, sentence, matcher.share(whole), top)))
    return scored


def _score(analysis: Analysis, sentence: Sentence, whole: float, top: float) -> float:
    """Own wording counts most, then what stands round it, then the search's opinion of the passage; then its shape."""
    prior = sentence.hit.score / top if top > 0 else 1.0 / sentence.hit.rank
    score = 0.55 * sentence.coverage + 0.25 * sentence.context + 0.1 * whole + 0.1 * min(max(prior, 0.0), 1.0)
    return score * _shape(analysis, sentence.text)


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
    match analysis.kind:
        case "how_many" if not values.amounts(bare):
            factor *= 0.75
        case "when" if not values.dates(bare) and not values.amounts(bare):
            factor *= 0.75
        case "who" if not values.people(bare) and not values.bodies(bare):
            factor *= 0.85
    return factor


def is_heading(text: str) -> bool:
    """Whether a line stands as a heading: a Markdown mark, or short with no mark at its end and no predicate sign."""
    bare = text.strip()
    return bare.startswith("#") or (len(bare) <= 30 and bare[-1:] not in "。；！：:;！”》）)、，" and "：" not in bare)

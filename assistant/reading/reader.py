"""The extractive reader: the best sentences of the passages found, trimmed to what was asked. Knows nothing of language models.

Rules score and trim; `trained` chooses the words for the kinds in TAKEN and weighs whether anything answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from assistant.reading import absence, lists, spans, trained, wanted
from assistant.reading.candidates import candidates, is_heading
from assistant.reading.matching import Matcher
from assistant.reading.types import Extract, Reading, Sentence
from assistant.understanding import places
from assistant.understanding.analysis import Analysis
from corpus.normal import fold
from corpus.sentences import sentences
from corpus.types import Document
from index.types import Hit, Index

SIDE_BY_SIDE = 4  # answers shown with labels; with more, the question is asked back
NEAR = 0.8  # of the best score: as good an answer for another place or document
SURE, CERTAIN = -1.0, 2.5  # log-odds it takes to answer where the rules see nothing against it, and where they do
SHORT = 60  # characters of a sentence that is shown whole rather than cut
VAGUE = 9  # a question of more character pairs than this is specific enough


def read(analysis: Analysis, hits: Sequence[Hit], index: Index) -> Reading:
    """What the passages say to the question; nothing when they do not speak of it."""
    if not hits or not analysis.terms:
        return Reading(reason="没有找到相关段落")
    matcher = Matcher(analysis.terms, index)
    found = candidates(analysis, hits, matcher)
    if not found:
        return Reading(reason="没有找到相关段落")
    kept, reason = _fitting(analysis, found, matcher, index)
    look = trained.look(analysis, hits)
    odds = trained.odds(look, _signs(found, kept, matcher)) if look else -10.0
    if look is None or odds < (SURE if kept else CERTAIN):
        return Reading(answerable=trained.probability(odds), reason=reason or "找到的段落不像是在回答这个问题")
    chosen = _choose(analysis, kept or found, matcher, index)
    if not kept or (len(chosen) == 1 and not _by_rules(analysis, chosen[0][1])):
        extracts = [_whole(look, index)]
    else:
        extracts = [_extract(analysis, sentence, matcher, index, label) for label, sentence in chosen]
    extracts = [extract for extract in extracts if extract.text]
    if len(extracts) > SIDE_BY_SIDE:
        return Reading(answerable=kept[0].context, choices=tuple(extract.label for extract in extracts))
    if len(extracts) > 1 and len({extract.text for extract in extracts}) == 1:
        extracts = [replace(extracts[0], label="")]
    return Reading(tuple(extracts), answerable=trained.probability(odds))


def _fitting(
    analysis: Analysis, found: Sequence[Sentence], matcher: Matcher, index: Index
) -> tuple[list[Sentence], str]:
    """The sentences that no rule speaks against, and the first reason a rule gave."""
    kept, reason = [], ""
    for sentence in found[:40]:
        why = absence.missing(analysis, sentence, matcher, index)
        reason = reason or why
        if not why:
            kept.append(sentence)
    return kept, reason


RULE_SIGNS = ("context", "coverage", "none fits", "first unfit", "unknown")


def _signs(found: Sequence[Sentence], kept: Sequence[Sentence], matcher: Matcher) -> NDArray[np.float32]:
    """What the rules say of answerability, see RULE_SIGNS."""
    first = bool(kept) and kept[0] is found[0]
    unknown = sum(matcher.weights[gram] for gram in matcher.unknown) / matcher.total
    values = (found[0].context, found[0].coverage, not kept, not first, unknown)
    return np.array(values, dtype=np.float32)


def rule_signs(analysis: Analysis, hits: Sequence[Hit], index: Index) -> NDArray[np.float32]:
    """The same for a question by itself, for training."""
    matcher = Matcher(analysis.terms, index)
    found = candidates(analysis, hits, matcher)
    if not found:
        return np.array((0, 0, 1, 1, 0), dtype=np.float32)
    return _signs(found, _fitting(analysis, found, matcher, index)[0], matcher)


_ENUMERATES = re.compile(r"[几哪][几两二三四五六七八九]?[个项种大条]|列[出全举]|分别")
PLAIN = 0.85  # share of the question's wording in one sentence at which rules and trained reader are level on dev cases
TAKEN = ("how", "why", "what", "define", "yes_no", "list", "which")  # kinds whose words the trained reader takes


def _by_rules(analysis: Analysis, sentence: Sentence) -> bool:
    """Whether the rules take the answer: values of a kind, lists whose items are counted or stand below their lead."""
    if analysis.kind not in TAKEN or _ENUMERATES.search(analysis.core) or sentence.coverage >= PLAIN:
        return True
    return analysis.kind == "list" and bool(analysis.count or lists.opens(sentence.text))


def _whole(look: trained.Look, index: Index) -> Extract:
    """The run of words that the trained reader chose, quoted with the sentences it stands in."""
    passage = look.hit.passage
    start, end = passage.start + look.start, passage.start + look.end
    text = index.document(passage.doc_id).text
    quote_start, quote_end = start, end
    for left, right in sentences(passage.text):
        if left < look.end and right > look.start:
            quote_start = min(quote_start, passage.start + left)
            quote_end = max(quote_end, passage.start + right)
    lead = len(text[quote_start:quote_end]) - len(text[quote_start:quote_end].lstrip())
    quote_start += lead
    if quote_end - quote_start <= SHORT:
        start, end = quote_start, quote_end
    else:
        start, end = _to_clauses(text, start, end, quote_start, quote_end)
    return Extract(text[start:end].rstrip("。；;，, \n"), look.hit, quote_start, quote_end, 1.0)


_CLAUSE_END = "，,；;。！？!?：:\n"


def _to_clauses(text: str, start: int, end: int, least: int, most: int) -> tuple[int, int]:
    """A run widened to the clauses it cuts, within `least` and `most`: half a clause is no answer."""
    while start > least and text[start - 1] not in _CLAUSE_END:
        start -= 1
    while end < most and text[end - 1] not in _CLAUSE_END and text[end] not in _CLAUSE_END:
        end += 1
    return start, end


def _choose(
    analysis: Analysis, found: Sequence[Sentence], matcher: Matcher, index: Index
) -> list[tuple[str, Sentence]]:
    """The sentence that answers; one for each place or document where a vague question fits several as well."""
    best = found[0]
    if analysis.places or analysis.titles or analysis.numbers or len(matcher.weights) > VAGUE:
        return [("", best)]
    enough = 0.95 * matcher.share(_matched(best, matcher))
    groups: dict[tuple[str, str], Sentence] = {}
    fit: list[Sentence] = []
    for sentence in found:
        if sentence.score >= NEAR * best.score and matcher.share(_matched(sentence, matcher)) >= enough:
            groups.setdefault(_scope(sentence, index), sentence)
            fit.append(sentence)
    if not all(region for region, _ in groups):
        return [("", best)]
    if analysis.kind == "how_many":
        valued = [sentence for sentence in fit if wanted.fitting(analysis, sentence.text)]
        return (
            [(_scope(s, index)[1], s) for s in valued] if 1 < len(valued) <= SIDE_BY_SIDE else _by_scope(groups, best)
        )
    return _by_scope(groups, best)


def _by_scope(groups: dict[tuple[str, str], Sentence], best: Sentence) -> list[tuple[str, Sentence]]:
    """One sentence a place, or a document where places repeat; the best alone when there is one."""
    if len(groups) < 2:
        return [("", best)]
    by_region = len({region for region, _ in groups}) == len(groups)
    return [(region if by_region else title, sentence) for (region, title), sentence in groups.items()]


def _matched(sentence: Sentence, matcher: Matcher) -> set[str]:
    """The grams of the question in the sentence and above it."""
    passage = sentence.hit.passage
    return matcher.found(fold(" ".join((passage.title, *passage.headings, sentence.text))))


def _scope(sentence: Sentence, index: Index) -> tuple[str, str]:
    """What the sentence holds for: region, empty when unknown, and title of its document."""
    metadata = index.document(sentence.hit.passage.doc_id).metadata
    region = places.levels(metadata.region.value)[-1] if metadata.region else ""
    return region, sentence.hit.passage.title


def _extract(analysis: Analysis, sentence: Sentence, matcher: Matcher, index: Index, label: str) -> Extract:
    """The words taken from a sentence and, where it opens a list or asks a question itself, from what follows it."""
    document = index.document(sentence.hit.passage.doc_id)
    start, end = sentence.start, sentence.end
    if lists.opens(sentence.text) or is_heading(sentence.text) or sentence.text.rstrip().endswith(("？", "?")):
        return _with_following(analysis, sentence, document, label)
    lead = len(sentence.text) - len(sentence.text.lstrip())
    whole = label and analysis.kind == "how_many" and len(matcher.weights) <= VAGUE
    pieces = [(0, len(sentence.text))] if whole else spans.trim(analysis, sentence.text, matcher)
    text = "；".join(sentence.text[left:right] for left, right in pieces if right > left)
    expected = analysis.count or lists.counted(analysis.core)
    found = lists.items(text) if analysis.kind == "list" and expected else 0
    return Extract(text, sentence.hit, start + lead, end, sentence.score, label, expected if found else 0, found)


def _with_following(analysis: Analysis, sentence: Sentence, document: Document, label: str) -> Extract:
    """A list after its lead, or the paragraph after a heading or a question."""
    text = document.text
    end, count = lists.following(text, sentence.end)
    if count == 0:
        end = _next_paragraph(text, sentence.end)
    words = text[sentence.end : end].strip() or sentence.text.strip()
    lead = len(sentence.text) - len(sentence.text.lstrip())
    expected = analysis.count or lists.counted(sentence.text) if count else 0
    return Extract(
        words, sentence.hit, sentence.start + lead, max(end, sentence.end), sentence.score, label, expected, count
    )


def _next_paragraph(text: str, start: int) -> int:
    """The end of the next line that holds words, at most 400 characters on, at the end of a sentence."""
    from corpus.sentences import sentences

    begin = start
    while begin < len(text) and text[begin].isspace():
        begin += 1
    stop = text.find("\n", begin)
    stop = len(text) if stop < 0 else stop
    if stop - begin <= 400:
        return stop
    end = begin
    for _, right in sentences(text[begin:stop]):
        if right > 400 and end > begin:
            break
        end = begin + right
    return end

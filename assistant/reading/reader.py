"""The extractive reader: the best sentences of the passages found, trimmed to what was asked. Knows nothing of models.

Rules score and trim; trained parts plug in through `assistant.reader_model` where they are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.reading import absence, lists, spans, wanted
from assistant.reading.candidates import candidates, is_heading
from assistant.reading.matching import Matcher
from assistant.reading.types import Extract, Reading, Sentence
from assistant.understanding import places
from assistant.understanding.analysis import Analysis
from corpus.normal import fold
from corpus.types import Document
from index.types import Hit, Index

SIDE_BY_SIDE = 4  # answers shown with labels; with more, the question is asked back
NEAR = 0.8  # of the best score: as good an answer for another place or document
VAGUE = 9  # a question of more character pairs than this is specific enough


def read(analysis: Analysis, hits: Sequence[Hit], index: Index) -> Reading:
    """What the passages say to the question; nothing when they do not speak of it."""
    if not hits or not analysis.terms:
        return Reading(reason="没有找到相关段落")
    matcher = Matcher(analysis.terms, index)
    found = candidates(analysis, hits, matcher)
    if not found:
        return Reading(reason="没有找到相关段落")
    kept, reason = [], ""
    for sentence in found[:40]:
        why = absence.missing(analysis, sentence, matcher, index)
        reason = reason or why
        if not why:
            kept.append(sentence)
    if not kept:
        return Reading(answerable=found[0].context / 2, reason=reason)
    chosen = _choose(analysis, kept, matcher, index)
    extracts = [_extract(analysis, sentence, matcher, index, label) for label, sentence in chosen]
    extracts = [extract for extract in extracts if extract.text]
    if len(extracts) > SIDE_BY_SIDE:
        return Reading(answerable=kept[0].context, choices=tuple(extract.label for extract in extracts))
    if len(extracts) > 1 and len({extract.text for extract in extracts}) == 1:
        extracts = [replace(extracts[0], label="")]
    return Reading(tuple(extracts), answerable=min(1.0, kept[0].context))


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

"""The extractive reader: the best sentences of the passages found, trimmed to what was asked. Knows nothing of language models.

Rules score and trim; `trained` chooses the words for the kinds in TAKEN and weighs whether anything answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from assistant.reading import absence, annexes, extracts, figures, lists, ranges, trained, validity, wanted
from assistant.reading.candidates import candidates, quoted
from assistant.reading.matching import Matcher
from assistant.reading.types import Extract, Reading, Sentence
from assistant.understanding.analysis import Analysis
from corpus.text import places
from corpus.text.characters import fold
from index.types import Hit, Index

SIDE_BY_SIDE = 4  # answers shown with labels; with more, the question is asked back
NEAR = 0.8  # of the best score: as good an answer for another place or document
SURE, CERTAIN = -1.0, 1.5  # log-odds it takes to answer where the rules see nothing against it, and where they do


def read(analysis: Analysis, hits: Sequence[Hit], index: Index) -> Reading:
    """What the passages say to the question; nothing when they do not speak of it."""
    if not hits or not analysis.terms:
        return Reading(reason="没有找到相关段落")
    stated = validity.read(analysis, hits, index)
    return stated if stated is not None else _read(analysis, hits, index)


def _read(analysis: Analysis, hits: Sequence[Hit], index: Index) -> Reading:
    """The answer to a question about what the documents say."""
    matcher = Matcher(analysis.terms, index)
    found = candidates(analysis, hits, matcher)
    if not found:
        return Reading(reason="没有找到相关段落")
    kept, reason = _fitting(analysis, found, matcher, index)
    look = trained.look(analysis, hits)
    odds = trained.odds(look, _signs(found, kept, matcher)) if look else -10.0
    needed = SURE if kept else CERTAIN
    if kept and ranges.holds(analysis.core, kept[0].text):
        needed -= IN_RANGE
    if look is None or odds < needed:
        return Reading(answerable=trained.probability(odds), reason=reason or "找到的段落不像是在回答这个问题")
    if not kept:
        taken = [_run(analysis, "", look, matcher)] if _of_the_kind(analysis, look) else []
        return Reading(tuple(taken), answerable=trained.probability(odds), reason=reason)
    together = figures.sentences(kept) if figures.all_asked(analysis) else []
    if together:
        whole = [extracts.whole(sentence) for sentence in together]
        return Reading(tuple(whole), answerable=trained.probability(odds))
    chosen = _choose(analysis, kept, matcher, index)
    if len(chosen) == 1:
        taken = [_one(analysis, chosen[0][1], look, matcher, index)]
    else:
        taken = [
            extracts.by_rules(analysis, sentence, matcher, index, label=label, look=look) for label, sentence in chosen
        ]
    taken = [annexes.follow(extract, index) for extract in taken if extract.text]
    if len(taken) > SIDE_BY_SIDE:
        return Reading(answerable=kept[0].context, choices=tuple(extract.label for extract in taken))
    if len(taken) > 1 and len({extract.text for extract in taken}) == 1:
        taken = [replace(taken[0], label="")]
    return Reading(tuple(taken), answerable=trained.probability(odds))


def _one(analysis: Analysis, best: Sentence, look: trained.Look, matcher: Matcher, index: Index) -> Extract:
    """The words that answer, as the trained reader or the rules take them.

    Where those only repeat the question, the others are taken, or what stands after them: a heading and a question do so.
    """

    def taken(by_reader: bool) -> Extract:
        if by_reader:
            return _run(analysis, best.text, look, matcher)
        return extracts.by_rules(analysis, best, matcher, index, look=look)

    trusted = _as_chosen(analysis, best.text, look) or not _by_rules(analysis, best, look)
    first = taken(trusted)
    words = _past_heading(analysis, first, matcher, index)
    if _echo(analysis, words.text):
        words = _past_heading(analysis, taken(not trusted), matcher, index)
    if not _echo(analysis, words.text):
        return words
    after = extracts.after(first, index)
    return first if _echo(analysis, after.text) else after


def _past_heading(analysis: Analysis, extract: Extract, matcher: Matcher, index: Index) -> Extract:
    """The paragraph of the heading that words end in, where that was asked about; else the words without the heading."""
    before, heading = extracts.heading_at_end(extract.text)
    if not heading or analysis.kind not in NAMELESS:
        return extract
    own, other = (matcher.share(matcher.found(fold(words))) for words in (heading, before))
    named = own >= other or _repeats(analysis, heading)
    if named and (before or _new(analysis, heading) < 2 * NEW):
        return extracts.after(extract, index)
    return replace(extract, text=before or heading)


def _echo(analysis: Analysis, words: str) -> bool:
    """Whether words say nothing that the question does not, where it asks for something that it does not name itself."""
    return analysis.kind in NAMELESS and "还是" not in analysis.core and _repeats(analysis, words)


def _repeats(analysis: Analysis, words: str) -> bool:
    """Whether nearly all of the words are the question's."""
    return _new(analysis, words) < min(NEW, 0.01 + NEW_SHARE * sum(char.isalnum() for char in words))


def _new(analysis: Analysis, words: str) -> int:
    """How many letters and digits the question does not have."""
    asked = fold(analysis.core)
    return sum(char.isalnum() and char not in asked for char in fold(words))


def _of_the_kind(analysis: Analysis, look: trained.Look) -> bool:
    """Whether the trained reader's run holds a value of the kind asked for, where only such a value can answer."""
    return analysis.kind not in ("how_many", "when") or bool(wanted.fitting(analysis, look.sentences()))


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


_ENUMERATES = re.compile(r"[几哪][几两二三四五六七八九]?[个项种大条句]|列[出全举]|分别")
IN_RANGE = 1.0  # less of it where a row's range holds the age asked about: that alone speaks for the row
PLAIN = 0.85  # share of the question's wording in one sentence at which rules and trained reader are level on dev cases
TAKEN = ("how", "why", "what", "define", "yes_no", "list", "which")  # kinds whose words the trained reader takes
LONG, WHOLE = 40, 12  # characters from which a run is shown as chosen: whatever is asked, and for the kinds in TAKEN
NAMELESS = ("how", "why", "what", "define", "list")  # kinds whose answer is not among the question's words
NEW, NEW_SHARE = 4, 0.25  # characters that the question does not have, and their share: fewer only repeat it
SAID = ("how", "why", "yes_no")  # kinds that a clause answers: half of one reads as a fault
CONFIDENT = -2.0  # log-probability, of the start and the end together, from which a shorter one is


def _as_chosen(analysis: Analysis, sentence: str, look: trained.Look) -> bool:
    """Whether the trained reader's run is shown as it is: long or sure; other short ones too often hold half of an answer."""
    if analysis.count and lists.items(sentence) == analysis.count:
        return False  # the rules hold every item that was asked for
    enumerated = analysis.count or lists.opens(sentence) or _ENUMERATES.search(analysis.core)
    counted = analysis.kind == "list" and bool(enumerated)
    firm = counted or bool(wanted.fitting(analysis, sentence))  # the rules hold a value or an enumeration
    least = WHOLE if analysis.kind in TAKEN and not firm else LONG
    enough = look.end - look.start >= least or (look.confidence() >= CONFIDENT and not firm)
    return enough and _of_the_kind(analysis, look)


def _run(analysis: Analysis, sentence: str, look: trained.Look, matcher: Matcher) -> Extract:
    """The trained reader's run, as it is or widened to whole clauses."""
    if _as_chosen(analysis, sentence, look):
        return extracts.as_chosen(look, clauses=analysis.kind in SAID)
    return extracts.by_trained(look, matcher)


def _by_rules(analysis: Analysis, sentence: Sentence, look: trained.Look) -> bool:
    """Whether the rules take the answer: values of a kind, lists whose items are counted or stand below their lead."""
    if wanted.asks_for_phone(analysis) or wanted.asks_for_role(analysis):
        return True
    if analysis.kind not in TAKEN or _ENUMERATES.search(analysis.core) or sentence.coverage >= PLAIN:
        return True
    quotes = quoted(analysis.core)
    if any(quote in sentence.text for quote in quotes) and not any(quote in look.sentences() for quote in quotes):
        return True
    return analysis.kind == "list" and bool(analysis.count or lists.opens(sentence.text))


def _choose(
    analysis: Analysis, found: Sequence[Sentence], matcher: Matcher, index: Index
) -> list[tuple[str, Sentence]]:
    """The sentence that answers; one for each place or document where a vague question fits several as well."""
    best = found[0]
    if analysis.places or analysis.titles or analysis.numbers or len(matcher.weights) > extracts.VAGUE:
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

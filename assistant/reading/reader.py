"""The extractive reader: the words of the passages found that answer, as the network's evidence shows them, guarded by rules.

Knows nothing of language models or of how an answer is written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.notices import validity_rank
from assistant.reader import PassageReading
from assistant.reading import annexes, lists, validity
from assistant.reading.answerability import answerability_features
from assistant.reading.conciseness import conciseness_features, span_alone
from assistant.reading.expected_answer_type import VALUE_KINDS
from assistant.reading.guards import BINDING, GUARDS, reason_against, surroundings_of
from assistant.reading.logistic import LogisticWeights, probability
from assistant.reading.passage_tables import extract_of_rows, without_raw_rows
from assistant.reading.prompt_injection import injected_spans
from assistant.reading.table_cells import TableWords, asks_one_thing, bare_words
from assistant.reading.types import Extract, Reading, ReadingWeights
from assistant.reading.units import (
    EVIDENT,
    LONG_SENTENCE,
    Span,
    best_span,
    evident_spans,
    sentences_around,
)
from assistant.retrieval import ReadHit, Retrieved
from assistant.understanding.analysis import Analysis
from corpus.sentences import sentence_spans
from corpus.text import places
from corpus.types import Document, Node
from index.types import DocumentSummary, Index

PASSAGES = 3  # that an answer is taken from
# Of the passage's greatest evidence, what a sentence takes to be shown beside it; more would only bury one value.
SHARE, VALUE_SHARE = 0.1, 0.15
# Of the greatest evidence in all passages, what a sentence of a passage behind the first takes.
OTHERS_SHARE, OTHERS_VALUE_SHARE = 0.2, 0.8
VALUE_SENTENCE = 30  # characters up to which a sentence is shown whole to a question for one value
VALUE_NEAR = 1.0  # and log-odds of relevance that a further passage may stand behind the first
AS_RELEVANT = 2.0  # log-odds of relevance that a further passage may stand behind the first
SIDE_BY_SIDE = 4  # answers shown with labels; with more, the question is asked back
LABELLED = 3  # extracts shown for each label where more than one value is asked for
VAGUE = 12  # characters of content words up to which a question may be meant of several places
_SEVERAL = re.compile(
    r"分别|各自|各[是为有多]|respectively|\beach\b"
)  # asked in a question that no single span answers
_NAMES = re.compile(r"(?:是|为|有|包括|包含|即|：)(?=[^是为有：]*$)")
# Log-odds of relevance behind the best that a passage may lie to answer where a guard stopped those before it.
REPLACED = 1.5
# Of the same 52 questions as in table_cells.py TELLING .5 loses one, as does switching it off; BESIDE_CELL .9 wins two and loses the
# two percentage points more of amt-06 (`python -m eval run eval/cases/broad`).
TELLING = 0.4  # of the question's wording, in the caption and the cells of a table that answers before any other words
BESIDE_CELL = 0.6  # of the passage's greatest evidence, that a sentence beside the very cell asked for takes
CUT_SENTENCE = 300  # characters before and after a passage in which a sentence that it cuts begins and ends
HEADINGS = 30  # characters up to which a line that ends in no mark is taken for a heading


def read_answer(analysis: Analysis, retrieved: Retrieved, index: Index, weights: ReadingWeights) -> Reading:
    """What the passages say to the question; nothing when they do not speak of it."""
    if not retrieved.found or not analysis.terms:
        return Reading(reason="没有找到相关段落")
    stated = validity.read_validity(analysis, retrieved.hits, index)
    if stated is not None:
        return stated
    kept, reason, features = weigh_passages(analysis, retrieved, index)
    log_odds = weights.answerability.log_odds(features)
    sure = probability(log_odds)
    if log_odds < 0 or not kept:
        return Reading(answerable=sure, reason=reason or "找到的段落不像是在回答这个问题")
    kept = _without_replaced(kept, index)
    scoped = _by_scope(analysis, kept, index)
    if len(scoped) > SIDE_BY_SIDE:
        return Reading(answerable=sure, choices=tuple(scoped))
    extracts: list[Extract] = []
    if len(scoped) > 1:
        most = 1 if analysis.kind in VALUE_KINDS else LABELLED
        for label, one in scoped.items():
            extracts += [
                replace(extract, label=label)
                for extract in _extracts_of_passage(analysis, one, index, weights.conciseness, first=True)[:most]
            ]
    else:
        near = _as_relevant(_in_force(kept, index), VALUE_NEAR if analysis.kind in VALUE_KINDS else AS_RELEVANT)
        share = OTHERS_VALUE_SHARE if analysis.kind in VALUE_KINDS else OTHERS_SHARE
        greatest = max(float(one.reading.evidence.max(initial=0)) for one in near) * share
        for rank, one in enumerate(near):
            extracts += _extracts_of_passage(analysis, one, index, weights.conciseness, first=not rank, least=greatest)
        if analysis.kind in VALUE_KINDS:
            extracts = _best_first(extracts, near[0])
    return Reading(tuple(_with_count_asked(analysis, _without_repeated(extracts))), answerable=sure)


def _best_first(extracts: Sequence[Extract], best: ReadHit) -> list[Extract]:
    """The words of the best passage with most evidence before all others: whoever asks for one value reads the first line."""
    start, evidence = best.hit.passage.start, best.reading.evidence

    def mean_evidence(one: Extract) -> float:
        inside = evidence[max(one.quote_start - start, 0) : max(one.quote_end - start, 0)]
        return float(inside.mean()) if one.hit.passage.id == best.hit.passage.id and inside.size else -1.0

    first = max(extracts, key=mean_evidence, default=None)
    return [*(one for one in extracts if one is first), *(one for one in extracts if one is not first)]


def weigh_passages(
    analysis: Analysis, retrieved: Retrieved, index: Index
) -> tuple[list[ReadHit], str, dict[str, float]]:
    """The passages that no guard speaks against, the first reason that one gave, and the features of answerability."""
    found = [_without_orders(one) for one in retrieved.found]
    kept, reason, cell = _past_all_guards(analysis, found, index)
    return kept, reason, answerability_features(analysis, found, guarded=not kept, cell=cell)


def _without_orders(one: ReadHit) -> ReadHit:
    """Text that addresses a program instead of informing people is no evidence."""
    reading, text = one.reading, one.hit.passage.text
    banned = injected_spans(text)
    if not banned:
        return one
    start, end, evidence = reading.start.copy(), reading.end.copy(), reading.evidence.copy()
    for low, high in banned:
        start[low:high] = end[low:high] = -30
        evidence[low:high] = 0
    whole = sum(high - low for low, high in banned) > len(text) / 2
    relevance = -30.0 if whole else reading.relevance
    return replace(one, reading=PassageReading(relevance, start, end, evidence))


def _past_all_guards(analysis: Analysis, found: Sequence[ReadHit], index: Index) -> tuple[list[ReadHit], str, bool]:
    """The passages of which no guard says that they cannot answer, the first reason that was given, and whether a table names
    all that is asked for.
    """
    kept: list[ReadHit] = []
    cells: list[ReadHit] = []  # of tables that name all that is asked for
    reason = ""
    least = _best_relevance(found, index) - REPLACED
    for one in found:
        passage = one.hit.passage
        span = best_span(one.reading)
        if span is None:
            continue
        document = index.document(passage.doc_id)
        shown = [*evident_spans(passage.text, one.reading), sentences_around(passage.text, *span[1:]) or span[1:]]
        told, missing = without_raw_rows(analysis, one, document, shown)
        words = "".join(part.plain if isinstance(part, TableWords) else passage.text[slice(*part)] for part in told)
        why = "" if words else "找到的只是表头或者待填写的空格"
        why = f"表中没有“{missing}”" if missing and missing not in bare_words(words) else why
        tables = [part for part in told if isinstance(part, TableWords) and part.exact]
        found_words = surroundings_of(words, passage, document)
        why = why or reason_against(analysis, found_words, BINDING if tables else GUARDS)
        reason = reason or why
        if not why and one.reading.relevance >= least:
            kept.append(one)
        if not why and any(part.telling >= TELLING for part in tables):
            cells.append(one)
    alone = analysis.kind in VALUE_KINDS and asks_one_thing(analysis) and cells and kept[:1] != cells[:1]
    return cells if alone else kept, reason, bool(cells)


def _best_relevance(found: Sequence[ReadHit], index: Index) -> float:
    """The greatest relevance; of documents that no other one found replaces, where one of those is relevant: it will stand alone."""
    best = max((one.reading.relevance for one in found), default=0.0)
    listed = _summaries_found(found, index)
    sources = {summary.source for summary in listed.values()}
    standing = [
        one.reading.relevance for one in found if not _sources_replacing(listed[one.hit.passage.doc_id]) & sources
    ]
    return min(best, max(standing, default=best)) if max(standing, default=best) > 0 else best


def _without_replaced(kept: Sequence[ReadHit], index: Index) -> list[ReadHit]:
    """Without documents whose successor answers too: they would be quoted as if they held.

    A successor that was found but says nothing to the question replaces nothing.
    """
    listed = _summaries_found(kept, index)
    answering = {summary.source for summary in listed.values()}
    return [one for one in kept if not _sources_replacing(listed[one.hit.passage.doc_id]) & answering] or list(kept)


def _in_force(kept: Sequence[ReadHit], index: Index) -> list[ReadHit]:
    """Without those out of force beside a first one that is not."""
    ranks = {id_: validity_rank(summary, date.today()) for id_, summary in _summaries_found(kept, index).items()}
    return [one for one in kept if ranks[one.hit.passage.doc_id] <= ranks[kept[0].hit.passage.doc_id]]


def _summaries_found(found: Sequence[ReadHit], index: Index) -> dict[str, DocumentSummary]:
    """The summaries of the documents that were found, by id."""
    wanted = {one.hit.passage.doc_id for one in found}
    return {summary.id: summary for summary in index.documents() if summary.id in wanted}


def _sources_replacing(document: DocumentSummary) -> set[str]:
    """The sources that replace a document."""
    return {source for source in (document.ended_by, document.newer) if source}


def _with_count_asked(analysis: Analysis, extracts: list[Extract]) -> list[Extract]:
    """The one that names as many items as the question says there are (四大经济), where there is one."""
    if not analysis.count:
        return extracts
    whole = [one for one in extracts if lists.count_items(_NAMES.split(one.text)[-1]) == analysis.count]
    return whole[:1] or extracts


def _as_relevant(kept: Sequence[ReadHit], near: float = AS_RELEVANT) -> list[ReadHit]:
    """The first passage and those about as relevant, in their order."""
    least = kept[0].reading.relevance - near
    return [one for one in kept[:PASSAGES] if one.reading.relevance >= least]


def _extracts_of_passage(
    analysis: Analysis, one: ReadHit, index: Index, conciseness: LogisticWeights, *, first: bool, least: float = 0.0
) -> list[Extract]:
    """What a passage says to the question: its evident spans, those that touch joined; the first says at least the
    sentence of its best span.
    """
    passage = one.hit.passage
    asks_value = analysis.kind in VALUE_KINDS
    greatest = float(one.reading.evidence.max(initial=0))
    evident = max(EVIDENT, (VALUE_SHARE if asks_value else SHARE) * greatest, least if not first else 0.0)
    shortest = VALUE_SENTENCE if asks_value else LONG_SENTENCE
    spans = _join_sentences(passage.text, evident_spans(passage.text, one.reading, evident, shortest))
    concise = _concise_span(analysis, one, conciseness)
    if concise is not None:
        spans = [concise]
    document = index.document(passage.doc_id)
    headings = [span for span in spans if _is_heading(document, passage.start + span[0], passage.start + span[1])]
    if (
        analysis.kind == "list" and len(headings) > 1
    ):  # they may be the items asked for, where nothing under them is shown
        headings = [span for span in headings if _says_more(passage.text, span, spans)]
    spans = [span for span in spans if span not in headings]
    if not spans and first:
        span = best_span(one.reading)
        around = sentences_around(passage.text, *span[1:]) if span else None
        spans = [around] if around else []
    banned = injected_spans(passage.text)
    spans = [(start, end) for start, end in spans if not any(low < end and start < high for low, high in banned)]
    told, _ = without_raw_rows(analysis, one, document, spans)
    if asks_value and any(isinstance(part, TableWords) and part.exact for part in told):
        told = [
            part
            for part in told
            if (part.exact if isinstance(part, TableWords) else _is_as_evident(one, part, greatest))
        ]
    made = [
        extract_of_rows(one, part) if isinstance(part, TableWords) else _extract_of_span(one, document, *part)
        for part in told
    ]
    whole = [
        part
        for extract in made
        if extract.text
        for part in ([extract] if extract.rows else _past_heading(extract, document))
    ]
    return [annexes.follow_annex(extract, index) for extract in whole]


def _is_as_evident(one: ReadHit, span: Span, greatest: float) -> bool:
    """Whether words beside the very cell asked for are about as good an answer."""
    return float(one.reading.evidence[slice(*span)].max(initial=0)) >= BESIDE_CELL * greatest


def _says_more(text: str, heading: Span, spans: Sequence[Span]) -> bool:
    """Whether what stands right under a heading is among the spans."""
    after = next((span for span in spans if span[0] >= heading[1]), None)
    return after is not None and not text[heading[1] : after[0]].strip("# \n\u3000")


def _is_heading(document: Document, start: int, end: int) -> bool:
    """Whether the words are a heading line, with more under it: alone they say what is spoken of, not what is said."""
    words = document.text[start:end].strip()
    if words.startswith("#"):
        return True
    return len(words) <= HEADINGS and any(
        node.start <= start < node.start + HEADINGS and node.end > end and _bare_heading(node, document) == words
        for node in document.outline
    )


def _bare_heading(node: Node, document: Document) -> str:
    """The heading line of a place in the outline, empty where the line says more than a heading does."""
    line = document.text[node.start : node.end].partition("\n")[0].strip()
    return "" if line.endswith(("。", "；", ";", "：", ":")) else line


def _concise_span(analysis: Analysis, one: ReadHit, weights: LogisticWeights) -> Span | None:
    """The best span where it answers by itself; None where the sentences with evidence say it better."""
    span = best_span(one.reading)
    if span is None or _SEVERAL.search(analysis.text):
        return None
    text = one.hit.passage.text
    features = conciseness_features(analysis, text, one.reading, span)
    return span_alone(text, span) if weights.log_odds(features) > 0 else None


def _extract_of_span(one: ReadHit, document: Document, start: int, end: int) -> Extract:
    """The words of a span of the passage, quoted with the sentences they stand in; whole where the passage cut one."""
    passage = one.hit.passage
    start, end = passage.start + start, passage.start + end
    left, right = max(0, passage.start - CUT_SENTENCE), min(len(document.text), passage.end + CUT_SENTENCE)
    around = sentences_around(document.text[left:right], start - left, end - left) or (start - left, end - left)
    quote_start, quote_end = left + around[0], left + around[1]
    start = quote_start if start == passage.start else start
    end = quote_end if end >= passage.start + len(passage.text.rstrip()) else end
    return Extract(document.text[start:end].strip(), one.hit, quote_start, quote_end)


def _join_sentences(text: str, spans: Sequence[Span]) -> list[Span]:
    """Sentences that follow each other on one line as one run."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and not text[joined[-1][1] : start].strip(" \u3000") and "\n" not in text[joined[-1][0] : start]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _past_heading(extract: Extract, document: Document) -> list[Extract]:
    """Words that only announce a list, or head a paragraph, with each item of what stands below: alone they answer nothing."""
    bare = extract.text.strip()
    if not (lists.opens_list(bare) or (bare.startswith("#") and len(bare) <= HEADINGS)):
        return [extract]
    end, count = lists.list_after(document.text, extract.quote_end)
    if not count:
        return [extract]
    items: list[Span] = []
    for start, stop in sentence_spans(document.text[extract.quote_end : end]):
        at = extract.quote_end + start, extract.quote_end + stop
        if items and not lists.item_mark(document.text[slice(*at)]):
            items[-1] = (items[-1][0], at[1])
        else:
            items.append(at)
    return [extract, *(replace(extract, text=document.text[a:b], quote_start=a, quote_end=b) for a, b in items)]


def _by_scope(analysis: Analysis, kept: Sequence[ReadHit], index: Index) -> dict[str, ReadHit]:
    """The passage that answers; one for each place or document where a vague question fits several as well, by label."""
    if analysis.places or analysis.titles or analysis.numbers or len("".join(analysis.terms)) > VAGUE:
        return {"": kept[0]}
    near = _as_relevant(kept[: 2 * SIDE_BY_SIDE])
    groups: dict[tuple[str, str], ReadHit] = {}
    for one in near:
        groups.setdefault(_scope_of_passage(one, index), one)
    if len(groups) < 2 or not all(region for region, _ in groups):
        return {"": kept[0]}
    by_region = len({region for region, _ in groups}) == len(groups)
    return {(region if by_region else title): one for (region, title), one in groups.items()}


def _scope_of_passage(one: ReadHit, index: Index) -> tuple[str, str]:
    """What the passage holds for: region, empty when unknown, and title of its document."""
    metadata = index.document(one.hit.passage.doc_id).metadata
    region = places.name_levels(metadata.region.value)[-1] if metadata.region else ""
    return region, one.hit.passage.title


def _without_repeated(extracts: Sequence[Extract]) -> list[Extract]:
    """Without those whose words another one holds."""
    texts = ["".join(extract.text.split()) for extract in extracts]
    kept: list[Extract] = []
    for at, extract in enumerate(extracts):
        inside = any(
            texts[at] in other and (texts[at] != other or number < at)
            for number, other in enumerate(texts)
            if number != at
        )
        if not inside:
            kept.append(extract)
    return kept


__all__ = ["read_answer"]

"""One question from understanding to the Answer: five steps over frozen values, with an event for each. Knows no screens.

Question -> Query -> Found -> Reading -> Draft -> Answer
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from assistant import conflicts, conversation, inputs, notices
from assistant.citing import Citations
from assistant.composing.comparison import write_comparison
from assistant.composing.refusal import explain_refusal, of_sides_without_answer
from assistant.composing.verdict import decide_verdict
from assistant.composing.writing import Draft, write_extracts
from assistant.reader import shipped_reader
from assistant.reading import Extract, Reading, ReadingWeights, read_answer
from assistant.reading.expected_answer_type import fitting_values
from assistant.reading.pertinence import AskedQuestion, asks_one_value, reason_not_pertinent, reason_other_value
from assistant.reading.prompt_injection import injected_spans
from assistant.retrieval import Ranker, RankingWeights, Retrieved, interleave_hits, retrieve_passages
from assistant.retrieval.orders import order_named
from assistant.tracing import trace_retrieval
from assistant.types import (
    Answer,
    AnswerStatus,
    CitationEvent,
    Event,
    FinalEvent,
    Mode,
    Notice,
    Question,
    StageEvent,
    TextEvent,
)
from assistant.understanding import followup
from assistant.understanding.analysis import Analysis, analyse_question, clean_question
from assistant.understanding.comparing import Side, split_comparison
from assistant.understanding.subquestions import split_subquestions
from corpus.text import places
from errors import ModelError
from index.types import Hit, Index
from settings import Settings

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

    from assistant.generation.evidence import Quote
    from assistant.generation.thoughts import ThinkingHabit

LANGUAGES = ("zh", "en")
ELSEWHERE = 3  # passages found for a question as it was typed that have to be of another place
_CLARIFY = {
    "zh": "这个问题在多处都有答案，请选择要问的是哪一个：",
    "en": "Several documents answer this. Which one do you mean?",
}


@dataclass(frozen=True, slots=True)
class Engine:
    """The network with the weights that its description carries."""

    ranker: Ranker
    reading: ReadingWeights


@cache
def load_engine(reranker: str) -> Engine:
    """What is shipped, with the order of candidates named; loaded at the first question. Raises StoreError."""
    reader = shipped_reader()
    metadata = reader.metadata
    ranker = Ranker(reader, RankingWeights.from_metadata(metadata["ranking"]), order_named(reranker))
    return Engine(ranker, ReadingWeights.from_metadata(metadata))


@dataclass(frozen=True, slots=True)
class Context:
    """What stays the same while one question is answered."""

    index: Index
    question: Question
    settings: Settings
    known_places: Sequence[str] = ()
    model: Any = None
    config: RunnableConfig | None = None
    habit: ThinkingHabit | None = None
    today: date = field(default_factory=date.today)

    @property
    def language(self) -> str:
        """Of what the system says itself."""
        return self.question.language if self.question.language in LANGUAGES else self.settings.language


@dataclass(frozen=True, slots=True)
class Query:
    """The standalone question as read, and the questions it holds where it asks several things, with their labels.

    favoured: ids of the documents that the answer before rests on, where the question stays with what was spoken of;
    sides: of a comparison, its sides, one a subquestion.
    """

    analysis: Analysis
    subquestions: tuple[tuple[str, Analysis], ...] = ()
    favoured: tuple[str, ...] = ()
    sides: tuple[Side, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundPassages:
    """Passages for the whole question, and for each of the questions it holds; ``hits`` are what the answer carries."""

    whole: Retrieved
    each: tuple[Retrieved, ...] = ()
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """A question with what was found for it and what that says to it."""

    query: Query
    found: FoundPassages
    reading: Reading


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the last step came to, beside the words in the draft."""

    status: AnswerStatus
    draft: Draft
    mode: Mode = "extractive"
    notices: tuple[Notice, ...] = ()
    choices: tuple[str, ...] = ()


def answer_events(context: Context) -> Generator[Event, None, None]:
    """Everything that happens for one question, the answer last. Raises SuyuanError when the index or the reader cannot be read."""
    began = time.perf_counter()
    timings: dict[str, float] = {}
    yield StageEvent("understand")
    with _add_timing(timings, "understand"):
        said = meet_conversation(context)
        if isinstance(said, Context):
            context = said
            query = understand_question(context)
    if isinstance(said, Answer):
        yield from map(CitationEvent, said.citations)
        yield TextEvent(said.text)
        yield FinalEvent(said)
        return
    yield StageEvent("retrieve", query.analysis.text)
    with _add_timing(timings, "retrieve"):
        found = find_passages(context, query)
    yield StageEvent("read")
    outcome = yield from _read_and_write(context, query, found, timings)
    answer = _finish_answer(context, query, found, outcome)
    timings["total"] = (time.perf_counter() - began) * 1000
    yield FinalEvent(replace(answer, timings_ms=timings))


def meet_conversation(context: Context) -> Answer | Context:
    """The answer to what is no question; otherwise the context with what was said before, and what this means, settled."""
    asked, index, known = context.question, context.index, context.known_places
    act = conversation.classify_utterance(asked.text, asked.history) if asked.standalone is None else None
    said = conversation.respond_to_act(act, index, asked, context.language, known) if act else None
    if isinstance(said, Answer):
        return said
    history = conversation.settle_history(asked.history, known)
    return replace(context, question=replace(asked, history=history, standalone=said or asked.standalone))


def understand_question(context: Context) -> Query:
    """The standalone question, read."""
    asked = context.question
    standalone = asked.standalone
    if standalone is None and context.model is not None and asked.history:
        from assistant.generation.rewriting import rewrite_with_model

        standalone = rewrite_with_model(context.model, asked.text, asked.history, context.settings, context.config)
    if not standalone:
        standalone = followup.rewrite_followup(asked.text, asked.history, context.known_places)
        standalone = asked.text if _asks_elsewhere(context, standalone) else standalone
    analysis = analyse_question(standalone, context.known_places)
    spoken_of = _spoken_of(context, standalone)
    sides = tuple(split_comparison(analysis, context.known_places))
    if sides:
        return Query(analysis, tuple((side.label, side.analysis) for side in sides), spoken_of, sides)
    return Query(analysis, tuple(split_subquestions(analysis, context.known_places)), spoken_of)


def _asks_elsewhere(context: Context, standalone: str) -> bool:
    """Whether the question was only given the place spoken of before, and what it asks stands in documents of quite another place.

    租房补贴怎么申请 after a question about 溧阳 is a new subject where only 青岚市 has one; what stands in a document of a place beside it,
    in the same city or province, would be taken for its own, and stays a question about 溧阳.
    """
    asked, known = context.question, context.known_places
    added = standalone.removesuffix(clean_question(asked.text)).removesuffix("的")
    if not added or added == standalone or not any(places.place_stem(added) in region for region in known):
        return False
    around = {stem for region in known if places.place_stem(added) in region for stem in places.region_stems(region)}
    hits = context.index.search(asked.text, ELSEWHERE, asked.filters)
    wanted = {hit.passage.doc_id for hit in hits}
    found = [summary.metadata.region for summary in context.index.documents() if summary.id in wanted]
    return bool(found) and all(region and not around & set(places.region_stems(region.value)) for region in found)


def _spoken_of(context: Context, standalone: str) -> tuple[str, ...]:
    """The documents that the last answer rests on, where the question refers back and names no other place, year or document."""
    history = context.question.history
    if standalone == context.question.text or not followup.stays_on_topic(standalone, history, context.known_places):
        return ()
    answer = next((turn for turn in reversed(history) if turn.role == "assistant"), None)
    return tuple(dict.fromkeys(citation.doc_id for citation in answer.citations)) if answer else ()


def find_passages(context: Context, query: Query) -> FoundPassages:
    """Search, rank and read for the question, and for each of the questions it holds."""
    engine = load_engine(context.settings.reranker)
    filters = context.question.filters

    def retrieve_for(analysis: Analysis, asked: str = "") -> Retrieved:
        return retrieve_passages(
            context.index,
            engine.ranker,
            analysis,
            asked=asked,
            filters=filters,
            today=context.today,
            favoured=query.favoured,
        )

    whole = retrieve_for(query.analysis, inputs.visible_text(context.question.text) if context.question.history else "")
    each = tuple(retrieve_for(part) for _, part in query.subquestions)
    for analysis, one in zip((query.analysis, *(part for _, part in query.subquestions)), (whole, *each), strict=True):
        trace_retrieval(context.config, analysis.text, one.hits)
    return FoundPassages(whole, each, interleave_hits([*each, whole]) if each else whole.hits)


def read_each(context: Context, query: Query, found: FoundPassages) -> list[Reading]:
    """What the passages say to each of the questions that the question holds."""
    weights = load_engine(context.settings.reranker).reading
    return [
        read_answer(part, retrieved, context.index, weights)
        for (_, part), retrieved in zip(query.subquestions, found.each, strict=True)
    ]


def read_found(context: Context, query: Query, found: FoundPassages, each: Sequence[Reading]) -> Reading:
    """What the passages say to the question, or to the questions it holds when each of them is answered.

    Of questions with labels some may be left open. A comparison of groups of which one has no answer is read whole: one sentence
    often speaks of both. So is one whose sides rest on the rows of a table, which holds them side by side.
    """
    weights = load_engine(context.settings.reranker).reading
    readings = list(zip((label for label, _ in query.subquestions), each, strict=True))
    answered = [(label, reading) for label, reading in readings if reading.extracts]
    apart = all(label for label, _ in query.subquestions)
    groups = query.sides and not all(part.places for _, part in query.subquestions)
    rows = query.sides and any(extract.rows for _, reading in answered for extract in reading.extracts)
    if not answered or rows or (len(answered) < len(readings) and (groups or not apart)):
        return read_answer(query.analysis, found.whole, context.index, weights)
    extracts = [
        replace(extract, label=label or extract.label) for label, reading in answered for extract in reading.extracts
    ]
    return Reading(tuple(extracts), min(reading.answerable for _, reading in answered))


def _read_and_write(
    context: Context, query: Query, found: FoundPassages, timings: dict[str, float]
) -> Generator[Event, None, Outcome]:
    """Read, and write: a comparison, a table and choices by the built-in writer, anything else by the model where there is one."""
    draft = Draft(Citations(context.index))
    with _add_timing(timings, "read"):
        each = read_each(context, query, found)
    if query.sides and (table := (yield from _answer_by_comparison(context, query, each, draft, timings))):
        return table
    with _add_timing(timings, "read"):
        reading = read_found(context, query, found, each)
    if reading.choices:
        choices = tuple(f"{label}的{query.analysis.text}" for label in dict.fromkeys(reading.choices))
        draft.text = _CLARIFY[context.language] + "\n" + "\n".join(f"- {choice}" for choice in choices)
        yield TextEvent(draft.text)
        return Outcome("clarify", draft, choices=choices)
    tabular = all(extract.rows for extract in reading.extracts)  # also where there are none: then it is a refusal
    one_row = sum(len(extract.rows) for extract in reading.extracts) == 1
    write = _answer_by_extracts if context.model is None or (tabular and not one_row) else _answer_by_model
    return (yield from write(context, Read(query, found, reading), timings))


def _answer_by_extracts(context: Context, read: Read, timings: dict[str, float]) -> Generator[Event, None, Outcome]:
    """Write what was read; every sentence is checked before it is shown."""
    query, reading, draft = read.query, read.reading, Draft(Citations(context.index))
    yield StageEvent("verify")
    with _add_timing(timings, "verify"):
        opening = "" if query.subquestions else decide_verdict(query.analysis, reading.extracts, context.language)
        written = list(write_extracts(reading, draft, context.settings.unsupported, opening))
    if not draft.statements:
        return (yield from _not_found(context, query, read.found, draft))
    for text, citation in written:
        yield CitationEvent(citation)
        if text:
            yield TextEvent(text)
    missing = of_sides_without_answer(
        [label for label, _ in query.subquestions], [one.label for one in reading.extracts], context.language
    )
    if missing:
        draft.text += missing
        yield TextEvent(missing)
    return Outcome("answered", draft, notices=_reading_notices(reading, context.language))


def _answer_by_comparison(
    context: Context, query: Query, readings: Sequence[Reading], draft: Draft, timings: dict[str, float]
) -> Generator[Event, None, Outcome | None]:
    """What was read for the sides, written as a table; None, and nothing shown, where fewer than two say anything."""
    with _add_timing(timings, "verify"):
        written = list(
            write_comparison(
                query.sides,
                readings,
                draft,
                context.index,
                unsupported=context.settings.unsupported,
                language=context.language,
            )
        )
    if not written:
        return None
    yield StageEvent("verify")
    for text, citation in written:
        yield CitationEvent(citation)
        if text:
            yield TextEvent(text)
    return Outcome("answered", draft)


def _answer_by_model(context: Context, read: Read, timings: dict[str, float]) -> Generator[Event, None, Outcome]:
    """Let the model write from what was read, show what holds, and add what it left out; when it fails, the built-in writer
    answers, with a notice.
    """
    from assistant.generation.evidence import evidence_of
    from assistant.generation.writer import Refusal, Writer

    analysis, index = read.query.analysis, context.index
    draft = Draft(Citations(index))
    yield StageEvent("verify")
    with _add_timing(timings, "generate"):
        try:
            objection = partial(_objection_to_quote, read, index)
            writer = Writer(context.model, context.settings, context.config, habit=context.habit, objection=objection)
            yield from writer.write(analysis, evidence_of(read.reading, index), draft)
            reason = "" if draft.statements else "no statement held"
        except Refusal:
            return (yield from _not_found(context, read.query, read.found, draft, mode="generative"))
        except ModelError as error:
            reason = str(error)
    if reason:
        return (yield from _fallen_back(context, _answer_by_extracts(context, read, timings), draft, reason))
    yield from _left_out(context, read, draft)
    return Outcome("answered", draft, "generative", _half_told(analysis, draft, context.language))


def _objection_to_quote(read: Read, index: Index, words: str, quote: Quote) -> str:
    """Why words, and the quote that carries them, do not answer the question; empty where they do.

    A row of a table was chosen by its cells, not by the evidence at its place.
    """
    query, extracts = read.query, read.reading.extracts
    if not query.subquestions and (other := reason_other_value(query.analysis, extracts, words, index)):
        return other
    rows = [row for extract in extracts for row in extract.rows]
    if any((quote.start, quote.end) in (row.header, (row.start, row.end)) for row in rows):
        return ""
    start, end = max(quote.start - quote.passage.start, 0), quote.end - quote.passage.start
    return reason_not_pertinent(_asked_questions(query, read.found), index, quote.passage.id, start, end)


def _left_out(context: Context, read: Read, draft: Draft) -> Iterator[Event]:
    """What the reader found and the model did not tell, in the source's words: an answer is whole."""
    from assistant.generation.completeness import untold_extracts

    analysis, extracts = read.query.analysis, read.reading.extracts
    holds = [one.text for one in draft.statements if one.supported]
    left = untold_extracts(extracts, "\n".join(holds))
    told = len(left) < len(extracts) or any(fitting_values(analysis, words) for words in holds)
    if told and asks_one_value(analysis) and not read.query.subquestions:
        return
    for text, citation in write_extracts(Reading(tuple(left)), draft, context.settings.unsupported):
        yield CitationEvent(citation)
        if text:
            yield TextEvent(text)


def _asked_questions(query: Query, found: FoundPassages) -> list[AskedQuestion]:
    """The question and those it holds, each with what was found for it."""
    each = zip((part for _, part in query.subquestions), found.each, strict=True)
    return [AskedQuestion(query.analysis, found.whole), *(AskedQuestion(*one) for one in each)]


def _fallen_back(
    context: Context, events: Generator[Event, None, Outcome], failed: Draft, reason: str
) -> Generator[Event, None, Outcome]:
    """The model gave nothing, or broke off: the built-in reader's answer stands instead of what was shown, and it is said."""
    begun = bool(failed.text)
    while True:
        try:
            event = next(events)
        except StopIteration as end:
            outcome: Outcome = end.value
            break
        yield replace(event, replace=begun) if isinstance(event, TextEvent) else event
        begun = begun and not isinstance(event, TextEvent)
    outcome.draft.dropped += failed.dropped
    told = Notice("model_failed", notices.notice_words(context.language, "model", reason=reason))
    return replace(outcome, notices=(told, *outcome.notices))


def _not_found(
    context: Context, query: Query, found: FoundPassages, draft: Draft, *, mode: Mode = "extractive"
) -> Generator[Event, None, Outcome]:
    """Say plainly that nothing was found, and what came nearest."""
    refused = Draft(Citations(context.index), dropped=draft.dropped, marked=draft.marked)
    analysis = query.analysis
    ordered = bool(injected_spans(analysis.text))  # words of a question that gives orders are not told back
    # Nor are those that a follow-up was given from turns before: they may have been slipped in, and the question searched is shown.
    asked = inputs.visible_text(context.question.text) if context.question.history else analysis.text
    refused.text = explain_refusal(
        "" if ordered else asked,
        () if ordered else [place.name for place in analysis.places],
        () if ordered else analysis.years,
        () if ordered else [hit for hit in found.hits if not injected_spans(hit.passage.text)],
        context.index.documents(),
        language=context.language,
    )
    yield TextEvent(refused.text)
    return Outcome("not_found", refused, mode)


def _half_told(analysis: Analysis, draft: Draft, language: str) -> tuple[Notice, ...]:
    """A notice when the question asks for a list and the model told half of it."""
    from assistant.generation.completeness import half_told

    counted = half_told(draft.text, [citation.quote for citation in draft.citations.made])
    if analysis.kind != "list" or not counted:
        return ()
    text = notices.notice_words(language, "list", expected=counted[0], found=counted[1])
    return (Notice("incomplete_list", text),)


def _reading_notices(reading: Reading, language: str) -> tuple[Notice, ...]:
    """Notices of the extracts: lists that are short, evidence that is weak."""
    short: list[Extract] = [extract for extract in reading.extracts if 0 < extract.found < extract.expected]
    told = [
        Notice("incomplete_list", notices.notice_words(language, "list", expected=one.expected, found=one.found))
        for one in short
    ]
    if reading.answerable < notices.WEAK:
        told.append(Notice("low_evidence", notices.notice_words(language, "weak")))
    return tuple(told)


def _finish_answer(context: Context, query: Query, found: FoundPassages, outcome: Outcome) -> Answer:
    """The answer as it stands, with the notices of what it cites."""
    language, draft = context.language, outcome.draft
    citations = tuple(draft.citations.made)
    told = [*outcome.notices, *notices.validity_notices(citations, context.index, context.today, language)]
    if outcome.status == "answered" and conflicts.sources_disagree(draft.statements, citations):
        told.append(Notice("conflict", notices.notice_words(language, "conflict")))
    for count, key in ((draft.dropped, "dropped"), (draft.marked, "marked")):
        if count:
            told.append(Notice("dropped", notices.notice_words(language, key, count=count)))
    return Answer(
        question=context.question.text,
        standalone_question=query.analysis.text,
        status=outcome.status,
        text=draft.text.strip(),
        statements=tuple(draft.statements),
        citations=citations,
        hits=found.hits,
        notices=tuple(told),
        mode=outcome.mode,
        model=context.settings.model if outcome.mode == "generative" else "",
        generation=context.index.generation,
        choices=outcome.choices,
    )


@contextmanager
def _add_timing(timings: dict[str, float], stage: str) -> Iterator[None]:
    """Adds the milliseconds spent inside to the stage's."""
    began = time.perf_counter()
    try:
        yield
    finally:
        timings[stage] = timings.get(stage, 0.0) + (time.perf_counter() - began) * 1000

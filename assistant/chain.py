"""The chain: understand, retrieve, read or generate, cite, verify; a LangChain Runnable. Knows nothing of screens or files."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import run_in_executor

from assistant import extractive, inputs, notices, retrieval
from assistant.citing import Citations
from assistant.reading import Reading, read
from assistant.types import (
    Answer,
    AnswerStatus,
    CitationEvent,
    Event,
    FinalEvent,
    Notice,
    Question,
    StageEvent,
    TextEvent,
)
from assistant.understanding import followup
from assistant.understanding.analysis import Analysis, analyse
from assistant.understanding.parts import parts
from corpus.errors import QuestionError
from index.types import Hit, Index, IndexHandle
from settings import Settings

_NOT_FOUND = {
    "zh": "没有在文件中找到答案。",
    "en": "No answer was found in the documents.",
}
_RELATED = {
    "zh": "可能相关的段落列在检索结果中，仅供参考。",
    "en": "Passages that may be related are listed with the results.",
}
_CLARIFY = {
    "zh": "这个问题在多处都有答案，请选择要问的是哪一个：",
    "en": "Several documents answer this. Which one do you mean?",
}


def create(handle: IndexHandle, settings: Settings) -> Assistant:
    """An assistant over an index. Raises ModelError when a model is named that cannot be used."""
    return Assistant(handle, settings)


class Assistant(Runnable[Any, Any]):
    """Question (or its text, or a dict of Question's fields) to Answer; `stream` yields Events, the last a FinalEvent.

    `invoke`, `batch` and `ainvoke` raise QuestionError for an empty or over-long question, SuyuanError when the index
    cannot be read. Safe to use from several threads.
    """

    def __init__(self, handle: IndexHandle, settings: Settings) -> None:
        self.handle = handle
        self.settings = settings
        self._known: tuple[int, tuple[str, ...]] = (-1, ())

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """The answer to one question."""
        answer: Answer = self._call_with_config(self._answer, inputs.question(input), config, run_type="chain")
        return answer

    def stream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Event]:
        """Stages, checked text, citations, and at the end the answer."""
        yield from self._transform_stream_with_config(
            iter([inputs.question(input)]), self._transform, config, run_type="chain"
        )

    async def astream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> AsyncIterator[Event]:
        """As `stream`, from a worker thread."""
        events = self.stream(input, config)
        while (event := await run_in_executor(config, next, events, None)) is not None:
            yield event

    def _transform(self, questions: Iterator[Question]) -> Iterator[Event]:
        """The events of the questions streamed in, which is one."""
        for question in questions:
            yield from self._events(question)

    def _answer(self, question: Question) -> Answer:
        """The answer at the end of the events."""
        for event in self._events(question):
            if isinstance(event, FinalEvent):
                return event.answer
        raise AssertionError("a stream of events ends with its answer")

    def _events(self, question: Question) -> Iterator[Event]:
        """Everything that happens for one question, on one generation of the index."""
        inputs.check(question, self.settings.question_characters)
        run = _Run(self.handle.current(), question, self.settings)
        yield StageEvent("understand")
        with run.timed("understand"):
            known = self._places(run.index)
            standalone = question.standalone or followup.rewrite(question.text, question.history, known)
            run.analysis = analyse(standalone, known)
            run.parts = parts(run.analysis, known)
        yield StageEvent("retrieve", run.analysis.text)
        with run.timed("retrieve"):
            run.retrieve()
        yield StageEvent("read")
        yield from run.extractive()
        yield FinalEvent(run.answer())

    def _places(self, index: Index) -> tuple[str, ...]:
        """The regions of the corpus, read once a generation."""
        generation, known = self._known
        if generation != index.generation:
            regions = {document.metadata.region.value for document in index.documents() if document.metadata.region}
            known = tuple(sorted(regions))
            self._known = (index.generation, known)
        return known


class _Run:
    """What is known of one question while it is answered."""

    analysis: Analysis

    def __init__(self, index: Index, question: Question, settings: Settings) -> None:
        self.index, self.question, self.settings = index, question, settings
        self.parts: list[tuple[str, Analysis]] = []
        self.hits: list[Hit] = []
        self.part_hits: list[list[Hit]] = []
        self.notices: list[Notice] = []
        self.timings: dict[str, float] = {}
        self.began = time.perf_counter()
        self.status: AnswerStatus = "not_found"
        self.draft = extractive.Draft(Citations(index))
        self.choices: tuple[str, ...] = ()

    def timed(self, stage: str) -> _Timer:
        """A context that adds its duration to the stage's timing."""
        return _Timer(self.timings, stage)

    def retrieve(self) -> None:
        """Search for the question, and for each of its parts."""
        filters, today = self.question.filters, date.today()
        self.hits = retrieval.retrieve(self.index, self.analysis, inputs.plain(self.question.text), filters, today)
        self.part_hits = [retrieval.retrieve(self.index, part, "", filters, today) for _, part in self.parts]
        if self.part_hits:
            self.hits = retrieval.interleave([*self.part_hits, self.hits])

    def read(self) -> Reading:
        """What the passages say to the question, or to its parts when it has several."""
        readings = [
            (label, read(part, hits, self.index))
            for (label, part), hits in zip(self.parts, self.part_hits, strict=True)
        ]
        found = [(label, reading) for label, reading in readings if reading.extracts]
        if not found or (len(found) < len(readings) and not all(label for label, _ in self.parts)):
            return read(self.analysis, self.hits, self.index)
        extracts = [
            replace(extract, label=label or extract.label)
            for label, reading in found
            for extract in reading.extracts[:1]
        ]
        return Reading(tuple(extracts), min(reading.answerable for _, reading in found))

    def extractive(self) -> Iterator[Event]:
        """Read and write with the built-in reader."""
        with self.timed("read"):
            reading = self.read()
        if reading.choices:
            self._clarify(reading)
            yield TextEvent(self.draft.text)
            return
        yield StageEvent("verify")
        with self.timed("verify"):
            written = list(extractive.write(reading, self.draft, self.settings.unsupported))
        for text, citation in written:
            yield CitationEvent(citation)
            yield TextEvent(text)
        if written:
            self.status = "answered"
            self._weigh(reading)
        else:
            self._not_found()
            yield TextEvent(self.draft.text)

    def _clarify(self, reading: Reading) -> None:
        """Ask back, with the choices as whole questions."""
        self.status = "clarify"
        core = self.analysis.text
        self.choices = tuple(f"{label}的{core}" for label in reading.choices)
        self.draft.text = _CLARIFY[self.settings.language] + "\n" + "\n".join(f"- {choice}" for choice in self.choices)

    def _not_found(self) -> None:
        """Say plainly that nothing was found."""
        language = self.settings.language
        self.draft.text = _NOT_FOUND[language] + (_RELATED[language] if self.hits else "")
        self.draft.citations.made.clear()

    def _weigh(self, reading: Reading) -> None:
        """Notices of the extracts: lists that are short, evidence that is weak."""
        language = self.settings.language
        for extract in reading.extracts:
            if 0 < extract.found < extract.expected:
                text = notices.words(language, "list", expected=extract.expected, found=extract.found)
                self.notices.append(Notice("incomplete_list", text))
        if reading.answerable < notices.WEAK:
            self.notices.append(Notice("low_evidence", notices.words(language, "weak")))

    def answer(self) -> Answer:
        """The answer as it stands."""
        language = self.settings.language
        citations = tuple(self.draft.citations.made)
        self.notices.extend(notices.validity(citations, self.index, date.today(), language))
        for count, key in ((self.draft.dropped, "dropped"), (self.draft.marked, "marked")):
            if count:
                self.notices.append(Notice("dropped", notices.words(language, key, count=count)))
        self.timings["total"] = (time.perf_counter() - self.began) * 1000
        return Answer(
            question=self.question.text,
            standalone_question=self.analysis.text,
            status=self.status,
            text=self.draft.text,
            statements=tuple(self.draft.statements),
            citations=citations,
            hits=tuple(self.hits),
            notices=tuple(self.notices),
            mode="extractive",
            model="",
            generation=self.index.generation,
            timings_ms=self.timings,
            choices=self.choices,
        )


class _Timer:
    """Adds milliseconds to one entry of a mapping."""

    def __init__(self, timings: dict[str, float], stage: str) -> None:
        self.timings, self.stage = timings, stage

    def __enter__(self) -> None:
        self.began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        spent = (time.perf_counter() - self.began) * 1000
        self.timings[self.stage] = self.timings.get(self.stage, 0.0) + spent


__all__ = ["Assistant", "QuestionError", "create"]

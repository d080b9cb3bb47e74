"""One question on one generation of the index, from understanding to the Answer. Knows nothing of screens or of Runnables."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from assistant import conflicts, conversation, extractive, inputs, notices, retrieval
from assistant.citing import Citations
from assistant.reading import Extract, Reading, read
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
from assistant.understanding.analysis import Analysis, analyse
from assistant.understanding.parts import parts
from corpus.errors import ModelError
from index.types import Hit, Index
from settings import Settings

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

_NOT_FOUND = {"zh": "没有在文件中找到答案。", "en": "No answer was found in the documents."}
_RELATED = {
    "zh": "可能相关的段落列在检索结果中，仅供参考。",
    "en": "Passages that may be related are listed with the results.",
}
_CLARIFY = {
    "zh": "这个问题在多处都有答案，请选择要问的是哪一个：",
    "en": "Several documents answer this. Which one do you mean?",
}


class Answering:
    """What is known of one question while it is answered."""

    def __init__(
        self, index: Index, question: Question, settings: Settings, known: Sequence[str], model: Any = None
    ) -> None:
        self.index, self.question, self.settings, self.known, self.model = index, question, settings, known, model
        self.analysis: Analysis = analyse(question.text, known)
        self.parts: list[tuple[str, Analysis]] = []
        self.hits: list[Hit] = []
        self.part_hits: list[list[Hit]] = []
        self.notices: list[Notice] = []
        self.timings: dict[str, float] = {}
        self.language = question.language if question.language in _NOT_FOUND else settings.language
        self.began = time.perf_counter()
        self.status: AnswerStatus = "not_found"
        self.mode: Mode = "extractive"
        self.draft = extractive.Draft(Citations(index))
        self.choices: tuple[str, ...] = ()

    def events(self, config: RunnableConfig | None = None) -> Generator[Event, None, None]:
        """Everything that happens, the answer last."""
        yield StageEvent("understand")
        said = self._conversed()
        if said is not None:
            yield from map(CitationEvent, said.citations)
            yield TextEvent(said.text)
            yield FinalEvent(said)
            return
        with self._timed("understand"):
            self._understand(config)
        yield StageEvent("retrieve", self.analysis.text)
        with self._timed("retrieve"):
            self._retrieve(config)
        yield StageEvent("read")
        if self.model is None:
            yield from self._extractive()
        else:
            yield from self._generative(config)
        yield FinalEvent(self._answer())

    def _timed(self, stage: str) -> _Timer:
        """A context that adds its duration to the stage's timing."""
        return _Timer(self.timings, stage)

    def _conversed(self) -> Answer | None:
        """The answer to what is no question; otherwise what was said before, and what this means, are set for the question."""
        asked = self.question
        act = conversation.classify(asked.text, asked.history) if asked.standalone is None else None
        said = conversation.respond(act, self.index, asked, self.language, self.known) if act else None
        if isinstance(said, Answer):
            return said
        history = conversation.settled(asked.history, self.known)
        self.question = replace(asked, history=history, standalone=said or asked.standalone)
        return None

    def _understand(self, config: RunnableConfig | None) -> None:
        """The standalone question, read."""
        asked = self.question
        standalone = asked.standalone
        if standalone is None and self.model is not None and asked.history:
            from assistant.generation.rewriting import rewrite

            standalone = rewrite(self.model, asked.text, asked.history, self.settings, config)
        standalone = standalone or followup.rewrite(asked.text, asked.history, self.known)
        self.analysis = analyse(standalone, self.known)
        self.parts = parts(self.analysis, self.known)

    def _retrieve(self, config: RunnableConfig | None) -> None:
        """Search for the question, and for each of its parts."""
        filters, today = self.question.filters, date.today()
        asked = inputs.plain(self.question.text) if self.question.history else ""
        self.hits = retrieval.retrieve(self.index, self.analysis, asked, filters, today, config=config)
        self.part_hits = [
            retrieval.retrieve(self.index, part, "", filters, today, config=config) for _, part in self.parts
        ]
        if self.part_hits:
            self.hits = retrieval.interleave([*self.part_hits, self.hits])

    def _read(self) -> Reading:
        """What the passages say to the question, or to its parts when it has several."""
        readings = [
            (label, read(part, hits, self.index))
            for (label, part), hits in zip(self.parts, self.part_hits, strict=True)
        ]
        found = [(label, reading) for label, reading in readings if reading.extracts]
        if not found or (len(found) < len(readings) and not all(label for label, _ in self.parts)):
            return read(self.analysis, self.hits, self.index)
        together = _one_sentence([reading.extracts[0] for label, reading in found if not label])
        if together:
            return Reading((together,), min(reading.answerable for _, reading in found))
        extracts = [
            replace(extract, label=label or extract.label)
            for label, reading in found
            for extract in reading.extracts[:1]
        ]
        return Reading(tuple(extracts), min(reading.answerable for _, reading in found))

    def _extractive(self) -> Iterator[Event]:
        """Read and write with the built-in reader."""
        with self._timed("read"):
            reading = self._read()
        if reading.choices and not self.draft.text:
            self._clarify(reading)
            yield TextEvent(self.draft.text)
            return
        yield StageEvent("verify")
        with self._timed("verify"):
            written = list(extractive.write(reading, self.draft, self.settings.unsupported))
        for text, citation in written:
            yield CitationEvent(citation)
            yield TextEvent(text)
        if written or self.draft.statements:
            self.status = "answered"
            self._weigh(reading)
        else:
            yield from self._not_found()

    def _generative(self, config: RunnableConfig | None) -> Iterator[Event]:
        """Let the model write, show what holds; when it fails, the built-in reader answers, with a notice."""
        from assistant.generation.writer import Refusal, Writer

        if not self.hits:
            yield from self._not_found()
            return
        self.mode = "generative"
        shown: set[int] = set()
        began = time.perf_counter()
        yield StageEvent("verify")
        try:
            writer = Writer(self.model, self.settings, config)
            for text, citations in writer.write(self.analysis.text, self.hits, self.draft):
                for citation in citations:
                    if citation.marker not in shown:
                        shown.add(citation.marker)
                        yield CitationEvent(citation)
                yield TextEvent(text)
            reason = "" if self.draft.statements else "no statement held"
        except Refusal:
            yield from self._not_found()
            return
        except ModelError as error:
            reason = str(error)
        finally:
            self.timings["generate"] = (time.perf_counter() - began) * 1000
        if not reason:
            self.status = "answered"
            self._complete()
            return
        begun = bool(self.draft.text)
        self._failed(reason)
        for event in self._extractive():
            yield replace(event, replace=begun) if isinstance(event, TextEvent) else event
            begun = begun and not isinstance(event, TextEvent)

    def _failed(self, reason: str) -> None:
        """The model gave nothing, or broke off: say so; the built-in reader's answer stands instead of what was shown."""
        self.mode = "extractive"
        dropped = self.draft.dropped
        self.draft = extractive.Draft(Citations(self.index), dropped=dropped)
        self.notices.append(Notice("model_failed", notices.words(self.language, "model", reason=reason)))

    def _complete(self) -> None:
        """A notice when the question asks for a list and the model told half of it."""
        from assistant.generation.completeness import half_told

        if self.analysis.kind != "list":
            return
        counted = half_told(self.draft.text, [citation.quote for citation in self.draft.citations.made])
        if counted:
            text = notices.words(self.language, "list", expected=counted[0], found=counted[1])
            self.notices.append(Notice("incomplete_list", text))

    def _clarify(self, reading: Reading) -> None:
        """Ask back, with the choices as whole questions."""
        self.status = "clarify"
        self.choices = tuple(f"{label}的{self.analysis.text}" for label in dict.fromkeys(reading.choices))
        self.draft.text = _CLARIFY[self.language] + "\n" + "\n".join(f"- {choice}" for choice in self.choices)

    def _not_found(self) -> Iterator[Event]:
        """Say plainly that nothing was found."""
        language = self.language
        self.status = "not_found"
        self.draft.text = _NOT_FOUND[language] + (_RELATED[language] if self.hits else "")
        self.draft.citations.made.clear()
        self.draft.statements.clear()
        yield TextEvent(self.draft.text)

    def _weigh(self, reading: Reading) -> None:
        """Notices of the extracts: lists that are short, evidence that is weak."""
        language = self.language
        for extract in reading.extracts:
            if 0 < extract.found < extract.expected:
                text = notices.words(language, "list", expected=extract.expected, found=extract.found)
                self.notices.append(Notice("incomplete_list", text))
        if reading.answerable < notices.WEAK:
            self.notices.append(Notice("low_evidence", notices.words(language, "weak")))

    def _answer(self) -> Answer:
        """The answer as it stands."""
        language, today = self.language, date.today()
        citations = tuple(self.draft.citations.made)
        self.notices.extend(notices.validity(citations, self.index, today, language))
        if self.status == "answered" and conflicts.disagree(self.draft.statements, citations):
            self.notices.append(Notice("conflict", notices.words(language, "conflict")))
        for count, key in ((self.draft.dropped, "dropped"), (self.draft.marked, "marked")):
            if count:
                self.notices.append(Notice("dropped", notices.words(language, key, count=count)))
        self.timings["total"] = (time.perf_counter() - self.began) * 1000
        return Answer(
            question=self.question.text,
            standalone_question=self.analysis.text,
            status=self.status,
            text=self.draft.text.strip(),
            statements=tuple(self.draft.statements),
            citations=citations,
            hits=tuple(self.hits),
            notices=tuple(self.notices),
            mode=self.mode,
            model=self.settings.model if self.mode == "generative" else "",
            generation=self.index.generation,
            timings_ms=self.timings,
            choices=self.choices,
        )


def _one_sentence(extracts: Sequence[Extract]) -> Extract | None:
    """The sentence whole, when each of several questions (多少元，分几年) is answered by a piece of the same one."""
    quotes = {(extract.hit.passage.doc_id, extract.quote_start, extract.quote_end) for extract in extracts}
    if len(extracts) < 2 or len(quotes) > 1 or extracts[0].quote_end - extracts[0].quote_start > TOGETHER:
        return None
    first = extracts[0]
    passage = first.hit.passage
    text = passage.text[first.quote_start - passage.start : first.quote_end - passage.start]
    return replace(first, text=text.rstrip("。；;，, \n")) if text else None


TOGETHER = 120  # characters of a sentence that is shown whole when it answers several questions


class _Timer:
    """Adds milliseconds to one entry of a mapping."""

    def __init__(self, timings: dict[str, float], stage: str) -> None:
        self.timings, self.stage = timings, stage

    def __enter__(self) -> None:
        self.began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        spent = (time.perf_counter() - self.began) * 1000
        self.timings[self.stage] = self.timings.get(self.stage, 0.0) + spent

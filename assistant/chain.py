"""The chain as a LangChain Runnable: questions in, Answers or Events out. Knows nothing of how a question is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import run_in_executor

from assistant import inputs
from assistant.pipeline import Context, answer_events
from assistant.types import Answer, Event, FinalEvent, Question
from index.types import Index, IndexHandle
from settings import Settings

if TYPE_CHECKING:
    from assistant.generation.thoughts import ThinkingHabit


def create(handle: IndexHandle, settings: Settings) -> Assistant:
    """An assistant over an index. Raises ModelError when a model is named that cannot be used."""
    return Assistant(handle, settings)


class Assistant(Runnable[Any, Any]):
    """Question (or its text, or a dict of Question's fields) to Answer; `stream` yields Events, the last a FinalEvent.

    `invoke`, `batch` and `ainvoke` raise QuestionError for an empty or over-long question, SuyuanError when the index
    cannot be read. Safe to use from several threads. Closing a stream ends a language model's answer.
    """

    def __init__(self, handle: IndexHandle, settings: Settings) -> None:
        self.handle = handle
        self.settings = settings
        self._known: tuple[int, tuple[str, ...]] = (-1, ())
        self._model: Any = None
        self._habit: ThinkingHabit | None = None
        if settings.model:
            from assistant.generation.model import open_model
            from assistant.generation.thoughts import ThinkingHabit

            self._model, self._habit = open_model(settings), ThinkingHabit()

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """The answer to one question."""
        answer: Answer = self._call_with_config(
            self._last_answer, inputs.question_from(input), config, run_type="chain"
        )
        return answer

    def stream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Event]:
        """Stages, checked text, citations, and at the end the answer."""
        questions = iter([inputs.question_from(input)])
        yield from self._transform_stream_with_config(questions, self._transform_questions, config, run_type="chain")

    async def astream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> AsyncIterator[Event]:
        """As `stream`, from a worker thread."""
        events = self.stream(input, config)
        while (event := await run_in_executor(config, next, events, None)) is not None:
            yield event

    def _transform_questions(
        self, questions: Iterator[Question], config: RunnableConfig | None = None
    ) -> Iterator[Event]:
        """The events of the questions streamed in, which is one."""
        for question in questions:
            yield from self._answer_events(question, config)

    def _last_answer(self, question: Question, config: RunnableConfig | None = None) -> Answer:
        """The answer at the end of the events."""
        for event in self._answer_events(question, config):
            if isinstance(event, FinalEvent):
                return event.answer
        raise AssertionError("a stream of events ends with its answer")

    def _answer_events(self, question: Question, config: RunnableConfig | None) -> Iterator[Event]:
        """Everything that happens for one question, on one generation of the index."""
        inputs.check_question(question, self.settings.question_characters)
        index = self.handle.current()
        places = self._known_places(index)
        yield from answer_events(Context(index, question, self.settings, places, self._model, config, self._habit))

    def _known_places(self, index: Index) -> tuple[str, ...]:
        """The regions of the corpus, read once a generation."""
        generation, known = self._known
        if generation != index.generation:
            regions = {document.metadata.region.value for document in index.documents() if document.metadata.region}
            known = tuple(sorted(regions))
            self._known = (index.generation, known)
        return known


__all__ = ["Assistant", "create"]

"""The endpoint for programs that speak OpenAI's chat protocol: models and chat completions, whole or streamed.

Knows nothing of how an answer is made or of who may come in: the gate has looked at the key. Nothing of a conversation is kept;
a program brings it along.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import anyio
from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from assistant import wire
from assistant.types import Answer, Event, FinalEvent, Question, StageEvent, TextEvent
from corpus.tokens import count_tokens
from errors import SuyuanError
from web import openai_protocol as protocol
from web.gate import Person
from web.http_errors import Refusal
from web.pace import Pace
from web.service import Service

log = logging.getLogger("suyuan.web")

_DONE = "data: [DONE]\n\n"
_GONE = 499  # what servers note for a client that went away; nobody reads it


class AnswerSlots:
    """How many answers are made at the same time, and how many may wait; more are refused at once. For one event loop."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self.most, self.inside = at_once + waiting, 0
        # a stream may begin in one task and be closed in another, which a CapacityLimiter does not allow
        self._slots, self._threads = anyio.Semaphore(at_once), anyio.CapacityLimiter(at_once)

    def take_slot(self) -> None:
        """Takes a place. Raises Refusal when there is none; `leave` gives it back."""
        if self.inside >= self.most:
            raise Refusal("busy", 503)
        self.inside += 1

    def release_slot(self) -> None:
        """Gives a place back."""
        self.inside -= 1

    @asynccontextmanager
    async def wait_for_turn(self) -> AsyncIterator[None]:
        """Waits until an answer may be made, and counts it while it is."""
        async with self._slots:
            yield

    async def run_in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """`work` in a thread, for whoever has its turn."""
        return await to_thread.run_sync(work, *arguments, limiter=self._threads)


class _Stream(StreamingResponse):
    """A stream that ends its answer, and gives its place back, however it ends: a client may go away at any point."""

    def __init__(self, content: AsyncGenerator[str, None], leave: Callable[[], None]) -> None:
        super().__init__(content, media_type="text/event-stream", headers={"x-accel-buffering": "no"})
        self._content, self._leave = content, leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await self._content.aclose()
            self._leave()


def openai_routes(service: Service) -> APIRouter:
    """Everything under /v1."""
    router = APIRouter(prefix="/v1")
    doors = _Doors(service)
    card = protocol.model_card(int(time.time()))

    @router.get("/models")
    async def list_models() -> dict[str, Any]:
        return {"object": "list", "data": [card]}

    @router.get("/models/{name:path}")
    async def show_model(name: str, request: Request) -> Response:
        if name == protocol.MODEL:
            return JSONResponse(card)
        return _error_response(
            Refusal("api.model", 404, seen=name, known=protocol.MODEL), request.scope["suyuan.language"]
        )

    @router.post("/chat/completions")
    async def complete_chat(request: Request) -> Response:
        try:
            return await doors.answer_request(request)
        except SuyuanError as error:
            return _error_response(error, request.scope["suyuan.language"])

    return router


def _error_response(error: SuyuanError, language: str) -> JSONResponse:
    status = error.status if isinstance(error, Refusal) else 400
    return JSONResponse(protocol.error_body(error, language), status)


class _Doors:
    """Requests to answers of one service."""

    def __init__(self, service: Service) -> None:
        self.service, settings = service, service.settings
        self.pace = Pace(settings.api_questions_a_minute, service.store.engine, "program's question")
        self.room = AnswerSlots(settings.answers_at_once, settings.queue_size)

    async def answer_request(self, request: Request) -> Response:
        """The answer to a request, whole or as a stream. Raises SuyuanError."""
        given = protocol.parse_request(await request.body())
        language: str = request.scope["suyuan.language"]
        question, said = await to_thread.run_sync(self._question_asked, given, language)
        who: Person = request.scope["suyuan.person"]
        if who.paced:
            await to_thread.run_sync(self.pace.count_request, who.key)
        settings = self.service.settings
        written = protocol.Written(language, settings.public_url or str(request.base_url), settings.api_sources)
        reply = protocol.Reply(said)
        self.room.take_slot()
        if given.stream:
            return _Stream(self._answer_streamed(question, written, reply, given.wants_usage()), self.room.release_slot)
        try:
            return await self._answer_whole(request, question, written, reply)
        finally:
            self.room.release_slot()

    def _question_asked(self, given: protocol.Request, language: str) -> tuple[Question, int]:
        """What is asked, within the chat's limits, and the tokens of all that was said. Raises Refusal."""
        text, history = protocol.question_and_history(given.messages, self.service.handle.current())
        question = self.service.check_question(text, given.asked_scope(), language, history=history)
        return question, count_tokens(question.text) + sum(count_tokens(turn.text) for turn in history)

    async def _answer_whole(
        self, request: Request, question: Question, written: protocol.Written, reply: protocol.Reply
    ) -> Response:
        """The answer as one JSON object. Raises SuyuanError."""
        try:
            async with aclosing(self._answer_events(question)) as events:
                async for event in events:
                    if await request.is_disconnected():
                        return Response(status_code=_GONE)
                    if isinstance(event, FinalEvent):
                        answer = event.answer
        except SuyuanError:
            raise
        except Exception:
            log.exception("an answer failed")
            raise Refusal("answer.failed", 500) from None
        written.add_text(TextEvent(answer.text))
        _, made = written.end_answer(answer)
        return JSONResponse(reply.completion(written, made, answer))

    async def _answer_streamed(
        self, question: Question, written: protocol.Written, reply: protocol.Reply, usage: bool
    ) -> AsyncGenerator[str, None]:
        """The answer as server-sent events; comments say that it is being worked on. Errors become an event."""
        yield _event_line(reply.chunk({"role": "assistant", "content": ""}))
        try:
            async with aclosing(self._answer_events(question)) as events:
                async for event in events:
                    if isinstance(event, StageEvent):
                        yield f": {event.stage}\n\n"
                    elif isinstance(event, TextEvent) and (text := written.add_text(event)):
                        yield _event_line(reply.chunk({"content": text}))
                    elif isinstance(event, FinalEvent):
                        for chunk in _last_chunks(event.answer, written, reply):
                            yield _event_line(chunk)
            if usage:
                yield _event_line(reply.usage_chunk(written.text))
        except SuyuanError as error:
            yield _event_line(protocol.error_body(error, written.language))
        except Exception:
            log.exception("an answer failed")
            yield _event_line(protocol.error_body(Refusal("answer.failed", 500), written.language))
        yield _DONE

    async def _answer_events(self, question: Question) -> AsyncGenerator[Event, None]:
        """The events of an answer, made in a thread when its turn has come; closing it ends a language model's answer."""
        async with self.room.wait_for_turn():
            events = self.service.assistant.stream(question)
            try:
                while (event := await self.room.run_in_thread(next, events, None)) is not None:
                    yield event
            finally:
                if close := getattr(events, "close", None):
                    with anyio.CancelScope(shield=True):
                        await self.room.run_in_thread(close)


def _last_chunks(answer: Answer, written: protocol.Written, reply: protocol.Reply) -> list[dict[str, Any]]:
    """The last chunks: what stands under the answer, its citations, and the whole answer as the command line gives it."""
    under, made = written.end_answer(answer)
    last = reply.chunk({"annotations": made} if made else {}, "stop", suyuan=wire.answer_to_dict(answer))
    return [reply.chunk({"content": under}), last] if under else [last]


def _event_line(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"

"""Runs a model's stream with time limits, retries and real cancellation. Knows nothing of prompts or of what is written."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from errors import ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import RunnableConfig

    Prompt = str | Sequence[BaseMessage]

_ENDED = ("finish_reason", "stop_reason", "done_reason")
_TRANSIENT = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_LONGEST_PAUSE = 30.0  # seconds between two tries


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """gap: seconds without a chunk; total: seconds for everything; characters: most that are taken; retries after the first
    try; pause: seconds before the first retry, doubled each time.
    """

    gap: float
    total: float
    characters: int
    retries: int
    pause: float


@dataclass(frozen=True, slots=True)
class StreamEnded:
    """How a stream ended: by itself, or cut short (the model's limit or ours) in the middle of what it wrote."""

    cut: bool


class _Silent(Exception):
    """No chunk came in time."""


class _CalledTool(Exception):
    """The model calls a tool, though it was given none, and says nothing."""


@lru_cache(maxsize=1)
def _model_loop() -> asyncio.AbstractEventLoop:
    """One event loop for every stream of the process, in a thread of its own: cancelling a task there closes its sockets."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="suyuan-model", daemon=True).start()
    return loop


def stream_model(
    model: BaseChatModel, messages: Prompt, limits: StreamLimits, config: RunnableConfig | None = None
) -> Generator[str | StreamEnded, None, None]:
    """The model's words as they come, then an Ended. Closing the iterator cancels the request.

    Raises ModelError when the server cannot be reached, refuses, stays silent, or breaks off before it has ended.
    """
    chunks: queue.SimpleQueue[str | StreamEnded | BaseException] = queue.SimpleQueue()
    task = asyncio.run_coroutine_threadsafe(_feed_queue(model, messages, limits, config, chunks), _model_loop())
    try:
        while True:
            chunk = chunks.get()
            if isinstance(chunk, BaseException):
                raise chunk
            yield chunk
            if isinstance(chunk, StreamEnded):
                return
    finally:
        task.cancel()


async def _feed_queue(
    model: BaseChatModel,
    messages: Prompt,
    limits: StreamLimits,
    config: RunnableConfig | None,
    chunks: queue.SimpleQueue[str | StreamEnded | BaseException],
) -> None:
    """Put everything that comes, and at the end how it ended, into the queue."""
    deadline = time.monotonic() + limits.total
    for attempt in range(limits.retries + 1):
        said = False
        try:
            async with aclosing(_try_once(model, messages, limits, config, deadline)) as source:
                async for chunk in source:
                    said = True
                    chunks.put(chunk)
            return
        except asyncio.CancelledError:
            chunks.put(ModelError("cancelled"))
            raise
        except Exception as error:
            # Providers' errors have no common base class; whatever it is, the reader of the answer gets the extractive one.
            wait = _pause_seconds(error, attempt, limits)
            if said or not _is_transient(error) or attempt == limits.retries or time.monotonic() + wait >= deadline:
                chunks.put(ModelError(_short_reason(error)))
                return
        await asyncio.sleep(wait)


async def _try_once(
    model: BaseChatModel,
    messages: Prompt,
    limits: StreamLimits,
    config: RunnableConfig | None,
    deadline: float,
) -> AsyncGenerator[str | StreamEnded, None]:
    """One try."""
    source = model.astream(messages, config)
    taken, ended = 0, ""
    try:
        while True:
            patience = min(limits.gap, deadline - time.monotonic())
            try:
                async with asyncio.timeout(max(patience, 0.001)):
                    chunk = await anext(source)
            except StopAsyncIteration:
                break
            except TimeoutError:
                if taken and time.monotonic() >= deadline:
                    yield StreamEnded(cut=True)
                    return
                raise _Silent(f"{patience:.0f} s") from None
            metadata: dict[str, Any] = getattr(chunk, "response_metadata", None) or {}
            ended = next((str(metadata[key]) for key in _ENDED if metadata.get(key)), ended)
            text = _text_of_chunk(chunk.content)
            if text:
                taken += len(text)
                yield text
            if taken >= limits.characters:
                yield StreamEnded(cut=True)
                return
    finally:
        close = getattr(source, "aclose", None)
        if close is not None:
            await close()
    if not ended:
        raise ConnectionResetError
    if ended in ("tool_calls", "function_call", "tool_use") and not taken:
        raise _CalledTool
    yield StreamEnded(cut=ended in ("length", "max_tokens", "content_filter"))


def _text_of_chunk(content: Any) -> str:
    """The words of a chunk, which some providers send in typed blocks."""
    if isinstance(content, str):
        return content
    blocks = [block if isinstance(block, dict) else {"type": "text", "text": str(block)} for block in content or ()]
    return "".join(str(block.get("text", "")) for block in blocks if block.get("type") == "text")


def _is_transient(error: Exception) -> bool:
    """Whether another try may help."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return status in _TRANSIENT
    name = type(error).__name__.lower()
    return isinstance(error, OSError | _Silent) or "timeout" in name or "connect" in name or "protocol" in name


def _pause_seconds(error: Exception, attempt: int, limits: StreamLimits) -> float:
    """Seconds to wait: what the server asks for, else doubled with each try."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        asked = float(headers.get("retry-after", ""))
    except ValueError:
        asked = 0.0
    return float(min(max(asked, limits.pause * 2.0**attempt), _LONGEST_PAUSE))


def _short_reason(error: Exception) -> str:
    """Why, in a few words, with nothing of the server's own text, which may hold anything."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return f"HTTP {status}"
    if isinstance(error, _Silent):
        return "time-out"
    if isinstance(error, _CalledTool):
        return "a tool call instead of an answer"
    name = type(error).__name__
    return "time-out" if "timeout" in name.lower() else name

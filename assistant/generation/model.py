"""Opens a language model by name and streams its words, with retries, time-outs and an end. Knows no prompts or checks."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

from langchain_core.runnables import RunnableConfig

from corpus.errors import ModelError
from settings import Settings

FIRST_WAIT = 0.5  # seconds before the first retry; doubled each time
LONGEST_WAIT = 8.0
PATIENCE = 3  # times model_timeout that a whole answer may take
_CHARACTERS = 4  # most characters a token of an answer may have before the answer counts as endless


def open_model(settings: Settings) -> Any:
    """A LangChain chat model. Raises ModelError when the name, the package or the key is not usable."""
    from langchain.chat_models import init_chat_model

    provider, _, name = settings.model.partition(":")
    key = settings.model_api_key.get_secret_value()
    options: dict[str, Any] = {"temperature": 0}
    if not name:
        raise ModelError("not a model name", settings.model, "name it PROVIDER:MODEL, such as openai:qwen3")
    if provider == "openai":
        options |= {"timeout": settings.model_timeout, "max_retries": 0, "max_tokens": settings.model_answer_tokens}
        if not key and not settings.model_base_url and not os.environ.get("OPENAI_API_KEY"):
            raise ModelError(
                "the model needs a key", settings.model, "set SUYUAN_MODEL_API_KEY or SUYUAN_MODEL_BASE_URL"
            )
        options["api_key"] = key or os.environ.get("OPENAI_API_KEY") or "none"
    elif key:
        options["api_key"] = key
    if settings.model_base_url:
        options["base_url"] = settings.model_base_url
    try:
        return init_chat_model(settings.model, **options)
    except ImportError as error:
        raise ModelError("the model's package is not installed", settings.model, _line(error)) from None
    except Exception as error:
        # Providers raise what they like for a wrong name, key or option; all of it is a wrong setting here.
        raise ModelError("the model cannot be opened", settings.model, _line(error)) from None


def stream(model: Any, prompt: str, settings: Settings, config: RunnableConfig | None = None) -> Iterator[str]:
    """The model's words as they come. Raises ModelError when none can be had, or when they break off.

    A failure before the first word is tried again `model_retries` times; closing the iterator closes the connection.
    """
    began = time.monotonic()
    for attempt in range(settings.model_retries + 1):
        got = False
        try:
            for words in _once(model, prompt, settings, config, began):
                got = True
                yield words
        except ModelError:
            raise
        except Exception as error:
            # Every provider has its own exceptions; what matters is whether words were shown and whether to try again.
            if got or attempt == settings.model_retries or not _passing(error):
                what = "the model broke off" if got else "the model did not answer"
                raise ModelError(what, None, _line(error)) from None
            time.sleep(_wait(error, attempt))
        else:
            if got or attempt == settings.model_retries:
                return


def _once(model: Any, prompt: str, settings: Settings, config: RunnableConfig | None, began: float) -> Iterator[str]:
    """One try, ended when it takes too long or says too much."""
    said, finished = 0, not settings.model.startswith("openai:")
    longest = PATIENCE * settings.model_timeout
    chunks = model.stream(prompt, config=config)
    try:
        for chunk in chunks:
            if time.monotonic() - began > longest:
                raise ModelError("the model took too long", f"{longest:g} s", "raise SUYUAN_MODEL_TIMEOUT")
            finished = finished or bool((chunk.response_metadata or {}).get("finish_reason"))
            words = _text(chunk)
            if not words:
                continue
            said += len(words)
            yield words
            if said > _CHARACTERS * settings.model_answer_tokens:
                return
        if said and not finished:
            raise ModelError("the model broke off", f"after {said} characters", "ask again")
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()


def _text(chunk: Any) -> str:
    """The text of a message chunk; parts that are no text (thinking, tool calls) are left out."""
    content = chunk.content
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content if isinstance(part, dict) and part.get("type") == "text")


def _passing(error: Exception) -> bool:
    """Whether trying again can help: no answer, too many requests, or the server's own failure."""
    status = getattr(error, "status_code", None)
    return status is None or status in (408, 409, 425, 429) or status >= 500


def _wait(error: Exception, attempt: int) -> float:
    """Seconds to wait: as the server asks, else doubled each time."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return min(LONGEST_WAIT, max(0.0, float(headers.get("retry-after", ""))))
    except ValueError:
        return float(min(LONGEST_WAIT, FIRST_WAIT * 2.0**attempt))


def _line(error: Exception) -> str:
    """The first line of an error, short."""
    first = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return first.strip()[:200]

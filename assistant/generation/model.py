"""Opens a language model by name and streams its words, with retries, time-outs and an end. Knows no prompts or checks."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import closing
from typing import Any

from langchain_core.runnables import RunnableConfig

from assistant.generation import streaming
from assistant.generation.streaming import StreamLimits
from errors import ModelError
from settings import Settings

CUT = "\0"  # stands, alone, for the end of words that were cut short
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
        options |= {"timeout": settings.model_timeout, "max_retries": 0, "stream_chunk_timeout": None}
        if settings.model_base_url:
            # Servers that speak OpenAI's protocol know the older name of the limit.
            options |= {"extra_body": {"max_tokens": settings.model_answer_tokens}, "stream_usage": False}
        else:
            options["max_tokens"] = settings.model_answer_tokens
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
        raise ModelError("the model's package is not installed", settings.model, _first_line(error)) from None
    except Exception as error:
        # Providers raise what they like for a wrong name, key or option; all of it is a wrong setting here.
        raise ModelError("the model cannot be opened", settings.model, _first_line(error)) from None


def stream_words(
    model: Any, prompt: str, settings: Settings, config: RunnableConfig | None = None
) -> Generator[str, None, None]:
    """The model's words as they come; `CUT` at the end when they were cut short in the middle of a sentence.

    A failure before the first word is tried again `model_retries` times; closing the iterator closes the connection. Raises
    ModelError when no words can be had, or when they break off.
    """
    limits = StreamLimits(
        gap=settings.model_timeout,
        total=PATIENCE * settings.model_timeout,
        characters=_CHARACTERS * settings.model_answer_tokens,
        retries=settings.model_retries,
        pause=settings.model_pause,
    )
    with closing(streaming.stream_model(model, prompt, limits, config)) as chunks:
        for chunk in chunks:
            if isinstance(chunk, str):
                yield chunk
            elif chunk.cut:
                yield CUT


def _first_line(error: Exception) -> str:
    """The first line of an error, short."""
    first = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return first.strip()[:200]

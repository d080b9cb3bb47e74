"""A follow-up rewritten by a model, kept only when it adds nothing of its own. Knows nothing of search."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig

from assistant.generation.model import stream_words
from assistant.generation.prompting import rewrite_prompt
from assistant.generation.thoughts import all_spoken_words
from assistant.types import Turn
from assistant.understanding.analysis import clean_question
from assistant.verification.text import comparable_text
from corpus.text.char_bigrams import joined_bigrams
from errors import ModelError
from settings import Settings

_LONGEST = 200
_OWN = 0.75  # of the rewriting's wording must stand in the conversation


def rewrite_with_model(
    model: Any, question: str, history: Sequence[Turn], settings: Settings, config: RunnableConfig | None = None
) -> str | None:
    """The standalone question, or None when the model fails or says what nobody said: then the rules' version is used."""
    prompt = rewrite_prompt(question, history, settings.model_context_tokens - 256)
    try:
        text = clean_question(all_spoken_words(stream_words(model, prompt, settings, config)))
    except ModelError:
        return None
    text = re.sub(r"^(?:改写后的?)?(?:完整)?问题[:：]\s*", "", text).strip("\"“”'` ")
    said = comparable_text(" ".join([question, *(turn.text for turn in history)]))
    wanted = joined_bigrams(comparable_text(text))
    numbers = set(re.findall(r"\d+", comparable_text(text))) - set(re.findall(r"\d+", said))
    if not text or len(text) > _LONGEST or numbers or len(wanted & joined_bigrams(said)) < _OWN * len(wanted):
        return None
    return text

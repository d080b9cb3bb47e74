"""A follow-up rewritten by a model, kept only when it adds nothing of its own. Knows nothing of search."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig

from assistant.generation.model import stream
from assistant.generation.prompting import rewrite_prompt
from assistant.generation.thoughts import whole
from assistant.types import Turn
from assistant.understanding.analysis import clean
from assistant.verification.text import comparable
from corpus.text.char_bigrams import bigrams
from errors import ModelError
from settings import Settings

_LONGEST = 200
_OWN = 0.75  # of the rewriting's wording must stand in the conversation


def rewrite(
    model: Any, question: str, history: Sequence[Turn], settings: Settings, config: RunnableConfig | None = None
) -> str | None:
    """The standalone question, or None when the model fails or says what nobody said: then the rules' version is used."""
    prompt = rewrite_prompt(question, history, settings.model_context_tokens - 256)
    try:
        text = clean(whole(stream(model, prompt, settings, config)))
    except ModelError:
        return None
    text = re.sub(r"^(?:改写后的?)?(?:完整)?问题[:：]\s*", "", text).strip("\"“”'` ")
    said = comparable(" ".join([question, *(turn.text for turn in history)]))
    wanted = bigrams(comparable(text))
    numbers = set(re.findall(r"\d+", comparable(text))) - set(re.findall(r"\d+", said))
    if not text or len(text) > _LONGEST or numbers or len(wanted & bigrams(said)) < _OWN * len(wanted):
        return None
    return text

"""The generative reader's answer: a model's claims, each shown only when its quotes carry it. Knows nothing of search."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig

from assistant import markers
from assistant.extractive import Draft
from assistant.generation import prompting
from assistant.generation.attribution import Attributor
from assistant.generation.model import stream
from assistant.generation.statements import Claim, claims
from assistant.types import Citation, Statement
from assistant.verification.text import bare, comparable
from corpus.errors import ModelError
from index.types import Hit
from settings import Settings

_REPEATS = 3  # times a model may say what it has said before it is cut off


class Refusal(Exception):
    """The model says that the passages hold no answer."""


class Writer:
    """Writes one answer into a draft."""

    def __init__(self, model: Any, settings: Settings, config: RunnableConfig | None = None) -> None:
        self.model, self.settings, self.config = model, settings, config

    def write(
        self, question: str, hits: Sequence[Hit], draft: Draft
    ) -> Generator[tuple[str, list[Citation]], None, None]:
        """(text, its citations) for each claim shown. Raises Refusal, or ModelError when the model fails or says nothing."""
        budget = self.settings.model_context_tokens - self.settings.model_answer_tokens
        prompt, used = prompting.answer_prompt(question, hits, budget)
        attributor = Attributor(used)
        said: set[str] = set()
        repeats = 0
        for claim in claims(_until_refusal(stream(self.model, prompt, self.settings, self.config))):
            key = bare(comparable(claim.text))
            repeats += key in said
            if repeats > _REPEATS:
                break
            if not key or key in said:
                continue
            said.add(key)
            yield from self._show(claim, attributor, draft)
        if not said:
            raise ModelError("the model gave an empty answer")

    def _show(self, claim: Claim, attributor: Attributor, draft: Draft) -> Iterator[tuple[str, list[Citation]]]:
        """The claim when it is supported, or marked where the setting says so."""
        verdict, quotes = attributor.attribute(claim)
        if not verdict.supported:
            if self.settings.unsupported == "drop":
                draft.dropped += 1
                return
            draft.marked += 1
        cited = []
        for quote in quotes if verdict.supported else []:
            passage = quote.hit.passage
            cited.append(draft.citations.add(passage, passage.start + quote.start, passage.start + quote.end))
        numbers = list(dict.fromkeys(citation.marker for citation in cited))
        draft.statements.append(Statement(claim.text, tuple(numbers), verdict.supported, verdict.issues))
        flag = "" if verdict.supported else "（未核对）"
        text = f"{claim.text}{flag}{markers.render(numbers)}。" + ("\n" if claim.breaks else "")
        draft.text += text
        yield text, cited


def _until_refusal(words: Iterator[str]) -> Iterator[str]:
    """The words; Refusal is raised when they begin with the token for it."""
    head, decided = "", False
    token = prompting.NOT_FOUND
    for chunk in words:
        if decided:
            yield chunk
            continue
        head += chunk
        start = _start(head)
        if start.startswith(token):
            raise Refusal
        if token.startswith(start):
            continue
        decided = True
        yield head
    if not decided:
        yield head


def _start(head: str) -> str:
    """The text without what models put round a token."""
    return head.strip().lstrip("`'\"*")

"""The generative reader's answer: a model's claims, each shown only when its quotes carry it. Knows nothing of search."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from typing import Any

from langchain_core.runnables import RunnableConfig

from assistant import markers
from assistant.composing.writing import Draft
from assistant.generation import prompting
from assistant.generation.attribution import Attributor
from assistant.generation.evidence import Evidence, Quote
from assistant.generation.model import CUT, stream_words
from assistant.generation.statements import Claim, stream_claims
from assistant.generation.thoughts import ThinkingHabit, ThoughtAloud, spoken_words
from assistant.types import CitationEvent, Statement, TextEvent
from assistant.understanding.analysis import Analysis
from assistant.verification import Verdict
from assistant.verification.text import bare_text, comparable_text
from errors import ModelError
from settings import Settings

_OBJECT = re.compile(r"\s*(?:```\w*\s*)?(?:\{|\[\s*(?:[\"{]|$))")
_FENCED = re.compile(r"\s*`{1,3}\w*\s*")
_FENCE = re.compile(r"^```\w*\s*|\s*```$")
_MAYBE_STATUS = re.compile(r"[\s*#`]*(?:s|st|sta|stat|statu|status|状|状态)\b.*|[\s*#`]*$", re.IGNORECASE)
_STATUS = re.compile(r"[\s*#`]*(?:status|状态)\s*[:：]\s*(?P<status>[\w \-]{1,20}?)[\s*`.。]*\n", re.IGNORECASE)
_NOTHING = re.compile(r"^(?:not|no|un)[\s_-]?(?:found|answer)|^(?:未找到|无答案|没有)", re.IGNORECASE)
_REPEATS = 3  # times a model may say what it has said before it is cut off


class Refusal(Exception):
    """The model says that the evidence holds no answer."""


Objection = Callable[[str, Quote], str]


def _no_objection(words: str, quote: Quote) -> str:
    """Nothing is objected to."""
    return ""


class Writer:
    """Writes one answer into a draft."""

    def __init__(
        self,
        model: Any,
        settings: Settings,
        config: RunnableConfig | None = None,
        *,
        habit: ThinkingHabit | None = None,
        objection: Objection = _no_objection,
    ) -> None:
        """`objection` says of words and a quote that carries them why they do not answer the question."""
        self.model, self.settings, self.config, self.habit = model, settings, config, habit or ThinkingHabit()
        self.objection = objection

    def write(
        self, analysis: Analysis, evidence: Sequence[Evidence], draft: Draft
    ) -> Generator[CitationEvent | TextEvent, None, None]:
        """The text of each claim shown, its new citations before it; an empty replacing text when all of it is taken back.

        evidence: what the model is given, and all that a claim may rest on.

        Raises Refusal, or ModelError when the model fails or says nothing.
        """
        budget = self.settings.model_context_tokens - self.settings.model_answer_tokens
        prompt, used = prompting.answer_prompt(analysis.text, analysis.kind, evidence, budget)
        if not used:
            raise ModelError("no evidence fits the model's window", f"{self.settings.model_context_tokens} tokens")
        attributor = Attributor(used)
        with closing(stream_words(self.model, prompt, self.settings, self.config)) as chunks:
            words = spoken_words(chunks, self.habit)
            while True:
                try:
                    yield from self._write_claims(words, attributor, draft)
                    return
                except ThoughtAloud as thought:
                    words = thought.rest
                    draft.clear()
                    yield TextEvent("", replace=True)

    def _write_claims(
        self, words: Iterator[str], attributor: Attributor, draft: Draft
    ) -> Generator[CitationEvent | TextEvent, None, None]:
        """What is shown of the model's words."""
        said: set[str] = set()
        repeats = 0
        for claim in stream_claims(_answer_words(words)):
            key = bare_text(comparable_text(claim.text))
            repeats += key in said
            if repeats > _REPEATS:
                break
            if not key or key in said:
                continue
            said.add(key)
            known = len(draft.citations.made)
            text = self._show_claim(claim, attributor, draft)
            yield from map(CitationEvent, draft.citations.made[known:])
            if text:
                yield TextEvent(text)
        if not said:
            raise ModelError("the model gave an empty answer")

    def _show_claim(self, claim: Claim, attributor: Attributor, draft: Draft) -> str:
        """The claim as it is shown, when it is supported or the setting says that it is marked; otherwise nothing."""
        verdict, quotes = attributor.attribute_claim(claim)
        if verdict.supported and quotes:
            objections = [self.objection(claim.text, quote) for quote in quotes]
            verdict = Verdict(False, (objections[0],)) if all(objections) else verdict
        if not verdict.supported:
            if self.settings.unsupported == "drop":
                draft.dropped += 1
                return ""
            draft.marked += 1
        cited = []
        for quote in quotes if verdict.supported else []:
            cited.append(draft.citations.add(quote.passage, quote.start, quote.end))
        numbers = list(dict.fromkeys(citation.marker for citation in cited))
        draft.statements.append(Statement(claim.text, tuple(numbers), verdict.supported, verdict.issues))
        flag = "" if verdict.supported else "（未核对）"
        text = f"{claim.text}{flag}{markers.render_markers(numbers)}。" + ("\n" if claim.breaks else "")
        draft.text += text
        return text


def _answer_words(words: Iterator[str]) -> Iterator[str]:
    """The words of the answer, without a status line or a JSON object round them. Raises Refusal when the model refuses.

    Refusing is a field: the token or status line that the prompt asks for, at the very start, or `status` in a JSON object.
    """
    head, decided = "", False
    for chunk in words:
        if decided:
            yield chunk
            continue
        head += chunk
        start = head.strip().lstrip("`'\"*")
        if start.startswith(prompting.NOT_FOUND):
            raise Refusal
        if prompting.NOT_FOUND.startswith(start) or _OBJECT.match(head) or _may_be_status(head):
            continue
        decided = True
        yield _after_status(head)
    if not decided:
        yield from _answer_at_once(head)


def _may_be_status(head: str) -> bool:
    """Whether more is needed to know how the answer opens: a line that may be a status."""
    if _FENCED.fullmatch(head):
        return True
    line, newline, _ = head.lstrip().partition("\n")
    return not newline and len(line) < 40 and bool(_MAYBE_STATUS.match(line))


def _after_status(head: str) -> str:
    """The text behind a status line. Raises Refusal when the status says that nothing was found."""
    match = _STATUS.match(head)
    if match is None:
        return head
    if _NOTHING.search(match.group("status")):
        raise Refusal
    return head[match.end() :]


def _answer_at_once(head: str) -> Iterator[str]:
    """What an answer is that came all at once: the text of a JSON object, or the words themselves."""
    if not _OBJECT.match(head):
        yield _after_status(head + "\n") if _STATUS.match(head + "\n") else head
        return
    cut = head.endswith(CUT)
    try:
        given = json.loads(_FENCE.sub("", head.rstrip(CUT).strip()))
        text = next((given[key] for key in ("text", "answer", "content") if isinstance(given.get(key), str)), "")
        status = str(given.get("status", ""))
    except (ValueError, AttributeError):
        raise ModelError("the model's answer is malformed" + (" (cut short)" if cut else "")) from None
    if _NOTHING.search(status):
        raise Refusal
    if not text:
        raise ModelError("the model answered in JSON without a text")
    yield text

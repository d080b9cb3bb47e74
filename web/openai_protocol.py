"""OpenAI's chat protocol as far as it carries our answers: requests checked, answers, chunks and errors in its shapes.

Knows nothing of HTTP or of how an answer is made.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote as encoded

from pydantic import BaseModel, Field, ValidationError

from assistant import wire
from assistant.conversation.quoting import quote_span
from assistant.types import Answer, Citation, TextEvent, Turn
from corpus.tokens import count_tokens
from errors import SuyuanError
from index.types import Index
from web import export
from web.http_errors import Refusal, error_in_words
from web.texts import screen_words, storable_text

MODEL = "suyuan"
MOST_TURNS = 12  # things said before that a question is understood from; the chat keeps as many
MOST_SAID = 20_000  # characters of one of them
# (type, code, param) of an error by the key of its refusal; others by their status
_KINDS: dict[str, tuple[str, str, str | None]] = {
    "api.key": ("invalid_request_error", "invalid_api_key", None),
    "api.key.none": ("invalid_request_error", "invalid_api_key", None),
    "api.model": ("invalid_request_error", "model_not_found", "model"),
    "api.last": ("invalid_request_error", "invalid_messages", "messages"),
    "question.empty": ("invalid_request_error", "invalid_messages", "messages"),
    "question.long": ("invalid_request_error", "context_length_exceeded", "messages"),
    "large": ("invalid_request_error", "request_too_large", None),
    "pace": ("rate_limit_error", "rate_limit_exceeded", None),
    "busy": ("server_error", "server_busy", None),
    "api.unsupported": ("invalid_request_error", "unsupported_parameter", None),
}
# what would make a client fetch something when it draws an answer as Markdown: a picture, a tag of HTML
_FETCHING = re.compile(r"!(?=\[(?!\d{1,3}\](?!\()))|<(?=[A-Za-z/!?])")
_RULE = "\n\n---\n\n"
_PLACE = re.compile(r"^- \[(\d{1,3})\] .*#d/([^/\s]+)/(\d{1,9})-(\d{1,9})/([0-9a-f]{16})\)$", re.MULTILINE)


class Part(BaseModel):
    """A part of a message: text, or something that is not taken."""

    type: str
    text: str = ""


class Message(BaseModel):
    """One thing said."""

    role: str
    content: str | list[Part] | None = None

    def message_text(self) -> str:
        """Its words; None and parts put together."""
        return self.content if isinstance(self.content, str) else "".join(part.text for part in self.content or ())


class StreamOptions(BaseModel):
    """What a stream carries beside the answer."""

    include_usage: bool = False


class Ours(BaseModel, extra="forbid"):
    """What only this server knows: where to look."""

    scope: dict[str, Any] | None = None


class Request(BaseModel):
    """A request for an answer. What steers how a model writes (temperature, max_tokens, stop and the like) is not looked at."""

    model: str
    messages: list[Message] = Field(min_length=1, max_length=10_000)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    tools: list[Any] | None = None
    functions: list[Any] | None = None
    response_format: dict[str, Any] | None = None
    modalities: list[str] | None = None
    audio: dict[str, Any] | None = None
    logprobs: bool | None = None
    suyuan: Ours | None = None

    def asked_scope(self) -> dict[str, Any] | None:
        """Where to look; None: everywhere."""
        return self.suyuan.scope if self.suyuan else None

    def wants_usage(self) -> bool:
        """Whether a stream ends with what was used."""
        return self.stream_options is not None and self.stream_options.include_usage


def parse_request(body: bytes) -> Request:
    """The request in a body. Raises Refusal, in words and with the parameter, for one that is not understood or not served."""
    try:
        given = Request.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        param = ".".join(map(str, first["loc"])) or "body"
        raise Refusal("api.body", param=param, why=first["msg"]) from None
    if given.model != MODEL:
        raise Refusal("api.model", 404, seen=given.model, known=MODEL)
    _check_request(given)
    return given


def _check_request(given: Request) -> None:
    """Raises Refusal for anything asked beyond an answer in words."""
    if given.n not in (None, 1):
        raise Refusal("api.unsupported", param="n", seen=given.n)
    for name in ("tools", "functions", "audio", "logprobs"):
        if value := getattr(given, name):
            raise Refusal("api.unsupported", param=name, seen=json.dumps(value, ensure_ascii=False))
    if given.response_format and given.response_format.get("type") != "text":
        raise Refusal("api.unsupported", param="response_format", seen=given.response_format.get("type"))
    if given.modalities and set(given.modalities) != {"text"}:
        raise Refusal("api.unsupported", param="modalities", seen=", ".join(given.modalities))


def question_and_history(messages: Sequence[Message], index: Index) -> tuple[str, tuple[Turn, ...]]:
    """The question, which is what the user said last, and the turns before it.

    Whoever wrote a system message does not decide how answers are made: it is left out. Raises Refusal for tools' results,
    pictures and the like, and for a conversation that does not end with the user.
    """
    said = []
    for place, message in enumerate(messages):
        if message.role in ("system", "developer"):
            continue
        if message.role not in ("user", "assistant"):
            raise Refusal("api.unsupported", param=f"messages.{place}.role", seen=message.role)
        for part in message.content if isinstance(message.content, list) else ():
            if part.type not in ("text", "refusal"):
                raise Refusal("api.unsupported", param=f"messages.{place}.content", seen=part.type)
        said.append(message)
    if not said or said[-1].role != "user":
        raise Refusal("api.last", seen=said[-1].role if said else "—")
    return said[-1].message_text(), tuple(
        _turn_of_message(each, index) for each in said[-MOST_TURNS - 1 : -1] if each.message_text().strip()
    )


def _turn_of_message(message: Message, index: Index) -> Turn:
    """A turn before the question; an answer of ours without what was put under it, its citations read off its links."""
    text = storable_text(message.message_text())
    if message.role == "user":
        return Turn("user", text[:MOST_SAID])
    for language in ("zh", "en"):
        text = text.rsplit(screen_words(language)["api.withdrawn"], 1)[-1]
    answer, rule, places = text.rpartition(_RULE)
    if not rule or not _PLACE.search(places):
        return Turn("assistant", text[:MOST_SAID])
    cited = [_citation_of_link(match, index) for match in _PLACE.finditer(places)]
    said = re.sub(r"\n\n(?:> [^\n]*\n?)+\Z", "", answer).strip()
    return Turn("assistant", said[:MOST_SAID], tuple(each for each in cited if each))


def _citation_of_link(match: re.Match[str], index: Index) -> Citation | None:
    """The citation that a link of ours points to, its words read from the document; None when that is another by now."""
    marker, doc_id, start, end, sha = match.groups()
    try:
        document = index.document(doc_id)
    except KeyError:
        return None
    first, last = int(start), int(end)
    if not document.sha256.startswith(sha) or not first < last <= min(len(document.text), first + MOST_SAID):
        return None
    return quote_span(document, first, last, int(marker))


def citation_link(citation: Citation, base: str) -> str:
    """The address of a citation's words in the chat, good for the text of the document as it is now."""
    place = f"{encoded(citation.doc_id, safe='')}/{citation.start}-{citation.end}/{citation.sha256[:16]}"
    return f"{base.rstrip('/')}/#d/{place}"


def inert_text(text: str) -> str:
    """Words of documents, of which a client that reads Markdown fetches nothing."""
    return _FETCHING.sub(r"\\\g<0>", text)


@dataclass
class Written:
    """The content of one message while it is written; `begins` is where the answer's text begins in it."""

    language: str
    base: str
    sources: bool
    text: str = ""
    begins: int = 0
    _held: str = ""

    def add_text(self, event: TextEvent) -> str:
        """What is to be sent for more text: white space waits for what follows it, as an answer does not end in it."""
        lead = ""
        if event.replace:
            lead = f"\n\n{screen_words(self.language)['api.withdrawn']}\n\n" if self.text else ""
            self._held, self.begins = "", len(self.text) + len(lead)
        more = self._held + inert_text(event.text)
        if lead or len(self.text) == self.begins:
            more = more.lstrip()
        shown = more.rstrip()
        self._held = more[len(shown) :]
        self.text += lead + shown
        return lead + shown

    def end_answer(self, answer: Answer) -> tuple[str, list[dict[str, Any]]]:
        """What stands under the answer (notices, then the places cited), and the annotations of the whole."""
        made = url_citations(self.text, self.begins, answer, self.base)
        under = "".join(f"\n> {inert_text(' '.join(notice.text.split()))}" for notice in answer.notices)
        under = f"\n{under}" if under else ""
        if self.sources and answer.citations:
            under += _RULE + "\n".join(self._source_line(citation) for citation in answer.citations)
        self.text += under
        return under, made

    def _source_line(self, citation: Citation) -> str:
        label = export.escape_markdown(export.citation_place(wire.citation_to_dict(citation), self.language))
        return f"- [{citation.marker}] [{label}]({citation_link(citation, self.base)})"


def url_citations(text: str, begins: int, answer: Answer, base: str) -> list[dict[str, Any]]:
    """An annotation for each marker in the answer's text, over the code points where the marker stands."""
    cited = {citation.marker: citation for citation in answer.citations}
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": match.start(),
                "end_index": match.end(),
                "title": cited[int(match[1])].locator or cited[int(match[1])].title,
                "url": citation_link(cited[int(match[1])], base),
            },
        }
        for match in export.MARKER.finditer(text, begins)
        if int(match[1]) in cited
    ]


@dataclass(frozen=True)
class Reply:
    """The shapes of one answer."""

    asked: int = 0
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def completion(self, written: Written, made: list[dict[str, Any]], answer: Answer) -> dict[str, Any]:
        """The whole answer at once."""
        message = {"role": "assistant", "content": written.text, "refusal": None, "annotations": made}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        head = self._reply_head("chat.completion", choice)
        return head | {"usage": self.token_usage(written.text), "suyuan": wire.answer_to_dict(answer)}

    def chunk(self, delta: dict[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
        """A piece of a streamed answer."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return self._reply_head("chat.completion.chunk", choice) | more

    def usage_chunk(self, text: str) -> dict[str, Any]:
        """The last chunk of a stream, for those who asked for it."""
        return self._reply_head("chat.completion.chunk") | {"usage": self.token_usage(text)}

    def token_usage(self, text: str) -> dict[str, int]:
        """Tokens of what was said and of the answer, by the project's own count."""
        told_ = count_tokens(text)
        return {"prompt_tokens": self.asked, "completion_tokens": told_, "total_tokens": self.asked + told_}

    def _reply_head(self, kind: str, *choices: dict[str, Any]) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": MODEL, "choices": list(choices)}


def error_body(error: SuyuanError, language: str) -> dict[str, Any]:
    """An error as OpenAI's clients read it."""
    key, status = (error.key, error.status) if isinstance(error, Refusal) else ("failed", 400)
    values = error.values if isinstance(error, Refusal) else {}
    usual = ("server_error" if status >= 500 else "invalid_request_error", key.replace(".", "_"), None)
    kind, code, param = _KINDS.get(key, usual)
    return {
        "error": {
            "message": error_in_words(error, language),
            "type": kind,
            "param": param or values.get("param"),
            "code": code,
        }
    }


def model_card(created: int) -> dict[str, Any]:
    """The one model there is."""
    return {"id": MODEL, "object": "model", "created": created, "owned_by": "suyuan"}

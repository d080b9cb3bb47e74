"""What the screens and the programs' endpoints ask for, with its limits. Knows nothing of HTTP or of Gradio."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Iterator
from typing import Any

from assistant.cards.store import CARDS_FOLDER, CardStore
from assistant.types import Answer, FinalEvent, Question
from errors import SuyuanError
from index.types import Filters, IndexHandle
from settings import Settings
from web import view
from web.cards import Attended, Cards
from web.examples import Examples, examples_from_documents
from web.http_errors import Refusal, TooManyError, error_in_words
from web.metrics import Metrics
from web.store import Store
from web.texts import storable_text
from web.types import Answerer

log = logging.getLogger("suyuan.web")

FILTERS = {"doc_ids": str, "sources": str, "regions": str, "issuers": str, "years": int, "statuses": str}
MOST_CHOSEN = 2000


class RateLimiter:
    """How often one person may ask: so many in any minute. Time is counted in seconds of a clock that never goes back."""

    def __init__(self, a_minute: int) -> None:
        self.a_minute = a_minute
        self._asked: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def take(self, who: str) -> None:
        """Counts one. Raises TooManyError when the minute is full."""
        if not self.a_minute:
            return
        with self._lock:
            self._room(who).append(time.monotonic())

    def check(self, who: str) -> None:
        """Counts nothing. Raises TooManyError when the minute is full."""
        with self._lock:
            self._room(who)

    def _room(self, who: str) -> deque[float]:
        now = time.monotonic()
        if len(self._asked) > 10_000:  # forget those who went away, so that memory stays bounded
            self._asked = {key: asked for key, asked in self._asked.items() if asked and asked[-1] > now - 60}
        asked = self._asked.setdefault(who, deque())
        while asked and asked[0] <= now - 60:
            asked.popleft()
        if len(asked) >= self.a_minute:
            raise TooManyError("pace", 429, n=self.a_minute)
        return asked


def parse_filters(scope: object) -> Filters:
    """A scope as a program sends it, checked. Raises Refusal for anything that is not one."""
    if not scope:
        return Filters()
    if not isinstance(scope, dict) or set(scope) - set(FILTERS):
        raise Refusal("scope", seen=scope, known=", ".join(FILTERS))
    chosen: dict[str, Any] = {}
    for name, values in scope.items():
        kind = FILTERS[name]
        if not isinstance(values, list) or len(values) > MOST_CHOSEN or not all(type(each) is kind for each in values):
            raise Refusal("scope.list", name=name, seen=values)
        chosen[name] = tuple(values)
    return Filters(**chosen)


class Service:
    """The chat behind its screens."""

    def __init__(
        self,
        assistant: Answerer,
        handle: IndexHandle,
        settings: Settings,
        store: Store | None = None,
        examples: Examples | None = None,
        *,
        cards: Cards | None = None,
    ) -> None:
        self.assistant = Attended(assistant)
        self.handle = handle
        self.settings = settings
        self.store = store or Store(settings.database_url, settings.data)
        self.metrics = Metrics(handle)
        self.pace = RateLimiter(settings.questions_a_minute)
        self.examples = examples or Examples(handle, examples_from_documents(assistant, handle, settings))
        self.cards = cards or Cards(handle, CardStore(settings.data / CARDS_FOLDER), self.assistant.busy)

    def warm(self) -> None:
        """Makes one answer that nobody sees, so that the first person does not wait for what is loaded at first use."""
        try:
            self.assistant.invoke(Question(self.handle.current().documents()[0].title))
        except Exception:
            log.warning("the first answer could not be made ready", exc_info=True)
        self.examples.current()
        self.cards.state()

    def question(
        self, text: object, scope: object, language: str, *, rewritten: object = None, history: Any = ()
    ) -> Question:
        """A question that keeps the limits. Raises Refusal for one that is empty, too long or not text."""
        if not isinstance(text, str) or not text.strip():
            raise Refusal("question.empty")
        for each in (text, rewritten or ""):
            if not isinstance(each, str) or len(each) > self.settings.question_characters:
                raise Refusal("question.long", n=len(str(each)), most=self.settings.question_characters)
        standalone = storable_text(rewritten).strip() if isinstance(rewritten, str) else ""
        asked = storable_text(text).strip()
        if not asked:
            raise Refusal("question.empty")
        return Question(asked, tuple(history), parse_filters(scope), standalone or None, language)

    def chat(self, owner: str, paced: bool, language: str, payload: object) -> Iterator[dict[str, Any]]:
        """The events of an answer for the screen; the answer is kept in the owner's conversation. Errors become events."""
        try:
            if paced:
                self.pace.take(owner)
            given = payload if isinstance(payload, dict) else {}
            conversation = str(given.get("conversation") or "")
            turns = self.store.conversation(owner, conversation)["turns"] if conversation else []
            question = self.question(
                given.get("question"),
                given.get("scope"),
                language,
                rewritten=given.get("rewritten"),
                history=view.turns_from_kept(turns[-6:]),
            )
            with self.metrics.working():
                yield from self._events(owner, conversation, question)
        except KeyError:
            yield {"type": "error", "code": "gone", "text": Refusal("conversation.gone").told(language)}
        except SuyuanError as error:
            code = "many" if isinstance(error, TooManyError) else "refused"
            yield {"type": "error", "code": code, "text": error_in_words(error, language)}
        except Exception:
            log.exception("an answer failed")
            yield {"type": "error", "code": "failed", "text": Refusal("answer.failed").told(language)}

    def _events(self, owner: str, conversation: str, question: Question) -> Iterator[dict[str, Any]]:
        index = self.handle.current()
        for event in self.assistant.stream(question):
            shown = view.event_values(event, index)
            if isinstance(event, FinalEvent):
                self.metrics.answered(event.answer)
                conversation, title, turn = self.store.add_turn(owner, conversation, question.text, shown["answer"])
                shown |= {"conversation": {"id": conversation, "title": title}, "turn": turn}
            yield shown

    def ask(self, owner: str, paced: bool, language: str, text: str, scope: object = None) -> Answer:
        """One answer, kept nowhere. Raises SuyuanError."""
        if paced:
            self.pace.take(owner)
        question = self.question(text, scope, language)
        with self.metrics.working():
            answer = self.assistant.invoke(question)
        self.metrics.answered(answer)
        return answer

    def search(self, text: str, count: int, scope: object = None) -> list[dict[str, Any]]:
        """Passages, best first. Raises Refusal."""
        question = self.question(text, scope, "")
        if not 1 <= count <= 50:
            raise Refusal("count", seen=count)
        index = self.handle.current()
        return [view.hit_values(hit, index) for hit in index.search(question.text, count, question.filters)]

    def document(self, doc_id: str) -> dict[str, Any]:
        """A document's text, outline and metadata. Raises Refusal for one that is not there."""
        try:
            return view.document_values(self.handle.current().document(doc_id), ())
        except KeyError:
            raise Refusal("file.none", 404, seen=doc_id[:80]) from None

    def conversation(self, owner: str, conversation: str) -> dict[str, Any]:
        """A kept conversation, its citations compared with the documents as they are now. Raises KeyError."""
        kept = self.store.conversation(owner, conversation)
        index = self.handle.current()
        turns = [
            turn | {"answer": view.refresh_answer(turn["answer"], index) | {"feedback": turn["feedback"]}}
            for turn in kept["turns"]
        ]
        return kept | {"turns": turns}

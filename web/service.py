"""What the screens and the programs' endpoints ask for, with its limits. Knows nothing of HTTP or of Gradio."""

from __future__ import annotations

import logging
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
from web.pace import Pace
from web.store import Store
from web.texts import storable_text
from web.types import Answerer

log = logging.getLogger("suyuan.web")

FILTERS = {"doc_ids": str, "sources": str, "regions": str, "issuers": str, "years": int, "statuses": str}
MOST_CHOSEN = 2000


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
        self.pace = Pace(settings.questions_a_minute, self.store.engine, "question")
        self.examples = examples or Examples(handle, examples_from_documents(assistant, handle, settings))
        self.cards = cards or Cards(handle, CardStore(settings.data / CARDS_FOLDER), self.assistant.is_busy)

    def warm_up(self) -> None:
        """Makes one answer that nobody sees, so that the first person does not wait for what is loaded at first use."""
        try:
            self.assistant.invoke(Question(self.handle.current().documents()[0].title))
        except Exception:
            log.warning("the first answer could not be made ready", exc_info=True)
        self.examples.current_questions()
        self.cards.making_state()

    def check_question(
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

    def chat_events(self, owner: str, paced: bool, language: str, payload: object) -> Iterator[dict[str, Any]]:
        """The events of an answer for the screen; the answer is kept in the owner's conversation. Errors become events."""
        try:
            if paced:
                self.pace.count_request(owner)
            given = payload if isinstance(payload, dict) else {}
            conversation = str(given.get("conversation") or "")
            turns = self.store.read_conversation(owner, conversation)["turns"] if conversation else []
            question = self.check_question(
                given.get("question"),
                given.get("scope"),
                language,
                rewritten=given.get("rewritten"),
                history=view.turns_from_kept(turns[-6:]),
            )
            with self.metrics.count_working():
                yield from self._kept_events(owner, conversation, question)
        except KeyError:
            yield {"type": "error", "code": "gone", "text": Refusal("conversation.gone").refusal_in_words(language)}
        except SuyuanError as error:
            code = "many" if isinstance(error, TooManyError) else "refused"
            yield {"type": "error", "code": code, "text": error_in_words(error, language)}
        except Exception:
            log.exception("an answer failed")
            yield {"type": "error", "code": "failed", "text": Refusal("answer.failed").refusal_in_words(language)}

    def _kept_events(self, owner: str, conversation: str, question: Question) -> Iterator[dict[str, Any]]:
        index = self.handle.current()
        for event in self.assistant.stream(question):
            shown = view.event_values(event, index)
            if isinstance(event, FinalEvent):
                self.metrics.count_answer(event.answer)
                conversation, title, turn = self.store.add_turn(owner, conversation, question.text, shown["answer"])
                shown |= {"conversation": {"id": conversation, "title": title}, "turn": turn}
            yield shown

    def answer_question(self, owner: str, paced: bool, language: str, text: str, scope: object = None) -> Answer:
        """One answer, kept nowhere. Raises SuyuanError."""
        if paced:
            self.pace.count_request(owner)
        question = self.check_question(text, scope, language)
        with self.metrics.count_working():
            answer = self.assistant.invoke(question)
        self.metrics.count_answer(answer)
        return answer

    def search_passages(self, text: str, count: int, scope: object = None) -> list[dict[str, Any]]:
        """Passages, best first. Raises Refusal."""
        question = self.check_question(text, scope, "")
        if not 1 <= count <= 50:
            raise Refusal("count", seen=count)
        index = self.handle.current()
        return [view.hit_values(hit, index) for hit in index.search(question.text, count, question.filters)]

    def document_values(self, doc_id: str) -> dict[str, Any]:
        """A document's text, outline and metadata. Raises Refusal for one that is not there."""
        try:
            return view.document_values(self.handle.current().document(doc_id), ())
        except KeyError:
            raise Refusal("file.none", 404, seen=doc_id[:80]) from None

    def refreshed_conversation(self, owner: str, conversation: str) -> dict[str, Any]:
        """A kept conversation, its citations compared with the documents as they are now. Raises KeyError."""
        kept = self.store.read_conversation(owner, conversation)
        index = self.handle.current()
        turns = [
            turn | {"answer": view.refresh_answer(turn["answer"], index) | {"feedback": turn["feedback"]}}
            for turn in kept["turns"]
        ]
        return kept | {"turns": turns}

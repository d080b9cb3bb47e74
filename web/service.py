"""What the screens and the programs' endpoints ask for, with its limits. Knows nothing of HTTP or of Gradio."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from assistant.types import Answer, FinalEvent, Question
from corpus.errors import QuestionError, SuyuanError
from index.types import Filters, IndexHandle
from settings import Settings
from web import view
from web.store import Store
from web.texts import clean

if TYPE_CHECKING:
    from typing import Protocol

    from assistant.types import Event

    class Answerer(Protocol):
        """The part of the assistant that the screens use."""

        def stream(self, input: Any) -> Iterator[Event]:
            """The events of an answer."""
            ...

        def invoke(self, input: Any) -> Answer:
            """The whole answer."""
            ...


log = logging.getLogger("suyuan.web")

FILTERS = {"doc_ids": str, "sources": str, "regions": str, "issuers": str, "years": int, "statuses": str}
MOST_CHOSEN = 2000


class TooManyError(SuyuanError):
    """Somebody asks faster than the owner allows."""


class Pace:
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
            raise TooManyError("提问过于频繁", f"每分钟 {self.a_minute} 次", "请稍候再问")
        return asked


def filters(scope: object) -> Filters:
    """A scope as a program sends it, checked. Raises QuestionError for anything that is not one."""
    if not scope:
        return Filters()
    if not isinstance(scope, dict) or set(scope) - set(FILTERS):
        raise QuestionError("范围无法识别", str(scope)[:100], f"可用的项：{', '.join(FILTERS)}")
    chosen: dict[str, Any] = {}
    for name, values in scope.items():
        kind = FILTERS[name]
        if not isinstance(values, list) or len(values) > MOST_CHOSEN or not all(type(each) is kind for each in values):
            raise QuestionError(f"范围 {name} 应为列表", str(values)[:100])
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
    ) -> None:
        self.assistant = assistant
        self.handle = handle
        self.settings = settings
        self.store = store or Store(settings.database_url, settings.data)
        self.pace = Pace(settings.questions_a_minute)

    def warm(self) -> None:
        """Makes one answer that nobody sees, so that the first person does not wait for what is loaded at first use."""
        try:
            self.assistant.invoke(Question(self.handle.current().documents()[0].title))
        except Exception:
            log.warning("the first answer could not be made ready", exc_info=True)

    def question(self, text: object, scope: object, rewritten: object = None, history: Any = ()) -> Question:
        """A question that keeps the limits. Raises QuestionError for one that is empty, too long or not text."""
        if not isinstance(text, str) or not text.strip():
            raise QuestionError("问题是空的", None, "请输入问题")
        for each in (text, rewritten or ""):
            if not isinstance(each, str) or len(each) > self.settings.question_characters:
                raise QuestionError(
                    "问题太长", f"{len(str(each))} 字", f"请控制在 {self.settings.question_characters} 字以内"
                )
        standalone = clean(rewritten).strip() if isinstance(rewritten, str) else ""
        asked = clean(text).strip()
        if not asked:
            raise QuestionError("问题里没有文字", None, "请输入问题")
        return Question(asked, tuple(history), filters(scope), standalone or None)

    def chat(self, owner: str, paced: bool, payload: object) -> Iterator[dict[str, Any]]:
        """The events of an answer for the screen; the answer is kept in the owner's conversation. Errors become events."""
        try:
            if paced:
                self.pace.take(owner)
            given = payload if isinstance(payload, dict) else {}
            conversation = str(given.get("conversation") or "")
            turns = self.store.conversation(owner, conversation)["turns"] if conversation else []
            question = self.question(
                given.get("question"), given.get("scope"), given.get("rewritten"), view.history(turns[-6:])
            )
            yield from self._events(owner, conversation, question)
        except KeyError:
            yield {"type": "error", "code": "gone", "text": "这个对话已不存在，请新建对话。"}
        except TooManyError as error:
            yield {"type": "error", "code": "many", "text": str(error)}
        except SuyuanError as error:
            yield {"type": "error", "code": "refused", "text": str(error)}
        except Exception:
            log.exception("an answer failed")
            yield {"type": "error", "code": "failed", "text": "回答时出错，详情见服务器日志。"}

    def _events(self, owner: str, conversation: str, question: Question) -> Iterator[dict[str, Any]]:
        index = self.handle.current()
        for event in self.assistant.stream(question):
            shown = view.event(event, index)
            if isinstance(event, FinalEvent):
                conversation, title, turn = self.store.add_turn(owner, conversation, question.text, shown["answer"])
                shown |= {"conversation": {"id": conversation, "title": title}, "turn": turn}
            yield shown

    def ask(self, owner: str, paced: bool, text: str, scope: object = None) -> Answer:
        """One answer, kept nowhere. Raises SuyuanError."""
        if paced:
            self.pace.take(owner)
        return self.assistant.invoke(self.question(text, scope))

    def search(self, text: str, count: int, scope: object = None) -> list[dict[str, Any]]:
        """Passages, best first. Raises QuestionError."""
        question = self.question(text, scope)
        if not 1 <= count <= 50:
            raise QuestionError("条数超出范围", count, "请在 1 到 50 之间")
        index = self.handle.current()
        return [view.hit(hit, index) for hit in index.search(question.text, count, question.filters)]

    def conversation(self, owner: str, conversation: str) -> dict[str, Any]:
        """A kept conversation, its citations compared with the documents as they are now. Raises KeyError."""
        kept = self.store.conversation(owner, conversation)
        index = self.handle.current()
        turns = [
            turn | {"answer": view.refresh(turn["answer"], index) | {"feedback": turn["feedback"]}}
            for turn in kept["turns"]
        ]
        return kept | {"turns": turns}

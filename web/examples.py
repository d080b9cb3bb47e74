"""Keeps the first screen's example questions: made in the background, once a generation of the index. Knows no HTTP."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from index.types import Index, IndexHandle
from settings import Settings
from web.types import Answerer

log = logging.getLogger("suyuan.web")


class Examples:
    """The questions of the generation now served; asking for them starts the work, and never waits for it."""

    def __init__(self, handle: IndexHandle, make: Callable[[Index], Sequence[str]]) -> None:
        self._handle, self._make = handle, make
        self._lock = threading.Lock()
        self._made: dict[int, tuple[str, ...]] = {}
        self._begun: int | None = None

    def current_questions(self) -> tuple[str, ...] | None:
        """The questions; None while they are made."""
        index = self._handle.current()
        with self._lock:
            if index.generation not in self._made and self._begun != index.generation:
                self._begun = index.generation
                threading.Thread(target=self._make_questions, args=(index,), name="examples", daemon=True).start()
            return self._made.get(index.generation)

    def _make_questions(self, index: Index) -> None:
        """Makes the questions of one generation; where that fails there are none, and the log says why."""
        try:
            made = tuple(self._make(index))
        except Exception:
            log.warning("the example questions could not be made", exc_info=True)
            made = ()
        with self._lock:
            self._made = {index.generation: made}


def examples_from_documents(
    assistant: Answerer, handle: IndexHandle, settings: Settings
) -> Callable[[Index], Sequence[str]]:
    """Makes questions from the documents and asks the built-in reader each: a language model would cost, and tell others."""

    def make_examples(index: Index) -> Sequence[str]:
        from assistant.examples import good_examples

        asked = assistant
        if settings.model:
            from assistant import create

            asked = create(handle, settings.model_copy(update={"model": ""}))
        return good_examples(index, asked.invoke, stopped=lambda: handle.current().generation != index.generation)

    return make_examples

"""The part of the assistant that the screens use. Knows nothing of how it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from assistant.types import Answer, Event


class Answerer(Protocol):
    """What answers questions, as one Answer or as its events."""

    def stream(self, input: Any) -> Iterator[Event]:
        """The events of an answer."""
        ...

    def invoke(self, input: Any) -> Answer:
        """The whole answer."""
        ...

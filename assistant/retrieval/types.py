"""What retrieval hands on: the passages found, in order, with what the network says of them. Knows nothing of how."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.reader.types import PassageReading
from index.types import Hit


@dataclass(frozen=True, slots=True)
class ReadHit:
    """A passage that was found and read."""

    hit: Hit
    reading: PassageReading


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Passages for one question, best first."""

    found: tuple[ReadHit, ...] = ()

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The passages without what the network said."""
        return tuple(one.hit for one in self.found)

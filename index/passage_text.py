"""What a passage is found by, as text. Knows nothing of how it is encoded or kept."""

from __future__ import annotations

import hashlib

from corpus.types import Passage


def searchable_text(passage: Passage) -> str:
    """What a passage is found by: the document's title, the headings above it, its text."""
    headings = [heading for heading in passage.headings if heading != passage.title]
    return "\n".join([passage.title, *headings, passage.text])


def text_key(text: str) -> bytes:
    """Tells texts apart: 16 bytes of SHA-256."""
    return hashlib.sha256(text.encode()).digest()[:16]

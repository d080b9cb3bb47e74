"""Documents and passages as rows of a table: their values as text and bytes, and each row's checksum. Knows nothing of tables.

Checksums are XXH3-64: they find damage, not forgery.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import xxhash

from corpus.types import Document, Metadata, Node, Value
from corpus.versions import entry_of_document


def row_sum(values: Sequence[object], seed: int) -> int:
    """The checksum of a row, as the signed 64 bits that databases have."""
    data = b"\x1f".join([v if isinstance(v, bytes) else str(v).encode() for v in values])
    found = xxhash.xxh3_64_intdigest(data, seed)
    return found - (1 << 64) if found >= 1 << 63 else found


def compact_json(value: object) -> str:
    """JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def summary_values(document: Document, passages: int) -> tuple[Any, ...]:
    """Passages, characters, metadata, warnings and fingerprint of a document's text, as a row keeps them."""
    metadata, warnings = compact_json(asdict(document.metadata)), compact_json(document.warnings)
    return passages, len(document.text), metadata, warnings, entry_of_document(document).fingerprint


def body_values(document: Document) -> tuple[str, str, bytes]:
    """Outline, pages and text of a document, as a row keeps them."""
    outline = compact_json([[n.kind, n.label, n.title, n.level, n.start, n.end, n.number] for n in document.outline])
    return outline, compact_json(document.pages), zlib.compress(document.text.encode(), 5)


def read_body(outline: bytes | str, pages: bytes | str, body: bytes) -> tuple[tuple[Node, ...], tuple[Any, ...], str]:
    """Outline, pages and text from what `body_values` gave."""
    nodes = tuple(Node(*node) for node in json.loads(outline))
    return nodes, tuple(json.loads(pages)), zlib.decompress(body).decode()


@lru_cache(1024)
def read_metadata(text: bytes | str) -> Metadata:
    """The metadata that `compact_json(asdict(...))` wrote; remembered, since many documents have none at all."""
    fields = json.loads(text)
    replaces: Iterable[dict[str, Any]] = fields.pop("replaces", ())
    single = {key: None if value is None else Value(**value) for key, value in fields.items()}
    return Metadata(**single, replaces=tuple(Value(**value) for value in replaces))

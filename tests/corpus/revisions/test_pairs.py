"""Ten pairs of versions of our own writing, each with what changed: nothing is missed, and nothing but that is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.document import assemble_document
from corpus.readers import read_bytes
from corpus.revisions import Revision, Row, compare_versions
from corpus.types import Document

PAIRS = sorted((Path(__file__).parent / "pairs").iterdir())
STATUS = {"changed": "修改", "added": "新增", "dropped": "删除", "moved": "移动", "unchanged": "条号"}


def document(name: str, text: str) -> Document:
    """A text as the system reads it."""
    return assemble_document(name, read_bytes(name, text.encode()), "")


def parts(path: Path) -> tuple[Document, Document, list[str]]:
    """Both versions, and what changed from one to the other, a line a row."""
    _, old, new, changes = re.split(r"^=== \w+\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return document("old" + path.suffix, old), document("new" + path.suffix, new), changes.splitlines()


def told(revision: Revision) -> list[str]:
    """The rows in which something is not as it was, in the form of the golden files; numbers of items are left out."""
    return [_line(revision, row) for row in revision.rows if row.status != "unchanged" or row.renumbered]


def _line(revision: Revision, row: Row) -> str:
    labels = [cell.label for cell in (row.old, row.new) if cell is not None]
    words = [
        "→".join("" if span is None else "".join(side.text[slice(*span)].split()) for side, span in sides)
        for change in row.changes
        if change.kind in ("text", "notation")
        for sides in [((revision.old, change.old), (revision.new, change.new))]
    ]
    name = " → ".join(dict.fromkeys(labels)) or "-"
    return " | ".join([f"{STATUS[row.status]} {name}", *words])


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_what_changed_and_nothing_else(path: Path) -> None:
    old, new, changes = parts(path)
    assert told(compare_versions(old, new)) == changes


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_every_cell_is_the_words_of_its_document(path: Path) -> None:
    old, new, _ = parts(path)
    revision = compare_versions(old, new)
    for side, name in ((old, "old"), (new, "new")):
        cells = [cell for row in revision.rows if (cell := getattr(row, name)) is not None]
        assert all(cell.quote == side.text[cell.start : cell.end] != "" for cell in cells)
        whole = "".join(cell.quote for cell in sorted(cells, key=lambda cell: cell.start))
        text = side.text.replace("|---|---|---|", "")  # the line under a header holds no words
        assert "".join(whole.split()) == "".join(text.split())


def test_ten_pairs() -> None:
    assert len(PAIRS) == 10

"""What the documents say of where things are: every page is in the index, every link leads somewhere, every module has its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
_LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    links = _LINK.findall(page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_indexes_name_every_page() -> None:
    for folder, index in ((DOCS, DOCS / "README.md"), (DOCS / "experiments", DOCS / "experiments.md")):
        named = {(index.parent / link).resolve() for link in _LINK.findall(index.read_text("utf-8"))}
        assert {page for page in folder.glob("*.md") if page != index} - named == set()


def test_every_module_of_the_assistant_has_its_line() -> None:
    told = set(re.findall(r"\w+\.py", (DOCS / "assistant.md").read_text("utf-8")))
    room = ROOT / "assistant"
    modules = {path.name for path in room.rglob("*.py") if path.name != "__init__.py" and "training" not in path.parts}
    assert modules - told == set()
    assert told - {path.name for path in ROOT.rglob("*.py") if ".venv" not in path.parts} == set()

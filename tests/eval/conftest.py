"""The real assistant over the shipped documents, once for all tests here, and a part of the shipped suite to ask it."""

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.types import Answer, Question
from eval.run import Plan
from eval.runner import Invokable
from eval.suite import load_suite
from index.types import IndexHandle
from settings import ROOT, Settings, load_settings

CHANGZHOU = ROOT / "eval" / "cases" / "changzhou"
EVERY = 4


class Recorded:
    """An assistant that is asked each question once and then remembers its answer."""

    def __init__(self, inner: Invokable) -> None:
        self.inner = inner
        self.known: dict[Question, Answer] = {}

    def invoke(self, question: Question) -> Answer:
        if question not in self.known:
            self.known[question] = self.inner.invoke(question)
        return self.known[question]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(data=tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def opened(settings: Settings) -> tuple[Recorded, IndexHandle]:
    from assistant.prepare import open_assistant

    assistant, handle, _ = open_assistant(settings)
    return Recorded(assistant), handle


@pytest.fixture(scope="session")
def part(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every fourth case of the shipped suite, as a suite of its own."""
    folder = tmp_path_factory.mktemp("part")
    lines = (CHANGZHOU / "cases.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for i, line in enumerate(lines) if i % EVERY == 0]
    (folder / "cases.jsonl").write_text("".join(kept), encoding="utf-8")
    corpus = ROOT / "corpus" / "documents"
    (folder / "suite.toml").write_text(f'name = "part"\ncorpus = {json.dumps(str(corpus))}\n', encoding="utf-8")
    return folder


@pytest.fixture
def plan(part: Path, settings: Settings, tmp_path: Path) -> Plan:
    return Plan(suite=load_suite(part), settings=settings, folder=tmp_path / "run", quiet=True)


def rows(path: Path) -> list[dict[str, Any]]:
    """The lines of a JSON lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

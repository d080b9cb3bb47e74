"""Reads a suite: a folder with cases.jsonl and, optionally, suite.toml and corpus/. Knows nothing of answers or of scores.

Cases are read from the file each time they are gone through, so that a suite of any size takes little memory.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from errors import SuiteError
from eval.case import parse_case
from eval.types import EvalCase

CASES = "cases.jsonl"
KNOWN = frozenset(
    {"name", "title", "description", "corpus", "exclude", "settings", "margins", "ceilings", "limits", "pass"}
)


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite as its folder describes it; `corpus` is absolute.

    `exclude` holds patterns of documents of that folder which are no part of the suite (eval/selection.py).
    `settings` go over the process's own; `margins` and `ceilings` are the falls of a metric that the gate bears (see
    eval/gate.py), `limits` absolute bounds such as latency_p95_ms; `pass_f1` lets an answer pass for its character F1 when
    it holds no gold answer whole (1.01: never).
    """

    name: str
    folder: Path
    corpus: Path
    count: int
    fingerprint: str
    title: str = ""
    exclude: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    margins: Mapping[str, float] = field(default_factory=dict)
    ceilings: Mapping[str, float] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    pass_f1: float = 1.01

    def chosen_cases(self, only: frozenset[str] = frozenset()) -> Iterator[EvalCase]:
        """Every case in the order of the file, or those that carry one of the tags `only`."""
        for _, case in read_cases(self.folder / CASES):
            if not only or only & set(case.tags):
                yield case


def load_suite(folder: Path, corpus: Path | None = None) -> Suite:
    """Read and check a whole suite. `corpus` goes over the one that the suite names.

    Raises SuiteError, naming the file, the line and what is wrong with it.
    """
    folder = folder.resolve()
    path = folder / CASES
    if not path.is_file():
        raise SuiteError("no cases in the suite", path, "give a folder that holds cases.jsonl")
    options = _read_options(folder / "suite.toml")
    seen: dict[str, int] = {}
    digest = hashlib.sha256()
    for number, case in read_cases(path):
        if case.id in seen:
            raise SuiteError(f"{path} line {number} repeats the id of line {seen[case.id]}", case.id, "rename one")
        seen[case.id] = number
        digest.update(case_hash(case).encode())
    if not seen:
        raise SuiteError("the suite has no case", path, "write one JSON object a line")
    return Suite(
        name=str(options.get("name") or folder.name),
        folder=folder,
        corpus=_find_corpus(folder, corpus, options.get("corpus")),
        count=len(seen),
        fingerprint=digest.hexdigest(),
        title=str(options.get("title") or options.get("description") or ""),
        exclude=() if corpus else _read_patterns(options, folder),
        settings=_read_table(options, "settings", folder),
        margins=_read_numbers(options, "margins", folder),
        ceilings=_read_numbers(options, "ceilings", folder),
        limits=_read_numbers(options, "limits", folder),
        pass_f1=_read_numbers(options, "pass", folder).get("f1", 1.01),
    )


def read_cases(path: Path) -> Iterator[tuple[int, EvalCase]]:
    """Each case of a cases file with its line number. Raises SuiteError for the first line that cannot be used."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, _parse_line(path, number, line)
    except OSError as error:
        raise SuiteError("the cases cannot be read", path, error.strerror or "check the file") from None
    except UnicodeDecodeError as error:
        raise SuiteError(
            "the cases are not UTF-8", path, f"byte {error.start} is not; save the file as UTF-8"
        ) from None


def case_hash(case: EvalCase) -> str:
    """Twelve hexadecimal digits that change with the question and with what counts as right, not with tags or order of keys."""
    loose = {key: value for key, value in case.raw.items() if key not in {"tags", "note", "comment"}}
    text = json.dumps(loose, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _parse_line(path: Path, number: int, line: str) -> EvalCase:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise SuiteError(f"{path} line {number} is not JSON", line.strip()[:60], str(error)) from None
    try:
        return parse_case(row)
    except ValueError as error:
        seen = line.strip()[:60]
        raise SuiteError(f"{path} line {number} is not a case: {error}", seen, "see eval/cases/README.md") from None


def _read_options(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        options = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SuiteError("suite.toml cannot be read", path, str(error)) from None
    unknown = sorted(set(options) - KNOWN)
    if unknown:
        raise SuiteError(f"unknown key in {path}", ", ".join(unknown), f"known are {', '.join(sorted(KNOWN))}")
    return options


def _find_corpus(folder: Path, given: Path | None, named: object) -> Path:
    corpus = given if given is not None else folder / str(named or "corpus")
    if not corpus.is_dir():
        raise SuiteError("the suite's corpus is not a folder", corpus, "name it in suite.toml or give --corpus DIR")
    return corpus.resolve()


def _read_patterns(options: Mapping[str, Any], folder: Path) -> tuple[str, ...]:
    patterns = options.get("exclude", [])
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) and pattern for pattern in patterns):
        raise SuiteError(
            f"exclude in {folder / 'suite.toml'} is not a list of patterns", patterns, 'write ["folder/*"]'
        )
    return tuple(patterns)


def _read_table(options: Mapping[str, Any], key: str, folder: Path) -> Mapping[str, Any]:
    table = options.get(key, {})
    if not isinstance(table, dict):
        raise SuiteError(f"{key} in {folder / 'suite.toml'} is not a table", table, f"write [{key}]")
    return table


def _read_numbers(options: Mapping[str, Any], key: str, folder: Path) -> dict[str, float]:
    table = _read_table(options, key, folder)
    for name, value in table.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise SuiteError(f"{key}.{name} in {folder / 'suite.toml'} is not a number from 0", value, "correct it")
    return {name: float(value) for name, value in table.items()}

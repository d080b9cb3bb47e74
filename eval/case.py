"""One line of a cases file to an EvalCase, and an answer's JSON to an Output. Knows nothing of files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.text import same_path
from eval.types import EvalCase, Evidence, Exchange, GivenCitation, GivenHit, GivenStatement, Nugget, Output

LAST = 1_000_000_000  # the rank of a hit that gives none
STATUSES = frozenset({"answered", "not_found", "clarify", "error"})


def parse_case(row: object) -> EvalCase:
    """The case of one JSON object; keys that are not known are kept in `raw`. Raises ValueError with what is wrong."""
    if not isinstance(row, dict):
        raise ValueError("it is not a JSON object")
    mode = row.get("evidence_mode", "any")
    if mode not in {"any", "all"}:
        raise ValueError(f'evidence_mode is {mode!r}, not "any" or "all"')
    answerable = row.get("answerable", True)
    if not isinstance(answerable, bool):
        raise ValueError(f"answerable is {answerable!r}, not true or false")
    expect = _read_strings(row, "expect")
    if set(expect) - STATUSES:
        raise ValueError(f"expect names {', '.join(sorted(set(expect) - STATUSES))}, which is no status")
    return EvalCase(
        id=_read_text(row, "id"),
        question=_read_text(row, "question", empty=True),
        history=tuple(
            Exchange(_read_text(turn, "question", empty=True), _read_text(turn, "answer", empty=True))
            for turn in _read_objects(row, "history")
        ),
        answers=_read_strings(row, "answers"),
        groups=_read_groups(row),
        nuggets=_read_nuggets(row),
        evidence=tuple(_read_evidence(entry) for entry in _read_objects(row, "evidence")),
        mode=mode,
        answerable=answerable,
        tags=_read_strings(row, "tags"),
        expect=expect,
        forbidden=_read_strings(row, "forbidden"),
        forbid=_read_strings(row, "forbid"),
        standalone=_read_optional(row, "standalone"),
        doc=_read_optional(row, "doc"),
        raw=row,
    )


def parse_output(row: Mapping[str, Any]) -> Output:
    """What a line of answers holds; a key that is missing or of another type counts as not given, never as an error."""
    standalone = row.get("standalone_hits")
    return Output(
        id=str(row.get("id", "")),
        status=str(row.get("status") or "error"),
        text=str(row.get("text") or ""),
        statements=tuple(_read_statement(entry) for entry in _dicts_in(row.get("statements"))),
        citations=tuple(_read_citation(entry) for entry in _dicts_in(row.get("citations"))),
        hits=_read_hits(row.get("hits")),
        standalone_hits=None if standalone is None else _read_hits(standalone),
        timings_ms={
            str(stage): float(value)
            for stage, value in (row.get("timings_ms") or {}).items()
            if isinstance(value, int | float)
        },
        raw=row,
    )


def missing_output(case: EvalCase) -> Output:
    """What stands for an answer that is not there."""
    return Output(id=case.id, status="missing")


def _read_text(row: Mapping[str, Any], key: str, empty: bool = False) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not (value or empty):
        raise ValueError(f"{key} is {value!r}, not a text")
    return value


def _read_optional(row: Mapping[str, Any], key: str) -> str | None:
    return None if row.get(key) is None else _read_text(row, key)


def _read_strings(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = row.get(key) or []
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise ValueError(f"{key} is not a list of texts")
    return tuple(value)


def _read_objects(row: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = row.get(key) or []
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise ValueError(f"{key} is not a list of objects")
    return value


def _read_groups(row: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    value = row.get("answer_groups") or []
    if not isinstance(value, list) or not all(isinstance(group, list) for group in value):
        raise ValueError("answer_groups is not a list of lists of texts")
    return tuple(_read_strings({"answer_groups": group}, "answer_groups") for group in value)


def _read_nuggets(row: Mapping[str, Any]) -> tuple[Nugget, ...]:
    """The nuggets of a case; where it names none, the strings that it must hold are one."""
    must = _read_strings(row, "must")
    return tuple(_read_nugget(entry) for entry in _read_objects(row, "nuggets")) or ((Nugget(must),) if must else ())


def _read_nugget(entry: Mapping[str, Any]) -> Nugget:
    must = _read_strings(entry, "must")
    if not must:
        raise ValueError("a nugget has no must strings")
    vital = entry.get("vital", True)
    if not isinstance(vital, bool):
        raise ValueError(f"vital of a nugget is {vital!r}, not true or false")
    return Nugget(must, _read_optional(entry, "quote") or "", same_path(_read_optional(entry, "doc") or ""), vital)


def _read_evidence(entry: Mapping[str, Any]) -> Evidence:
    group = entry.get("group")
    return Evidence(
        doc=same_path(_read_text(entry, "doc")),
        quote=_read_text(entry, "quote"),
        group=None if group is None else str(group),
        weak=bool(entry.get("weak")),
    )


def _dicts_in(value: object) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _integer_or_none(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _read_statement(entry: Mapping[str, Any]) -> GivenStatement:
    marks = entry.get("markers")
    numbers = tuple(mark for mark in marks if isinstance(mark, int)) if isinstance(marks, list) else ()
    return GivenStatement(str(entry.get("text") or ""), numbers)


def _read_citation(entry: Mapping[str, Any]) -> GivenCitation:
    return GivenCitation(
        marker=_integer_or_none(entry.get("marker")) or 0,
        source=same_path(str(entry.get("source") or "")),
        quote=str(entry.get("quote") or ""),
        verified=bool(entry.get("verified")),
        start=_integer_or_none(entry.get("start")),
        end=_integer_or_none(entry.get("end")),
        locator=str(entry.get("locator") or ""),
    )


def _read_hits(value: object) -> tuple[GivenHit, ...]:
    hits = [
        GivenHit(
            rank=LAST if (rank := _integer_or_none(entry.get("rank"))) is None else rank,
            source=same_path(str(entry.get("source") or "")),
            text=str(entry.get("text") or ""),
            locator=str(entry.get("locator") or ""),
        )
        for entry in _dicts_in(value)
    ]
    return tuple(sorted(hits, key=lambda hit: hit.rank))

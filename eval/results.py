"""Results on disk: what was run, and one line a question. A baseline is such a file kept in git. Knows nothing of the gate.

The file is one JSON object written with one question a line, so that a change of one answer is a change of one line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errors import ResultsError
from eval.score_table import ScoreTable
from eval.types import Fraction, Output, Score, Verdict

FORMAT = 1
DIGITS = 7
RESULTS = "results.json"


@dataclass(frozen=True, slots=True)
class Results:
    """A results file in memory: its header and its scores; the text of an answer is read from the file when asked for."""

    path: Path
    header: Mapping[str, Any]
    table: ScoreTable
    places: Mapping[str, int]

    def entry_of(self, id_: str) -> dict[str, Any]:
        """The whole entry of one question, or an empty one for an id it does not hold."""
        if id_ not in self.places:
            return {}
        with self.path.open("rb") as lines:
            lines.seek(self.places[id_])
            return _parse_entry(lines.readline()) or {}


class Writer:
    """Writes a results file question by question beside the target, and puts it in place when it is whole."""

    def __init__(self, path: Path, header: Mapping[str, Any]) -> None:
        self.path = path
        self._beside = path.with_name(path.name + ".new")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._beside.open("w", encoding="utf-8", newline="\n")
        head = json.dumps(header, ensure_ascii=False, indent=1, sort_keys=True)
        self._file.write(f'{{"format": {FORMAT},\n"header": {head},\n"questions": [\n')
        self._first = True

    def add_score(self, score: Score, question: str, output: Output) -> None:
        """Write one question."""
        entry = {
            "id": score.id,
            "question": question[:200],
            "asked": score.asked,
            "status": score.status,
            "passed": score.verdict.passed,
            "stage": score.verdict.stage,
            "reason": score.verdict.reason,
            "text": output.text[:1000],
            "cites": [[c.source, c.locator] for c in output.citations],
            "tags": list(score.tags),
            "cluster": score.cluster,
            "hash": score.case_hash,
            "scores": {name: _shorten_pair(pair) for name, pair in score.values.items()},
        }
        comma = "" if self._first else ",\n"
        self._file.write(comma + json.dumps(entry, ensure_ascii=False, separators=(",", ":")))
        self._first = False

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Put the whole file in place, or take away the part of it."""
        if kind is None:
            self._file.write("\n]}\n")
        self._file.close()
        if kind is None:
            self._beside.replace(self.path)
        else:
            self._beside.unlink()


def read_results(path: Path, only: frozenset[str] = frozenset()) -> Results:
    """Read a results file, or those questions of it that carry one of the tags `only`.

    Raises ResultsError when it is missing, of another format or damaged.
    """
    if not path.is_file():
        raise ResultsError("there is no results file", path, "make one with: python -m eval run")
    try:
        header = _read_header(path)
        places: dict[str, int] = {}
        table = ScoreTable()
        for place, line in _lines_with_places(path):
            entry = _parse_entry(line)
            if entry is not None and (not only or only & set(entry["tags"])):
                places[entry["id"]] = place
                table.add_score(_score_of(entry))
    except (ValueError, KeyError, TypeError) as error:
        raise ResultsError("the results file is damaged", path, f"make it again ({error})") from None
    return Results(path, header, table, places)


def _read_header(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as lines:
        top = []
        for line in lines:
            if line.startswith('"questions"'):
                break
            top.append(line)
    data = json.loads("".join(top).rstrip().rstrip(",") + "}")
    if data["format"] != FORMAT:
        raise ResultsError(
            f"the results file has format {data['format']}, not {FORMAT}", path, "make it again with --update-baseline"
        )
    header: dict[str, Any] = data["header"]
    return header


def _lines_with_places(path: Path) -> Iterable[tuple[int, bytes]]:
    with path.open("rb") as lines:
        place = 0
        for line in lines:
            yield place, line
            place += len(line)


def _parse_entry(line: bytes) -> dict[str, Any] | None:
    if not line.startswith(b'{"id":'):
        return None
    entry: dict[str, Any] = json.loads(line.rstrip().rstrip(b","))
    return entry


def _score_of(entry: Mapping[str, Any]) -> Score:
    return Score(
        id=entry["id"],
        status=entry["status"],
        verdict=Verdict(bool(entry["passed"]), entry["stage"], entry["reason"]),
        values={name: _fraction_of(value) for name, value in entry["scores"].items()},
        tags=tuple(entry["tags"]),
        cluster=entry["cluster"],
        case_hash=entry["hash"],
        asked=entry["asked"],
    )


def _shorten_pair(pair: Fraction) -> float | list[float]:
    """A mean's part as one number, a share of several things as two."""
    above, below = (round(value, DIGITS) for value in pair)
    return above if below == 1 else [above, below]


def _fraction_of(value: float | list[float]) -> Fraction:
    return (float(value[0]), float(value[1])) if isinstance(value, list) else (float(value), 1.0)

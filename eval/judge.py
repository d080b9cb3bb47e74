"""A language model as a judge of answers, believed only as far as it agrees with marked cases. Knows nothing of suites.

correct: the answer holds the gold answer and nothing against it; faithful: the quotes carry every sentence. The judge marks a file
of cases whose marks are known first; its figures are shown only when Cohen's kappa (Cohen, "A Coefficient of Agreement for
Nominal Scales", 1960) with those marks is 0.6 or more for both, the lower end of "substantial" in Landis and Koch (1977). A
judge never decides the gate: it is another model's opinion.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from errors import JudgeError, SettingsError
from eval.text import strip_markers
from eval.types import EvalCase, Output
from settings import ROOT

if TYPE_CHECKING:
    from settings import Settings

PROMPT = ROOT / "prompts" / "judge.md"
CALIBRATION = Path(__file__).resolve().parent / "calibration" / "judge.jsonl"
PLACEHOLDERS = frozenset({"question", "reference", "answer", "quotes"})
TRUSTED = 0.6
FEWEST = 20  # marked cases, below which an agreement says nothing
FENCE = re.compile(r"<{2,}|>{2,}")
OBJECT = re.compile(r"\{[^{}]*\}")

Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Marks:
    """What the judge says of one answer."""

    correct: bool
    faithful: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the judge agrees with `n` marked cases, `by_people` of them marked by people: kappa and share alike."""

    n: int
    by_people: int
    correct_kappa: float
    faithful_kappa: float
    correct_alike: float
    faithful_alike: float

    @property
    def is_trusted(self) -> bool:
        """Whether the judge's figures may be shown."""
        return self.n >= FEWEST and min(self.correct_kappa, self.faithful_kappa) >= TRUSTED


@dataclass(frozen=True, slots=True)
class Judgement:
    """The judge's figures over `n` answered questions (`unread`: its answer could not be understood), and its agreement.

    The figures are None when the agreement does not allow them to be shown.
    """

    model: str
    agreement: Agreement
    n: int = 0
    unread: int = 0
    correct: float | None = None
    faithful: float | None = None


def open_judge_model(settings: Settings) -> Say:
    """Prompt to answer, by the model of the settings. Raises JudgeError when none is named, ModelError when it fails."""
    from assistant.generation.model import open_model, stream_words

    if not settings.model:
        raise JudgeError("the judge needs a language model", None, "name one with --model or SUYUAN_MODEL")
    model = open_model(settings)
    return lambda prompt: "".join(stream_words(model, prompt, settings))


class Judge:
    """Marks answers. What was marked is kept in a file under a digest of the whole prompt, so no question is paid twice."""

    def __init__(self, say: Say, model: str, kept: Path | None = None, prompt: Path = PROMPT) -> None:
        self.say, self.model, self.kept = say, model, kept
        self.template = _load_template(prompt)
        self._known: dict[str, Marks | None] = _read_kept(kept)

    def mark_answer(self, question: str, references: Sequence[str], answer: str, quotes: Sequence[str]) -> Marks | None:
        """The judge's marks, or None when its answer cannot be understood."""
        filled = self.template.substitute(
            question=fenced_text(question),
            reference="；或".join(map(fenced_text, references)) or "原文中没有答案",
            answer=fenced_text(answer),
            quotes="\n".join(map(fenced_text, quotes)) or "（没有引用）",
        )
        digest = hashlib.sha256(f"{self.model}\n{filled}".encode()).hexdigest()
        if digest not in self._known:
            self._known[digest] = parse_marks(self.say(filled))
            self._keep_marks(digest, self._known[digest])
        return self._known[digest]

    def _keep_marks(self, digest: str, marks: Marks | None) -> None:
        if self.kept is None or marks is None:
            return
        row = {"digest": digest, "correct": marks.correct, "faithful": marks.faithful, "reason": marks.reason}
        with self.kept.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def parse_marks(text: str) -> Marks | None:
    """The marks in what a model wrote: the last JSON object that has both, whatever stands round it."""
    for found in reversed(OBJECT.findall(text)):
        try:
            row = json.loads(found)
        except ValueError:
            continue
        if isinstance(row.get("correct"), bool) and isinstance(row.get("faithful"), bool):
            return Marks(row["correct"], row["faithful"], str(row.get("reason") or "")[:300])
    return None


def calibrate_judge(judge: Judge, path: Path = CALIBRATION) -> Agreement:
    """Hold the judge against marked cases. Raises JudgeError for a file that cannot be used.

    A case whose marks cannot be understood counts as marked the wrong way round.
    """
    rows = _read_marked(path)
    correct, faithful = [], []
    for row in rows:
        marks = judge.mark_answer(row["question"], row["reference"], row["answer"], row["quotes"])
        correct.append((row["correct"], marks.correct if marks else not row["correct"]))
        faithful.append((row["faithful"], marks.faithful if marks else not row["faithful"]))
    return Agreement(
        n=len(rows),
        by_people=sum(row.get("marked") not in {None, "construction"} for row in rows),
        correct_kappa=cohens_kappa(correct),
        faithful_kappa=cohens_kappa(faithful),
        correct_alike=sum(a == b for a, b in correct) / len(correct),
        faithful_alike=sum(a == b for a, b in faithful) / len(faithful),
    )


def judge_run(judge: Judge, pairs: Iterable[tuple[EvalCase, Output]], calibration: Path = CALIBRATION) -> Judgement:
    """Calibrate, then, where the agreement allows it, mark every answered question that has a gold answer."""
    agreement = calibrate_judge(judge, calibration)
    if not agreement.is_trusted:
        return Judgement(judge.model, agreement)
    given = [
        judge.mark_answer(case.question, case.answers, strip_markers(output.text), [c.quote for c in output.citations])
        for case, output in pairs
        if output.status == "answered" and case.answers
    ]
    read = [marks for marks in given if marks]
    return Judgement(
        model=judge.model,
        agreement=agreement,
        n=len(read),
        unread=len(given) - len(read),
        correct=sum(marks.correct for marks in read) / len(read) if read else None,
        faithful=sum(marks.faithful for marks in read) / len(read) if read else None,
    )


def cohens_kappa(pairs: Sequence[tuple[bool, bool]]) -> float:
    """Cohen's kappa of two markers; 1 when both always agree, even when they only ever say one thing."""
    n = len(pairs)
    alike = sum(a == b for a, b in pairs) / n
    first, second = (sum(marks) / n for marks in zip(*pairs, strict=True))
    chance = first * second + (1 - first) * (1 - second)
    return 1.0 if alike == 1 else (alike - chance) / (1 - chance)


def fenced_text(text: str) -> str:
    """Text as material to be judged: it cannot close the fence that it stands in."""
    return FENCE.sub("", text)


def _load_template(path: Path) -> Template:
    try:
        made = Template(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError("a prompt cannot be read", path, error.strerror or "restore the file") from None
    found = set(made.get_identifiers())
    if not made.is_valid() or found != PLACEHOLDERS:
        wrong = ", ".join(sorted(found ^ PLACEHOLDERS)) or "a lone $"
        raise SettingsError(f"prompt {path.name}: placeholders missing or unknown", wrong, "restore the file")
    return made


def _read_kept(path: Path | None) -> dict[str, Marks | None]:
    if path is None or not path.is_file():
        return {}
    kept: dict[str, Marks | None] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
            kept[row["digest"]] = Marks(row["correct"], row["faithful"], row["reason"])
        except (ValueError, KeyError, TypeError):
            continue  # a line torn by a kill is asked again
    return kept


def _read_marked(path: Path) -> list[Mapping[str, Any]]:
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        for row in rows:
            if not all(isinstance(row[key], bool) for key in ("correct", "faithful")):
                raise ValueError("a mark is not true or false")
            if not all(isinstance(row[key], str) for key in ("question", "answer")):
                raise ValueError("question or answer is not a text")
            if not all(isinstance(row[key], list) for key in ("reference", "quotes")):
                raise ValueError("reference or quotes is not a list")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise JudgeError("the marked cases cannot be used", path, f"correct the file ({error})") from None
    if not rows:
        raise JudgeError("there are no marked cases", path, "write one JSON object a line")
    return rows

"""Weights beside the network: when nothing answers, and when one span does by itself. Knows no ranking and no rows.

Both are logistic regressions over documents that the network never saw. The intercept of answerability is then moved so that
FALSE_REFUSALS of the answerable questions are refused; conciseness weighs each question by what the choice between the span and
the sentences with evidence is worth to it, the F of the characters shown against those that the question's answer marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.reader import PassageReading, Reader
from assistant.reader.training.rows import Row, locate_quote
from assistant.reading.answerability import NAMES as ANSWERABILITY
from assistant.reading.conciseness import NAMES as CONCISENESS
from assistant.reading.conciseness import conciseness_features, span_alone
from assistant.reading.reader import weigh_passages
from assistant.reading.units import Span, best_span, evident_spans, sentences_around
from assistant.retrieval import Ranker, RankingWeights, Retrieved, retrieve_passages
from assistant.understanding.analysis import Analysis, analyse_question
from corpus.types import Passage
from index.local import LocalIndex
from index.types import Filters

FALSE_REFUSALS = 0.04
# Log-odds added after that. Development halves of real, broad and ncp_absent at 0.35, 0.05, -0.15 and -0.45: answered rightly on real
# .755, .724, .704, .673, unanswerable refused there .636, .682, .682, .773, on laws .667, .667, .833, 1.0, on ncp_absent .667, .707,
# .720, .753; a wrong figure does more harm than the passages that a refusal shows.
LENIENCE = -0.35
# Of the feature ``cell``, which no question held out here has; with it four questions of real on cells stay answered at that bound.
EXACT_CELL = 1.5
PENALTY = 1e-3
# Recall against precision of an answer to a question of policy, that of TREC's definition questions: it has to be whole.
BETA = 3.0
# Log-odds taken off after that: only the first passage is weighed here, and what further sentences add to an answer shows on
# the development halves of broad (docs/experiments/reader.md).
WHOLE = 2.3


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A question on documents that the network never saw, and the words of its answer; none where nothing answers."""

    question: str
    index: LocalIndex
    answers: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Searched:
    """A held-out question with what was found for it."""

    asked: HeldOut
    analysis: Analysis
    retrieved: Retrieved


def search_held_out(questions: Sequence[HeldOut], reader: Reader, ranking: dict[str, Any]) -> list[Searched]:
    """What the shipped search finds and the network reads for each question."""
    ranker = Ranker(reader, RankingWeights.from_metadata(ranking))
    out = []
    for one in questions:
        analysis = analyse_question(one.question)
        out.append(
            Searched(
                one, analysis, retrieve_passages(one.index, ranker, analysis, filters=Filters(), today=date.today())
            )
        )
    return out


def fit_logistic(x: NDArray[np.float64], y: NDArray[np.float64], worth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights (features,) of a logistic regression; the first column of ``x`` is 1 and is not held small."""
    from scipy.optimize import minimize

    def logistic_loss(w: NDArray[np.float64]) -> float:
        margin = np.where(y > 0, 1, -1) * (x @ w)
        return float((worth * np.logaddexp(0, -margin)).sum() / worth.sum() + PENALTY * (w[1:] ** 2).sum())

    return np.asarray(minimize(logistic_loss, np.zeros(x.shape[1]), method="L-BFGS-B").x)


def weights_by_name(names: Sequence[str], weights: NDArray[np.float64]) -> dict[str, float]:
    """Weights by name as they are written down."""
    return {name: round(float(w), 5) for name, w in zip(("intercept", *names), weights, strict=True)}


def fit_answerability(searched: Sequence[Searched]) -> dict[str, float]:
    """Weights of answerability by name, printed with what they bring."""
    rows = []
    for one in searched:
        _, _, found = weigh_passages(one.analysis, one.retrieved, one.asked.index)
        rows.append([1.0, *(found[name] for name in ANSWERABILITY)])
    x, y = np.array(rows), np.array([float(bool(one.asked.answers)) for one in searched])
    weights = fit_logistic(x, y, np.where(y > 0, 0.5 / y.mean(), 0.5 / (1 - y.mean())))
    cut = float(np.quantile((x @ weights)[y > 0], FALSE_REFUSALS))
    refused = (x @ weights)[y == 0] < cut
    print(f"answerability: {int(y.sum())} answerable, {len(refused)} not; {refused.mean():.3f} of these refused")
    weights[0] += LENIENCE - cut
    return {**weights_by_name(ANSWERABILITY, weights), "cell": EXACT_CELL}


@dataclass(frozen=True, slots=True)
class Choice:
    """What the choice between span and sentences is made by, and the F of either."""

    features: tuple[float, ...]
    span: float
    sentences: float
    source: str


def choice_in_passage(
    analysis: Analysis, text: str, reading: PassageReading, right: Sequence[Span], source: str
) -> Choice | None:
    """The choice in one passage, of which ``right`` is the answer; None where it holds nothing of it."""
    best = best_span(reading)
    if not right or best is None:
        return None
    alone = span_alone(text, best)
    shown = evident_spans(text, reading) or [sentences_around(text, *alone) or alone]
    found = conciseness_features(analysis, text, reading, best)
    beta = BETA if source == "policy" else 1.0
    return Choice(
        tuple(found[name] for name in CONCISENESS),
        _f_of_characters(right, [alone], beta),
        _f_of_characters(right, shown, beta),
        source,
    )


def _f_of_characters(right: Sequence[Span], shown: Sequence[Span], beta: float) -> float:
    """The F of the characters that two sets of spans cover, recall ``beta`` times as weighty as precision."""
    first = {at for start, end in right for at in range(start, end)}
    second = {at for start, end in shown for at in range(start, end)}
    return (1 + beta**2) * len(first & second) / (beta**2 * len(first) + len(second))


def choices_of_questions(searched: Sequence[Searched], rows: Sequence[Row], reader: Reader) -> list[Choice]:
    """Of the first passage found for each question, and of the texts of held-out general rows."""
    out = []
    for one in searched:
        if one.asked.answers and one.retrieved.found:
            first = one.retrieved.found[0]
            text = first.hit.passage.text
            right = [at for answer in one.asked.answers if (at := locate_quote(text, answer)) is not None]
            out.append(choice_in_passage(one.analysis, text, first.reading, right, one.asked.source))
    for row in rows:
        candidate = row.positives[0]
        passage = Passage(
            "", "", "", candidate.header.removeprefix("passage: "), 0, len(candidate.text), candidate.text, ""
        )
        reading = reader.read_passages(row.question, [passage])[0]
        out.append(
            choice_in_passage(analyse_question(row.question), candidate.text, reading, candidate.spans, "general")
        )
    return [one for one in out if one is not None]


def fit_conciseness(made: Sequence[Choice]) -> dict[str, float]:
    """Weights of conciseness by name, printed with the F that the choice comes to for each source."""
    x = np.array([[1.0, *one.features] for one in made])
    gain = np.array([one.span - one.sentences for one in made])
    counts = {source: sum(one.source == source for one in made) for source in {one.source for one in made}}
    shares = np.array([counts[one.source] ** -0.5 for one in made])
    weights = fit_logistic(x, (gain > 0).astype(float), np.abs(gain) * shares)
    chosen = x @ weights > 0
    for source in sorted(counts):
        mine = np.array([one.source == source for one in made])
        span, sentences = (np.array([getattr(one, side) for one in made])[mine] for side in ("span", "sentences"))
        best, taken = np.maximum(span, sentences), np.where(chosen[mine], span, sentences)
        print(
            f"conciseness, {source}, {mine.sum()}: F of the span {span.mean():.3f}, of the sentences {sentences.mean():.3f}, "
            f"chosen {taken.mean():.3f} ({chosen[mine].mean():.2f} spans), the better one {best.mean():.3f}"
        )
    weights[0] -= WHOLE
    return weights_by_name(CONCISENESS, weights)

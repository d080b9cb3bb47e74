"""The gate on tables made by hand: chance, margins, ceilings, must, limits, staleness."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eval.gate import baseline_staleness, hold_gate
from eval.permutation import permutation_p
from eval.score_table import ScoreTable
from eval.suite import Suite
from eval.types import Score, Stage, Verdict

SUITE = Suite("s", Path(), Path(), 1, "f")


def score(
    number: int, value: float, *, cluster: str = "", tags: tuple[str, ...] = (), stage: Stage = "reading"
) -> Score:
    verdict = Verdict(True) if value == 1 else Verdict(False, stage, "why")
    values = {"contains": (value, 1.0), "recall@5": (1.0, 1.0)}
    return Score(f"q{number}", "answered", verdict, values, tags, cluster or f"d{number}", "hash")


def table(scores: Sequence[Score]) -> ScoreTable:
    made = ScoreTable()
    for one in scores:
        made.add_score(one)
    return made


def ones(count: int, clusters: int = 0) -> list[Score]:
    return [score(n, 1.0, cluster=f"d{n % clusters}" if clusters else "") for n in range(count)]


def test_chance_by_hand() -> None:
    ones_, zeros = np.ones(3), np.zeros(3)
    # three documents, all three worse: of the eight swaps only the order as seen loses so much
    assert permutation_p((ones_, ones_), (zeros, ones_), ["a", "b", "c"]) == pytest.approx(1 / 8)
    # one document holds all three questions: they are swapped together
    assert permutation_p((ones_, ones_), (zeros, ones_), ["a", "a", "a"]) == pytest.approx(1 / 2)
    # no difference: every swap loses as little
    assert permutation_p((ones_, ones_), (ones_, ones_), ["a", "b", "c"]) == 1.0
    # lower is better, and it fell: only the other end of the distribution is as bad
    assert permutation_p((ones_, ones_), (zeros, ones_), ["a", "b", "c"], sign=-1) == 1.0


def test_many_documents_are_sampled_and_repeat() -> None:
    before, after = np.ones(40), np.ones(40)
    after[:9] = 0
    clusters = [f"d{n}" for n in range(40)]
    assert permutation_p((before, np.ones(40)), (after, np.ones(40)), clusters) == pytest.approx(2**-9)
    after[:20] = 0
    first = permutation_p((before, np.ones(40)), (after, np.ones(40)), clusters)
    assert first == permutation_p((before, np.ones(40)), (after, np.ones(40)), clusters) <= 0.001


def test_false_alarms_of_the_test_are_as_rare_as_it_says() -> None:
    """Two runs of one noisy system, clustered: p <= .05 in about one of twenty."""
    rng = np.random.default_rng(7)
    clusters = [f"d{n // 5}" for n in range(60)]
    alarms = 0
    for _ in range(300):
        luck = np.repeat(rng.random(12), 5)
        before, after = ((rng.random(60) < luck).astype(float) for _ in range(2))
        alarms += permutation_p((before, np.ones(60)), (after, np.ones(60)), clusters) <= 0.05
    assert alarms <= 0.09 * 300


def test_a_fall_beyond_the_margin_that_chance_does_not_explain_is_a_regression() -> None:
    old = table(ones(400))
    new = table(
        [replace(s, values={**s.values, "contains": (0.0, 1.0)}) if i < 10 else s for i, s in enumerate(ones(400))]
    )
    found = hold_gate(new, old, SUITE, (), {})
    assert (found.exit_code, [c.name for c in found.regressions], found.stage) == (1, ["contains"], "reading")
    assert "worse by more than 0.01" in found.regressions[0].why
    borne = hold_gate(new, old, replace(SUITE, margins={"contains": 0.03}), (), {})
    assert borne.exit_code == 0


def test_a_fall_beyond_the_ceiling_fails_whatever_chance_says() -> None:
    """All in one document: chance explains it (p = 1/2), and it is too much all the same."""
    old = table(ones(20, clusters=2))
    new = table([score(n, float(n % 2 == 0 or n > 3), cluster=f"d{n % 2}") for n in range(20)])
    found = hold_gate(new, old, SUITE, (), {})
    assert found.regressions[0].p == pytest.approx(0.5)
    assert found.exit_code == 1
    assert hold_gate(new, old, replace(SUITE, ceilings={"contains": 0.2}), (), {}).exit_code == 0


def test_what_got_better_is_no_regression() -> None:
    found = hold_gate(table(ones(9)), table([score(n, 0.0) for n in range(9)]), SUITE, (), {})
    assert (found.exit_code, found.fixed, found.broken) == (0, tuple(f"q{n}" for n in range(9)), ())


def test_one_question_that_must_hold_fails_the_gate_alone() -> None:
    old = table([score(n, 1.0, tags=("must",) if n == 3 else ()) for n in range(500)])
    worse = [score(n, float(n != 3), tags=("must",) if n == 3 else ()) for n in range(500)]
    found = hold_gate(table(worse), old, SUITE, (), {})
    assert (found.exit_code, [b.id for b in found.must], found.regressions) == (1, ["q3"], ())
    again = hold_gate(table(worse), table(worse), SUITE, (), {})
    assert (again.exit_code, again.must, again.still) == (0, (), ("q3",))
    assert hold_gate(table(worse), None, SUITE, (), {}).exit_code == 1


def test_limits_are_absolute() -> None:
    limited = replace(SUITE, limits={"latency_p95_ms": 50})
    found = hold_gate(table(ones(2)), table(ones(2)), limited, (), {"latency_p95_ms": 60.0})
    assert (found.exit_code, found.limits) == (1, ("latency_p95_ms is 60, the limit is 50",))


def test_other_cases_or_another_corpus_make_a_baseline_stale() -> None:
    head = {"corpus_fingerprint": "a"}
    old = table(ones(3))
    new = table([replace(ones(1)[0], case_hash="other"), *(score(n, 1.0) for n in (2, 3))])
    assert baseline_staleness(head, head, old, old) == ()
    assert baseline_staleness(head, {"corpus_fingerprint": "b"}, old, old) == (
        "the documents of the corpus have changed",
    )
    assert baseline_staleness(head, head, new, old) == ("the cases have changed (1 new, 1 gone, 1 changed)",)
    assert hold_gate(new, old, SUITE, ("stale",), {}).exit_code == 3

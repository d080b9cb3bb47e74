"""Decides whether results hold against a baseline, question by question and metric by metric. Knows nothing of how to show it.

A metric regresses when it falls by more than its margin and chance does not explain the fall (p <= 0.05), or by more than its
ceiling whatever chance says (eval/permutation.py says what chance is). A question tagged "must" that fails now, and did not
fail in the baseline, is a regression on its own. Times are never compared: they differ between machines; a suite may set
limits to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cli import ExitCode
from eval.metrics import METRICS
from eval.metrics.base import Metric
from eval.permutation import permutation_p
from eval.score_table import ScoreTable
from eval.suite import Suite
from eval.types import STAGES, Stage

ALPHA = 0.05
CEILING = 0.05
FEWEST_FOR_HINT = 3
TINY = 1e-6  # results files keep seven digits
RETRIEVAL = tuple(name for name, metric in METRICS.items() if metric.stage == "retrieval")


@dataclass(frozen=True, slots=True)
class Change:
    """One metric before and after, over the questions that both results have. `p` is the chance of such a fall or more."""

    name: str
    stage: Stage
    before: float
    after: float
    gain: float
    p: float
    n: int
    regressed: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """A question that was right and is not any more, with the first stage at which it is worse than before."""

    id: str
    stage: Stage
    reason: str
    must: bool


@dataclass(frozen=True, slots=True)
class Share:
    """A tag that many of the broken questions carry: how many of them, out of how many broken."""

    tag: str
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class Gate:
    """The outcome of the gate. `stage` is where most of what broke went wrong; `exit_code` is 0, 1 or 3.

    `still` are the questions tagged must that failed in the baseline too: borne, and always told.
    """

    compared: int
    changes: tuple[Change, ...] = ()
    broken: tuple[Broken, ...] = ()
    fixed: tuple[str, ...] = ()
    must: tuple[Broken, ...] = ()
    limits: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    still: tuple[str, ...] = ()
    hint: Share | None = None

    @property
    def regressions(self) -> tuple[Change, ...]:
        """The metrics that regressed."""
        return tuple(change for change in self.changes if change.regressed)

    @property
    def stage(self) -> Stage | None:
        """The stage to look at first: that of most broken questions, else that of the first regressed metric."""
        found = Counter(b.stage for b in (*self.broken, *(m for m in self.must if m not in self.broken)))
        if not found:
            return min((c.stage for c in self.regressions), key=STAGES.index, default=None)
        return min(found, key=lambda stage: (-found[stage], STAGES.index(stage)))

    @property
    def regressed(self) -> bool:
        """Whether anything is worse than the suite bears."""
        return bool(self.regressions or self.must or self.limits)

    @property
    def exit_code(self) -> int:
        """3 when the baseline is of another corpus or other cases, else 1 on a regression, else 0."""
        if self.stale:
            return ExitCode.OTHER_BASELINE
        return ExitCode.DOES_NOT_HOLD if self.regressed else ExitCode.DONE


def compare_tables(
    new: ScoreTable,
    old: ScoreTable,
    *,
    margins: Mapping[str, float] | None = None,
    ceilings: Mapping[str, float] | None = None,
) -> tuple[tuple[Change, ...], tuple[Broken, ...], tuple[str, ...]]:
    """Metric changes, broken and fixed questions, over the questions whose case is the same in both."""
    rows, old_rows = common_rows(new, old)
    changes = []
    for name, metric in METRICS.items():
        margin = (margins or {}).get(name, metric.margin)
        ceiling = (ceilings or {}).get(name, max(CEILING, margin) if margin else 0.0)
        change = _change_of_metric(metric, (new, rows), (old, old_rows), margin, ceiling)
        if change:
            changes.append(change)
    broken, fixed = _find_flips(new, old, rows, old_rows)
    return tuple(changes), broken, fixed


def hold_gate(
    new: ScoreTable, old: ScoreTable | None, suite: Suite, stale: tuple[str, ...], measured: Mapping[str, float]
) -> Gate:
    """Hold results against a baseline (None: there is none) and the suite's limits; `measured` is what limits are set to."""
    limits = tuple(
        f"{name} is {measured[name]:.0f}, the limit is {bound:.0f}"
        for name, bound in suite.limits.items()
        if name in measured and measured[name] > bound
    )
    if old is None:
        failing = _failing_must(new, set())
        return Gate(compared=0, must=failing, limits=limits)
    changes, broken, fixed = compare_tables(new, old, margins=suite.margins, ceilings=suite.ceilings)
    known = {id_ for id_, verdict in zip(old.ids, old.verdicts, strict=True) if not verdict.passed}
    places = {b.id: b for b in broken}
    must = tuple(places.get(b.id, b) for b in _failing_must(new, known))
    return Gate(
        compared=len(common_rows(new, old)[0]),
        changes=changes,
        broken=broken,
        fixed=fixed,
        must=must,
        limits=limits,
        stale=stale,
        hint=_tag_hint(new, broken),
        still=tuple(b.id for b in _failing_must(new, set()) if b.id in known),
    )


def baseline_staleness(
    header: Mapping[str, Any], baseline: Mapping[str, Any], new: ScoreTable, old: ScoreTable
) -> tuple[str, ...]:
    """Why a baseline no longer fits, for people; empty when it does. Only the questions that were run count."""
    reasons = []
    if header["corpus_fingerprint"] != baseline.get("corpus_fingerprint"):
        reasons.append("the documents of the corpus have changed")
    before = dict(zip(old.ids, old.hashes, strict=True))
    now = dict(zip(new.ids, new.hashes, strict=True))
    counts = {
        "new": sum(id_ not in before for id_ in now),
        "gone": sum(id_ not in now for id_ in before),
        "changed": sum(id_ in before and before[id_] != hash_ for id_, hash_ in now.items()),
    }
    told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    if told:
        reasons.append(f"the cases have changed ({told})")
    return tuple(reasons)


def baseline_notes(header: Mapping[str, Any], baseline: Mapping[str, Any]) -> tuple[str, ...]:
    """What else differs between two runs and may explain a change: settings, prompts, index."""
    found = []
    for name, value in header["settings"].items():
        before = baseline.get("settings", {}).get(name)
        if before != value:
            found.append(f"setting {name}: {before!r} before, {value!r} now")
    prompts, were = header["prompts"], baseline.get("prompts", {})
    changed = sorted(name for name in {*prompts, *were} if prompts.get(name) != were.get(name))
    if changed:
        found.append(f"prompts changed: {', '.join(changed)}")
    index, was = header["index_fingerprint"], baseline.get("index_fingerprint")
    if index and was and index != was:
        found.append("the index holds other documents or divides them otherwise")
    return tuple(found)


def common_rows(new: ScoreTable, old: ScoreTable) -> tuple[list[int], list[int]]:
    """The rows, in both tables, of the questions whose case is the same."""
    where = {id_: row for row, id_ in enumerate(old.ids)}
    pairs = [
        (row, where[id_])
        for row, id_ in enumerate(new.ids)
        if id_ in where and new.hashes[row] == old.hashes[where[id_]]
    ]
    return [row for row, _ in pairs], [row for _, row in pairs]


def _tag_hint(table: ScoreTable, broken: tuple[Broken, ...]) -> Share | None:
    """The tag that sets the broken questions apart most: on at least two thirds of them, and twice as common as elsewhere."""
    if len(broken) < FEWEST_FOR_HINT:
        return None
    ids = {b.id for b in broken}
    best: tuple[float, Share] | None = None
    for tag, rows in table.by_tag.items():
        inside = sum(table.ids[row] in ids for row in rows)
        usual = len(rows) / len(table)
        lift = inside / len(broken) / usual
        if 3 * inside >= 2 * len(broken) and lift >= 2 and (best is None or lift > best[0]):
            best = (lift, Share(tag, inside, len(broken)))
    return best[1] if best else None


def _failing_must(table: ScoreTable, known: set[str]) -> tuple[Broken, ...]:
    return tuple(
        Broken(id_, verdict.stage or "error", verdict.reason, True)
        for id_, verdict in zip(table.ids, table.verdicts, strict=True)
        if id_ in table.must and not verdict.passed and id_ not in known
    )


def _change_of_metric(
    metric: Metric, new: tuple[ScoreTable, list[int]], old: tuple[ScoreTable, list[int]], margin: float, ceiling: float
) -> Change | None:
    (after, rows), (before, old_rows) = new, old
    now_above, now_below = (column[rows] for column in after.column_of(metric.name))
    was_above, was_below = (column[old_rows] for column in before.column_of(metric.name))
    if not now_below.sum() or not was_below.sum():
        return None
    was, now = float(was_above.sum() / was_below.sum()), float(now_above.sum() / now_below.sum())
    gain = metric.gain(was, now)
    if abs(gain) < TINY:
        return Change(metric.name, metric.stage, was, now, 0.0, 1.0, int(now_below.sum()), False)
    p = 1.0
    if gain < 0:
        sign = 1 if metric.better == "higher" else -1
        clusters = [after.clusters[row] for row in rows]
        p = permutation_p((was_above, was_below), (now_above, now_below), clusters, sign)
    why = ""
    # a fall of exactly the margin is borne
    if -gain > ceiling + TINY:
        why = f"worse by more than {ceiling:g}"
    elif -gain > margin + TINY and p <= ALPHA:
        why = f"worse by more than {margin:g}, p = {p:.3f}"
    return Change(metric.name, metric.stage, was, now, gain, p, int(now_below.sum()), bool(why), why)


def _find_flips(
    new: ScoreTable, old: ScoreTable, rows: list[int], old_rows: list[int]
) -> tuple[tuple[Broken, ...], tuple[str, ...]]:
    """The questions that were right and are wrong now, each with its stage, and those that were wrong and are right now."""
    import numpy as np

    fell = np.zeros(len(rows), dtype=bool)
    for name in RETRIEVAL:
        after, before = new.column_of(name)[0][rows], old.column_of(name)[0][old_rows]
        fell |= after < before - TINY
    broken, fixed = [], []
    for place, (row, old_row) in enumerate(zip(rows, old_rows, strict=True)):
        is_right, was_right = new.verdicts[row].passed, old.verdicts[old_row].passed
        if is_right and not was_right:
            fixed.append(new.ids[row])
        elif was_right and not is_right:
            verdict = new.verdicts[row]
            stage: Stage = verdict.stage or "error"
            reason = verdict.reason
            if stage != "error" and new.asked[row] != old.asked[old_row]:
                stage, reason = "retrieval", f"searched as “{new.asked[row] or 'asked'}”; {reason}"
            elif stage != "error" and fell[place]:
                # evidence that sank takes the blame for what the later stages made of it
                stage, reason = "retrieval", f"the evidence sank; {reason}"
            broken.append(Broken(new.ids[row], stage, reason, new.ids[row] in new.must))
    return tuple(broken), tuple(fixed)

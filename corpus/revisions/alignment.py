"""Which units of one version stand for which of the other: one global alignment by wording, then what was moved.

Articles get other numbers, so numbers decide nothing. Knows nothing of what changed inside a unit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from corpus.revisions.units import Unit

# Likeness is between 0 and 1. In tests/corpus/revisions/pairs, units of one matter have .75 and more, others .38 and less,
# but for headings, which may have no character in common.
ALIKE = 0.4
MOVED_ALIKE = 0.6  # a provision that stands elsewhere has to be surely the same
_SHORTEST_MOVED = 8  # tokens: 附则 or 其他 may stand anywhere
_ANCHOR = 8  # tokens of a unit that, the same and once in both versions, parts the alignment
_MERGES = ((1, 2), (2, 1), (1, 3), (3, 1))  # paragraphs drawn together or parted
_MERGE_COST = 0.1
_SAME = 1.1  # the likeness of the very same words: better than any other
_SAME_HEADING = 0.1  # 第二章 审批 and 第二章 设置: where nothing is liker, a heading stands for that of the same number
_HEADINGS = ("part", "chapter", "section", "annex", "item")
_LONGEST_HEADING = 20  # tokens
_SAME_LABEL = 0.02  # between two that are as like, the number decides


class UnitPair(NamedTuple):
    """Units `old[i:j]` stand for units `new[k:l]`; an empty range: nothing does."""

    old: range
    new: range
    moved: bool = False


def bigram_likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How alike two sets of character pairs are: the mean of Dice's coefficient and of the overlap coefficient.

    The second keeps a provision known to which a paragraph was added. Of few pairs, Dice's alone is sure.
    """
    shared = len(one & other)
    dice = 2 * shared / (len(one) + len(other))
    shorter = min(len(one), len(other))
    return dice if shorter < 10 else (dice + shared / shorter) / 2


def align_with_moves(old: Sequence[Unit], new: Sequence[Unit]) -> list[UnitPair]:
    """Pairs that together hold every unit once, in the order of the new version; what stands elsewhere is moved."""
    return _with_moved(align_in_order(old, new), old, new)


def align_in_order(old: Sequence[Unit], new: Sequence[Unit]) -> list[UnitPair]:
    """Pairs in the order of both versions that together hold every unit once."""
    pairs: list[UnitPair] = []
    before_old = before_new = 0
    for at_old, at_new in [*_find_anchors(old, new), (len(old), len(new))]:
        pairs += _stretch_aligned(old, new, range(before_old, at_old), range(before_new, at_new))
        if at_old < len(old):
            pairs.append(UnitPair(range(at_old, at_old + 1), range(at_new, at_new + 1)))
        before_old, before_new = at_old + 1, at_new + 1
    return pairs


def _find_anchors(old: Sequence[Unit], new: Sequence[Unit]) -> list[tuple[int, int]]:
    """Units that are the same and stand once in either version, the longest series in one order (patience)."""
    once = [{unit.keys: at for at, unit in enumerate(side) if len(unit.keys) >= _ANCHOR} for side in (old, new)]
    counts = [Counter(unit.keys for unit in side) for side in (old, new)]
    both = sorted(
        (at, once[1][keys]) for keys, at in once[0].items() if counts[0][keys] == 1 and counts[1].get(keys) == 1
    )
    piles: list[int] = []
    tops: list[int] = []
    back: list[int] = []
    for place, (_, at_new) in enumerate(both):
        pile = bisect_left(tops, at_new)
        tops[pile : pile + 1] = [at_new]
        piles[pile : pile + 1] = [place]
        back.append(piles[pile - 1] if pile else -1)
    series = []
    place = piles[-1] if piles else -1
    while place >= 0:
        series.append(both[place])
        place = back[place]
    return series[::-1]


class _Step(NamedTuple):
    """The best way to a place: its score, and how many units of either version the last step took."""

    score: float
    old: int
    new: int


def _stretch_aligned(old: Sequence[Unit], new: Sequence[Unit], rows: range, columns: range) -> list[UnitPair]:
    """The best alignment of a stretch (Needleman and Wunsch), paragraphs joined or parted where that is better."""
    best: dict[tuple[int, int], _Step] = {(rows.start, columns.start): _Step(0.0, 0, 0)}

    def offer_step(i: int, j: int, step: _Step) -> None:
        if i <= rows.stop and j <= columns.stop and step.score > best.get((i, j), _Step(-1.0, 0, 0)).score:
            best[i, j] = step

    for i in range(rows.start, rows.stop + 1):
        for j in range(columns.start, columns.stop + 1):
            score = best[i, j].score
            offer_step(i + 1, j, _Step(score, 1, 0))
            offer_step(i, j + 1, _Step(score, 0, 1))
            if i < rows.stop and j < columns.stop:
                for taken, given, gain in _possible_matches(old, new, range(i, rows.stop), range(j, columns.stop)):
                    offer_step(i + taken, j + given, _Step(score + gain, taken, given))
    return _trace_back(best, rows, columns)


def _trace_back(best: dict[tuple[int, int], _Step], rows: range, columns: range) -> list[UnitPair]:
    i, j = rows.stop, columns.stop
    pairs = []
    while i > rows.start or j > columns.start:
        step = best[i, j]
        pairs.append(UnitPair(range(i - step.old, i), range(j - step.new, j)))
        i, j = i - step.old, j - step.new
    return pairs[::-1]


def _possible_matches(
    old: Sequence[Unit], new: Sequence[Unit], rows: range, columns: range
) -> list[tuple[int, int, float]]:
    """How many units from the first of either range on may stand for how many, and what that is worth."""
    one, other = old[rows[0]], new[columns[0]]
    gain = (_SAME if one.keys == other.keys else bigram_likeness(one.bigrams, other.bigrams)) - ALIKE
    if one.label == other.label:
        gain = max(gain, _SAME_HEADING - _SAME_LABEL if _is_heading(one) and _is_heading(other) else gain) + _SAME_LABEL
    found = [(1, 1, gain)] if gain > 0 else []
    same = _same_words(old, new, rows, columns)
    if same:
        found.append((*same, (_SAME - ALIKE) * sum(same) / 2))
    elif one.kind == other.kind == "paragraph":
        found += _possible_merges(old, new, rows, columns)
    return found


def _is_heading(unit: Unit) -> bool:
    return unit.kind in _HEADINGS and bool(unit.label) and len(unit.keys) <= _LONGEST_HEADING


def _possible_merges(
    old: Sequence[Unit], new: Sequence[Unit], rows: range, columns: range
) -> Iterator[tuple[int, int, float]]:
    """Paragraphs drawn together or parted, with changes."""
    for taken, given in _MERGES:
        left, right = old[rows[0] : rows[0] + taken], new[columns[0] : columns[0] + given]
        whole = taken <= len(rows) and given <= len(columns)
        if whole and all(unit.kind == "paragraph" for unit in (*left, *right)):
            sides = [frozenset[str]().union(*(unit.bigrams for unit in side)) for side in (left, right)]
            dice = 2 * len(sides[0] & sides[1]) / (len(sides[0]) + len(sides[1]))
            yield taken, given, (dice - ALIKE) * (taken + given) / 2 - _MERGE_COST


def _same_words(old: Sequence[Unit], new: Sequence[Unit], rows: range, columns: range) -> tuple[int, int] | None:
    """How many units of either version have together the very same words: only lines were broken elsewhere."""
    one, other = old[rows[0]].letters, new[columns[0]].letters
    taken = given = 1
    while one != other:
        if one.startswith(other) and given < len(columns):
            other += new[columns[given]].letters
            given += 1
        elif other.startswith(one) and taken < len(rows):
            one += old[rows[taken]].letters
            taken += 1
        else:
            return None
    return taken, given


def _with_moved(pairs: list[UnitPair], old: Sequence[Unit], new: Sequence[Unit]) -> list[UnitPair]:
    """The pairs, what is left over on both sides joined where its wording is surely the same, the likest first."""
    lost = [pair.old[0] for pair in pairs if len(pair.old) == 1 and not pair.new]
    gained = [pair.new[0] for pair in pairs if len(pair.new) == 1 and not pair.old]
    near = sorted(
        (-score, i, j)
        for i in lost
        for j in gained
        if min(len(old[i].keys), len(new[j].keys)) >= _SHORTEST_MOVED
        and (score := bigram_likeness(old[i].bigrams, new[j].bigrams)) >= MOVED_ALIKE
    )
    chosen: dict[int, int] = {}
    for _, i, j in near:
        if j not in chosen and i not in chosen.values():
            chosen[j] = i
    kept = []
    for pair in pairs:
        if not pair.old and len(pair.new) == 1 and pair.new[0] in chosen:
            origin = chosen[pair.new[0]]
            kept.append(UnitPair(range(origin, origin + 1), pair.new, moved=True))
        elif pair.new or pair.old[0] not in chosen.values():
            kept.append(pair)
    return kept

"""Two versions of a document to a Revision: units laid side by side, and the words that changed in each. Knows no formats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from corpus.locators import Locator
from corpus.revisions.alignment import MOVED_ALIKE, UnitPair, align_in_order, align_with_moves, bigram_likeness
from corpus.revisions.tokens import LABEL, Token
from corpus.revisions.types import OF_TEXT, Cell, Change, ChangeKind, Revision, Row, Span
from corpus.revisions.units import Unit, divide_units, trim_span
from corpus.text.char_bigrams import joined_bigrams
from corpus.text.characters import normalise
from corpus.text.numbers import parse_integer
from corpus.types import Document

_CLAUSE_ENDS = set(";。:!?")
_CLAUSE_MARKS = set(',。;:、()"!?')
# What stands before the number of a provision of another document: 《…》第五条, 劳动法第五条; 本办法第五条 is of this one.
_OTHER_DOCUMENT = re.compile(r"(?:》|(?<!本)(?<!本办)(?<!本条)(?<!本规)(?<!本细)[法例定则])[)）]?$")
Block = tuple[int, int, int, int]  # tokens old[i:j] and new[k:l]


def compare_versions(old: Document, new: Document) -> Revision:
    """What changed from `old` to `new`."""
    before, after = divide_units(old), divide_units(new)
    pairs = align_with_moves(before, after)
    numbers = _new_numbers(pairs, before, after)
    sides = _Side(old, before), _Side(new, after)
    return Revision(old, new, tuple(_row_of_pair(pair, *sides, numbers) for pair in pairs))


def have_same_matter(title: str, other: str) -> bool:
    """Whether two documents, of which one ends the other, are by their titles versions of one: 暂行办法 and 实施办法."""
    one, two = joined_bigrams(normalise(title)), joined_bigrams(normalise(other))
    return bigram_likeness(frozenset(one), frozenset(two)) >= MOVED_ALIKE


class _Side:
    """One version with its units."""

    def __init__(self, document: Document, found: Sequence[Unit]) -> None:
        self.document, self.units = document, found
        self._locator = Locator(document)

    def cell_of(self, chosen: range) -> Cell | None:
        if not chosen:
            return None
        own = self.units[chosen.start : chosen.stop]
        start, end = trim_span(self.document.text, own[0].start, own[-1].end)
        label = "、".join(unit.label for unit in own if unit.label)
        return Cell(label, self._locator.locate(start, end), start, end, self.document.text[start:end])

    def tokens_of(self, chosen: range) -> list[Token]:
        """The tokens of some units, the numbers of those after the first among them."""
        found: list[Token] = []
        for place, unit in enumerate(self.units[chosen.start : chosen.stop]):
            if place and unit.label:
                found.append(Token(LABEL, unit.start, unit.tokens[0].start if unit.tokens else unit.end))
            found += unit.tokens
        return found


def _new_numbers(pairs: Sequence[UnitPair], old: Sequence[Unit], new: Sequence[Unit]) -> dict[int, int]:
    """The new number of each article of the text itself that has another one; annexes count their own."""
    numbers: dict[int, int] = {}
    for pair in pairs:
        if len(pair.old) == len(pair.new) == 1:
            one, other = old[pair.old[0]], new[pair.new[0]]
            if one.kind == other.kind == "article" and one.number is not None and other.number is not None:
                numbers.setdefault(one.number, other.number)
    return {before: after for before, after in numbers.items() if before != after}


def _row_of_pair(pair: UnitPair, old: _Side, new: _Side, numbers: dict[int, int]) -> Row:
    left, right = old.cell_of(pair.old), new.cell_of(pair.new)
    if left is None or right is None:
        return Row("added" if left is None else "dropped", left, right)
    one, other = old.units[pair.old[0]], new.units[pair.new[0]]
    if "".join(u.letters for u in old.units[pair.old.start : pair.old.stop]) == "".join(
        u.letters for u in new.units[pair.new.start : pair.new.stop]
    ):
        return Row("moved" if pair.moved else "unchanged", left, right)
    changes = tuple(_Words(old, new, numbers).find_changes(old.tokens_of(pair.old), new.tokens_of(pair.new)))
    renumbered = (one.label, other.label) if one.kind == other.kind and one.number != other.number else None
    changed = any(change.kind in OF_TEXT for change in changes)
    return Row("moved" if pair.moved else "changed" if changed else "unchanged", left, right, changes, renumbered)


class _Words:
    """What changed in the words of one provision."""

    def __init__(self, old: _Side, new: _Side, numbers: dict[int, int]) -> None:
        self._old, self._new, self._numbers = old.document.text, new.document.text, numbers

    def find_changes(self, old: list[Token], new: list[Token]) -> Iterator[Change]:
        """The changes from one list of tokens to the other, in order: clause by clause, so that each is compared with its own."""
        for left, right in _clauses_alike(old, new):
            yield from self._within_clause(left, right)

    def _within_clause(self, old: list[Token], new: list[Token]) -> Iterator[Change]:
        followed = _keys_renumbered(old, new, self._numbers, self._old)
        matcher = SequenceMatcher(None, followed, [token.key for token in new], autojunk=False)
        at = (0, 0)
        for i, j, k, m in _join_readable_blocks(_changed_blocks(matcher), old, new):
            yield from self._changes_in_same_words(old[at[0] : i], new[at[1] : k])
            yield from _change_of_block(old[i:j], new[k:m])
            at = j, m
        yield from self._changes_in_same_words(old[at[0] :], new[at[1] :])

    def _changes_in_same_words(self, old: list[Token], new: list[Token]) -> Iterator[Change]:
        """In words that are the same: other numbers of items, and references that follow new numbers of articles."""
        for one, other in zip(old, new, strict=True):
            if one.key != other.key:
                yield Change("reference", Span(one.start, one.end), Span(other.start, other.end))
            elif one.key == LABEL and self._number_of_label(one, self._old) != self._number_of_label(other, self._new):
                yield Change("label", Span(one.start, one.end), Span(other.start, other.end))

    @staticmethod
    def _number_of_label(label: Token, text: str) -> int | str:
        written = "".join(character for character in text[label.start : label.end] if character.isalnum())
        return parse_integer(written) or written


def _keys_renumbered(old: list[Token], new: list[Token], numbers: dict[int, int], text: str) -> list[str]:
    """The keys of the old tokens; a reference to an article of the same document as it reads with the new numbers."""
    there = {token.key: token for token in new if token.ordinal and token.unit == "条"}
    by_number = {int(token.value): key for key, token in there.items() if token.value is not None}
    keys = []
    for token in old:
        key = token.key
        if token.ordinal and token.unit == "条" and token.value is not None and key not in there:
            now = numbers.get(int(token.value))
            if (
                now is not None
                and now in by_number
                and not _OTHER_DOCUMENT.search(text[max(0, token.start - 6) : token.start])
            ):
                key = by_number[now]
        keys.append(key)
    return keys


def _clauses_alike(old: list[Token], new: list[Token]) -> Iterator[tuple[list[Token], list[Token]]]:
    """Stretches of both that belong together; clauses without counterpart stand against those between the same neighbours."""
    sides = _clause_units(old), _clause_units(new)
    left: list[Token] = []
    right: list[Token] = []
    for pair in align_in_order(*sides):
        taken, given = ([t for at in part for t in side[at].tokens] for side, part in zip(sides, pair[:2], strict=True))
        if taken and given:
            yield left, right
            yield taken, given
            left, right = [], []
        else:
            left, right = left + taken, right + given
    yield left, right


def _clause_units(tokens: list[Token]) -> list[Unit]:
    """The clauses and items of a provision, as units."""
    starts = [
        at for at, token in enumerate(tokens) if not at or token.key == LABEL or tokens[at - 1].key in _CLAUSE_ENDS
    ]
    parts = [tokens[at:end] for at, end in zip(starts, [*starts[1:], len(tokens)], strict=True)]
    return [
        Unit("clause", "", None, part[0].start, part[-1].end, tuple(part), "".join(token.key for token in part))
        for part in parts
    ]


def _changed_blocks(matcher: SequenceMatcher[str]) -> list[Block]:
    return [(i, j, k, m) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal"]


def _join_readable_blocks(blocks: list[Block], old: list[Token], new: list[Token]) -> list[Block]:
    """The blocks, two with a single character between them as one: what is marked are words, not syllables.

    Numbers stay apart, each beside the one it was.
    """
    joined = blocks[:1]
    for before, block in pairwise(blocks):
        between = old[before[1] : block[0]]
        lone = len(between) == 1 and between[0].key not in _CLAUSE_MARKS | {LABEL}
        inside = [*old[before[0] : block[1]], *new[before[2] : block[3]]]
        if lone and _has_both_sides(before) and _has_both_sides(block) and all(token.value is None for token in inside):
            joined[-1] = (joined[-1][0], block[1], joined[-1][2], block[3])
        else:
            joined.append(block)
    return [_to_word_ends(block, old, new) for block in joined]


def _to_word_ends(block: Block, old: list[Token], new: list[Token]) -> Block:
    """The block with the single character that is left of a word at the edge of its clause: 保障措施, not 保障措."""
    i, j, k, m = block
    if _has_both_sides(block) and all(token.value is None for token in (*old[i:j], *new[k:m])):
        before = _is_lone_ideograph(old, i - 1, -1) and _is_lone_ideograph(new, k - 1, -1)
        after = _is_lone_ideograph(old, j, 1) and _is_lone_ideograph(new, m, 1)
        return i - before, j + after, k - before, m + after
    return block


def _is_lone_ideograph(tokens: list[Token], at: int, way: int) -> bool:
    """Whether an ideograph stands there, and beyond it the clause ends."""
    if not 0 <= at < len(tokens) or not "\u4e00" <= tokens[at].key <= "\u9fff":
        return False
    beyond = at + way
    return not 0 <= beyond < len(tokens) or tokens[beyond].key in _CLAUSE_MARKS | {LABEL}


def _has_both_sides(block: Block) -> bool:
    """Whether something stands on both sides of the block."""
    return block[0] < block[1] and block[2] < block[3]


def _change_of_block(old: list[Token], new: list[Token]) -> Iterator[Change]:
    """One block as a change; numbers of items alone, put before a paragraph or taken from it, are none of the text."""
    numbers = all(token.key == LABEL for token in (*old, *new))
    yield Change("label" if numbers else _kind_of_change(old, new), _span_of_tokens(old), _span_of_tokens(new))


def _kind_of_change(old: list[Token], new: list[Token]) -> ChangeKind:
    same = len(old) == len(new) == 1 and old[0].value is not None and old[0].value == new[0].value
    return "notation" if same and old[0].unit == new[0].unit and old[0].ordinal == new[0].ordinal else "text"


def _span_of_tokens(tokens: list[Token]) -> Span | None:
    return Span(tokens[0].start, tokens[-1].end) if tokens else None

"""Holds enough of a statement's wording to the quotes, as a whole and run by run. Knows nothing of numbers or of meaning."""

from __future__ import annotations

import re

from assistant.verification.text import bare_text, split_clauses
from assistant.verification.types import ClaimAndEvidence
from corpus.text.char_bigrams import joined_bigrams

ENOUGH = 0.5  # of the statement's character pairs
SHORT = 10  # character pairs below which a statement is short, and one changed word is much of it
ENOUGH_SHORT = 0.7
CLAUSE = 0.25  # of each clause's, where the clause is long enough to say something of its own
LONGEST = 8  # characters in a row that the quotes may lack
LONG = 24  # characters from which a statement may have that many
LONGEST_SHORT = 3
OWN = 0.25  # of the wording, in the quotes without the titles and headings beside them
_JOINS = frozenset("和及与或")  # what is joined to the source's words is one thing more
# Set phrases that open a sentence and claim nothing.
_LEAD = re.compile(
    r"^(?:(?:根据|依据|按照|据)?(?:上述|以上|有关|相关|该)?(?:文件|规定|资料|原文|政策|材料|通知|意见|办法)(?:中|里)?(?:提出|明确|规定|指出|要求|显示)?|"
    r"据介绍|会议指出|其中|同时|此外|另外|目前|截至目前|具体来说|总之|因此|所以)[,:]"
)


def shared_wording(statement: str, quote: str) -> float:
    """The share of the statement's character pairs that stand in the quotes."""
    wanted = joined_bigrams(statement)
    return len(wanted & joined_bigrams(quote)) / len(wanted) if wanted else 0.0


def wording_issues(sides: ClaimAndEvidence) -> list[str]:
    """An issue when less than half of the wording, or next to nothing of one clause, stands in the quotes."""
    statement = _LEAD.sub("", sides.statement)
    known = sides.quote + "\n" + sides.context
    found = shared_wording(statement, known)
    if found < (ENOUGH if len(joined_bigrams(statement)) >= SHORT else ENOUGH_SHORT):
        return [f"引文中只有{found:.0%}的措辞与陈述相同"]
    strange = [c for c in split_clauses(statement) if len(bare_text(c)) >= 5 and shared_wording(c, known) < CLAUSE]
    if strange:
        return [f"引文中没有“{strange[0]}”"]
    run = longest_new_run(bare_text(statement), bare_text(known))
    if shared_wording(statement, sides.quote) < OWN:
        return ["引文本身没有这句话的措辞"]
    allowed = LONGEST if len(bare_text(statement)) >= LONG and not _JOINS & set(run[:2]) else LONGEST_SHORT
    return [f"引文中没有“{run}”"] if len(run) > allowed else []


def longest_new_run(statement: str, quote: str) -> str:
    """The longest run of characters of which no pair stands in the quotes."""
    best, start = "", 0
    for at in range(len(statement)):
        if at + 1 < len(statement) and statement[at : at + 2] in quote:
            start = at + 1
            continue
        piece = statement[start : at + 1]
        best = piece if len(piece) > len(best) else best
    return best

"""One form of a text for comparing a statement with its quotes, and which clause belongs to which. Knows no checks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from corpus.text.char_bigrams import joined_bigrams
from corpus.text.characters import normalise

_SAME = str.maketrans(
    {
        "〔": "(",
        "〕": ")",
        "[": "(",
        "]": ")",
        "【": "(",
        "】": ")",
        "“": '"',
        "”": '"',
        "「": '"',
        "」": '"',
        "‘": '"',
        "’": '"',
    }
)
_PUNCTUATION = re.compile(r"[^\w%]+")
_CLAUSE = re.compile(r"[^,;。!?:\n]+")
_RULE = re.compile(r"\|(?:\s*:?-{2,}:?\s*\|)+")
_HALF = 0.5
_WHOLE = 0.85
# Words that bind or deny: what a clause says without them tells which clause of the quotes it was made from.
_FORCE = re.compile(
    r"不得|不能|不可|不准|不许|不予|不再|不必|不需要?|无需|无须|禁止|严禁|没有|可以|应当|应该|必须|务必|鼓励|要求|允许|予以|不|未|须"
)


@dataclass(frozen=True, slots=True)
class AlignedClause:
    """A clause of a statement and the part of the quotes it was made from; share: of its wording that stands there."""

    clause: str
    window: str
    share: float


def comparable_text(text: str) -> str:
    """NFKC, lower case, no white space, brackets round and quotation marks straight."""
    return normalise(text).translate(_SAME)


def join_quotes(quotes: Sequence[str]) -> str:
    """The quotes in comparable form, apart from each other by a line end that matches nothing.

    The header of a Markdown table, quoted alone, names the columns of the rows that are quoted right after it.
    """
    told: list[str] = []
    header = ""
    for quote in quotes:
        lines = quote.split("\n")
        if len(lines) > 1 and _RULE.fullmatch(lines[-1].strip()):
            header = "\n".join(lines[-2:])
        elif not (
            quote.startswith("|")
            and header
            and len(_cells_of_row(header.split("\n")[0])) == len(_cells_of_row(lines[0]))
        ):
            header = ""
        under = header and header not in quote
        told.append(comparable_text(table_rows_as_clauses(f"{header}\n{quote}" if under else quote)))
    return "\n".join(told)


def table_rows_as_clauses(text: str) -> str:
    """The rows of Markdown tables as clauses that name the row and the column of each cell; other lines as they are."""
    lines = text.split("\n")
    told: list[str] = []
    heads: list[str] = []
    for at, line in enumerate(lines):
        if not line.lstrip().startswith("|"):
            heads = []
            told.append(line)
        elif at + 1 < len(lines) and _RULE.fullmatch(lines[at + 1].strip()):
            heads = _cells_of_row(line)
        elif not _RULE.fullmatch(line.strip()):
            row = _cells_of_row(line)
            named = [f"{row[0]}{head}{cell}" for head, cell in zip(heads[1:], row[1:], strict=False)]
            told.append("；".join([f"{heads[0]}{row[0]}", *named, ""]) if named else line)
    return "\n".join(told)


def _cells_of_row(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def bare_text(text: str) -> str:
    """Comparable text with punctuation gone (line ends kept)."""
    return "\n".join(_PUNCTUATION.sub("", line) for line in text.split("\n"))


def split_clauses(text: str) -> list[str]:
    """The clauses of a comparable text."""
    return _CLAUSE.findall(text)


def is_verbatim(text: str, quote: str) -> bool:
    """Whether a text is, but for a word or two at its ends, one run of the quote's own words."""
    plain, known = bare_text(text), bare_text(quote)
    if plain in known:
        return True
    found = SequenceMatcher(None, plain, known, autojunk=False).find_longest_match()
    return found.size >= _WHOLE * len(plain)


def align_clauses(statement: str, quote: str) -> list[AlignedClause]:
    """Each clause of the statement with the window of its nearest clause in the quotes; those without one are left out."""
    sources = [
        (source, joined_bigrams(source) | joined_bigrams(_FORCE.sub("", source))) for source in split_clauses(quote)
    ]
    made = []
    for clause in split_clauses(statement):
        wanted = joined_bigrams(_FORCE.sub("", clause))
        if not wanted or len(bare_text(clause)) < 3:
            continue
        best, known = max(sources, key=lambda each: (len(wanted & each[1]), -len(each[0])), default=("", set[str]()))
        share = len(wanted & known) / len(wanted)
        if share >= _HALF:
            made.append(AlignedClause(clause, _window_round_clause(clause, best), share))
    return made


def _window_round_clause(clause: str, source: str) -> str:
    """The shortest part of the source with every pair it shares with the clause, and the four characters before it."""
    wanted = joined_bigrams(clause)
    hits = [(at, source[at : at + 2]) for at in range(len(source) - 1) if source[at : at + 2] in wanted]
    if not hits:
        return source
    needed = len({pair for _, pair in hits})
    best, left, held = (hits[0][0], hits[-1][0]), 0, Counter[str]()
    for at, pair in hits:
        held[pair] += 1
        while held[hits[left][1]] > 1:
            held[hits[left][1]] -= 1
            left += 1
        if len(+held) == needed and at - hits[left][0] < best[1] - best[0]:
            best = (hits[left][0], at)
    return source[max(0, best[0] - 4) : best[1] + 2]

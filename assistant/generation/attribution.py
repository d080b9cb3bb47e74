"""Finds the words that carry a claim: the evidence it cites first, then any other, then the passages. Knows no models."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.generation.evidence import Evidence, Quote
from assistant.generation.statements import Claim
from assistant.reading.prompt_injection import injected_spans
from assistant.verification import Verdict, verify
from assistant.verification.text import comparable_text
from corpus.sentences import sentence_spans
from corpus.text.char_bigrams import joined_bigrams
from corpus.types import Passage
from index.types import Hit

_TRIED = 4  # best sentences of a passage that are tried alone
_RUN = 3  # longest run of sentences quoted as one
_OPENS = re.compile(r"\s*(?:#|第[一二三四五六七八九十百千零〇\d]+[条章节编])")
_NOTHING = Verdict(False, ("没有引文",))


def _context(quotes: Sequence[Quote]) -> list[str]:
    """Titles and places of the quotes, in which a name may stand."""
    return [" ".join((quote.passage.title, quote.passage.locator, *quote.passage.headings)) for quote in quotes]


def _article(text: str, spans: Sequence[tuple[int, int]], at: int) -> tuple[int, int]:
    """The spans from `low` up to `high` that stand under the same article or heading as one of them.

    Articles share a passage; what is told of one must not be put together from the words of several.
    """
    opens = [bool(_OPENS.match(text, *span)) for span in spans]
    low = next((number for number in range(at, 0, -1) if opens[number]), 0)
    high = next((number for number in range(at + 1, len(spans)) if opens[number]), len(spans))
    return low, high


@dataclass
class Attributor:
    """Attributes the claims of one answer to the evidence that the model was given, in its order, or to the passages found."""

    evidence: Sequence[Evidence]
    hits: Sequence[Hit] = ()
    from_zero: bool = False
    spans: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def attribute(self, claim: Claim) -> tuple[Verdict, list[Quote]]:
        """The verdict and the quotes: of the evidence cited when it carries the claim, else of the first words that do.

        A number beyond the evidence is ignored. With no support anywhere the verdict is that of the nearest words.
        """
        self.from_zero = self.from_zero or 0 in claim.numbers
        cited = self._resolve(claim.numbers)
        first: tuple[Verdict, list[Quote]] | None = None
        for group in self._groups(cited):
            verdict, quotes = self._within(claim.text, group)
            if verdict.supported:
                return verdict, quotes
            first = first or (verdict, quotes)
        return first or (_NOTHING, [])

    def _resolve(self, numbers: Sequence[int]) -> list[int]:
        """Marker numbers to places in `evidence`; forged numbers fall away."""
        shift = 0 if self.from_zero else 1
        return [number - shift for number in numbers if 0 <= number - shift < len(self.evidence)]

    def _groups(self, cited: list[int]) -> list[list[int]]:
        """What to look in, in order: each piece cited, all of them together, every other piece, then the passages."""
        groups = [[place] for place in cited]
        if len(cited) > 1:
            groups.append(cited)
        everything = range(len(self.evidence) + len(self.hits))
        groups.extend([place] for place in everything if place not in cited)
        return groups

    def _within(self, text: str, places: Sequence[int]) -> tuple[Verdict, list[Quote]]:
        """The shortest quotes of these places that carry the text; else the nearest ones with their verdict."""
        if len(places) > 1:
            best = [quote for place in places for quote in next(iter(self._candidates(text, place)), [])]
            return self._verdict(text, best, places), best
        nearest: tuple[Verdict, list[Quote]] | None = None
        for quotes in self._candidates(text, places[0]):
            verdict = self._verdict(text, quotes, places)
            if verdict.supported:
                return verdict, quotes
            if nearest is None or len(verdict.issues) < len(nearest[0].issues):
                nearest = verdict, quotes
        return nearest or (_NOTHING, [])

    def _verdict(self, text: str, quotes: Sequence[Quote], places: Sequence[int]) -> Verdict:
        """Whether the quotes carry the text, of rows also beside the other rows of their table."""
        words, names = [quote.text for quote in quotes], _context(quotes)
        verdict = verify(text, words, names)
        known = [self.evidence[place].beside for place in places if place < len(self.evidence)]
        beside = [table for table in dict.fromkeys(known) if table]
        return verify(text, [*words, *beside], names) if verdict.supported and beside else verdict

    def _candidates(self, text: str, place: int) -> list[list[Quote]]:
        """What to try of a piece of evidence or of a passage."""
        if place < len(self.evidence):
            return [list(self.evidence[place].quotes)]
        passage = self.hits[place - len(self.evidence)].passage
        return [
            [Quote(passage, passage.start + start, passage.start + end, passage.text[start:end])]
            for start, end in self._runs(text, place, passage)
        ]

    def _runs(self, text: str, place: int, passage: Passage) -> list[tuple[int, int]]:
        """Sentences with the most wording in common first, then longer runs round the best, then its whole article."""
        banned = injected_spans(passage.text)
        if place not in self.spans:
            every = sentence_spans(passage.text) or [(0, len(passage.text))]
            self.spans[place] = [span for span in every if not any(a < span[1] and span[0] < b for a, b in banned)]
        spans = self.spans[place]
        if not spans:
            return []
        wanted = joined_bigrams(comparable_text(text))
        order = sorted(
            range(len(spans)),
            key=lambda at: (-len(wanted & joined_bigrams(comparable_text(passage.text[slice(*spans[at])]))), at),
        )
        runs = [spans[at] for at in order[:_TRIED]]
        best = order[0]
        low, high = _article(passage.text, spans, best)
        for size in range(2, _RUN + 1):
            for left in range(max(low, best - size + 1), min(best, high - size) + 1):
                runs.append((spans[left][0], spans[left + size - 1][1]))
        runs.append((spans[low][0], spans[high - 1][1]))
        return [(start, end) for start, end in runs if not any(a < end and start < b for a, b in banned)]

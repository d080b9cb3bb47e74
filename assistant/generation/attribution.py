"""Finds the words of the passages that carry a claim: those it cites first, then any others. Knows no models."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.generation.statements import Claim
from assistant.reading.prompt_injection import injected_spans
from assistant.verification import Verdict, verify
from assistant.verification.text import comparable_text
from corpus.sentences import sentence_spans
from corpus.text.char_bigrams import joined_bigrams
from index.types import Hit

_TRIED = 4  # best sentences of a passage that are tried alone
_RUN = 3  # longest run of sentences quoted as one
_OPENS = re.compile(r"\s*(?:#|第[一二三四五六七八九十百千零〇\d]+[条章节编])")
_NOTHING = Verdict(False, ("没有引文",))


@dataclass(frozen=True, slots=True)
class Quote:
    """A run of whole sentences of a hit's passage; `start`/`end` count in the passage's text."""

    hit: Hit
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words."""
        return self.hit.passage.text[self.start : self.end]


def _context(quotes: Sequence[Quote]) -> list[str]:
    """Titles and places of the quotes, in which a name may stand."""
    return [
        " ".join((quote.hit.passage.title, quote.hit.passage.locator, *quote.hit.passage.headings)) for quote in quotes
    ]


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
    """Attributes the claims of one answer to the passages that the model was given, in their order."""

    hits: Sequence[Hit]
    from_zero: bool = False
    spans: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def attribute(self, claim: Claim) -> tuple[Verdict, list[Quote]]:
        """The verdict and the quotes: of the passages cited when they carry the claim, else of the first that does.

        A number beyond the passages is ignored. With no support anywhere the verdict is that of the nearest words.
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
        """Marker numbers to places in `hits`; forged numbers fall away."""
        shift = 0 if self.from_zero else 1
        return [number - shift for number in numbers if 0 <= number - shift < len(self.hits)]

    def _groups(self, cited: list[int]) -> list[list[int]]:
        """What to look in, in order: each cited passage, all of them together, then every other passage."""
        groups = [[place] for place in cited]
        if len(cited) > 1:
            groups.append(cited)
        groups.extend([place] for place in range(len(self.hits)) if place not in cited)
        return groups

    def _within(self, text: str, places: Sequence[int]) -> tuple[Verdict, list[Quote]]:
        """The shortest quotes of these passages that carry the text; else the nearest ones with their verdict."""
        if len(places) > 1:
            best = [found[0] for place in places if (found := self._candidates(text, place))]
            return verify(text, [quote.text for quote in best], _context(best)), best
        nearest: tuple[Verdict, list[Quote]] | None = None
        for quote in self._candidates(text, places[0]):
            verdict = verify(text, [quote.text], _context([quote]))
            if verdict.supported:
                return verdict, [quote]
            if nearest is None or len(verdict.issues) < len(nearest[0].issues):
                nearest = verdict, [quote]
        return nearest or (_NOTHING, [])

    def _candidates(self, text: str, place: int) -> list[Quote]:
        """Sentences with the most wording in common first, then longer runs round the best, then its whole article."""
        hit = self.hits[place]
        if place not in self.spans:
            every = sentence_spans(hit.passage.text) or [(0, len(hit.passage.text))]
            banned = injected_spans(hit.passage.text)
            self.spans[place] = [span for span in every if not any(a < span[1] and span[0] < b for a, b in banned)]
        spans = self.spans[place]
        if not spans:
            return []
        wanted = joined_bigrams(comparable_text(text))
        order = sorted(
            range(len(spans)),
            key=lambda at: (-len(wanted & joined_bigrams(comparable_text(hit.passage.text[slice(*spans[at])]))), at),
        )
        quotes = [Quote(hit, *spans[at]) for at in order[:_TRIED]]
        best = order[0]
        low, high = _article(hit.passage.text, spans, best)
        for size in range(2, _RUN + 1):
            for left in range(max(low, best - size + 1), min(best, high - size) + 1):
                quotes.append(Quote(hit, spans[left][0], spans[left + size - 1][1]))
        quotes.append(Quote(hit, spans[low][0], spans[high - 1][1]))
        banned = injected_spans(hit.passage.text)
        return [quote for quote in quotes if not any(a < quote.end and quote.start < b for a, b in banned)]

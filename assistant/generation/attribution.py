"""Finds the evidence that carries a claim: the pieces it cites first, then any other. Knows no models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.generation.evidence import Evidence, Quote
from assistant.generation.statements import Claim
from assistant.verification import Verdict, verify

_NOTHING = Verdict(False, ("没有引文",))


def _context_of_quotes(quotes: Sequence[Quote]) -> list[str]:
    """Titles and places of the quotes, in which a name may stand."""
    return [" ".join((quote.passage.title, quote.passage.locator, *quote.passage.headings)) for quote in quotes]


@dataclass
class Attributor:
    """Attributes the claims of one answer to the evidence that the model was given, in its order.

    Words of the passages that the model was not given carry nothing: what it did not see it has guessed.
    """

    evidence: Sequence[Evidence]
    from_zero: bool = False

    def attribute_claim(self, claim: Claim) -> tuple[Verdict, list[Quote]]:
        """The verdict and the quotes: of the evidence cited when it carries the claim, else of the first words that do.

        A number beyond the evidence is ignored. With no support anywhere the verdict is that of the nearest words.
        """
        self.from_zero = self.from_zero or 0 in claim.numbers
        cited = self._hits_of_markers(claim.numbers)
        first: tuple[Verdict, list[Quote]] | None = None
        for group in self._search_groups(cited):
            verdict, quotes = self._best_quotes(claim.text, group)
            if verdict.supported:
                return verdict, quotes
            first = first or (verdict, quotes)
        return first or (_NOTHING, [])

    def _hits_of_markers(self, numbers: Sequence[int]) -> list[int]:
        """Marker numbers to places in `evidence`; forged numbers fall away."""
        shift = 0 if self.from_zero else 1
        return [number - shift for number in numbers if 0 <= number - shift < len(self.evidence)]

    def _search_groups(self, cited: list[int]) -> list[list[int]]:
        """What to look in, in order: each piece cited, all of them together, every other piece."""
        groups = [[place] for place in cited]
        if len(cited) > 1:
            groups.append(cited)
        groups.extend([place] for place in range(len(self.evidence)) if place not in cited)
        return groups

    def _best_quotes(self, text: str, places: Sequence[int]) -> tuple[Verdict, list[Quote]]:
        """Whether the quotes of these pieces carry the text, of rows also beside the other rows of their table."""
        quotes = [quote for place in places for quote in self.evidence[place].quotes]
        words, names = [quote.text for quote in quotes], _context_of_quotes(quotes)
        verdict = verify(text, words, names)
        beside = list(dict.fromkeys(table for place in places if (table := self.evidence[place].beside)))
        return (verify(text, [*words, *beside], names) if verdict.supported and beside else verdict), quotes

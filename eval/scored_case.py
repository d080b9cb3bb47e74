"""One case beside its output, with what several metrics need worked out once. Knows nothing of the metrics.

Documents may be None: then nothing is checked against the source.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from eval.documents import Documents
from eval.text import bare_text, normalise_text, states_fact, strip_markers, texts_overlap
from eval.types import EvalCase, GivenCitation, GivenHit, GivenStatement, Nugget, Output

Support = Callable[[str, Sequence[str]], bool]


def quotes_carry(statement: str, quotes: Sequence[str]) -> bool:
    """The project's own deterministic check: whether the quotes carry the statement (assistant/verification)."""
    from assistant.verification import verify

    return verify(statement, quotes).supported


class ScoredCase:
    """A case, its output, and the documents to check it with. `support` decides whether quotes carry a statement."""

    def __init__(
        self, case: EvalCase, output: Output, documents: Documents | None = None, support: Support = quotes_carry
    ) -> None:
        self.case, self.output, self.documents, self.support = case, output, documents, support

    @cached_property
    def evidence_items(self) -> list[list[tuple[str, str]]]:
        """What has to be found: for each thing the (document, normalised quote) alternatives; weak evidence is left out."""
        found: dict[object, list[tuple[str, str]]] = {}
        for number, evidence in enumerate(self.case.evidence):
            if not evidence.weak:
                key: object = number if evidence.group is None else ("group", evidence.group)
                found.setdefault(key, []).append((evidence.doc, normalise_text(evidence.quote)))
        return list(found.values())

    @cached_property
    def first_ranks(self) -> list[int | None]:
        """For each thing to find, the position (from 1) of the first hit that holds it, or None."""
        return self.ranks_in(self.output.hits)

    def ranks_in(self, hits: Sequence[GivenHit]) -> list[int | None]:
        """For each thing to find, the position (from 1) of the first of these hits that holds it, or None."""
        ranked = [(position, hit.source, normalise_text(hit.text)) for position, hit in enumerate(hits, 1)]
        return [
            next(
                (
                    p
                    for p, source, text in ranked
                    if any(source == d and texts_overlap(text, q) for d, q in alternatives)
                ),
                None,
            )
            for alternatives in self.evidence_items
        ]

    def share_found(self, ranks: Sequence[int | None], k: int) -> float:
        """The share found among the first k hits; with mode "any", 1 as soon as one is found."""
        found = sum(rank is not None and rank <= k for rank in ranks)
        return found / len(ranks) if self.case.mode == "all" else float(found > 0)

    @cached_property
    def is_answered(self) -> bool:
        """Whether the output is an answer with words in it."""
        return self.output.status == "answered" and bool(self.output.text)

    @cached_property
    def answer_text(self) -> str:
        """The answer's words without markers; empty when it was not answered."""
        return strip_markers(self.output.text) if self.is_answered else ""

    @cached_property
    def gold_answers(self) -> list[str]:
        """The gold answers that hold anything."""
        return [gold for gold in self.case.answers if normalise_text(gold)]

    @cached_property
    def answer_groups(self) -> Sequence[Sequence[str]]:
        """The groups of which a right answer holds one each; the gold answers are one group when the case names none."""
        return self.case.groups or [self.gold_answers]

    @cached_property
    def groups_found(self) -> list[bool]:
        """For each group, whether one of its alternatives occurs in the answer."""
        plain = normalise_text(self.answer_text)
        return [
            any(normalise_text(gold) and normalise_text(gold) in plain for gold in group)
            for group in self.answer_groups
        ]

    @cached_property
    def bare_text(self) -> str:
        """The answer's words as facts are searched in them; empty when it was not answered."""
        return bare_text(self.output.text) if self.output.status == "answered" else ""

    @cached_property
    def nuggets_stated(self) -> list[bool]:
        """For each nugget of the case, whether the answer states it."""
        return [all(states_fact(self.bare_text, words) for words in nugget.must) for nugget in self.case.nuggets]

    @cached_property
    def vital_stated(self) -> list[tuple[Nugget, bool]]:
        """Each vital nugget and whether the answer states it; all of them count where none is vital."""
        found = list(zip(self.case.nuggets, self.nuggets_stated, strict=True))
        return [pair for pair in found if pair[0].vital] or found

    @cached_property
    def forbidden_stated(self) -> list[str]:
        """What the answer states and may not."""
        return [words for words in self.case.forbid if states_fact(self.bare_text, words)]

    @cached_property
    def statements(self) -> Sequence[GivenStatement]:
        """The claims of the answer; the whole text is one where it was not given in statements."""
        from eval.text import markers_in

        if self.output.status != "answered":
            return ()
        if self.output.statements or not self.answer_text:
            return self.output.statements
        return (GivenStatement(self.answer_text, tuple(sorted(markers_in(self.output.text)))),)

    @cached_property
    def by_marker(self) -> dict[int, GivenCitation]:
        """The citations by their number; the first one counts where a number is used twice."""
        return {citation.marker: citation for citation in reversed(self.output.citations)}

    def is_verbatim(self, citation: GivenCitation) -> bool:
        """Whether the quote occurs in the named document after normalisation."""
        text = self.documents.normalised_text_of(citation.source) if self.documents else None
        quote = normalise_text(citation.quote)
        return bool(text and quote and quote in text)

    def is_exact(self, citation: GivenCitation) -> bool:
        """Whether the quote equals the document's text at the offsets that the citation gives."""
        text = self.documents.text_of(citation.source) if self.documents else None
        if text is None or citation.start is None or citation.end is None or not citation.quote:
            return False
        return text[citation.start : citation.end] == citation.quote

    def cites_evidence(self, citation: GivenCitation) -> bool:
        """Whether the quote overlaps an evidence quote of the same document, by the hit rule."""
        quote = normalise_text(citation.quote)
        return any(citation.source == d and texts_overlap(quote, q) for item in self.evidence_items for d, q in item)

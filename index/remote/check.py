"""Verifies what the servers hold of the served generation against its documents, and writes anew what is damaged.

Knows nothing of searching.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import select

from errors import IndexDamaged, IndexMissing, StoreError
from index.passage_text import searchable_text
from index.remote.catalogue import Catalogue, CataloguedDocument, CataloguedPassage, Generation, is_alive
from index.remote.conditions import filter_numbers, living_in
from index.remote.milvus import NUMBERS, VectorServer
from index.remote.opened import whole_passage
from index.remote.schema import documents, frequencies, indexes
from index.remote.weights import passage_weights
from index.remote.work import sum_changes
from index.scoring import question_terms
from index.terms import spell_term
from index.types import CheckReport

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.address import Address
    from index.terms import Keys
    from index.types import Encoder

SAMPLE = 500  # passages whose vectors are worked out again; of all others it is known that they are there
TOLERANCE = 1e-4  # servers keep single precision, some add in another order
DOCUMENTS_AT_ONCE = 100


@dataclass(slots=True)
class _Found:
    """What is damaged, and the documents that have to be written anew; `everything` when that is not enough."""

    damaged: list[str] = field(default_factory=list)
    again: set[str] = field(default_factory=set)
    everything: bool = False

    def add_damage(self, source: str, what: str) -> None:
        """Damage of one document."""
        self.damaged.append(f"{source}: {what}")
        self.again.add(source)

    def add_all(self, what: str) -> None:
        """Damage of what belongs to no document."""
        self.damaged.append(what)
        self.everything = True


def check_generation(address: Address, *, repair: Path | None = None, encoder: Encoder | None = None) -> CheckReport:
    """Verify checksums, quotes, counts, term frequencies, and a sample of vectors; with `repair`, write anew what is damaged.

    Raises IndexMissing when there is no index, EngineAway, and what `build` raises when repairing.
    """
    report, found = _verify_generation(address, encoder)
    if not found.damaged or repair is None:
        return report
    _rebuild_damaged(repair, address, encoder, found)
    again, _ = _verify_generation(address, encoder)
    return replace(again, damaged=report.damaged + again.damaged, repaired=not again.damaged)


def _rebuild_damaged(corpus_dir: Path, address: Address, encoder: Encoder | None, found: _Found) -> None:
    """Only the damaged documents, or everything where what belongs to none of them is damaged."""
    from index.encoders import BUILT_IN, load_encoder
    from index.remote.build import build_generation, repair_generation

    with Catalogue(address) as catalogue:
        try:
            with catalogue.transaction() as connection:
                held = catalogue.read_generation(connection, catalogue.served_generation() or 0)
            name, tokens = held.encoder, held.settings["passage_tokens"]
        except IndexDamaged:
            name, tokens = BUILT_IN, 512
    encoder = encoder or load_encoder(name)
    if found.everything:
        build_generation(corpus_dir, address, encoder, passage_tokens=tokens)
    else:
        repair_generation(corpus_dir, address, encoder, passage_tokens=tokens, again=frozenset(found.again))


def _verify_generation(address: Address, encoder: Encoder | None) -> tuple[CheckReport, _Found]:
    found = _Found()
    with Catalogue(address) as catalogue, closing(VectorServer(address)) as server:
        try:
            held, lease = catalogue.take_lease()
        except IndexMissing:
            raise
        except IndexDamaged as error:
            found.add_all(error.what)
            return CheckReport(0, 0, 0, (error.what,)), found
        try:
            count = _Check(catalogue, server, held, encoder, found).run_checks()
        finally:
            catalogue.release_lease(lease)
    return CheckReport(held.number, held.documents, count, tuple(dict.fromkeys(found.damaged))), found


class _Check:
    """The check of one generation."""

    def __init__(
        self, catalogue: Catalogue, server: VectorServer, held: Generation, encoder: Encoder | None, found: _Found
    ) -> None:
        self.catalogue, self.server, self.held, self.found = catalogue, server, held, found
        self._encoder = encoder
        self._terms: list[Keys] = []
        self._counts: list[NDArray[np.int64]] = []
        self._chosen = np.random.default_rng(held.number)

    def run_checks(self) -> int:
        """Every part of it; how many passages were verified."""
        keys = self._living_keys()
        if len(keys) != self.held.documents:
            self.found.add_all(f"the catalogue has {len(keys)} of {self.held.documents} documents")
        verified = 0
        for begin in range(0, len(keys), DOCUMENTS_AT_ONCE):
            for one in self._readable_documents(keys[begin : begin + DOCUMENTS_AT_ONCE]):
                passages = self._check_document(one)
                verified += len(passages)
                self._check_vectors(one, passages)
        self._check_frequencies()
        self._check_rows()
        return verified

    def _living_keys(self) -> list[tuple[int, str]]:
        """Key and source of every living document, whether its record holds or not."""
        with self.catalogue.transaction() as connection:
            mine = (documents.c.index == self.catalogue.index_id(connection), is_alive(self.held.number))
            query = select(documents.c.key, documents.c.source).where(*mine).order_by(documents.c.key)
            return [(key, source) for key, source in connection.execute(query)]

    def _readable_documents(self, keys: Sequence[tuple[int, str]]) -> Iterator[CataloguedDocument]:
        """Some documents; of those whose records do not hold, each is named."""
        try:
            with self.catalogue.transaction() as connection:
                yield from self.catalogue.living_documents(connection, self.held.number, keys=[key for key, _ in keys])
        except IndexDamaged as error:
            if len(keys) == 1:
                self.found.add_all(f"{keys[0][1]}: {error.what}")
                return
            for one in keys:
                yield from self._readable_documents([one])

    def _check_document(self, one: CataloguedDocument) -> list[CataloguedPassage]:
        """A document's passages, compared with its text; none where anything is damaged."""
        source = one.summary.source
        wanted = range(one.first, one.first + one.summary.passages)
        try:
            with self.catalogue.transaction() as connection:
                text = self.catalogue.read_document(connection, one).text
                found = self.catalogue.read_passages(connection, wanted)
        except IndexDamaged as error:
            self.found.add_damage(source, error.what)
            return []
        except ValueError as error:  # a body that zlib or JSON cannot read has its checksum, so it was written so
            self.found.add_damage(source, f"its text cannot be read ({error})")
            return []
        for key in wanted:
            held = found.get(key)
            if held is None or text[held.passage.start : held.passage.end] != held.passage.text:
                self.found.add_damage(
                    source, f"passage {key} is lost" if held is None else f"passage {key} is not what it says"
                )
                return []
        return [found[key] for key in wanted]

    def _check_vectors(self, one: CataloguedDocument, passages: Sequence[CataloguedPassage]) -> None:
        """That every passage has its row on the server, and that the rows of a sample are what the passages give."""
        texts = {held.key: searchable_text(whole_passage(held.passage, one.summary)) for held in passages}
        for text in texts.values():
            terms = question_terms(text)[0]
            self._terms.append(terms)
            self._counts.append(np.ones(len(terms), np.int64))
        if len(self._terms) > 2000:
            every, total = sum_changes(self._terms, self._counts)
            self._terms, self._counts = [every], [total]
        keys = np.array(list(texts), dtype=np.int64)
        there = {int(row["key"]): row for row in self.server.fetch_rows(self.held.collection, keys, NUMBERS)}
        numbers = (one.key, *filter_numbers(one.summary.metadata))
        for key in texts:
            row = there.get(key)
            if row is None:
                self.found.add_damage(one.summary.source, f"the server has lost passage {key}")
            elif tuple(row[name] for name in NUMBERS if name != "born") != numbers:
                self.found.add_damage(
                    one.summary.source, f"the server's numbers of passage {key} are not its document's"
                )
        share = min(1.0, SAMPLE / max(1, self.held.passages))
        chosen = [key for key in there if self._chosen.random() < share]
        if chosen:
            self._check_sample(one.summary.source, chosen, texts)

    def _check_sample(self, source: str, keys: Sequence[int], texts: dict[int, str]) -> None:
        dense = dict(zip(keys, self._encode_texts([texts[key] for key in keys]), strict=True))
        for row in self.server.fetch_rows(self.held.collection, np.array(keys), ["dense", "sparse"]):
            key = int(row["key"])
            if np.abs(np.asarray(row["dense"], np.float32) - dense[key]).max() > TOLERANCE:
                self.found.add_damage(source, f"the server's vector of passage {key} is not that of its text")
            expected = passage_weights(texts[key], self.held.mean)
            weights = {int(term): float(value) for term, value in row["sparse"].items()}
            close = weights.keys() == expected.keys() and all(
                abs(value - weights[term]) < TOLERANCE for term, value in expected.items()
            )
            if not close:
                self.found.add_damage(source, f"the server's term weights of passage {key} are not those of its text")

    def _encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        from index.encoders import load_encoder

        self._encoder = self._encoder or load_encoder(self.held.encoder)
        if self._encoder.fingerprint != self.held.fingerprint:
            raise StoreError("the index was made with another encoder", self.held.encoder, "check with that one")
        return self._encoder.encode(texts)

    def _check_frequencies(self) -> None:
        """That each term is counted in as many passages as hold it; told only where every passage could be read."""
        if self.found.damaged:
            return
        terms, counts = sum_changes(self._terms, self._counts)
        expected = dict(zip(terms.tolist(), counts.tolist(), strict=True))
        with self.catalogue.transaction() as connection:
            mine = frequencies.c.index == self.catalogue.index_id(connection)
            kept = frequencies.c.generation.between(self.held.counted, self.held.number)
            query = select(frequencies.c.term).distinct().where(mine, kept)
            every = {*connection.scalars(query), *expected}
            counted = self.catalogue.term_frequencies(connection, self.held, every)
        for term in sorted(every):
            if counted.get(term, 0) != expected.get(term, 0):
                what = (
                    f"{spell_term(term)!r} is counted in {counted.get(term, 0)} passages, not {expected.get(term, 0)}"
                )
                self.found.damaged.append(f"term frequencies: {what}")
                return

    def _check_rows(self) -> None:
        """That the server has no more and no fewer rows of the generation than it should."""
        with self.catalogue.transaction() as connection:
            dead = self.catalogue.dead_documents(connection, self.held)
            served = connection.scalar(
                select(indexes.c.served).where(indexes.c.id == self.catalogue.index_id(connection))
            )
        found = self.server.count_rows(self.held.collection, living_in(self.held.number, dead))
        if served == self.held.number and found > self.held.passages:
            self.found.add_all(f"the server has {found} rows for {self.held.passages} passages")

"""A generation on servers, opened for searching. Knows nothing of how it was built."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.types import Document, Passage
from corpus.versions import Link
from errors import StoreError
from index.filters import is_part_of
from index.flow import Candidates, SearchFlow
from index.localities import Localities
from index.planning import encoder_mismatch
from index.remote.catalogue import LEASE, Catalogue, CataloguedDocument, Generation
from index.remote.conditions import all_of, living_in, one_of_values, word_number
from index.remote.milvus import VectorServer
from index.remote.weights import as_sparse
from index.scoring import MOST_TERMS, gram_key, question_terms, question_weights, rarest_terms
from index.types import DocumentSummary, Filters

if TYPE_CHECKING:
    from index.address import Address
    from index.terms import Keys
    from index.types import Encoder

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]
REMEMBERED = 100_000  # passages' documents, and terms, before all are forgotten
READ = 24  # documents remembered: one question asks for the few it reads again and again
NONE = (np.zeros(0, np.int64), np.zeros(0, np.float32))


class RemoteIndex(SearchFlow):
    """One generation, searched from many threads. A passage's number is its key in the catalogue."""

    def __init__(
        self, catalogue: Catalogue, server: VectorServer, encoder: Encoder, held: Generation, lease: str
    ) -> None:
        """`lease` keeps the generation on the servers; it is renewed as the index is used. Raises IndexDamaged."""
        self._catalogue, self._server, self._encoder, self._held, self._lease = catalogue, server, encoder, held, lease
        self._renewed = time.monotonic()
        with catalogue.transaction() as connection:
            self._living = living_in(held.number, catalogue.dead_documents(connection, held))
        self._owners: dict[int, int] = {}
        self._known: dict[int, CataloguedDocument] = {}
        self._counts: dict[int, int] = {}
        self._read: dict[str, Document] = {}
        found = server.count_rows(held.collection, self._living)
        if found != held.passages:
            raise catalogue.damaged_error(f"the Milvus server has {found} of {held.passages} passages")

    @property
    def generation(self) -> int:
        """The number of the generation."""
        return self._held.number

    @property
    def passage_count(self) -> int:
        """How many passages it holds."""
        return self._held.passages

    @property
    def links(self) -> Sequence[Link]:
        """Which of its documents belong together."""
        return self._held.links

    def renew_lease(self) -> bool:
        """Renew the lease where a good part of it is over; False when the generation is no longer kept."""
        if time.monotonic() - self._renewed > LEASE.total_seconds() / 4:
            if not self._catalogue.renew_lease(self._lease, self.generation):
                return False
            self._renewed = time.monotonic()
        return True

    def _keep_lease(self) -> None:
        """Raises StoreError when the generation is no longer kept."""
        if not self.renew_lease():
            raise StoreError("the generation is no longer kept", self.generation, "ask again")

    def summaries(self) -> list[DocumentSummary]:
        """Every document."""
        self._keep_lease()
        with self._catalogue.transaction() as connection:
            return [one.summary for one in self._catalogue.living_documents(connection, self.generation)]

    def document(self, doc_id: str) -> Document:
        """The whole document. Raises KeyError for an id it does not hold, IndexDamaged when the record is damaged."""
        known = self._read.get(doc_id)
        if known is None:
            one = self._find_document(doc_id)
            with self._catalogue.transaction() as connection:
                known = self._catalogue.read_document(connection, one)
            if len(self._read) >= READ:
                self._read.clear()
            self._read[doc_id] = known
        return known

    def passages(self, doc_id: str) -> list[Passage]:
        """The passages of a document in order. Raises KeyError for an id it does not hold."""
        one = self._find_document(doc_id)
        return self.passages_at(np.arange(one.first, one.first + one.summary.passages))

    def _find_document(self, doc_id: str) -> CataloguedDocument:
        self._keep_lease()
        with self._catalogue.transaction() as connection:
            keys = self._catalogue.keys_of(connection, self.generation, "id", [doc_id])
            found = self._catalogue.living_documents(connection, self.generation, keys=keys)
        if not found:
            raise KeyError(doc_id)
        return found[0]

    def passage_frequency(self, gram: str) -> int:
        """In how many passages a character or character pair occurs (0: nowhere), after the index's own normalisation."""
        key = gram_key(gram)
        return 0 if key is None else int(self._term_frequencies(key)[0])

    def _term_frequencies(self, keys: Keys) -> NDArray[np.int64]:
        """In how many passages each term occurs."""
        terms = keys.tolist()
        counts = self._counts
        missing = [term for term in terms if term not in counts]
        if missing:
            with self._catalogue.transaction() as connection:
                found = self._catalogue.term_frequencies(connection, self._held, missing)
            new = {term: found.get(term, 0) for term in missing}
            counts = (
                {**counts, **new}
                if len(counts) < REMEMBERED
                else {**new, **{t: counts[t] for t in terms if t in counts}}
            )
            self._counts = counts
        return np.array([counts[term] for term in terms], dtype=np.int64)

    def find_candidates(self, query: str, n: int, filters: Filters | None) -> Candidates:
        """The n best passages by words and by meaning."""
        self._keep_lease()
        words, vector = self._weighted_query(query), self._encoder.encode([query])[0]
        condition = self._condition_of_filters(filters)

        def best_rows(field: str, asked: object, wanted: int, where: str) -> tuple[Rows, Floats]:
            found = self._server.search_rows(self._held.collection, field, asked, wanted, where)
            self._remember_owners(found.rows, found.documents)
            return found.rows, found.scores

        def scores_of(field: str, asked: object, rows: Rows) -> Floats:
            out = np.zeros(len(rows), dtype=np.float32)
            if len(rows) and asked is not None:
                found, values = best_rows(field, asked, len(rows), one_of_values("key", rows))
                places = {row: place for place, row in enumerate(rows.tolist())}
                out[[places[row] for row in found.tolist()]] = values
            return out

        meaning = vector if vector.any() else None
        return Candidates(
            best_rows("sparse", words, n, condition) if words and condition is not None else NONE,
            best_rows("dense", meaning, n, condition) if meaning is not None and condition is not None else NONE,
            lambda rows: scores_of("sparse", words or None, rows),
            lambda rows: scores_of("dense", meaning, rows),
        )

    def _weighted_query(self, query: str) -> dict[int, float]:
        """The question as a sparse vector; terms that no passage holds are left out."""
        keys, repeats = question_terms(query)
        frequency = self._term_frequencies(keys)
        kept = rarest_terms(keys, frequency) if len(keys) > MOST_TERMS else np.arange(len(keys))
        kept = kept[frequency[kept] > 0]
        keys, repeats, frequency = keys[kept], repeats[kept], frequency[kept]
        return as_sparse(keys, question_weights(repeats, frequency, self.passage_count))

    def _condition_of_filters(self, filters: Filters | None) -> str | None:
        """Which rows a search may find, None where no document passes."""
        if not filters:
            return self._living
        parts = [self._living]
        with self._catalogue.transaction() as connection:
            for column, wanted in (("id", filters.doc_ids), ("source", filters.sources)):
                if wanted:
                    keys = self._catalogue.keys_of(connection, self.generation, column, wanted)
                    parts.append(one_of_values("document", keys) if keys else "")
            for column, wanted in (("region", filters.regions), ("issuer", filters.issuers)):
                if wanted:
                    values = self._catalogue.values_of_column(connection, self.generation, column)
                    passing = [word_number(value) for value in values if is_part_of(value, wanted)]
                    parts.append(one_of_values(column, passing) if passing else "")
        if filters.years:
            parts.append(one_of_values("year", filters.years))
        if filters.statuses:
            parts.append(one_of_values("status", map(word_number, filters.statuses)))
        return all_of(*parts) if all(parts) else None

    def _remember_owners(self, rows: Rows, documents: Rows) -> None:
        """Of which document passages are."""
        new = dict(zip(rows.tolist(), documents.tolist(), strict=True))
        self._owners = {**self._owners, **new} if len(self._owners) < REMEMBERED else new

    def _owners_of(self, rows: Sequence[int]) -> dict[int, int]:
        """The document of each passage."""
        owners = self._owners
        missing = [row for row in rows if row not in owners]
        if missing:
            with self._catalogue.transaction() as connection:
                found = self._catalogue.read_passages(connection, missing)
            owners = {**owners, **{key: one.document for key, one in found.items()}}
        return {row: owners[row] for row in rows}

    def _documents_by_key(self, keys: Sequence[int]) -> dict[int, CataloguedDocument]:
        """Documents by key. Raises IndexDamaged when one does not count in the generation."""
        known = self._known
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            with self._catalogue.transaction() as connection:
                found = {
                    one.key: one for one in self._catalogue.living_documents(connection, self.generation, keys=missing)
                }
            if len(found) < len(missing):
                raise self._catalogue.damaged_error(
                    f"the catalogue has lost document {min(set(missing) - found.keys())}"
                )
            known = {**(known if len(known) < REMEMBERED else {k: known[k] for k in keys if k in known}), **found}
            self._known = known
        return {key: known[key] for key in keys}

    def localities_of(self, rows: Rows) -> tuple[Rows, Localities]:
        """Of which of the passages' documents each passage is, and the localities of those."""
        owners = self._owners_of(rows.tolist())
        found = self._documents_by_key(list(owners.values()))
        places = {key: place for place, key in enumerate(found)}
        summaries = [one.summary for one in found.values()]
        regions = [s.metadata.region.value if s.metadata.region else None for s in summaries]
        numbers = np.array([places[owners[row]] for row in rows.tolist()], dtype=np.int64)
        return numbers, Localities(regions, [s.title for s in summaries])

    def passages_at(self, rows: Rows) -> list[Passage]:
        """Passages by key, in the order given. Raises IndexDamaged."""
        wanted = rows.tolist()
        with self._catalogue.transaction() as connection:
            found = self._catalogue.read_passages(connection, wanted)
        if missing := [row for row in wanted if row not in found]:
            raise self._catalogue.damaged_error(f"the catalogue has lost passage {missing[0]}")
        owners = self._documents_by_key([found[row].document for row in wanted])
        return [whole_passage(found[row].passage, owners[found[row].document].summary) for row in wanted]


def whole_passage(passage: Passage, document: DocumentSummary) -> Passage:
    """A passage with what it repeats of its document."""
    return replace(passage, doc_id=document.id, source=document.source, title=document.title)


class RemoteHandle:
    """Gives the newest generation and moves to a newer one by itself. Safe to use from many threads."""

    def __init__(self, address: Address, *, encoder: Encoder | None = None) -> None:
        """Opens the generation served now; `encoder` None loads the one it was made with.

        Raises IndexMissing, IndexDamaged, EncoderMismatch, EngineAway.
        """
        self._encoder = encoder
        self._catalogue = Catalogue(address)
        self._catalogue.upgrade_tables()
        self._server = VectorServer(address)
        self._opened = self._open_current()

    def _open_current(self) -> RemoteIndex:
        from index.encoders import load_encoder

        held, lease = self._catalogue.take_lease()
        encoder = self._encoder or load_encoder(held.encoder)
        if encoder.fingerprint != held.fingerprint:
            raise encoder_mismatch(self._catalogue.address, held.encoder, encoder)
        self._encoder = encoder
        return RemoteIndex(self._catalogue, self._server, encoder, held, lease)

    def current(self) -> RemoteIndex:
        """The newest whole generation. One that cannot be opened, and servers that are away, leave the one before in use."""
        index = self._opened
        try:
            # a chat that nobody asked for longer than a lease lasts has none: before the first search is the time to know
            if self._catalogue.served_generation() != index.generation or not index.renew_lease():
                index = self._opened = self._open_current()
        except StoreError:
            pass
        return index

    def close(self) -> None:
        """Let go of the servers; what was opened can no longer be used."""
        self._server.close()
        self._catalogue.close()

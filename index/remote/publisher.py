"""One new generation in the catalogue: staged unseen, published in one transaction, what nobody reads removed. Knows nothing of files.

A publisher holds PostgreSQL's advisory lock for the index on a connection of its own, and publishes through that connection:
when the process or the connection ends, so does the right to publish. What a publisher that was killed had staged has a
generation beyond the served one, which no reader asks for, and is removed by the next.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType

import numpy as np
import xxhash
from numpy.typing import NDArray
from sqlalchemy import Connection, Table, delete, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from corpus.types import Document, Passage
from corpus.versions import entry_of_document
from corpus.versions import link_keys as link_keys_of
from errors import IndexBusy, StoreError
from index.records import body_values, compact_json, summary_values
from index.remote.catalogue import BODY, GENERATION, PASSAGE, SUMMARY, Catalogue, Generation
from index.remote.schema import bodies, documents, frequencies, generations, indexes, link_keys, passages
from index.terms import Keys

SETTLED = timedelta(seconds=60)  # after which every replica of a vector server has seen a deletion
TERMS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Staged:
    """A document that was written, not yet served: its key and its passages' first key."""

    key: int
    first: int


class Publisher:
    """The one publisher of an index at a time. A context manager."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.generation = 0

    def __enter__(self) -> Publisher:
        """Raises IndexBusy when another process publishes, EngineAway."""
        self._held = self.catalogue.connect()
        try:
            with self.catalogue.explain_errors():
                name = f"suyuan index {self.catalogue.address.name}"
                self._lock = xxhash.xxh3_64_intdigest(name.encode()) >> 1
                if not self._held.scalar(select(func.pg_try_advisory_lock(self._lock))):
                    raise IndexBusy(
                        "another process is writing the index", self.catalogue.address, "wait until it is done"
                    )
                self._held.commit()
            self.catalogue.make_tables()
            with self.catalogue.transaction() as connection:
                new = upsert(indexes).values(name=self.catalogue.address.name).on_conflict_do_nothing()
                connection.execute(new)
                self.index = self.catalogue.index_id(connection)
        except BaseException:
            self._held.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with self.catalogue.explain_errors():
                self._held.rollback()
                self._held.scalar(select(func.pg_advisory_unlock(self._lock)))
        except StoreError:
            pass  # the connection is gone, and with it the lock
        finally:
            self._held.invalidate()  # a session that still has the lock must not go back to the pool
            self._held.close()

    def check_lock(self) -> None:
        """Raises EngineAway when the connection, and with it the right to publish, was lost: another may publish by now."""
        with self.catalogue.explain_errors(), self._held.begin():
            self._held.execute(select(1))

    def served_number(self) -> int:
        """The number of the generation that is served, 0 when there is none."""
        with self.catalogue.transaction() as connection:
            return connection.scalar(select(indexes.c.served).where(indexes.c.id == self.index)) or 0

    def read_generation(self, number: int) -> Generation:
        """A published generation. Raises IndexDamaged, IndexOutdated."""
        with self.catalogue.transaction() as connection:
            return self.catalogue.read_generation(connection, number)

    def begin_generation(self, served: int) -> None:
        """Remove what a killed publisher staged, and take the next number."""
        with self.catalogue.transaction() as connection:
            late = select(documents.c.key).where(documents.c.index == self.index, documents.c.born > served)
            self._remove_documents(connection, list(connection.scalars(late)))
            for table, number in ((frequencies, frequencies.c.generation), (generations, generations.c.number)):
                connection.execute(delete(table).where(table.c.index == self.index, number > served))
            self.generation = self._take_numbers(connection, "generation", 1)

    def _take_numbers(self, connection: Connection, counter: str, count: int) -> int:
        """The first of so many numbers that were never given out before."""
        mine = indexes.c[counter]
        after: int = connection.scalar(
            update(indexes).where(indexes.c.id == self.index).values({mine: mine + count}).returning(mine)
        )
        return after - count

    def stage_documents(
        self, documents_read: Sequence[tuple[Document, Sequence[Passage], Sequence[int]]]
    ) -> list[Staged]:
        """Write documents with their passages and the passages' lengths in terms; no reader sees them yet."""
        with self.catalogue.transaction() as connection:
            key = self._take_numbers(connection, "document", len(documents_read))
            first = self._take_numbers(connection, "passage", sum(len(parts) for _, parts, _ in documents_read))
            staged = list[Staged]()
            rows: dict[Table, list[dict[str, object]]] = {
                table: [] for table in (documents, bodies, link_keys, passages)
            }
            for document, parts, lengths in documents_read:
                staged.append(Staged(key, first))
                self._add_document_rows(rows, key, first, document, len(parts))
                for number, (one, terms) in enumerate(zip(parts, lengths, strict=True), first):
                    values = (
                        number, key, one.id, one.start, one.end, one.locator, compact_json(one.headings), one.page, one.text, terms,
                    )  # fmt: skip
                    rows[passages].append(self._row_of(PASSAGE, values))
                key, first = key + 1, first + len(parts)
            for table, some in rows.items():
                if some:
                    connection.execute(insert(table), some)
        return staged

    def _add_document_rows(
        self, rows: dict[Table, list[dict[str, object]]], key: int, first: int, document: Document, count: int
    ) -> None:
        meta = document.metadata
        values = (key, document.id, document.source, document.title, document.sha256, first)
        region, issuer = (value.value if value else None for value in (meta.region, meta.issuer))
        own = self._row_of(SUMMARY, (*values, *summary_values(document, count)))
        rows[documents].append({**own, "born": self.generation, "region": region, "issuer": issuer})
        rows[bodies].append(self._row_of(BODY, (key, *body_values(document))))
        for bond in sorted(link_keys_of(entry_of_document(document))):
            signed = bond - (1 << 64) if bond >= 1 << 63 else bond
            rows[link_keys].append({"index": self.index, "document": key, "bond": signed})

    def _row_of(self, names: Sequence[str], values: Sequence[object]) -> dict[str, object]:
        return {"index": self.index, **dict(zip(names, values, strict=True)), "sum": self.catalogue.sum_of_row(values)}

    def count_terms(self, terms: Keys, changes: NDArray[np.int64], old: Generation | None) -> None:
        """Stage what the generation adds to, or takes from, the passages that hold each term; `old` None counts from nothing."""
        for begin in range(0, len(terms), TERMS_AT_ONCE):
            some, more = (one[begin : begin + TERMS_AT_ONCE].tolist() for one in (terms, changes))
            with self.catalogue.transaction() as connection:
                known = self.catalogue.term_frequencies(connection, old, some) if old else {}
                rows = [
                    {"index": self.index, "term": term, "generation": self.generation, "passages": known.get(term, 0) + change}
                    for term, change in zip(some, more, strict=True)
                    if change
                ]  # fmt: skip
                if rows:
                    connection.execute(insert(frequencies), rows)

    def publish(self, new: Generation, ended: Collection[int]) -> None:
        """Serve the generation: what is staged counts and the documents in `ended` no longer do, in one transaction."""
        with self.catalogue.explain_errors(), self._held.begin():
            self._held.execute(insert(generations), [self._row_of(GENERATION, new.row_values())])
            for begin in range(0, len(some := sorted(ended)), TERMS_AT_ONCE):
                part = documents.c.key.in_(some[begin : begin + TERMS_AT_ONCE])
                self._held.execute(
                    update(documents).where(documents.c.index == self.index, part).values(died=new.number)
                )
            self._held.execute(update(indexes).where(indexes.c.id == self.index).values(served=new.number))

    def sweepable_documents(self) -> tuple[int, list[tuple[int, int]]]:
        """The oldest generation still read, and (document, generation it died in) of those whose vectors nobody needs."""
        with self.catalogue.transaction() as connection:
            query = select(indexes.c.served).where(indexes.c.id == self.index).with_for_update()
            served = connection.scalar(query) or 0
            floor = self.catalogue.lowest_leased(connection, served)
            dead = select(documents.c.key, documents.c.died).where(
                documents.c.index == self.index, documents.c.died <= floor, documents.c.swept.is_(None)
            )
            return floor, [(key, died) for key, died in connection.execute(dead)]

    def mark_swept(self, keys: Sequence[int]) -> None:
        """Note that the vectors of documents were deleted."""
        with self.catalogue.transaction() as connection:
            for begin in range(0, len(keys), TERMS_AT_ONCE):
                part = documents.c.key.in_(keys[begin : begin + TERMS_AT_ONCE])
                connection.execute(
                    update(documents).where(documents.c.index == self.index, part).values(swept=func.now())
                )

    def purge_below(self, floor: int) -> None:
        """Remove from the catalogue what no generation from `floor` on holds and no vector server can still find."""
        with self.catalogue.transaction() as connection:
            gone = select(documents.c.key).where(
                documents.c.index == self.index, documents.c.died <= floor, documents.c.swept < func.now() - SETTLED
            )
            self._remove_documents(connection, list(connection.scalars(gone)))
            connection.execute(
                delete(generations).where(generations.c.index == self.index, generations.c.number < floor)
            )
            newer = frequencies.alias()
            replaced = exists().where(
                newer.c.index == self.index, newer.c.term == frequencies.c.term,
                newer.c.generation > frequencies.c.generation, newer.c.generation <= floor,
            )  # fmt: skip
            connection.execute(delete(frequencies).where(frequencies.c.index == self.index, replaced))

    def _remove_documents(self, connection: Connection, keys: Sequence[int]) -> None:
        """Every row of some documents."""
        for begin in range(0, len(keys), TERMS_AT_ONCE):
            some = keys[begin : begin + TERMS_AT_ONCE]
            for table, name in (
                (passages, "document"),
                (link_keys, "document"),
                (bodies, "document"),
                (documents, "key"),
            ):
                connection.execute(delete(table).where(table.c.index == self.index, table.c[name].in_(some)))

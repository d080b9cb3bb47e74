"""Documents, passages, term frequencies and the served generation in PostgreSQL, to read. Knows nothing of vectors.

A reader takes a lease on the generation it opened, in the transaction in which it learns which one is served; a publisher
removes only what no leased generation holds.
"""

from __future__ import annotations

import json
import uuid
import weakref
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Select, Table, create_engine, delete, func, inspect, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)

from corpus.types import Document, Passage
from corpus.versions import Link
from database import upgrade
from errors import EngineAway, IndexDamaged, IndexMissing, IndexOutdated, SettingsError, StoreError
from index.records import compact_json, read_body, read_metadata, row_sum
from index.remote.schema import (
    FORMAT,
    bodies,
    documents,
    frequencies,
    generations,
    indexes,
    leases,
    link_keys,
    passages,
)
from index.types import DocumentSummary

if TYPE_CHECKING:
    from index.address import Address

Rows = NDArray[np.int64]
LEASE = timedelta(seconds=120)
AT_ONCE = 5000  # values of one query
MISSING_TABLE = "42P01"
# class of a full disk, no memory left, too many connections: the database is there, and says what it lacks
NO_RESOURCES = "53"
MIGRATIONS, VERSIONS = Path(__file__).with_name("migrations"), "index_revision"
GENERATION = (
    "number", "format", "collection", "counted", "encoder", "fingerprint", "dimension", "settings", "mean", "documents",
    "passages", "terms", "failed", "links",
)  # fmt: skip
SUMMARY = (
    "key", "id", "source", "title", "sha256", "first", "passages", "characters", "metadata", "warnings", "fingerprint",
)  # fmt: skip
BODY = ("document", "outline", "pages", "body")
PASSAGE = ("key", "document", "id", "start", "end", "locator", "headings", "page", "text", "terms")


@dataclass(frozen=True, slots=True)
class Generation:
    """What a published generation says of itself; `collection` and `counted` are the generations that began its vectors
    and its term frequencies, `mean` the length of a passage that the weights were made with, `terms` the sum of lengths.
    """

    number: int
    collection: int
    counted: int
    encoder: str
    fingerprint: str
    dimension: int
    settings: dict[str, int]
    mean: float
    documents: int
    passages: int
    terms: int
    failed: dict[str, str]
    links: tuple[Link, ...]

    def row_values(self) -> tuple[Any, ...]:
        """As a row keeps it, in the order of GENERATION."""
        linked = compact_json([[link.kind, link.source, link.other] for link in self.links])
        return (
            self.number, FORMAT, self.collection, self.counted, self.encoder, self.fingerprint, self.dimension,
            compact_json(self.settings), self.mean, self.documents, self.passages, self.terms, compact_json(self.failed), linked,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CataloguedDocument:
    """A living document: its key, and the key of its first passage, whose others follow."""

    key: int
    first: int
    summary: DocumentSummary


@dataclass(frozen=True, slots=True)
class CataloguedPassage:
    """A passage without its document's source and title, with its document's key and its length in terms."""

    key: int
    document: int
    passage: Passage
    terms: int


class Catalogue:
    """One index's part of a catalogue. Safe to use from many threads; a context manager."""

    def __init__(self, address: Address) -> None:
        """Connects to nothing yet. Raises SettingsError for a URL that is none of PostgreSQL's."""
        self.address = address
        try:
            url = make_url(address.catalogue)
            if url.get_backend_name() != "postgresql":
                raise ArgumentError
            self._engine = create_engine(
                url, pool_pre_ping=True, pool_size=8, max_overflow=24, connect_args={"connect_timeout": 2}
            )
        except (ArgumentError, ModuleNotFoundError):
            raise SettingsError(
                "the catalogue is no PostgreSQL database", address.catalogue.partition("://")[0],
                "set SUYUAN_CATALOGUE_URL=postgresql+psycopg://USER@HOST/DATABASE",
            ) from None  # fmt: skip
        self._end = weakref.finalize(self, self._engine.dispose)
        self._where = f"{url.host}:{url.port or 5432}/{url.database}"  # whom it answers is nobody else's business
        self._id: int | None = None

    def __enter__(self) -> Catalogue:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of every connection; so does whoever forgets the catalogue."""
        self._end()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction. Raises EngineAway, IndexMissing where the tables are not there, StoreError."""
        with self.explain_errors(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def explain_errors(self) -> Iterator[None]:
        """Turn the database's errors into ours."""
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            if str(getattr(error.orig, "sqlstate", "") or "").startswith(NO_RESOURCES):
                raise self._refused_error(error) from None
            why = " ".join(str(error.orig).split())[:120]
            raise EngineAway(
                f"the catalogue's database does not answer ({why})", self._where, "start it or correct the address"
            ) from None
        except ProgrammingError as error:
            if getattr(error.orig, "sqlstate", "") == MISSING_TABLE:
                raise self.missing_error() from None
            raise self._refused_error(error) from None
        except SQLAlchemyError as error:
            raise self._refused_error(error) from None

    def _refused_error(self, error: SQLAlchemyError) -> StoreError:
        why = str(error.orig if isinstance(error, DBAPIError) else error)
        return StoreError(
            f"the catalogue's database refused ({' '.join(why.split())[:200]})", self._where, "see its log"
        )

    def missing_error(self) -> IndexMissing:
        """The error where no generation is served."""
        return IndexMissing(
            "there is no index", self.address, f"build one: python -m index build CORPUS_DIR --out {self.address}"
        )

    def damaged_error(self, what: str) -> IndexDamaged:
        """The error for a record that does not hold."""
        return IndexDamaged(what, self.address, f"run: python -m index check {self.address} --repair CORPUS_DIR")

    def make_tables(self) -> None:
        """Bring the tables to the shape of this release. Raises SettingsError for those of a newer one."""
        with self.explain_errors():
            upgrade(self._engine, MIGRATIONS, VERSIONS)

    def upgrade_tables(self) -> None:
        """Bring tables that an older release made to the shape of this one; where there are none, none is made."""
        with self.explain_errors():
            with self._engine.connect() as connection:
                there = inspect(connection).has_table(indexes.name)
            if there:
                upgrade(self._engine, MIGRATIONS, VERSIONS)

    def connect(self) -> Connection:
        """A connection of its own, for a publisher. Raises EngineAway."""
        with self.explain_errors():
            return self._engine.connect()

    def index_id(self, connection: Connection) -> int:
        """The number of the index. Raises IndexMissing."""
        if self._id is None:
            self._id = connection.scalar(select(indexes.c.id).where(indexes.c.name == self.address.name))
        if self._id is None:
            raise self.missing_error()
        return self._id

    def served_generation(self) -> int | None:
        """The number of the served generation, None when there is none."""
        try:
            with self.transaction() as connection:
                found: int | None = connection.scalar(
                    select(indexes.c.served).where(indexes.c.name == self.address.name)
                )
                return found
        except IndexMissing:
            return None

    def take_lease(self) -> tuple[Generation, str]:
        """The served generation and the name of a lease on it. Raises IndexMissing, IndexDamaged."""
        with self.transaction() as connection:
            query = select(indexes.c.id, indexes.c.served).where(indexes.c.name == self.address.name)
            found = connection.execute(query.with_for_update(read=True)).one_or_none()
            if found is None or found.served is None:
                raise self.missing_error()
            self._id, name = found.id, uuid.uuid4().hex
            self._hold_lease(connection, name, found.served)
            return self.read_generation(connection, found.served), name

    def renew_lease(self, name: str, generation: int) -> bool:
        """Hold a generation for longer; False when a publisher may have removed what it holds.

        A lease that ended is gone after the next update, also one that found nothing to do; the served generation is never removed.
        """
        with self.transaction() as connection:
            # locked as a publisher locks it, which otherwise could remove the lease between the look and the renewal
            query = select(indexes.c.served).where(indexes.c.id == self.index_id(connection))
            served = connection.scalar(query.with_for_update(read=True))
            mine = select(leases.c.generation).where(
                leases.c.index == self.index_id(connection), leases.c.reader == name
            )
            if served != generation and connection.scalar(mine) is None:
                return False
            self._hold_lease(connection, name, generation)
            return True

    def _hold_lease(self, connection: Connection, name: str, generation: int) -> None:
        until = func.now() + LEASE
        row = {"index": self.index_id(connection), "reader": name, "generation": generation, "until": until}
        held = (
            upsert(leases).values(row).on_conflict_do_update(index_elements=["index", "reader"], set_={"until": until})
        )
        connection.execute(held)

    def release_lease(self, name: str) -> None:
        """Give a lease back."""
        with self.transaction() as connection:
            mine = (leases.c.index == self.index_id(connection), leases.c.reader == name)
            connection.execute(delete(leases).where(*mine))

    def read_generation(self, connection: Connection, number: int) -> Generation:
        """What a published generation says of itself. Raises IndexDamaged, IndexOutdated."""
        query = self._select_rows(connection, generations, GENERATION).where(generations.c.number == number)
        found = self._read_checked(connection, query)
        if not found:
            raise self.damaged_error(f"the catalogue has lost generation {number}")
        if found[0][1] != FORMAT:
            raise IndexOutdated(
                "the index has another format",
                found[0][1],
                f"build it again: python -m index build CORPUS_DIR --out {self.address}",
            )
        row = dict(zip(GENERATION, found[0], strict=False))
        del row["format"]
        for name in ("settings", "failed"):
            row[name] = json.loads(row[name])
        return Generation(**{**row, "links": tuple(Link(*link) for link in json.loads(row["links"]))})

    def _select_rows(self, connection: Connection, table: Table, names: Sequence[str]) -> Select[Any]:
        columns = [table.c[name] for name in (*names, "sum")]
        return select(*columns).where(table.c.index == self.index_id(connection))

    def _read_checked(self, connection: Connection, query: Select[Any]) -> list[Any]:
        """The rows of a query whose last column is the checksum of the others. Raises IndexDamaged."""
        found = connection.execute(query).all()
        for row in found:
            if self.sum_of_row(row[:-1]) != row[-1]:
                table = query.get_final_froms()[0]
                raise self.damaged_error(f"a record of {table} does not match its checksum: {row[0]}")
        return list(found)

    def sum_of_row(self, values: Sequence[object]) -> int:
        """The checksum of a row of this index."""
        if self._id is None:
            raise self.missing_error()
        return row_sum(values, self._id)

    def living_documents(
        self, connection: Connection, number: int, *where: ColumnElement[bool], keys: Iterable[int] | None = None
    ) -> list[CataloguedDocument]:
        """The documents that count in a generation, by key; `keys` chooses some. Raises IndexDamaged."""
        query = (
            self._select_rows(connection, documents, SUMMARY).where(is_alive(number), *where).order_by(documents.c.key)
        )
        if keys is None:
            return [_document_of_row(row) for row in self._read_checked(connection, query)]
        return [
            _document_of_row(row)
            for some in _slices_of(list(keys))
            for row in self._read_checked(connection, query.where(documents.c.key.in_(some)))
        ]

    def read_document(self, connection: Connection, one: CataloguedDocument) -> Document:
        """The whole document. Raises IndexDamaged."""
        query = self._select_rows(connection, bodies, BODY).where(bodies.c.document == one.key)
        found = self._read_checked(connection, query)
        if not found:
            raise self.damaged_error(f"the catalogue has lost the text of {one.summary.source}")
        outline, pages, text = read_body(*found[0][1:4])
        s = one.summary
        return Document(s.id, s.source, s.title, text, outline, s.metadata, s.sha256, pages, s.warnings)

    def read_passages(self, connection: Connection, keys: Sequence[int] | Rows) -> dict[int, CataloguedPassage]:
        """Passages by key; one that is not there is left out. Raises IndexDamaged."""
        query = self._select_rows(connection, passages, PASSAGE)
        found: dict[int, CataloguedPassage] = {}
        for some in _slices_of([int(key) for key in keys]):
            for row in self._read_checked(connection, query.where(passages.c.key.in_(some))):
                found[row.key] = _passage_of_row(row)
        return found

    def term_frequencies(self, connection: Connection, held: Generation, terms: Collection[int]) -> dict[int, int]:
        """In how many passages of a generation each term occurs; a term that none holds is left out."""
        found: dict[int, int] = {}
        f = frequencies.c
        for some in _slices_of(list(terms)):
            mine = (
                f.index == self.index_id(connection),
                f.term.in_(some),
                f.generation.between(held.counted, held.number),
            )
            last = (
                select(f.index, f.term, func.max(f.generation).label("at"))
                .where(*mine)
                .group_by(f.index, f.term)
                .subquery()
            )
            same = (f.index == last.c.index) & (f.term == last.c.term) & (f.generation == last.c.at)
            query = select(f.term, f.passages).select_from(frequencies.join(last, same))
            found |= {term: count for term, count in connection.execute(query) if count}
        return found

    def dead_documents(self, connection: Connection, held: Generation) -> list[int]:
        """The documents that no longer count in a generation but have rows in its collection."""
        query = select(documents.c.key).where(
            documents.c.index == self.index_id(connection), documents.c.died > held.collection,
            documents.c.died <= held.number, documents.c.born <= held.number,
        )  # fmt: skip
        return sorted(connection.scalars(query))

    def values_of_column(self, connection: Connection, number: int, column: str) -> list[str]:
        """The values that a column of the living documents has: regions, issuers."""
        chosen = documents.c[column]
        query = select(chosen).distinct().where(
            documents.c.index == self.index_id(connection), is_alive(number), chosen.is_not(None)
        )  # fmt: skip
        return sorted(connection.scalars(query))

    def keys_of(self, connection: Connection, number: int, column: str, wanted: Sequence[str]) -> list[int]:
        """The living documents whose id or source is one of some."""
        query = select(documents.c.key).where(
            documents.c.index == self.index_id(connection), is_alive(number), documents.c[column].in_(wanted)
        )
        return sorted(connection.scalars(query))

    def documents_linked(
        self, connection: Connection, number: int, seeds: set[int], without: set[int]
    ) -> list[DocumentSummary]:
        """The living documents, but for some, that share a link key with those given, with one that does, and so on."""
        reached, known = {_as_signed(seed) for seed in seeds}, set[int]()
        held: dict[int, DocumentSummary] = {}
        joined = link_keys.join(
            documents, (link_keys.c.index == documents.c.index) & (link_keys.c.document == documents.c.key)
        )
        while new := sorted(reached - known):
            known = set(reached)
            owners = set[int]()
            for some in _slices_of(new):
                query = select(link_keys.c.document).distinct().select_from(joined).where(
                    link_keys.c.index == self.index_id(connection), link_keys.c.bond.in_(some), is_alive(number)
                )  # fmt: skip
                owners |= set(connection.scalars(query)) - held.keys() - without
            held |= {one.key: one.summary for one in self.living_documents(connection, number, keys=sorted(owners))}
            for some in _slices_of(sorted(owners)):
                query = select(link_keys.c.bond).where(
                    link_keys.c.index == self.index_id(connection), link_keys.c.document.in_(some)
                )
                reached |= set(connection.scalars(query))
        return list(held.values())

    def lowest_leased(self, connection: Connection, served: int) -> int:
        """The oldest generation that anybody may still read; leases that ended are removed."""
        mine = leases.c.index == self.index_id(connection)
        connection.execute(delete(leases).where(mine, leases.c.until < func.now()))
        lowest: int | None = connection.scalar(select(func.min(leases.c.generation)).where(mine))
        return served if lowest is None else min(lowest, served)


def is_alive(number: int) -> ColumnElement[bool]:
    """The condition that a document counts in a generation."""
    return (documents.c.born <= number) & or_(documents.c.died.is_(None), documents.c.died > number)


def _as_signed(number: int) -> int:
    """64 bits as the database's signed ones."""
    return number - (1 << 64) if number >= 1 << 63 else number


def _slices_of(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[begin : begin + AT_ONCE] for begin in range(0, len(values), AT_ONCE))


def _document_of_row(row: Any) -> CataloguedDocument:
    warnings = () if row.warnings == "[]" else tuple(json.loads(row.warnings))
    summary = DocumentSummary(
        row.id, row.source, row.title, read_metadata(row.metadata), row.sha256, row.characters, row.passages, warnings,
        row.fingerprint,
    )  # fmt: skip
    return CataloguedDocument(row.key, row.first, summary)


def _passage_of_row(row: Any) -> CataloguedPassage:
    headings = tuple(json.loads(row.headings))
    passage = Passage(row.id, "", "", "", row.start, row.end, row.text, row.locator, headings, row.page)
    return CataloguedPassage(row.key, row.document, passage, row.terms)


__all__ = ["Catalogue", "CataloguedDocument", "CataloguedPassage", "Generation", "is_alive"]

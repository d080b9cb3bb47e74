"""Documents and passages of one segment in a SQLite file. Knows nothing of searching.

Every row carries an XXH3-64 of its content, seeded with its segment, and is compared with it whenever it is read. A file is
written once and never changed afterwards.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.types import Document, Passage
from corpus.versions import entry_of_document, link_keys
from errors import IndexDamaged
from index.local import disk
from index.records import body_values, compact_json, read_body, read_metadata, row_sum, summary_values
from index.types import DocumentSummary

SCHEMA = """
PRAGMA page_size = 8192;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE segment (name TEXT NOT NULL);
CREATE TABLE documents (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, source TEXT NOT NULL, title TEXT NOT NULL, sha256 TEXT NOT NULL,
    first INTEGER NOT NULL, count INTEGER NOT NULL, characters INTEGER NOT NULL, metadata TEXT NOT NULL,
    warnings TEXT NOT NULL, fingerprint TEXT NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE bodies (
    row INTEGER PRIMARY KEY, outline TEXT NOT NULL, pages TEXT NOT NULL, body BLOB NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE bonds (row INTEGER PRIMARY KEY, bonds BLOB NOT NULL, counts BLOB NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, document INTEGER NOT NULL, id TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    locator TEXT NOT NULL, headings TEXT NOT NULL, page INTEGER, text TEXT NOT NULL, sum INTEGER NOT NULL);
"""
SUMMARY = "row, id, source, title, sha256, first, count, characters, metadata, warnings, fingerprint"
BODY = "row, outline, pages, body"
PASSAGE = "row, document, id, start, end, locator, headings, page, text"


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document's place in its segment: its passages are rows first to first + count - 1."""

    row: int
    first: int
    count: int
    summary: DocumentSummary


class StoreWriter:
    """Writes one segment's file."""

    def __init__(self, path: Path, name: str, seed: int) -> None:
        """`path` does not exist yet; `name` is the segment's."""
        self.path, self.seed = path, seed
        self.documents = self.passages = 0
        self._bonds: list[set[int]] = []
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(SCHEMA)
        self._connection.execute("BEGIN")
        self._connection.execute("INSERT INTO segment VALUES (?)", [name])

    def add_document(self, document: Document, passages: Sequence[Passage]) -> None:
        """Add a document with its passages in order."""
        row, first = self.documents, self.passages
        named = (row, document.id, document.source, document.title, document.sha256, first)
        summary, body = (*named, *summary_values(document, len(passages))), (row, *body_values(document))
        for table, values in (("documents", summary), ("bodies", body)):
            marks = ",".join("?" * (len(values) + 1))
            self._connection.execute(f"INSERT INTO {table} VALUES ({marks})", (*values, row_sum(values, self.seed)))
        self._bonds.append(link_keys(entry_of_document(document)))
        rows = []
        for place, p in enumerate(passages, first):
            one = (place, row, p.id, p.start, p.end, p.locator, compact_json(p.headings), p.page, p.text)
            rows.append((*one, row_sum(one, self.seed)))
        self._connection.executemany("INSERT INTO passages VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
        self.documents, self.passages = row + 1, first + len(passages)

    def close(self) -> disk.FileRecord:
        """Finish the file, see it onto the disk, and say what it holds."""
        every = np.array([bond for one in self._bonds for bond in sorted(one)], dtype="<u8")
        counts = np.array([len(one) for one in self._bonds], dtype="<u4")
        held = (0, every.tobytes(), counts.tobytes())
        self._connection.execute("INSERT INTO bonds VALUES (?,?,?,?)", (*held, row_sum(held, self.seed)))
        self._connection.execute("CREATE UNIQUE INDEX documents_id ON documents (id)")
        self._connection.execute("CREATE INDEX documents_source ON documents (source)")
        self._connection.execute("COMMIT")
        self._connection.close()
        return disk.seal_file(self.path)

    def abort(self) -> None:
        """Let go of the file after an error."""
        self._connection.close()


class Store:
    """One segment's file, read from many threads: each thread has a connection of its own."""

    def __init__(self, path: Path, name: str, seed: int) -> None:
        """Opens nothing yet; the first read does."""
        self.path, self.name, self.seed = path, name, seed
        self._local = threading.local()

    def _open_connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            uri = f"{self.path.absolute().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            connection.text_factory = bytes  # damaged bytes must reach the checksum, not a decoding error
            connection.executescript("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;")
            if connection.execute("SELECT name FROM segment").fetchall() != [(self.name.encode(),)]:
                raise disk.damaged_file(self.path, "belongs to another segment")
            self._local.connection = connection
        return connection

    def _read_checked(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query whose last column is the checksum of the others. Raises IndexDamaged."""
        try:
            rows = self._open_connection().execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise disk.damaged_file(self.path, f"cannot be read ({error})") from None
        for row in rows:
            if row_sum(row[:-1], self.seed) != row[-1]:
                raise disk.damaged_file(self.path, f"has a record that does not match its checksum: row {row[0]}")
        return rows

    def passages_at(self, rows: Sequence[int]) -> list[tuple[int, Passage]]:
        """(document row, passage without source and title) for each row, in the order given. Raises IndexDamaged."""
        by_row: dict[int, tuple[Any, ...]] = {}
        for begin in range(0, len(rows), 500):
            some = [int(row) for row in rows[begin : begin + 500]]
            found = self._read_checked(
                f"SELECT {PASSAGE}, sum FROM passages WHERE row IN ({','.join('?' * len(some))})", some
            )
            by_row |= {row[0]: row for row in found}
        missing = [row for row in rows if int(row) not in by_row]
        if missing:
            raise disk.damaged_file(self.path, f"has lost a record: passage row {missing[0]}")
        return [self._passage_of_row(by_row[int(row)]) for row in rows]

    @staticmethod
    def _passage_of_row(row: tuple[Any, ...]) -> tuple[int, Passage]:
        _, document, id_, start, end, locator, headings, page, text, _ = row
        passage = Passage(
            id_.decode(), "", "", "", start, end, text.decode(), locator.decode(), tuple(json.loads(headings)), page
        )
        return document, passage

    def summaries(self) -> list[DocumentRow]:
        """Every document of the segment by row. Raises IndexDamaged."""
        return [
            self._summary_of_row(row)
            for row in self._read_checked(f"SELECT {SUMMARY}, sum FROM documents ORDER BY row")
        ]

    def by_sources(self, sources: Collection[str]) -> list[DocumentRow]:
        """The documents of some sources, those that no longer count included. Raises IndexDamaged."""
        return self._chosen_documents("source", sorted(sources))

    def by_rows(self, rows: Sequence[int]) -> list[DocumentRow]:
        """Some documents by row. Raises IndexDamaged."""
        found = self._chosen_documents("row", rows)
        if len(found) != len(rows):
            raise disk.damaged_file(self.path, "has lost a document's record")
        return found

    def _chosen_documents(self, column: str, wanted: Sequence[object]) -> list[DocumentRow]:
        found = list[DocumentRow]()
        for begin in range(0, len(wanted), 500):
            some = wanted[begin : begin + 500]
            query = f"SELECT {SUMMARY}, sum FROM documents WHERE {column} IN ({','.join('?' * len(some))})"
            found += [self._summary_of_row(row) for row in self._read_checked(query, some)]
        return found

    def all_link_keys(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """`corpus.versions.link_keys` of every document one after the other, and the row that each belongs to."""
        found = self._read_checked("SELECT row, bonds, counts, sum FROM bonds")
        if len(found) != 1:
            raise disk.damaged_file(self.path, "has lost a record: the bonds of its documents")
        _, every, counts, _ = found[0]
        owners = np.frombuffer(counts, "<u4")
        return np.frombuffer(every, "<u8"), np.repeat(np.arange(len(owners)), owners)

    @staticmethod
    def _summary_of_row(row: tuple[Any, ...]) -> DocumentRow:
        number, id_, source, title, sha256, first, count, characters, metadata, warnings, print_, _ = row
        summary = DocumentSummary(
            id_.decode(), source.decode(), title.decode(), read_metadata(metadata), sha256.decode(), characters, count,
            () if warnings == b"[]" else tuple(json.loads(warnings)), print_.decode(),
        )  # fmt: skip
        return DocumentRow(number, first, count, summary)

    def summary_at(self, row: int) -> DocumentRow:
        """One document by row. Raises IndexDamaged."""
        found = self._read_checked(f"SELECT {SUMMARY}, sum FROM documents WHERE row = ?", [row])
        if not found:
            raise disk.damaged_file(self.path, f"has lost a record: document row {row}")
        return self._summary_of_row(found[0])

    def find_document(self, doc_id: str) -> DocumentRow | None:
        """One document by id, None when the segment does not hold it. Raises IndexDamaged."""
        found = self._read_checked(f"SELECT {SUMMARY}, sum FROM documents WHERE id = ?", [doc_id])
        return self._summary_of_row(found[0]) if found else None

    def document_at(self, row: int) -> Document:
        """One whole document by row. Raises IndexDamaged."""
        summary = self.summary_at(row).summary
        found = self._read_checked(f"SELECT {BODY}, sum FROM bodies WHERE row = ?", [row])
        if not found:
            raise disk.damaged_file(self.path, f"has lost a record: document row {row}")
        outline, pages, text = read_body(*found[0][1:4])
        return Document(
            summary.id, summary.source, summary.title, text, outline, summary.metadata, summary.sha256, pages,
            summary.warnings,
        )  # fmt: skip


__all__ = ["DocumentRow", "IndexDamaged", "Store", "StoreWriter"]

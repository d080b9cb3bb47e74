"""The tables of the catalogue. Knows nothing of what is asked of them.

Every row of content carries an XXH3-64 of it (`sum`). Rows are added, marked as ended, and removed; none is rewritten. A
document counts in the generations from `born` up to, not including, `died`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Double,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

FORMAT = 1
tables = MetaData()

indexes = Table(
    "index_names", tables,
    Column("id", Integer, Identity(), primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("served", Integer),  # None until a generation is published
    # the next numbers to be given out; none is ever given twice
    Column("generation", Integer, nullable=False, server_default="1"),
    Column("document", BigInteger, nullable=False, server_default="1"),
    Column("passage", BigInteger, nullable=False, server_default="1"),
)  # fmt: skip

generations = Table(
    "index_generations", tables,
    Column("index", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("format", Integer, nullable=False),
    Column("collection", Integer, nullable=False),  # the generation that made the collection
    Column("counted", Integer, nullable=False),  # the generation from which on term frequencies count
    Column("encoder", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("dimension", Integer, nullable=False),
    Column("settings", Text, nullable=False),
    Column("mean", Double, nullable=False),  # length of a passage, as the collection's weights have it
    Column("documents", Integer, nullable=False),
    Column("passages", BigInteger, nullable=False),
    Column("terms", BigInteger, nullable=False),  # of all passages, repeats counted
    Column("failed", Text, nullable=False),
    Column("links", Text, nullable=False),
    Column("sum", BigInteger, nullable=False),
    PrimaryKeyConstraint("index", "number"),
)  # fmt: skip

documents = Table(
    "index_documents", tables,
    Column("index", Integer, nullable=False),
    Column("key", BigInteger, nullable=False),
    Column("born", Integer, nullable=False),
    Column("died", Integer),
    Column("swept", DateTime(timezone=True)),  # when its vectors were deleted
    Column("id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("first", BigInteger, nullable=False),  # key of its first passage; the others follow
    Column("passages", Integer, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("metadata", Text, nullable=False),
    Column("warnings", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("region", Text),  # these two say what the metadata says, for the lists that filters are resolved to
    Column("issuer", Text),
    Column("sum", BigInteger, nullable=False),
    PrimaryKeyConstraint("index", "key"),
    Index("index_documents_id", "index", "id"),
    Index("index_documents_source", "index", "source"),
    Index("index_documents_died", "index", "died"),
)  # fmt: skip

bodies = Table(
    "index_bodies", tables,
    Column("index", Integer, nullable=False),
    Column("document", BigInteger, nullable=False),
    Column("outline", Text, nullable=False),
    Column("pages", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("sum", BigInteger, nullable=False),
    PrimaryKeyConstraint("index", "document"),
)  # fmt: skip

link_keys = Table(
    "index_bonds", tables,
    Column("index", Integer, nullable=False),
    Column("document", BigInteger, nullable=False),
    Column("bond", BigInteger, nullable=False),
    PrimaryKeyConstraint("index", "document", "bond"),
    Index("index_bonds_bond", "index", "bond"),
)  # fmt: skip

passages = Table(
    "index_passages", tables,
    Column("index", Integer, nullable=False),
    Column("key", BigInteger, nullable=False),
    Column("document", BigInteger, nullable=False),
    Column("id", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("locator", Text, nullable=False),
    Column("headings", Text, nullable=False),
    Column("page", Integer),
    Column("text", Text, nullable=False),
    Column("terms", Integer, nullable=False),  # its length, repeats counted
    Column("sum", BigInteger, nullable=False),
    PrimaryKeyConstraint("index", "key"),
    Index("index_passages_document", "index", "document"),
)  # fmt: skip

frequencies = Table(
    "index_frequencies", tables,
    Column("index", Integer, nullable=False),
    Column("term", BigInteger, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("passages", Integer, nullable=False),  # that hold the term, from this generation on
    PrimaryKeyConstraint("index", "term", "generation"),
    Index("index_frequencies_generation", "index", "generation"),
)  # fmt: skip

leases = Table(
    "index_leases", tables,
    Column("index", Integer, nullable=False),
    Column("reader", String(32), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("index", "reader"),
)  # fmt: skip

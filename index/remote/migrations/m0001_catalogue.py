"""The tables as they were before there were migrations; what is there already stays as it is."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INDEXES = (
    ("index_documents_id", "index_documents", "id"),
    ("index_documents_source", "index_documents", "source"),
    ("index_documents_died", "index_documents", "died"),
    ("index_bonds_bond", "index_bonds", "bond"),
    ("index_passages_document", "index_passages", "document"),
    ("index_frequencies_generation", "index_frequencies", "generation"),
)


def upgrade() -> None:
    """Make what is missing."""
    op.create_table(
        "index_names",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False, unique=True),
        sa.Column("served", sa.Integer),
        sa.Column("generation", sa.Integer, nullable=False, server_default="1"),
        sa.Column("document", sa.BigInteger, nullable=False, server_default="1"),
        sa.Column("passage", sa.BigInteger, nullable=False, server_default="1"),
        if_not_exists=True,
    )
    _create_generations()
    _create_documents()
    _create_passages()
    for name, table, column in INDEXES:
        op.create_index(name, table, ["index", column], if_not_exists=True)


def _create_generations() -> None:
    op.create_table(
        "index_generations",
        sa.Column("index", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("format", sa.Integer, nullable=False),
        sa.Column("collection", sa.Integer, nullable=False),
        sa.Column("counted", sa.Integer, nullable=False),
        sa.Column("encoder", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("dimension", sa.Integer, nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("mean", sa.Double, nullable=False),
        sa.Column("documents", sa.Integer, nullable=False),
        sa.Column("passages", sa.BigInteger, nullable=False),
        sa.Column("terms", sa.BigInteger, nullable=False),
        sa.Column("failed", sa.Text, nullable=False),
        sa.Column("links", sa.Text, nullable=False),
        sa.Column("sum", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("index", "number"),
        if_not_exists=True,
    )
    op.create_table(
        "index_leases",
        sa.Column("index", sa.Integer, nullable=False),
        sa.Column("reader", sa.String(32), nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("index", "reader"),
        if_not_exists=True,
    )


def _create_documents() -> None:
    op.create_table(
        "index_documents",
        sa.Column("index", sa.Integer, nullable=False),
        sa.Column("key", sa.BigInteger, nullable=False),
        sa.Column("born", sa.Integer, nullable=False),
        sa.Column("died", sa.Integer),
        sa.Column("swept", sa.DateTime(timezone=True)),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("passages", sa.Integer, nullable=False),
        sa.Column("characters", sa.Integer, nullable=False),
        sa.Column("metadata", sa.Text, nullable=False),
        sa.Column("warnings", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("region", sa.Text),
        sa.Column("issuer", sa.Text),
        sa.Column("sum", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("index", "key"),
        if_not_exists=True,
    )
    op.create_table(
        "index_bodies",
        sa.Column("index", sa.Integer, nullable=False),
        sa.Column("document", sa.BigInteger, nullable=False),
        sa.Column("outline", sa.Text, nullable=False),
        sa.Column("pages", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("sum", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("index", "document"),
        if_not_exists=True,
    )
    op.create_table(
        "index_bonds",
        sa.Column("index", sa.Integer, nullable=False),
        sa.Column("document", sa.BigInteger, nullable=False),
        sa.Column("bond", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("index", "document", "bond"),
        if_not_exists=True,
    )


def _create_passages() -> None:
    op.create_table(
        "index_passages",
        sa.Column("index", sa.Integer, nullable=False),
        sa.Column("key", sa.BigInteger, nullable=False),
        sa.Column("document", sa.BigInteger, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("locator", sa.Text, nullable=False),
        sa.Column("headings", sa.Text, nullable=False),
        sa.Column("page", sa.Integer),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("terms", sa.Integer, nullable=False),
        sa.Column("sum", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("index", "key"),
        if_not_exists=True,
    )
    op.create_table(
        "index_frequencies",
        sa.Column("index", sa.Integer, nullable=False),
        sa.Column("term", sa.BigInteger, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("passages", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("index", "term", "generation"),
        if_not_exists=True,
    )

"""How often somebody asked in the last minute, for servers that share the database."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "paces",
        sa.Column("who", sa.String(64), primary_key=True),
        sa.Column("moments", sa.Text, nullable=False),
        sa.Column("until", sa.Double, nullable=False),
    )

"""A database brought to the shape this release works with, whatever release made it. Knows nothing of what its tables hold.

Alembic runs what is missing of a room's migrations when the database is opened, in one transaction under a lock: of several
servers that start at once one changes the tables and the others wait. The first migration of a room makes only what is not
there, so that a database older than Alembic is taken over as it is.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from errors import SettingsError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, Engine

HERE = Path(__file__).parent
LOCK = 0x5375_7975_616E  # the number of PostgreSQL's advisory lock: "Suyuan" in ASCII
ONE_AT_A_TIME = threading.Lock()  # Alembic keeps the migration that is running in a global of its module

__all__ = ["revision_of", "revisions", "upgrade"]


def upgrade(engine: Engine, migrations: Path, version_table: str, to: str = "head") -> None:
    """Bring the tables that a folder of migrations is about to its newest revision, or to another one.

    Raises SettingsError for a database that a newer release wrote, SQLAlchemyError for one that refuses.
    """
    from alembic import command

    known = revisions(migrations)
    with engine.connect() as connection:
        seen = revision_of(connection, version_table)
    if seen is not None and seen not in known:
        raise _newer_release_error(seen)
    if seen == (known[-1] if to == "head" else to):
        return
    with ONE_AT_A_TIME, engine.begin() as connection:
        _lock_database(connection)
        command.upgrade(_alembic_config(migrations, version_table, connection), to)


def revisions(migrations: Path) -> tuple[str, ...]:
    """The revisions of a folder of migrations, oldest first."""
    from alembic.script import ScriptDirectory

    found = ScriptDirectory.from_config(_alembic_config(migrations, "")).walk_revisions()
    return tuple(reversed([script.revision for script in found]))


def revision_of(connection: Connection, version_table: str) -> str | None:
    """The revision a database says it has; None when it is older than Alembic, or new."""
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection, opts={"version_table": version_table}).get_current_revision()


def _newer_release_error(seen: str) -> SettingsError:
    return SettingsError(
        "the database was written by a newer release", f"revision {seen}", "install that release, or restore a backup"
    )


def _lock_database(connection: Connection) -> None:
    """One at a time, until the transaction ends. SQLite's driver begins none before a change of tables: it is begun here."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")


def _alembic_config(migrations: Path, version_table: str, connection: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config(attributes={"connection": connection, "version_table": version_table})
    for name, folder in (("script_location", HERE), ("version_locations", migrations)):
        config.set_main_option(name, str(folder).replace("%", "%%"))  # configparser reads % as the start of a name
    config.set_main_option("path_separator", "os")
    return config

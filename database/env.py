"""What Alembic runs for every command: it migrates the connection it is handed. Knows nothing of files of settings."""

from alembic import context

given = context.config.attributes
context.configure(connection=given["connection"], version_table=given["version_table"])
with context.begin_transaction():
    context.run_migrations()

"""Alembic's entry: migrations always run inside a transaction of `backend.database`."""

from alembic import context

from backend.schema import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=METADATA, render_as_batch=True, transactional_ddl=False
)
context.run_migrations()

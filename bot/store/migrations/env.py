"""Runs the migrations on the connection that `bot/store/migrate.py` hands over; Alembic calls it.

That connection is in a transaction already, which ends there.
"""

from alembic import context

from bot.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()

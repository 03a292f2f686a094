"""Runs the migrations on the connection that `bot/store/migrate.py` hands over; Alembic calls it."""

from alembic import context

from bot.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,  # SQLite can, as `writer.py` begins transactions; Alembic thinks that it cannot
)
with context.begin_transaction():
    context.run_migrations()
    if connection.dialect.name == "sqlite":
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if dangling:
            raise ValueError(f"the migrations left references to rows that are gone: {dangling[:5]}")

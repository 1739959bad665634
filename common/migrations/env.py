"""Runs the migrations on the connection that `common.database.migrate` hands over."""

from alembic import context

from common.database import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()

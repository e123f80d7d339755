"""Runs migrations over the connection it is handed, or the one of DATABASE_URL."""

from alembic import context
from sqlalchemy import Connection, create_engine

from app.db.models import Base
from app.settings import load_settings


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, compare_server_default=False)
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(load_settings().database_url).begin() as own:
        run(own)

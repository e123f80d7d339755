"""Brings the tables up to date; safe to call from many processes at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from app.errors import UserError

INI = Path(__file__).resolve().parents[2] / "alembic.ini"
LOCK = 7_120_417_330  # any number, the same in every process


def migrate(database_url: str) -> None:
    """Run all migrations in one transaction. Raises UserError when the database is not there."""
    engine = create_engine(database_url, connect_args={"connect_timeout": 10})
    config = Config(INI)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except OperationalError as error:
        where = engine.url.render_as_string(hide_password=True)
        raise UserError(
            f"The database at {where} does not answer ({str(error.orig).splitlines()[0]}). "
            "Start it, or mend DATABASE_URL."
        ) from error
    finally:
        engine.dispose()

"""Opens what a command needs, and says in one sentence what is missing."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, OperationalError

from app.db.models import User
from app.db.session import SYSTEM, Database
from app.errors import UserError
from app.jobs import CeleryPublisher
from app.resources import open_resources
from app.settings import Settings


@asynccontextmanager
async def opened_database(settings: Settings) -> AsyncGenerator[Database]:
    """The database, if it answers and has our tables. Raises UserError."""
    publisher = CeleryPublisher(settings)
    database = Database(settings.database_url, publisher, pool_size=2)
    try:
        await _require_tables(database)
        yield database
    finally:
        await database.close()
        publisher.close()


def require_usable(settings: Settings, *, database: bool) -> None:
    """Raise UserError for what a server would only find out, with a traceback, once it has been started."""
    asyncio.run(_open_once(settings, database=database))


async def _open_once(settings: Settings, *, database: bool) -> None:
    async with open_resources(settings) as resources:
        if database:
            await _require_tables(resources.database)


async def _require_tables(database: Database) -> None:
    where = database.engine.url.render_as_string(hide_password=True)
    try:
        async with database.transaction(SYSTEM) as session:
            await session.scalar(select(User.id).limit(1))
    except OperationalError as error:
        raise UserError(
            f"The database at {where} does not answer ({_first_line(error)}). Start it, or mend DATABASE_URL."
        ) from error
    except DBAPIError as error:
        raise UserError(
            f"The database at {where} cannot be used yet ({_first_line(error)}). Run `getanswers migrate` first."
        ) from error


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).splitlines()[0]

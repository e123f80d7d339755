"""What every test may ask for."""

import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
import structlog
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from app.db.migrate import migrate
from app.db.session import Database
from app.embedded.lock import DirectoryLock
from app.embedded.servers import EmbeddedServers
from app.errors import UserError
from app.jobs import Job
from app.logs import frames_only

# The library's own way draws every frame with its variables: seconds for each exception a test provokes, in which the
# event loop answers nobody.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        frames_only,
        structlog.dev.ConsoleRenderer(colors=False),
    ]
)

DATA_DIR_PREFIX = "getanswers-tests-"
VACUUM_PATIENCE = 20


LONG = (
    "test_linear.py",
    "test_obedient_model.py",
    "test_bad_input.py",
    "test_users.py",
    "test_takeover.py",
    "test_sync_faults.py",
    "test_worker.py",
    "test_pending.py",
    "test_servers.py",
)
"""Files that take a minute and more come first, so that no process is left alone with one at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


@pytest.fixture(scope="session")
def embedded_servers() -> Iterator[EmbeddedServers]:
    """PostgreSQL and Valkey for the whole run; `database_url` may create databases and roles."""
    _remove_abandoned()
    # Not in pytest's own directory: that is closed to the user whom root's PostgreSQL runs as.
    with (
        tempfile.TemporaryDirectory(prefix=DATA_DIR_PREFIX) as folder,
        EmbeddedServers(Path(folder), durable=False) as servers,
    ):
        yield servers


def _remove_abandoned() -> None:
    """Remove what runs that were killed left behind: the servers ended with them, the files did not."""
    for folder in Path(tempfile.gettempdir()).glob(f"{DATA_DIR_PREFIX}*"):
        if not (folder / "postgres").exists():  # another run may just be making it
            continue
        try:
            lock = DirectoryLock.take(folder / "lock")
        except (UserError, OSError):  # in use, or somebody else's
            continue
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()


def _psycopg(url: str, name: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)


def _run(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def _drop(url: str, name: str) -> None:
    """PostgreSQL's own vacuum may be in it at this moment, which we may not terminate; it is soon done."""
    for _ in range(VACUUM_PATIENCE):
        with suppress(ProgrammingError):
            return _run(url, f"DROP DATABASE {name} WITH (FORCE)")
        time.sleep(0.2)
    return _run(url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def template_database(embedded_servers: EmbeddedServers) -> str:
    """Name of a database with all migrations done; others are copies of it."""
    name = f"template_{uuid4().hex}"
    _run(_psycopg(embedded_servers.database_url, "postgres"), f"CREATE DATABASE {name}")
    migrate(_psycopg(embedded_servers.database_url, name))
    return name


@pytest.fixture
def database_url(embedded_servers: EmbeddedServers, template_database: str) -> Iterator[str]:
    """A fresh migrated database of this test alone."""
    name = f"test_{uuid4().hex}"
    admin = _psycopg(embedded_servers.database_url, "postgres")
    _run(admin, f"CREATE DATABASE {name} TEMPLATE {template_database}")
    yield _psycopg(embedded_servers.database_url, name)
    _drop(admin, name)


@pytest.fixture
def published() -> list[Job]:
    """The jobs that went out after commits, in order."""
    return []


@pytest.fixture
async def database(database_url: str, published: list[Job]) -> AsyncIterator[Database]:
    async def collect(jobs: Sequence[Job]) -> None:
        published.extend(jobs)

    database = Database(database_url, collect)
    yield database
    await database.close()

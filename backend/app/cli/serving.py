"""`getanswers worker | beat | api | migrate`: the processes of an installation, one each."""

import os
import sys

import typer
import uvicorn

from app.cli.home import adopt_environment
from app.cli.opening import require_usable
from app.db.migrate import migrate
from app.embedded.ports import require_free
from app.logs import configure_logs
from app.settings import load_settings

CELERY = ("-m", "celery", "-A", "app.workers.celery")


def worker(arguments: list[str] = typer.Argument(None, help="Further options of `celery worker`, after --")) -> None:
    """Start a worker: the same as `celery -A app.workers.celery worker`."""
    _become("worker", arguments)


def beat(arguments: list[str] = typer.Argument(None, help="Further options of `celery beat`, after --")) -> None:
    """Start the scheduler: the same as `celery -A app.workers.celery beat`."""
    _become("beat", arguments)


def _become(role: str, arguments: list[str] | None) -> None:
    adopt_environment()
    settings = load_settings()
    require_usable(settings, database=False)  # celery itself waits for a database that is not there yet
    command = [sys.executable, *CELERY, role, f"--loglevel={settings.log_level}", *(arguments or [])]
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter, with the words the operator gave


def api() -> None:
    """Start the API server with the review page."""
    adopt_environment()
    settings = load_settings()
    configure_logs(level=settings.log_level, log_format=settings.log_format)
    require_free(settings.api_port, option="API_PORT")
    require_usable(settings, database=True)
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=settings.api_host,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )


def migrate_command() -> None:
    """Bring the tables of the database up to date."""
    adopt_environment()
    settings = load_settings()
    configure_logs(level=settings.log_level, log_format=settings.log_format)
    migrate(settings.database_url)
    typer.echo("The database is up to date.")

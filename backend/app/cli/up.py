"""`getanswers up`: a whole installation on one machine, with embedded servers and real mail."""

import os
from pathlib import Path

import typer
from rich.console import Console

from app.cli.fleet import Fleet
from app.cli.home import encryption_keys, home, publish_environment, withdraw_environment
from app.cli.opening import require_usable
from app.cli.options import path_option
from app.cli.signals import stop_on_signals
from app.db.migrate import migrate
from app.embedded.ports import require_free
from app.embedded.servers import EmbeddedServers
from app.logs import configure_logs
from app.settings import load_settings

console = Console()


def up(
    port: int = typer.Option(8000, min=1, max=65535, help="Port of the review page"),
    data_dir: Path | None = path_option("--data-dir", help="Where everything is kept"),
) -> None:
    """Start PostgreSQL, Valkey, a worker, the scheduler and the review page; stop with Ctrl-C.

    Settings come from the environment, as the README lists them.
    """
    stop_on_signals()
    require_free(port)
    folder = home(data_dir)
    with EmbeddedServers(folder) as servers:
        environment = {
            "DATABASE_URL": servers.database_url,
            "REDIS_URL": servers.redis_url,
            "ENCRYPTION_KEYS": encryption_keys(folder),
            "API_PORT": str(port),
            "BASE_URL": os.environ.get("BASE_URL", f"http://127.0.0.1:{port}"),
        }
        os.environ.update(environment)
        settings = load_settings()
        configure_logs(level=settings.log_level, log_format=settings.log_format)
        migrate(settings.database_url)
        require_usable(settings, database=True)
        publish_environment(folder, environment)
        fleet = Fleet(environment, folder / "logs")
        try:
            fleet.start_services()
            console.print(f"GetAnswers runs. Review page: [bold]{settings.base_url}[/]")
            console.print(f"Logs: {folder / 'logs'}. Add people with: getanswers user add ana@example.org")
            console.print("Stop with Ctrl-C.")
            fleet.supervisor.wait()
        except KeyboardInterrupt:
            console.print("Stopping …")
        finally:
            withdraw_environment(folder)
            fleet.stop()

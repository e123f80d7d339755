"""The processes that an installation on one machine consists of, started and supervised together."""

import os
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import app
from app.embedded.children import Program
from app.embedded.supervisor import Supervisor

BACKEND = Path(app.__file__).resolve().parents[1]
WORKER_GRACE = timedelta(seconds=20)


class Fleet:
    """Worker, beat and API server with one environment; each is started again when it ends by itself."""

    def __init__(self, environment: Mapping[str, str], logs: Path) -> None:
        self.supervisor = Supervisor()
        self._environment = dict(os.environ) | dict(environment) | {"PYTHONUNBUFFERED": "1"}
        self._logs = logs

    def start(self, name: str, *arguments: str, grace: timedelta = timedelta(seconds=5)) -> None:
        """Run this interpreter with these arguments, its output in a log file of that name."""
        self.supervisor.start(
            Program(
                name=name,
                argv=(sys.executable, *arguments),
                log=self._logs / f"{name}.log",
                env=self._environment,
                cwd=BACKEND,
                grace=grace,
            ),
            restart=True,
        )

    def start_simulator(self, *, port: int, smtp_port: int, state: Path) -> None:
        options = (f"--port={port}", f"--smtp-port={smtp_port}", f"--state={state}")
        self.start("simulator", "-m", "app.cli.main", "simulator", *options)

    def start_services(self) -> None:
        celery = ("-m", "celery", "-A", "app.workers.celery")
        schedule = self._logs.parent / "celerybeat-schedule"
        self.start("worker", *celery, "worker", "--loglevel=info", grace=WORKER_GRACE)
        self.start("beat", *celery, "beat", "--loglevel=info", f"--schedule={schedule}", "--pidfile=")
        self.start("api", "-m", "app.cli.main", "api")

    def pids(self) -> dict[str, int]:
        return {name: child.pid for name, child in self.supervisor.children.items()}

    def stop(self) -> None:
        self.supervisor.stop()

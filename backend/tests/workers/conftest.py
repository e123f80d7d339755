"""A real Celery worker process on the real database and the real Valkey, with the simulated Gmail over HTTP."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
import redis
from celery import Celery

import app
from app.accounts.vault import Vault
from app.db.models import Mailbox, User
from app.db.session import SYSTEM, Database
from app.embedded.children import Child, Program
from app.embedded.servers import EmbeddedServers
from app.jobs import CeleryPublisher, Job, broker_configuration
from app.settings import Settings
from app.simulator.mail_sink import MailSink
from app.simulator.server import running_simulator
from app.simulator.simulator import Simulator
from tests.factories import add_mailbox, add_user

BACKEND = Path(app.__file__).parents[1]
ANA = "ana@example.org"
READY = b'ready." logger=celery.apps.worker'
POOL_VARIABLE = "TASK_POOL"
"""Runs the tests of this folder under another pool: TASK_POOL=prefork or solo, as `make test-pools` does."""


async def until(condition: Callable[[], Awaitable[object]], *, longest: float = 40) -> None:
    """Wait until the condition holds; look often, and say what never came true."""
    async with asyncio.timeout(longest):
        while not await condition():
            await asyncio.sleep(0.05)


@dataclass
class Fleet:
    """One installation: what its processes are told, and both sides of its world."""

    environment: dict[str, str]
    settings: Settings
    database: Database
    simulator: Simulator
    sink: MailSink
    user: User
    mailbox: Mailbox
    control: Celery
    logs: Path

    async def publish(self, *jobs: Job) -> None:
        publisher = CeleryPublisher(self.settings)
        await publisher(jobs)
        publisher.close()

    @contextmanager
    def worker(self, *options: str, command: Sequence[str] | None = None) -> Generator[psutil.Process]:
        """A worker that is ready; killed with all its children at the end, also when the tests are killed."""
        words = command or (sys.executable, "-m", "celery", "-A", "app.workers.celery", "worker", "--loglevel=info")
        path = self.logs / "worker.log"
        started_before = self._started()
        environment = os.environ | self.environment
        child = Child(Program(name="worker", argv=(*words, *options), log=path, env=environment, cwd=BACKEND))
        try:
            # Asking the worker would not do: a solo worker that is at work answers nobody, and its work may wait for
            # the simulator, which lives in the event loop that would be waiting here.
            while self._started() == started_before:
                assert child.returncode is None, self.log()
                time.sleep(0.05)
            yield psutil.Process(child.pid)
        finally:
            child.kill()

    def _started(self) -> int:
        path = self.logs / "worker.log"
        return path.read_bytes().count(READY) if path.exists() else 0

    def log(self) -> str:
        return (self.logs / "worker.log").read_text(errors="replace")

    def celery(self, *words: str) -> str:
        """What the documented command prints."""
        command = [sys.executable, "-m", "celery", "-A", "app.workers.celery", *words]
        environment = os.environ | self.environment
        done = subprocess.run(command, cwd=BACKEND, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
async def fleet(
    embedded_servers: EmbeddedServers, database: Database, database_url: str, tmp_path: Path
) -> AsyncIterator[Fleet]:
    keys = f"k1:{Vault.generate_key()}"
    simulator = Simulator()
    token = simulator.create_mailbox(ANA)
    with redis.Redis.from_url(embedded_servers.redis_url) as broker:
        broker.flushall()
    async with database.transaction(SYSTEM) as session:
        # No limit of how much happens at once: these tests are about what happens to all of it.
        user = await add_user(session, email=ANA, autonomy="medium", changes_at_once=1_000)
        mailbox = await add_mailbox(session, user, next_sync_at=datetime.now(UTC), sync_window_days=None)
        mailbox.refresh_token_encrypted = Vault(keys).encrypt(
            token, table="mailboxes", column="refresh_token_encrypted", row=mailbox.id
        )
    async with running_simulator(simulator) as url, MailSink() as sink:
        environment = {
            "DATABASE_URL": database_url,
            "REDIS_URL": embedded_servers.redis_url,
            "ENCRYPTION_KEYS": keys,
            "GMAIL_API_URL": url,
            "GOOGLE_TOKEN_URL": f"{url}/token",
            "SENDER": "smtp",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(sink.address[1]),
            "SMTP_STARTTLS": "false",
            "WORKER_CONCURRENCY": "4",
            "WORKER_POOL": os.environ.get(POOL_VARIABLE, "threads"),
            "USER_UNITS_PER_MINUTE": "1000000",
        }
        settings = Settings(**{name.lower(): value for name, value in environment.items()})  # pyright: ignore[reportArgumentType]
        control = Celery("tests-control", set_as_current=False)
        control.conf.update(broker_configuration(settings))
        yield Fleet(environment, settings, database, simulator, sink, user, mailbox, control, tmp_path)
        control.close()

"""What the benchmarks stand on: real servers and a simulated Gmail, each started when the first one asks for it."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

import httpx
import psycopg
from pydantic import SecretStr
from sqlalchemy import make_url

from app.accounts.vault import Vault
from app.cli.fleet import BACKEND
from app.cli.watching import until_answering
from app.db.migrate import migrate
from app.embedded.children import Child, Program
from app.embedded.ports import free_port
from app.embedded.servers import EmbeddedServers
from app.resources import Resources, open_resources
from app.settings import Settings
from app.simulator.sample_mail import USER_ADDRESS, USER_ALIASES
from benchmarks.account import Account, connect
from benchmarks.mails import write_mailbox

MESSAGES: Final = 1000
NO_QUOTA: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class SimulatedGmail:
    url: str
    refresh_token: str


@dataclass(slots=True)
class Stand:
    folder: Path
    _stack: AsyncExitStack
    _servers: EmbeddedServers | None = None
    _gmail: SimulatedGmail | None = None
    _resources: Resources | None = None
    _synced: Account | None = None

    def servers(self) -> EmbeddedServers:
        """PostgreSQL and Valkey as `getanswers up` runs them: what is committed is on disk."""
        if self._servers is None:
            self._servers = self._stack.enter_context(EmbeddedServers(self.folder / "servers"))
        return self._servers

    async def gmail(self) -> SimulatedGmail:
        """A mailbox of MESSAGES messages, served by another process so that its work is not counted as ours."""
        if self._gmail is None:
            url = self._start_simulator()
            mail = self.folder / "mail"
            mail.mkdir()
            await asyncio.to_thread(write_mailbox, mail, MESSAGES)
            async with httpx.AsyncClient(base_url=f"{url}/_simulator", timeout=60) as client:
                await until_answering(client, "/mailboxes", name="simulator")
                wanted = {"address": USER_ADDRESS, "aliases": list(USER_ALIASES)}
                made = (await client.post("/mailboxes", json=wanted)).raise_for_status().json()
                (await client.post(f"/mailboxes/{USER_ADDRESS}/load", json={"path": str(mail)})).raise_for_status()
            self._gmail = SimulatedGmail(url, made["refresh_token"])
        return self._gmail

    async def resources(self) -> Resources:
        """What a worker has, jobs to Valkey included."""
        if self._resources is None:
            gmail = await self.gmail()
            settings = Settings(
                database_url=self.new_database(),
                redis_url=self.servers().redis_url,
                encryption_keys=SecretStr(f"k1:{Vault.generate_key()}"),
                gmail_api_url=gmail.url,
                google_token_url=f"{gmail.url}/token",
                user_units_per_minute=NO_QUOTA,
            )
            self._resources = await self._stack.enter_async_context(open_resources(settings))
        return self._resources

    async def new_account(self) -> Account:
        """A person of its own with the simulated mailbox connected and nothing fetched yet."""
        return await connect(await self.resources(), (await self.gmail()).refresh_token)

    async def synced_account(self) -> Account:
        """The same one for all benchmarks."""
        if self._synced is None:
            account = await self.new_account()
            await account.sync()
            self._synced = account
        return self._synced

    def new_database(self) -> str:
        """The address of an empty database with all tables."""
        given = make_url(self.servers().database_url)
        name = f"bench_{uuid4().hex}"
        with psycopg.connect(given.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        url = given.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
        migrate(url)
        return url

    def _start_simulator(self) -> str:
        port = free_port()
        simulator = Child(
            Program(
                name="simulator",
                argv=(sys.executable, "-m", "app.cli.main", "simulator", f"--port={port}"),
                log=self.folder / "simulator.log",
                env=os.environ,
                cwd=BACKEND,
            )
        )
        self._stack.callback(simulator.terminate)
        return f"http://127.0.0.1:{port}"


@asynccontextmanager
async def open_stand() -> AsyncGenerator[Stand]:
    with _folder() as folder:
        async with AsyncExitStack() as stack:
            yield Stand(folder, stack)


@contextmanager
def _folder() -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="getanswers-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # the user that root's PostgreSQL runs as has to pass through
        yield folder

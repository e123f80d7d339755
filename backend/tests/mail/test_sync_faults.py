"""The fault table: whatever fails at whatever step, in the end everything is stored, once, as Gmail has it."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import delete, event, select, update
from typing_extensions import override

from app.accounts.vault import Vault
from app.db.models import Conversation, FetchFailure, Mailbox, MailboxState, Message
from app.simulator.faults import Fault, FaultKind, FaultPlan
from tests.mail.gmail_world import ANA, World, mail

BACKEND = Path(__file__).parents[2]
PATIENCE = timedelta(minutes=30)
BOUNDS = {
    "gmail.FIRST_PAUSE_SECONDS": 0.001,
    "gmail.PAGE_SIZE": 5,
    "gmail.HISTORY_PAGE_SIZE": 4,
    "planning.CHUNK": 3,
}
"""Small enough that a small mailbox has several pages and chunks."""
TRIES = 6
FIRST_STEPS = ("getProfile", "messages.list", "messages.get", "threads.get")
LATER_STEPS = ("history.list", "messages.get")
SKIPS = {"getProfile": (0,), "threads.get": (0,)}

ANSWERS = {
    "429": Fault(FaultKind.ERROR, status=429, reason="rateLimitExceeded"),
    "429 of the user": Fault(FaultKind.ERROR, status=429, reason="userRateLimitExceeded"),
    "403 of the user": Fault(FaultKind.ERROR, status=403, reason="userRateLimitExceeded"),
    "500": Fault(FaultKind.ERROR, status=500),
    "500 for long": Fault(FaultKind.ERROR, status=500, times=20),
    "refused": Fault(FaultKind.ERROR, status=400, reason="invalidArgument"),
    "timeout before": Fault(FaultKind.TIMEOUT_BEFORE),
    "timeout after": Fault(FaultKind.TIMEOUT_AFTER),
    "reset": Fault(FaultKind.RESET),
    "malformed": Fault(FaultKind.MALFORMED),
    "malformed for long": Fault(FaultKind.MALFORMED, times=20),
}


class Trap(FaultPlan):
    """Does something at the moment of a call."""

    def __init__(self, method: str, skip: int, spring: Callable[[], object]) -> None:
        super().__init__()
        self._method, self._skip, self._spring = method, skip, spring
        self.sprung = False

    @override
    def next_for(self, method: str, mailbox: str) -> Fault | None:
        if method == self._method and not self.sprung:
            self.sprung = self._skip == 0
            self._skip -= 1
            if self.sprung:
                self._spring()
        return None


@dataclass
class Table:
    """A small mailbox with a thread, sent mail, and enough of it for several pages and chunks."""

    world: World
    vault: Vault
    url: str
    rounds: int = 0

    def fill(self) -> None:
        self.rounds += 1
        number = self.rounds
        for part in range(3):
            self.world.deliver(f"single {number} {part}")
        self.world.deliver(f"sent {number}", labels=("SENT",), sender=f"Ana <{ANA}>", to="erik@example.com")
        answers = f"In-Reply-To: <thread-{number}@example.com>\nReferences: <thread-{number}@example.com>\n".encode()
        self.world.deliver(f"thread {number}")
        for _ in range(3):
            self.world.simulator.deliver(ANA, answers + mail(f"Re: thread {number}"))

    async def change(self) -> None:
        """What a history has: new mail, other labels, deletions."""
        known = list(self.world.simulator.mailbox(ANA).messages)
        self.fill()
        await self.world.gmail.modify(known[0], add=["STARRED"], remove=["UNREAD"])
        self.world.simulator.mailbox(ANA).remove(known[1])
        self.world.deliver(f"spam {self.rounds}", labels=("SPAM",))

    async def forget(self) -> None:
        """As if the mailbox had just been connected."""
        async with self.world.database.transaction(self.world.user.id) as session:
            await session.execute(delete(Conversation))
            await session.execute(delete(FetchFailure))
            await session.execute(update(Mailbox).values(history_id=None, first_sync_cursor=None, not_before=None))

    def contents(self) -> dict[str, list[str]]:
        held = self.world.simulator.mailbox(ANA).messages
        return {one.id: one.sorted_labels() for one in held.values()}

    async def stored(self) -> dict[str, list[str]]:
        async with self.world.database.transaction(self.world.user.id) as session:
            found = (await session.execute(select(Message.provider_message_id, Message.labels))).all()
        assert len({one for one, _ in found}) == len(found), "a message was stored twice"
        return {one: sorted(labels) for one, labels in found if labels}

    async def must_end_well(self) -> None:
        self.world.simulator.faults.clear()
        for _ in range(TRIES):
            await self.reconnect()
            self.world.now += PATIENCE
            await self.world.sync()
            row = await self.world.row()
            if (
                row.history_id == self.world.simulator.mailbox(ANA).history_id
                and await self.stored() == self.contents()
            ):
                return
        assert await self.stored() == self.contents()
        raise AssertionError("the cursor never arrived")

    async def reconnect(self) -> None:
        """What a person does when the mailbox asks for it."""
        if (await self.world.row()).state != MailboxState.NEEDS_RECONNECT:
            return
        token = self.world.simulator.create_mailbox(ANA)
        async with self.world.database.transaction(self.world.user.id) as session:
            row = await session.get_one(Mailbox, self.world.mailbox.id)
            row.refresh_token_encrypted = self.vault.encrypt(
                token, table="mailboxes", column="refresh_token_encrypted", row=row.id
            )
            row.access_token_encrypted, row.state = None, MailboxState.ACTIVE
        self.world.gmail = self.world.open_gmail()

    def cut_database(self) -> None:
        """What a restart of the database does to those who are connected."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    async def keep_commits(self) -> None:
        """The servers of the tests may forget their last commits in a crash; a real one may not, nor may this one."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            name = sql.Identifier(connection.info.dbname)
            connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = on").format(name))
        await self.world.database.engine.dispose()

    def crash_database(self) -> None:
        """Kill a process of the database: it ends all others, recovers from its log and starts again."""
        with suppress(psycopg.OperationalError), psycopg.connect(self.url, autocommit=True) as connection:
            os.kill(connection.info.backend_pid, signal.SIGKILL)
            while True:
                connection.execute("SELECT 1")
        while True:
            with suppress(psycopg.OperationalError), psycopg.connect(self.url) as connection:
                return
            time.sleep(0.02)  # the simulator, from whose call this comes, is to answer after the restart


@pytest.fixture
def table(world: World, vault: Vault, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Table:
    for name, value in BOUNDS.items():
        monkeypatch.setattr(f"app.mail.{name}", value)
    filled = Table(world, vault, database_url.replace("+psycopg", ""))
    filled.fill()
    return filled


async def _attempt(world: World) -> bool:
    """Whether a sync went through; why it did not is the fault's matter."""
    try:
        await world.sync()
    except Exception:  # noqa: BLE001 - the worker would try again later
        return False
    return True


@pytest.mark.parametrize("name", ANSWERS)
async def test_first_sync(table: Table, name: str) -> None:
    for step in FIRST_STEPS:
        for skip in SKIPS.get(step, (1,)):
            await table.forget()
            fault = _planted(table.world, name, step, skip)
            await _attempt(table.world)
            assert fault.hits, f"{step} {skip} was never called"
            await table.must_end_well()


@pytest.mark.parametrize("name", ANSWERS)
async def test_increment(table: Table, name: str) -> None:
    await table.world.sync()
    for step in LATER_STEPS:
        for skip in SKIPS.get(step, (0, 1)):
            await table.change()
            fault = _planted(table.world, name, step, skip)
            await _attempt(table.world)
            assert fault.hits, f"{step} {skip} was never called"
            await table.must_end_well()


def _planted(world: World, name: str, step: str, skip: int) -> Fault:
    kind = ANSWERS[name]
    fault = Fault(kind.kind, method=step, skip=skip, times=kind.times, status=kind.status, reason=kind.reason)
    world.simulator.faults.add(fault)
    return fault


async def _sprung(table: Table, step: str, skip: int, spring: Callable[[], object]) -> None:
    trap = Trap(step, skip, spring)
    table.world.simulator.faults = trap
    await _attempt(table.world)
    assert trap.sprung, f"{step} {skip} was never called"
    await table.must_end_well()


SPRINGS: dict[str, Callable[[Table], object]] = {
    "401": lambda table: table.world.simulator.grants.expire_access_tokens(ANA),
    "invalid grant": lambda table: table.world.simulator.grants.revoke_mailbox(ANA),
    "404 cursor": lambda table: _forget_history(table.world),
    "vanished": lambda table: _vanish(table.world),
    "database cut": lambda table: table.cut_database(),
    "lease expired": lambda table: _let_lease_expire(table.world),
}


def _forget_history(world: World) -> None:
    world.deliver("in the gap")
    world.simulator.mailbox(ANA).expire_history(world.simulator.mailbox(ANA).history_id)


def _vanish(world: World) -> None:
    mailbox = world.simulator.mailbox(ANA)
    mailbox.remove(list(mailbox.messages)[-1])


def _let_lease_expire(world: World) -> None:
    world.now += PATIENCE


@pytest.mark.parametrize("name", SPRINGS)
async def test_what_happens_during_a_first_sync(table: Table, name: str) -> None:
    for step in FIRST_STEPS:
        for skip in SKIPS.get(step, (1,)):
            await table.forget()
            await _sprung(table, step, skip, lambda: SPRINGS[name](table))
            table.fill()


@pytest.mark.parametrize("name", SPRINGS)
async def test_what_happens_during_an_increment(table: Table, name: str) -> None:
    await table.world.sync()
    for step in LATER_STEPS:
        for skip in SKIPS.get(step, (0, 1)):
            await table.change()
            await _sprung(table, step, skip, lambda: SPRINGS[name](table))


@pytest.mark.parametrize("is_first", [True, False])
async def test_a_worker_that_is_killed_at_any_call(table: Table, is_first: bool) -> None:  # noqa: FBT001
    await table.world.sync()
    for step in FIRST_STEPS if is_first else LATER_STEPS:
        for skip in SKIPS.get(step, (1,)):
            await (table.forget() if is_first else table.change())
            task = asyncio.create_task(table.world.sync())
            trap = Trap(step, skip, task.cancel)
            table.world.simulator.faults = trap
            with suppress(asyncio.CancelledError):
                await task
            assert trap.sprung
            await table.must_end_well()


@pytest.mark.parametrize("is_first", [True, False])
async def test_a_process_that_is_killed_at_any_call(
    table: Table,
    vault_keys: str,
    database_url: str,
    is_first: bool,  # noqa: FBT001
) -> None:
    world = table.world
    await world.sync()
    for step in FIRST_STEPS if is_first else LATER_STEPS:
        for skip in SKIPS.get(step, (1,)):
            await (table.forget() if is_first else table.change())
            given = {
                "database_url": database_url,
                "keys": vault_keys,
                "url": world.url,
                "user": str(world.user.id),
                "mailbox": str(world.mailbox.id),
                "now": world.now.isoformat(),
                "bounds": BOUNDS,
                "settings": {
                    "database_url": "postgresql://unused",
                    "redis_url": "redis://unused",
                    "encryption_keys": "unused",
                    "google_token_url": f"{world.url}/token",
                },
            }
            command = (sys.executable, "-m", "tests.mail.syncing", json.dumps(given))
            process = await asyncio.create_subprocess_exec(*command, cwd=BACKEND, env=os.environ)
            world.simulator.faults = Trap(step, skip, process.kill)
            assert await process.wait() == -signal.SIGKILL
            await table.must_end_well()


@pytest.mark.parametrize("is_first", [True, False])
async def test_a_database_that_crashes_and_restarts_at_any_call(table: Table, is_first: bool) -> None:  # noqa: FBT001
    await table.keep_commits()
    await table.world.sync()
    for step in FIRST_STEPS if is_first else LATER_STEPS:
        for skip in SKIPS.get(step, (1,)):
            await (table.forget() if is_first else table.change())
            await _sprung(table, step, skip, table.crash_database)


@pytest.mark.parametrize("is_first", [True, False])
async def test_a_database_that_is_cut_at_any_commit(table: Table, is_first: bool) -> None:  # noqa: FBT001
    await table.world.sync()
    number, hit = 0, True
    while hit:
        await (table.forget() if is_first else table.change())
        with _cut_at_commit(table, number) as cuts:
            await _attempt(table.world)
        hit = bool(cuts)
        await table.must_end_well()
        number += 1
    assert number > 4, "there were fewer commits than steps"


@contextmanager
def _cut_at_commit(table: Table, number: int) -> Generator[list[int]]:
    """The database goes away just before it is told to commit for the n-th time."""
    left, cuts = number, list[int]()

    def cut(_: object) -> None:
        nonlocal left
        if left == 0:
            cuts.append(number)
            table.cut_database()
        left -= 1

    engine = table.world.database.engine.sync_engine
    event.listen(engine, "commit", cut)
    try:
        yield cuts
    finally:
        event.remove(engine, "commit", cut)

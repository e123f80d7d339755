"""The fault table: whatever fails at whatever step, in the end everything is stored, once, as Gmail has it.

What Gmail answers is in ANSWERS, what happens meanwhile in SPRINGS; a killed worker, a database that crashes and a
broker that is flushed have tests of their own.
"""

import asyncio
import base64
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest
import redis
from sqlalchemy import event

from app.accounts.vault import Vault
from app.db.models import MessageState, utc_now
from app.db.session import Database
from app.embedded.servers import EmbeddedServers
from app.jobs import CeleryPublisher, Queue
from app.mail.sync import claim_due
from app.settings import Settings
from app.simulator.faults import Fault, FaultKind
from app.simulator.oauth import TOKEN_METHOD
from app.triage.sweep import sweep
from tests.mail.fault_table import BOUNDS, PATIENCE, Table, Trap, attempt
from tests.mail.gmail_world import ANA, World

BACKEND = Path(__file__).parents[2]
FIRST_STEPS = ("settings.sendAs.list", "getProfile", "messages.list", "messages.get", "threads.get")
LATER_STEPS = ("history.list", "messages.get")
SKIPS = {"settings.sendAs.list": (0,), "getProfile": (0,), "threads.get": (0,)}

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


@pytest.fixture
def table(world: World, vault: Vault, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Table:
    for name, value in BOUNDS.items():
        monkeypatch.setattr(f"app.mail.{name}", value)
    filled = Table(world, vault, database_url.replace("+psycopg", ""))
    filled.fill()
    return filled


@pytest.mark.parametrize("name", ANSWERS)
async def test_first_sync(table: Table, name: str) -> None:
    for step in FIRST_STEPS:
        for skip in SKIPS.get(step, (1,)):
            await table.forget()
            fault = _planted(table.world, name, step, skip)
            await attempt(table.world)
            assert fault.hits, f"{step} {skip} was never called"
            await table.must_end_well()


@pytest.mark.parametrize("name", ANSWERS)
async def test_increment(table: Table, name: str) -> None:
    await table.world.sync()
    for step in LATER_STEPS:
        for skip in SKIPS.get(step, (0, 1)):
            await table.change()
            fault = _planted(table.world, name, step, skip)
            await attempt(table.world)
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
    await attempt(table.world)
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


@pytest.mark.parametrize("name", ["429", "500", "timeout before", "timeout after", "reset", "malformed"])
async def test_renewing_the_token_during_an_increment(table: Table, name: str) -> None:
    await table.world.sync()
    await table.change()
    table.world.simulator.grants.expire_access_tokens(ANA)
    fault = _planted(table.world, name, TOKEN_METHOD, 0)
    await attempt(table.world)
    assert fault.hits
    await table.must_end_well()


@pytest.mark.parametrize("is_first", [True, False])
async def test_a_broker_that_is_flushed_at_any_call(
    table: Table,
    embedded_servers: EmbeddedServers,
    is_first: bool,  # noqa: FBT001
) -> None:
    """Only hints are lost: the tick finds the mailbox again, and the sweeper every message that waits."""
    with redis.Redis.from_url(embedded_servers.redis_url) as broker:
        async with _publishing(table, embedded_servers.redis_url):
            await table.world.sync()
            for step in FIRST_STEPS if is_first else LATER_STEPS:
                for skip in SKIPS.get(step, (1,)):
                    await (table.forget() if is_first else table.change())
                    await _sprung(table, step, skip, broker.flushall)
            broker.flushall()
            await claim_due(table.world.database, now=table.world.now)
            assert _handed_over(broker, Queue.SYNC) == {table.world.user.id}
            later = max(table.world.now, utc_now()) + PATIENCE
            await sweep(database=table.world.database, clock=lambda: later)
            waiting = {one.id for one in await table.world.messages() if one.state == MessageState.PENDING}
            assert waiting
            assert _handed_over(broker, Queue.BACKLOG) | _handed_over(broker, Queue.AI) == waiting


@asynccontextmanager
async def _publishing(table: Table, redis_url: str) -> AsyncGenerator[None]:
    """Jobs of this world go to a real broker, where nobody takes them."""
    settings = Settings.model_validate(
        {"database_url": table.url, "redis_url": redis_url, "encryption_keys": Vault.generate_key()}
    )
    publisher, before = CeleryPublisher(settings), table.world.database
    table.world.database = Database(str(before.engine.url.render_as_string(hide_password=False)), publisher)
    yield
    await table.world.database.close()
    table.world.database = before
    publisher.close()


def _handed_over(broker: redis.Redis, queue: Queue) -> set[UUID]:
    """The ids that the jobs in a queue carry."""
    jobs = cast("list[bytes]", broker.lrange(queue.value, 0, -1))
    bodies = [json.loads(base64.b64decode(json.loads(job)["body"])) for job in jobs]
    return {UUID(one) for arguments, *_ in bodies for one in arguments}


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
            await attempt(table.world)
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

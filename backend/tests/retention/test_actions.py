"""Old resolved actions move whole and once, whatever interrupts; open ones never move."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.transitions import FINAL
from app.db.models import Action, ActionKind, ActionState, ArchivedAction, Base
from app.db.session import SYSTEM, Database, System
from app.jobs import Job
from app.retention.actions import KEPT_FOR, archive_old_actions
from tests.factories import NOON, add_action, add_mailbox, add_message, add_user

Clock = Callable[[], datetime]
OLD = NOON - KEPT_FOR - timedelta(seconds=1)


async def add_old(database: Database, number: int, **over: Any) -> list[UUID]:
    async with database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, await add_user(session))
        values: dict[str, Any] = {"state": "done", "resolved_at": OLD}
        return [
            (await add_action(session, await add_message(session, mailbox), **(values | over))).id
            for _ in range(number)
        ]


async def ids(database: Database, table: type[Action] | type[ArchivedAction]) -> set[UUID]:
    async with database.transaction(SYSTEM) as session:
        return set(await session.scalars(select(table.id)))


def contents(row: Base) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__mapper__.columns.keys()}  # noqa: SIM118 - a mapping of columns


async def test_exactly_the_old_resolved_ones_move(database: Database, clock: Clock) -> None:
    resolved = sorted(FINAL)
    moved = [(await add_old(database, 1, state=state))[0] for state in resolved]
    stay = [
        *await add_old(database, 1, resolved_at=NOON - KEPT_FOR),
        *await add_old(database, 1, resolved_at=None),
        *await add_old(database, 1, state="proposed", resolved_at=None, created_at=OLD - timedelta(days=900)),
    ]
    for state in set(ActionState) - FINAL:  # as after a fault: the time stamp alone must not move it
        stay += await add_old(database, 1, state=state)
    assert await archive_old_actions(database, clock=clock) == len(resolved)
    assert await ids(database, ArchivedAction) == set(moved)
    assert await ids(database, Action) == set(stay)
    assert await archive_old_actions(database, clock=clock) == 0


async def test_every_column_moves_unchanged(database: Database, clock: Clock) -> None:
    (action_id,) = await add_old(
        database, 1, kind=ActionKind.REPLY, payload={"to": ["erik@example.com"], "body": "Hi"}, reasons=["a", "b"],
        approved_hash=b"\x00\x01", decided_by="user", decided_at=OLD, undo={"added": ["X"]}, error="none", attempts=2,
        created_at=OLD - timedelta(days=1), updated_at=OLD,
    )  # fmt: skip
    async with database.transaction(SYSTEM) as session:
        before = contents(await session.get_one(Action, action_id))
    await archive_old_actions(database, clock=clock)
    async with database.transaction(SYSTEM) as session:
        after = contents(await session.get_one(ArchivedAction, action_id))
    assert after.pop("archived_at") == NOON
    assert after == before


class _KilledError(Exception):
    pass


class _DiesBefore(Database):
    """Stops working before the commit of a certain batch, as a worker that is killed there."""

    commits_left = 0

    @asynccontextmanager
    async def transaction(self, who: UUID | System) -> AsyncGenerator[AsyncSession]:
        async with super().transaction(who) as session:
            yield session
            if self.commits_left == 0:
                raise _KilledError
            self.commits_left -= 1


@pytest.mark.parametrize("commits", [0, 1, 2])
async def test_killed_between_batches_nothing_is_lost(
    database: Database, database_url: str, clock: Clock, commits: int
) -> None:
    everything = set(await add_old(database, 7))

    async def publish(jobs: Sequence[Job]) -> None:
        pytest.fail(f"nothing is to be published: {jobs}")

    dying = _DiesBefore(database_url, publish)
    dying.commits_left = commits
    with pytest.raises(_KilledError):
        await archive_old_actions(dying, clock=clock, rows_per_batch=3)
    await dying.close()
    kept, archived = await ids(database, Action), await ids(database, ArchivedAction)
    assert len(archived) == 3 * commits
    assert kept | archived == everything
    assert not kept & archived
    assert await archive_old_actions(database, clock=clock, rows_per_batch=3) == 7 - 3 * commits
    assert await ids(database, ArchivedAction) == everything
    assert await ids(database, Action) == set()


async def test_two_at_once_share_the_work(database: Database, clock: Clock) -> None:
    everything = set(await add_old(database, 20))
    numbers = await asyncio.gather(*(archive_old_actions(database, clock=clock, rows_per_batch=3) for _ in range(3)))
    # who finds the rest locked ends early; whoever is left goes on
    assert sum(numbers) + await archive_old_actions(database, clock=clock) == 20
    assert await ids(database, ArchivedAction) == everything


async def test_the_limit_is_the_caller_s(database: Database, clock: Clock) -> None:
    await add_old(database, 2, resolved_at=NOON - timedelta(days=8))
    assert await archive_old_actions(database, clock=clock, older_than=timedelta(days=9)) == 0
    assert await archive_old_actions(database, clock=clock, older_than=timedelta(days=7)) == 2

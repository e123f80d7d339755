"""Messages that could not be fetched: tried ever more rarely but for ever, unless the person says to leave one."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.db.models import FetchFailure, WalkKind
from app.db.session import SYSTEM
from app.errors import NotFoundError
from app.mail import failure_repository
from app.mail.failure_repository import FIRST_WAIT, LONGEST_WAIT, Counts
from app.mail.planning import CHUNK
from app.mail.repository import MailboxRef
from app.mail.retrying import leave_out, try_all_now, try_now
from app.mail.walk_repository import latest_walks
from app.simulator.faults import Fault, FaultKind
from tests.factories import add_user
from tests.mail.gmail_world import ANA, World


def _refused(times: int = 1) -> Fault:
    return Fault(FaultKind.ERROR, method="messages.get", status=400, reason="invalidArgument", times=times)


@pytest.fixture
async def failed(world: World) -> str:
    """The id of a message that Gmail refused once, and would give from now on."""
    await world.sync()
    message = world.deliver("mail")
    world.simulator.faults.add(_refused())
    await world.sync()
    assert await world.stored_ids() == []
    return message


async def _failures(world: World) -> list[FetchFailure]:
    async with world.database.transaction(world.user.id) as session:
        return list(await session.scalars(select(FetchFailure)))


async def _counts(world: World) -> Counts:
    async with world.database.transaction(world.user.id) as session:
        return await failure_repository.counts(session, world.mailbox.id)


async def test_one_that_the_person_left_is_not_tried_by_any_sync_nor_with_all(world: World, failed: str) -> None:
    await leave_out(world.database, world.ref, failed, clock=world.clock)
    assert await _counts(world) == Counts(waiting=0, left_out=1)
    await try_all_now(world.database, world.ref, clock=world.clock)
    for wait in (timedelta(0), timedelta(hours=13), timedelta(days=8)):
        world.now += wait
        await world.sync()
    assert await world.stored_ids() == []
    [row] = await _failures(world)
    assert (row.attempts, row.left_out_at is None) == (1, False)
    async with world.database.transaction(world.user.id) as session:
        compared = (await latest_walks(session, world.mailbox.id))[WalkKind.RECONCILE]
    assert (compared.done, compared.missing, compared.finished_at) == (1, 0, world.now)


async def test_one_that_was_left_comes_when_the_person_wants_it_again(world: World, failed: str) -> None:
    await leave_out(world.database, world.ref, failed, clock=world.clock)
    await try_now(world.database, world.ref, failed, clock=world.clock)
    await world.sync()
    assert await world.stored_ids() == [failed]
    assert await _failures(world) == []


async def test_one_alone_is_tried_at_once_and_the_others_wait(world: World, failed: str) -> None:
    other = world.deliver("other")
    world.simulator.faults.add(_refused())
    await world.sync()
    await try_now(world.database, world.ref, other, clock=world.clock)
    await world.sync()
    assert await world.stored_ids() == [other]
    assert [one.provider_message_id for one in await _failures(world)] == [failed]


async def test_one_that_was_left_and_is_deleted_in_gmail_is_forgotten(world: World, failed: str) -> None:
    await leave_out(world.database, world.ref, failed, clock=world.clock)
    world.simulator.mailbox(ANA).remove(failed)
    await world.sync()
    assert await _failures(world) == []


async def test_the_wait_doubles_up_to_half_a_day_and_the_tries_never_end(world: World, failed: str) -> None:
    waits: list[timedelta] = []
    for attempts in (1, 2, 9, 10, 40, 2_000_000):
        async with world.database.transaction(world.user.id) as session:
            await session.execute(update(FetchFailure).values(attempts=attempts, not_before=world.now))
        world.simulator.faults.add(_refused())
        await world.sync()
        [row] = await _failures(world)
        assert row.attempts == attempts + 1
        waits.append(row.not_before - world.now)
    assert waits == [2 * FIRST_WAIT, 4 * FIRST_WAIT, 512 * FIRST_WAIT, *[LONGEST_WAIT] * 3]
    world.now += LONGEST_WAIT
    await world.sync()
    assert await world.stored_ids() == [failed]


async def test_a_try_does_not_wait_for_the_end_of_a_first_sync(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [world.deliver(f"mail {number}") for number in range(3 * CHUNK)]
    monkeypatch.setattr("app.mail.sync.TIME_SLICE", timedelta(0))
    world.simulator.faults.add(_refused())
    await world.sync()
    [row] = await _failures(world)
    await try_now(world.database, world.ref, row.provider_message_id, clock=world.clock)
    await world.sync()
    assert row.provider_message_id in await world.stored_ids()
    assert len(await world.stored_ids()) < len(ids)


async def test_failures_that_never_come_do_not_hold_up_a_first_sync(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as would be an outage if there were nothing else."""
    for number in range(2 * CHUNK):
        world.deliver(f"mail {number}")
    monkeypatch.setattr("app.mail.sync.TIME_SLICE", timedelta(0))
    world.simulator.faults.add(_refused(times=10))
    await world.sync()
    assert len(await _failures(world)) == 10
    await try_all_now(world.database, world.ref, clock=world.clock)
    world.simulator.faults.add(_refused(times=10))
    monkeypatch.undo()
    await world.sync()
    assert [one.attempts for one in await _failures(world)] == [2] * 10
    assert (await world.row()).first_sync_done_at == world.now


async def test_nobody_decides_about_anothers_and_what_has_come_is_not_there(world: World, failed: str) -> None:
    async with world.database.transaction(SYSTEM) as session:
        stranger = MailboxRef((await add_user(session)).id, world.mailbox.id)
    for ref, message in ((stranger, failed), (world.ref, "unknown")):
        for change in (try_now, leave_out):
            with pytest.raises(NotFoundError):
                await change(world.database, ref, message, clock=world.clock)
    assert await _counts(world) == Counts(waiting=1, left_out=0)

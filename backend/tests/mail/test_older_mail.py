"""Older mail that was asked for can be stopped at any moment, and asked for again."""

import asyncio
from datetime import timedelta

import pytest

from app.db.models import WalkKind, utc_now
from app.mail.older_mail import ask_for_older, stop_older
from app.mail.planning import CHUNK
from app.mail.walk_repository import latest_walks
from tests.mail.gmail_world import ANA, World, mail

OLD = 6 * CHUNK


@pytest.fixture
async def world(world: World) -> World:
    """The first sync and the first comparison are over, and there is older mail."""
    world.now = utc_now()
    world.mailbox.sync_window_days = 30
    async with world.database.transaction(world.user.id) as session:
        await session.merge(world.mailbox)
    for one, days in enumerate([60] * OLD + [500]):
        moment = (world.now - timedelta(days=days, seconds=one)).timestamp()
        world.simulator.mailbox(ANA).add(mail(f"old {one}"), label_ids=["INBOX"], internal_date_ms=int(moment * 1000))
    world.simulator.save()
    world.deliver("young")
    await world.sync()
    world.now += timedelta(hours=2)
    await world.sync()
    assert len(await world.stored_ids()) == 1
    return world


async def _kinds(world: World) -> set[WalkKind]:
    async with world.database.transaction(world.user.id) as session:
        return set(await latest_walks(session, world.mailbox.id))


async def _stop(world: World) -> None:
    await stop_older(world.database, world.ref, clock=world.clock)


async def _ask(world: World) -> None:
    await ask_for_older(world.database, world.ref, days=None, clock=world.clock)


async def test_a_sync_that_runs_when_it_is_stopped_ends_and_no_later_one_goes_on(world: World) -> None:
    await _ask(world)
    running = asyncio.create_task(world.sync())
    while len(await world.stored_ids()) == 1:
        await asyncio.sleep(0)
    await _stop(world)
    await running
    kept = await world.stored_ids()
    assert 1 < len(kept) < OLD
    assert await _kinds(world) == {WalkKind.FIRST, WalkKind.RECONCILE}
    assert (await world.row()).lease_id is None
    for wait in (timedelta(0), timedelta(days=8)):  # the second one compares
        world.now += wait
        await world.sync()
        assert await world.stored_ids() == kept


async def test_after_a_stop_it_can_be_asked_for_again_and_nothing_is_fetched_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _ask(world)
    monkeypatch.setattr("app.mail.older_mail.SLICE", timedelta(0))
    await world.sync()
    await _stop(world)
    await world.sync()
    assert len(await world.stored_ids()) == 1 + CHUNK
    monkeypatch.undo()
    await _ask(world)
    await world.sync()
    assert await world.stored_ids() == world.gmail_ids()
    assert world.simulator.meter.usage[ANA].calls["messages.get"] == len(world.gmail_ids())


async def test_stopping_leaves_the_comparison_where_it_was(world: World) -> None:
    walk_at = (await world.row()).walk_at
    await _ask(world)
    await _stop(world)
    assert (await world.row()).walk_at == walk_at


async def test_stopping_what_is_not_under_way_changes_nothing(world: World) -> None:
    await _ask(world)
    await world.sync()
    walk_at = (await world.row()).walk_at
    await _stop(world)
    assert (await world.row()).walk_at == walk_at
    assert WalkKind.BACKFILL in await _kinds(world)


async def test_a_further_wish_reaches_the_sync_that_is_running(world: World) -> None:
    await ask_for_older(world.database, world.ref, days=90, clock=world.clock)
    running = asyncio.create_task(world.sync())
    while len(await world.stored_ids()) == 1:
        await asyncio.sleep(0)
    await _ask(world)
    await running
    await world.sync()
    assert await world.stored_ids() == world.gmail_ids()

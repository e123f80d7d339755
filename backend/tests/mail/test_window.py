"""How much a first sync takes can be changed while it runs, and what it has not taken once it is over is said."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.db.models import Mailbox, Walk, WalkKind, utc_now
from app.db.session import SYSTEM
from app.errors import NotFoundError
from app.mail.older_mail import ask_for_older
from app.mail.planning import CHUNK
from app.mail.repository import MailboxRef
from app.mail.walk_repository import latest_walks
from app.mail.window import Shortfall, change_window
from tests.factories import add_user
from tests.mail.gmail_world import ANA, World, mail


@pytest.fixture
async def world(world: World) -> World:
    world.now = utc_now()
    async with world.database.transaction(world.user.id) as session:
        await session.execute(update(Mailbox).values(sync_window_days=30))
    return world


def _deliver(world: World, number: int, *, days: float) -> list[str]:
    """So many mails that are about so many days old."""
    mailbox, moment = world.simulator.mailbox(ANA), (world.now - timedelta(days=days)).timestamp()
    made = [
        mailbox.add(mail(f"{days} days, {one}"), label_ids=["INBOX"], internal_date_ms=int(moment * 1000) - one).id
        for one in range(number)
    ]
    world.simulator.save()
    return made


async def _first_walk(world: World) -> Walk:
    async with world.database.transaction(world.user.id) as session:
        return (await latest_walks(session, world.mailbox.id))[WalkKind.FIRST]


async def _window(world: World, days: int | None, messages: int | None = None) -> Shortfall | None:
    return await change_window(world.database, world.ref, days=days, messages=messages, clock=world.clock)


async def test_a_wider_window_reaches_the_first_sync_that_is_running(world: World) -> None:
    young, old = _deliver(world, 5 * CHUNK, days=5), _deliver(world, CHUNK, days=60)
    running = asyncio.create_task(world.sync())
    while not await world.stored_ids():
        await asyncio.sleep(0)
    assert await _window(world, 90) is None
    await running
    assert (await world.row()).first_sync_done_at is None
    await world.sync()
    assert await world.stored_ids() == sorted([*young, *old])
    assert (await _first_walk(world)).after == world.now - timedelta(days=90)
    assert (await world.row()).first_sync_done_at == world.now
    assert world.simulator.meter.usage[ANA].calls["messages.get"] == 6 * CHUNK


@pytest.mark.parametrize("bounds", [(3, None), (30, CHUNK + 5)], ids=["days", "messages"])
async def test_a_narrower_window_ends_a_first_sync_earlier_and_removes_nothing(
    world: World, bounds: tuple[int, int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    young, old = _deliver(world, CHUNK + 5, days=1), _deliver(world, 3 * CHUNK, days=10)
    monkeypatch.setattr("app.mail.sync.TIME_SLICE", timedelta(0))
    await world.sync()
    before = await world.stored_ids()
    assert before == sorted(young[:CHUNK])
    await _window(world, *bounds)
    monkeypatch.undo()
    await world.sync()
    assert await world.stored_ids() == sorted(young)
    walk = await _first_walk(world)
    assert (walk.done, walk.expected, walk.finished_at) == (len(young), len(young), world.now)
    assert set(before) < set(await world.stored_ids())
    assert not set(old) & set(await world.stored_ids())


async def test_narrower_than_what_is_stored_the_first_sync_is_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _deliver(world, 3 * CHUNK, days=1)
    monkeypatch.setattr("app.mail.sync.TIME_SLICE", timedelta(0))
    await world.sync()
    await _window(world, 30, 4)
    await world.sync()
    assert len(await world.stored_ids()) == CHUNK
    assert (await world.row()).first_sync_done_at == world.now


async def test_the_same_window_again_does_not_begin_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _deliver(world, 2 * CHUNK, days=1)
    monkeypatch.setattr("app.mail.sync.TIME_SLICE", timedelta(0))
    await world.sync()
    before = await _first_walk(world)
    world.now += timedelta(minutes=10)
    await _window(world, 30)
    after = await _first_walk(world)
    assert (after.after, after.passed, after.page) == (before.after, before.passed, before.page)


async def test_after_the_first_sync_a_wider_window_is_a_shortfall_until_it_is_asked_for(world: World) -> None:
    for days in (5, 60):
        _deliver(world, 1, days=days)
    await world.sync()
    assert [await _window(world, days) for days in (30, 7, 90)] == [None, None, Shortfall(90)]
    assert len(await world.stored_ids()) == 1
    await ask_for_older(world.database, world.ref, days=90, clock=world.clock)
    assert await _window(world, 90) is None
    await world.sync()
    assert await world.stored_ids() == world.gmail_ids()
    assert [await _window(world, days) for days in (90, None)] == [None, Shortfall(None)]


async def test_a_window_of_so_many_messages_is_satisfied_by_them(world: World) -> None:
    _deliver(world, 10, days=5)
    await _window(world, 30, 4)
    await world.sync()
    found = [await _window(world, 30, messages) for messages in (4, 2, 8, None)]
    assert found == [None, None, Shortfall(30), Shortfall(30)]


async def test_old_mail_that_comes_late_hides_no_mail_between(world: World) -> None:
    """What the newest four messages began with is known; the oldest that is stored says nothing of it."""
    newest, older = _deliver(world, 4, days=5), _deliver(world, 5, days=20)
    await _window(world, None, 4)
    await world.sync()
    late = _deliver(world, 1, days=500)
    await world.sync()
    world.now += timedelta(hours=2)
    await world.sync()
    assert await world.stored_ids() == sorted([*newest, *late])
    await ask_for_older(world.database, world.ref, days=30, clock=world.clock)
    await world.sync()
    assert await world.stored_ids() == sorted([*newest, *older, *late])


async def test_nobody_sets_the_window_of_another(world: World) -> None:
    async with world.database.transaction(SYSTEM) as session:
        stranger = await add_user(session)
    with pytest.raises(NotFoundError):
        await change_window(
            world.database, MailboxRef(stranger.id, world.mailbox.id), days=9, messages=9, clock=world.clock
        )
    assert (await world.row()).sync_window_days == 30

"""Walks through the listing: windows, whole threads, older mail on request, and what a comparison finds."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from app.db.models import FetchFailure, Mailbox, Message, Walk, WalkKind, utc_now
from app.mail.older_mail import ask_for_older
from app.mail.planning import CHUNK, Portion, chunks_of, planned, units_of
from app.mail.provider import Listed
from app.mail.walk_repository import latest_walks
from app.simulator.faults import Fault, FaultKind
from tests.mail.gmail_world import ANA, World, mail


async def _walks(world: World) -> dict[WalkKind, Walk]:
    async with world.database.transaction(world.user.id) as session:
        return await latest_walks(session, world.mailbox.id)


async def _change_mailbox(world: World, **values: object) -> None:
    async with world.database.transaction(world.user.id) as session:
        await session.execute(update(Mailbox).values(**values))


def _deliver_old(world: World, subject: str, days: int) -> str:
    moment = utc_now() - timedelta(days=days)
    stored = world.simulator.mailbox(ANA).add(
        mail(subject), label_ids=["INBOX"], internal_date_ms=int(moment.timestamp() * 1000)
    )
    world.simulator.save()
    return stored.id


async def test_what_a_comparison_finds_missing_is_fetched_and_said(world: World) -> None:
    ids = [world.deliver(f"mail {number}") for number in range(5)]
    await world.sync()
    async with world.database.transaction(world.user.id) as session:
        await session.execute(delete(Message).where(Message.provider_message_id == ids[2]))
    world.now += timedelta(hours=2)
    await world.sync()
    assert await world.stored_ids() == sorted(ids)
    found = (await _walks(world))[WalkKind.RECONCILE]
    assert (found.done, found.missing) == (5, 1)
    assert found.finished_at == world.now
    world.now += timedelta(days=8)
    await world.sync()
    assert (await _walks(world))[WalkKind.RECONCILE].missing == 0


async def test_a_comparison_goes_on_in_further_tasks_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few messages at a time, all of which are right in the end, and none is compared again from the start."""
    world.now = utc_now()
    ids = [_deliver_old(world, f"mail {number}", days=1 + number // 2) for number in range(12)]
    await world.sync()
    world.simulator.mailbox(ANA).remove(ids[1])
    await world.gmail.modify(ids[3], add=["STARRED"], remove=["INBOX"])
    await world.gmail.modify(ids[5], add=["TRASH"], remove=[])
    await world.gmail.modify(ids[9], add=["UNREAD"], remove=["INBOX"])
    async with world.database.transaction(world.user.id) as session:  # so that no history tells of it
        await session.execute(update(Mailbox).values(history_id=world.simulator.mailbox(ANA).history_id))
    monkeypatch.setattr("app.mail.comparing.WINDOW", 3)
    monkeypatch.setattr("app.mail.older_mail.SLICE", timedelta(0))
    world.now += timedelta(hours=2)
    reached: list[datetime | None] = []
    while not reached or reached[-1] is not None:
        await world.sync()
        way = (await _walks(world))[WalkKind.RECONCILE]
        reached.append(None if way.finished_at else way.compared_from)
    assert len(reached) > 3
    assert reached[1:-1] == sorted((one for one in reached[1:-1] if one), reverse=True)
    labels = {message.provider_message_id: set(message.labels) for message in await world.messages()}
    assert labels == {ids[1]: set()} | {
        one.id: set(one.label_ids) for one in world.simulator.mailbox(ANA).messages.values()
    }


async def test_a_message_without_any_label_costs_a_comparison_nothing(world: World) -> None:
    archived = world.deliver("archived and read", labels=())
    await world.sync()
    world.simulator.meter.reset()
    world.now += timedelta(hours=2)
    await world.sync()
    assert world.simulator.meter.usage[ANA].calls["messages.get"] == 0
    assert await world.stored_ids() == [archived]


async def test_what_was_archived_and_deleted_later_is_noticed_once(world: World) -> None:
    """Having no label is no sign of being deleted; and who is known to be deleted is not asked about every week."""
    kept, deleted = (world.deliver(subject, labels=()) for subject in ("archived and kept", "archived and deleted"))
    await world.sync()
    world.simulator.mailbox(ANA).remove(deleted)
    async with world.database.transaction(world.user.id) as session:  # so that no history tells of it
        await session.execute(update(Mailbox).values(history_id=world.simulator.mailbox(ANA).history_id))
    questions: list[int] = []
    for wait in (timedelta(hours=2), timedelta(days=8)):
        world.simulator.meter.reset()
        world.now += wait
        await world.sync()
        found = {message.provider_message_id: message.deleted_at for message in await world.messages()}
        questions.append(world.simulator.meter.usage[ANA].calls["messages.get"])
    assert found[kept] is None
    assert found[deleted] == world.now - timedelta(days=8)
    assert questions == [1, 0]


async def test_who_was_taken_for_deleted_and_is_listed_is_back(world: World) -> None:
    message = world.deliver("still there", labels=())
    await world.sync()
    async with world.database.transaction(world.user.id) as session:
        await session.execute(update(Message).values(deleted_at=world.now))
    world.now += timedelta(hours=2)
    await world.sync()
    assert [(one.provider_message_id, one.deleted_at) for one in await world.messages()] == [(message, None)]


async def test_older_mail_comes_when_it_is_asked_for(world: World) -> None:
    world.now = utc_now()
    await _change_mailbox(world, sync_window_days=30)
    young, older, oldest = (_deliver_old(world, f"{days} days old", days) for days in (5, 60, 500))
    await world.sync()
    assert await world.stored_ids() == [young]
    for days, expected in ((100, {young, older}), (None, {young, older, oldest})):
        await ask_for_older(world.database, world.ref, days=days, clock=world.clock)
        await world.sync()
        assert set(await world.stored_ids()) == expected
        assert (await _walks(world))[WalkKind.BACKFILL].finished_at == world.now


async def test_older_mail_asked_for_during_a_first_sync_comes_right_after_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.now = utc_now()
    await _change_mailbox(world, sync_window_days=30)
    _deliver_old(world, "old", days=60)
    for number in range(2 * CHUNK):
        _deliver_old(world, f"young {number}", days=1)
    monkeypatch.setattr("app.mail.sync.TIME_SLICE", timedelta(0))
    await world.sync()
    await ask_for_older(world.database, world.ref, days=None, clock=world.clock)
    monkeypatch.undo()
    await world.sync()
    assert len(await world.stored_ids()) == 2 * CHUNK
    await world.sync()
    assert await world.stored_ids() == world.gmail_ids()


async def test_a_comparison_that_older_mail_interrupted_goes_on_after_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.now = utc_now()
    for number in range(6):
        _deliver_old(world, f"mail {number}", days=1 + number)
    await world.sync()
    world.now += timedelta(hours=2)
    monkeypatch.setattr("app.mail.comparing.WINDOW", 2)
    monkeypatch.setattr("app.mail.older_mail.SLICE", timedelta(0))
    await world.sync()
    assert (await _walks(world))[WalkKind.RECONCILE].finished_at is None
    monkeypatch.undo()
    await ask_for_older(world.database, world.ref, days=None, clock=world.clock)
    for _ in range(2):
        await world.sync()
    walks = await _walks(world)
    assert walks[WalkKind.BACKFILL].finished_at == walks[WalkKind.RECONCILE].finished_at == world.now


async def test_a_first_sync_takes_no_more_messages_than_it_may_and_the_newest(world: World) -> None:
    ids = {days: _deliver_old(world, f"{days} days old", days) for days in range(1, 11)}
    await _change_mailbox(world, sync_window_messages=4)
    await world.sync()
    assert set(await world.stored_ids()) == {ids[days] for days in range(1, 5)}
    first = (await _walks(world))[WalkKind.FIRST]
    assert (first.done, first.expected, first.units_left) == (4, 4, 0)


async def test_mail_that_comes_during_a_first_sync_does_not_wait_for_its_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3 * CHUNK):
        world.deliver(f"mail {number}")
    monkeypatch.setattr("app.mail.full_sync.NEWS_EVERY", timedelta(0))
    monkeypatch.setattr("app.mail.sync.TIME_SLICE", timedelta(0))
    await world.sync()
    news = world.deliver("news")
    await world.sync()
    assert news in await world.stored_ids()
    assert (await world.row()).history_id is None


async def test_a_message_that_fails_has_a_row_stops_no_other_and_comes_later(world: World) -> None:
    await world.sync()
    for number in range(3):
        world.deliver(f"mail {number}")
    world.simulator.faults.add(Fault(FaultKind.ERROR, method="messages.get", status=400, reason="invalidArgument"))
    await world.sync()
    assert len(await world.stored_ids()) == 2
    assert (await world.row()).history_id == world.simulator.mailbox(ANA).history_id
    async with world.database.transaction(world.user.id) as session:
        (failure,) = await session.scalars(select(FetchFailure))
    assert "invalidArgument" in failure.reason
    world.now += timedelta(minutes=2)
    await world.sync()
    assert await world.stored_ids() == world.gmail_ids()
    async with world.database.transaction(world.user.id) as session:
        assert not list(await session.scalars(select(FetchFailure)))


@pytest.mark.parametrize(
    ("threads", "units"), [("abc", 60), ("aabb", 80), ("aaa", 40), ("abaa", 60), ("a" * 51, 51 * 20)]
)
def test_a_thread_is_asked_for_as_a_whole_from_its_third_message_on(threads: str, units: int) -> None:
    portions = planned([Listed(str(number), thread) for number, thread in enumerate(threads)])
    assert units_of(portions) == units
    assert sorted(one for portion in portions for one in portion.ids) == sorted(map(str, range(len(threads))))


def test_chunks_hold_all_portions_in_order() -> None:
    portions = [Portion("t", tuple(f"{number}-{one}" for one in range(number % 4 + 1))) for number in range(50)]
    chunks = chunks_of(portions)
    assert [portion for chunk in chunks for portion in chunk] == portions
    assert max(_size(chunk) for chunk in chunks) <= CHUNK


def _size(chunk: Sequence[Portion]) -> int:
    return sum(len(portion.ids) for portion in chunk)

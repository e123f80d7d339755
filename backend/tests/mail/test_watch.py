"""The watch is begun, renewed and ended by syncs; while it lives, polling is only the net under it."""

from datetime import timedelta

import pytest

from app.db.models import Mailbox
from app.jobs import Job, TaskName
from app.mail.polling import DUE_AGAIN, EARLY, PRESCRIBED, Polling, next_look
from app.mail.provider import Changes
from app.mail.push import take_notifications
from app.mail.sync import claim_due
from app.mail.watch import JITTER, RENEW_AFTER, TRY_AGAIN, renewal
from app.simulator.faults import Fault, FaultKind
from tests.factories import NOON
from tests.mail.gmail_world import ANA, World
from tests.mail.test_push import notice

TOPIC = "projects/getanswers/topics/gmail"
PUSH = Polling(topic=TOPIC)
HOUR = timedelta(hours=1)


@pytest.fixture
def world(world: World) -> World:
    world.simulator.clock = world.clock
    world.polling = PUSH
    return world


def calls(world: World, method: str) -> int:
    return world.simulator.meter.usage[ANA].calls[method]


async def test_a_sync_begins_the_watch_on_inbox_and_sent(world: World) -> None:
    await world.sync()
    watch = world.simulator.mailbox(ANA).watch
    assert watch is not None
    assert (watch.topic, watch.label_ids, watch.excludes) == (TOPIC, ("INBOX", "SENT"), False)
    row = await world.row()
    assert row.watch_expires_at == world.now + timedelta(days=7)
    assert row.history_id is not None


async def test_it_is_renewed_after_about_six_days_and_not_before(world: World) -> None:
    await world.sync()
    renew_at = (await world.row()).watch_renew_at
    assert renew_at is not None
    world.now = renew_at - timedelta(seconds=1)
    await world.sync()
    assert calls(world, "watch") == 1
    world.now = renew_at.replace(microsecond=0) + timedelta(seconds=1)
    await world.sync()
    assert calls(world, "watch") == 2
    assert (await world.row()).watch_expires_at == world.now + timedelta(days=7)


def test_renewals_are_spread_and_come_before_the_end() -> None:
    moments = [renewal(NOON, NOON + timedelta(days=7)) for _ in range(200)]
    assert all(abs(moment - NOON - RENEW_AFTER) <= JITTER for moment in moments)
    assert max(moments) - min(moments) > JITTER
    assert renewal(NOON, NOON + HOUR) < NOON + HOUR


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.ERROR, method="watch", status=403, reason="forbidden", times=9),
        Fault(FaultKind.ERROR, method="watch", status=404, reason="notFound", times=9),
        Fault(FaultKind.ERROR, method="watch", status=503, times=9),
        Fault(FaultKind.MALFORMED, method="watch", times=9),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}",
)
async def test_a_watch_that_fails_stops_no_sync_and_is_not_asked_for_at_once(world: World, fault: Fault) -> None:
    world.deliver("mail")
    world.simulator.faults.add(fault)
    await world.sync()
    assert await world.stored_ids() == world.gmail_ids()
    tried = fault.hits
    await world.sync()
    row = await world.row()
    assert fault.hits == tried
    assert row.watch_error
    assert row.watch_expires_at is None
    world.simulator.faults.clear()
    world.now += TRY_AGAIN
    await world.sync()
    row = await world.row()
    assert row.watch_error is None
    assert row.watch_expires_at == world.now + timedelta(days=7)


async def test_a_watch_that_meets_a_429_makes_the_mailbox_wait_and_loses_nothing(world: World) -> None:
    world.deliver("mail")
    refusal = Fault(FaultKind.ERROR, "watch", status=429, reason="userRateLimitExceeded", retry_after="40", times=9)
    world.simulator.faults.add(refusal)
    await world.sync()
    row = await world.row()
    assert row.watch_error
    assert (row.lease_id, row.not_before) == (None, world.now + timedelta(seconds=40))
    assert world.simulator.meter.usage[ANA].calls == {"watch": 1}  # nothing more is asked while Gmail wants patience
    world.now += timedelta(seconds=41)
    await world.sync()
    assert await world.stored_ids() == world.gmail_ids()
    assert refusal.hits == 1
    world.simulator.faults.clear()
    world.now += TRY_AGAIN
    await world.sync()
    row = await world.row()
    assert (row.watch_error, row.watch_expires_at) == (None, world.now + timedelta(days=7))


async def test_switching_push_off_ends_the_watch_and_another_topic_begins_a_new_one(world: World) -> None:
    await world.sync()
    world.polling = Polling(topic="projects/other/topics/gmail")
    await world.sync()
    watch = world.simulator.mailbox(ANA).watch
    assert watch is not None
    assert watch.topic == "projects/other/topics/gmail"
    world.polling = PRESCRIBED
    await world.sync()
    assert world.simulator.mailbox(ANA).watch is None
    await world.sync()
    assert calls(world, "stop") == 1


async def test_polling_is_a_net_while_the_watch_lives_and_every_five_minutes_otherwise(world: World) -> None:
    await world.sync()
    await world.sync()  # the first one has brought the old mail and goes on at once
    assert (await world.row()).next_sync_at == world.now + HOUR - EARLY
    world.polling = PRESCRIBED
    before = (await world.row()).next_sync_at
    await world.sync()
    assert (await world.row()).next_sync_at == before  # the tick that claims it decides
    world.now += HOUR
    assert await claim_due(world.database, now=world.now) == 1
    assert (await world.row()).next_sync_at == world.now + DUE_AGAIN


async def test_a_notice_that_comes_during_a_sync_is_followed_by_another_sync(
    world: World, published: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.sync()
    await world.sync()
    published.clear()
    read = world.gmail.changes

    async def told_while_reading(cursor: int, *, page: str | None) -> Changes:
        changes = await read(cursor, page=page)
        await take_notifications(world.database, [notice()], now=world.now)
        return changes

    monkeypatch.setattr(world.gmail, "changes", told_while_reading)
    await world.sync()
    again = Job(TaskName.SYNC_USER_EMAILS, (world.user.id,))
    assert published == [again, again]  # the notice's own job finds the lease taken
    assert (await world.row()).next_sync_at == world.now


async def test_the_sync_after_a_notice_puts_the_mailbox_back_under_the_net(world: World) -> None:
    await world.sync()
    await world.sync()
    world.now += timedelta(minutes=20)
    await take_notifications(world.database, [notice(seconds=1200)], now=world.now)
    world.now += timedelta(seconds=1)
    await world.sync()
    assert (await world.row()).next_sync_at == world.now + HOUR - EARLY
    assert await claim_due(world.database, now=world.now + timedelta(minutes=5)) == 0


def at(**values: object) -> Mailbox:
    return Mailbox(**({"next_sync_at": NOON + DUE_AGAIN} | values))


IDLE = Polling(idle=timedelta(hours=3))
LONG_AGO = NOON - timedelta(days=8)


@pytest.mark.parametrize(
    ("polling", "mailbox", "expected"),
    [
        (PRESCRIBED, at(), None),
        (PRESCRIBED, at(news_at=LONG_AGO), None),
        (PRESCRIBED, at(next_sync_at=NOON), DUE_AGAIN),
        (PUSH, at(watch_topic=TOPIC, watch_expires_at=NOON + timedelta(days=1)), HOUR - EARLY),
        (PUSH, at(watch_topic=TOPIC, watch_expires_at=NOON + HOUR), None),
        (PUSH, at(watch_topic="projects/x/topics/y", watch_expires_at=NOON + timedelta(days=1)), None),
        (IDLE, at(news_at=LONG_AGO), timedelta(hours=3) - EARLY),
        (IDLE, at(news_at=NOON - timedelta(days=6)), None),
        (IDLE, at(first_sync_done_at=LONG_AGO), timedelta(hours=3) - EARLY),
        (IDLE, at(), None),
    ],
)
def test_when_a_mailbox_is_looked_at_next(polling: Polling, mailbox: Mailbox, expected: timedelta | None) -> None:
    found = next_look(polling, mailbox, started_at=NOON, now=NOON)
    assert found == (None if expected is None else NOON + expected)

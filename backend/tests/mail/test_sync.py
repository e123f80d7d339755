"""Sync against the simulated Gmail over HTTP: what is there arrives once, whatever fails on the way."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select

from app.db.models import Direction, Mailbox, MailboxState, MessageState, utc_now
from app.db.session import SYSTEM
from app.errors import NotFoundError, RetryableError
from app.jobs import Job, TaskName
from app.mail import sync
from app.mail.lease import LEASE
from app.mail.planning import CHUNK
from app.mail.sync import claim_due
from app.simulator.faults import Fault, FaultKind
from app.triage.sweep import sweep
from tests.factories import add_mailbox, add_user
from tests.mail.gmail_world import ANA, World, mail


async def test_first_sync_brings_everything_and_sets_the_cursor(world: World, published: list[Job]) -> None:
    ids = [world.deliver(f"mail {number}") for number in range(130)]  # more than one page
    await world.sync()
    assert await world.stored_ids() == sorted(ids)
    row = await world.row()
    assert row.history_id == world.simulator.mailbox(ANA).history_id
    assert row.first_sync_done_at == world.now
    assert row.lease_id is None
    processing = [job for job in published if job.task is TaskName.PROCESS_SINGLE_EMAIL]
    assert {job.ids[0] for job in processing} == {message.id for message in await world.messages()}
    assert len(processing) == 130


async def test_the_users_own_mail_comes_first(world: World, published: list[Job]) -> None:
    """Or the first mails would be judged as if the user had never written to anybody."""
    world.deliver("sent", labels=("SENT",), sender=f"Ana <{ANA}>", to="erik@example.com")
    for number in range(2 * CHUNK):
        world.deliver(f"incoming {number}")
    await world.sync()
    in_order = sorted(await world.messages(), key=lambda message: message.id)
    assert "sent" in {message.subject for message in in_order[:CHUNK]}
    assert len(in_order) == 2 * CHUNK + 1


async def test_a_second_sync_fetches_only_what_is_new(world: World) -> None:
    world.deliver("old")
    await world.sync()
    world.simulator.meter.reset()
    world.deliver("new")
    await world.sync()
    assert await world.stored_ids() == world.gmail_ids()
    assert world.simulator.meter.usage[ANA].calls == {"history.list": 1, "messages.get": 1}


async def test_an_unchanged_poll_costs_two_units(world: World) -> None:
    await world.sync()
    spent = (await world.row()).units_spent
    world.simulator.meter.reset()
    await world.sync()
    assert world.simulator.meter.usage[ANA].units.total() == 2
    assert (await world.row()).units_spent == spent + 2


async def test_an_unchanged_poll_is_two_short_transactions(world: World) -> None:
    for _ in range(3):  # the quota's lots are booked by now
        await world.sync_as_task()
    engine, seen = world.database.engine.sync_engine, Counter[str]()

    def count(*_: object) -> None:
        seen["statements"] += 1

    def begin(*_: object) -> None:
        seen["transactions"] += 1

    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "begin", begin)
    await world.sync_as_task()
    event.remove(engine, "before_cursor_execute", count)
    event.remove(engine, "begin", begin)
    assert seen == {"transactions": 2, "statements": 4}  # each says first in whose name it works


async def test_all_mailboxes_of_a_user_are_synced_and_one_that_is_busy_stops_no_other(world: World) -> None:
    world.deliver("mail")
    opened: list[UUID] = []
    async with world.database.transaction(SYSTEM) as session:
        later = await add_mailbox(session, world.user, address="second@example.org")
        busy = await add_mailbox(session, world.user, address="busy@example.org")
        busy.lease_id, busy.lease_until = uuid4(), world.now + LEASE
    await world.sync_as_task(opened)
    assert opened == [world.mailbox.id, later.id, busy.id]
    async with world.database.transaction(SYSTEM) as session:
        rows = {row.id: row for row in await session.scalars(select(Mailbox))}
    assert rows[later.id].first_sync_done_at is not None
    assert rows[busy.id].first_sync_done_at is None
    assert await world.stored_ids() == 2 * world.gmail_ids()


async def test_a_user_without_a_mailbox_is_told_apart_from_one_that_is_busy(world: World) -> None:
    async with world.database.transaction(SYSTEM) as session:
        nobody = await add_user(session)
        row = await session.get_one(Mailbox, world.mailbox.id)
        row.lease_id, row.lease_until = uuid4(), world.now + LEASE
    opened: list[UUID] = []
    await world.sync_as_task(opened)
    assert opened == []
    with pytest.raises(NotFoundError):
        await world.sync_as_task(user_id=nobody.id)


async def test_an_expired_cursor_leaves_no_gap(world: World) -> None:
    world.deliver("before")
    await world.sync()
    for number in range(3):
        world.deliver(f"in the gap {number}")
    mailbox = world.simulator.mailbox(ANA)
    mailbox.expire_history(mailbox.history_id)
    await world.sync()
    assert await world.stored_ids() == world.gmail_ids()
    assert (await world.row()).history_id == mailbox.history_id


@pytest.mark.parametrize("label", ["SPAM", "TRASH"])
async def test_a_gap_hides_no_spam_and_no_rubbish(world: World, label: str) -> None:
    """What a history would have brought is there after the gap as well, and what it would not have is not."""
    world.simulator.clock = world.clock
    world.deliver("older than all", labels=(label,))
    world.now += timedelta(days=3)
    await world.sync()
    told = world.deliver("told by history", labels=(label,))
    await world.sync()
    unseen = [world.deliver(f"in the gap {number}", labels=(label,)) for number in range(3)]
    mailbox = world.simulator.mailbox(ANA)
    mailbox.expire_history(mailbox.history_id)
    await world.sync()
    assert await world.stored_ids() == sorted([told, *unseen])
    assert {(message.state, tuple(message.labels)) for message in await world.messages()} == {("ignored", (label,))}


async def test_spam_is_not_lost_when_a_first_sync_outlives_its_cursor(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.now = utc_now()
    for number in range(2 * CHUNK):
        world.deliver(f"mail {number}")
    monkeypatch.setattr(sync, "TIME_SLICE", timedelta(0))
    monkeypatch.setattr("app.mail.full_sync.NEWS_EVERY", timedelta(0))
    await world.sync()
    spam = world.deliver("spam", labels=("SPAM",))
    mailbox = world.simulator.mailbox(ANA)
    mailbox.expire_history(mailbox.history_id)
    monkeypatch.undo()
    monkeypatch.setattr("app.mail.full_sync.NEWS_EVERY", timedelta(0))
    await world.sync()
    assert spam in await world.stored_ids()
    assert await world.stored_ids() == world.gmail_ids()


async def test_what_the_user_took_out_of_spam_in_a_gap_is_looked_at(world: World, published: list[Job]) -> None:
    await world.sync()
    rescued, ours = world.deliver("rescued", labels=("SPAM",)), world.deliver("own-notice", labels=("SPAM",))
    await world.sync()
    published.clear()
    for one in (rescued, ours):
        await world.gmail.modify(one, add=["INBOX"], remove=["SPAM"])
    mailbox = world.simulator.mailbox(ANA)
    mailbox.expire_history(mailbox.history_id)
    await world.sync()
    states = {message.subject: (message.state, message.labels) for message in await world.messages()}
    assert {subject: state for subject, (state, _) in states.items()} == {"rescued": "pending", "own-notice": "ignored"}
    assert all("INBOX" in labels and "SPAM" not in labels for _, labels in states.values())
    assert [job.task for job in published].count(TaskName.PROCESS_SINGLE_EMAIL) == 1


async def test_own_mail_is_outgoing_and_never_triaged(world: World, published: list[Job]) -> None:
    world.deliver("sent by me", labels=("SENT",), sender=f"Ana <{ANA}>", to="erik@example.com")
    await world.sync()
    (message,) = await world.messages()
    assert (message.direction, message.state) == (Direction.OUT, MessageState.IGNORED)
    assert not [job for job in published if job.task is TaskName.PROCESS_SINGLE_EMAIL]


async def test_a_stranger_who_writes_in_the_users_name_is_incoming(world: World) -> None:
    world.deliver("forged", sender=f"Ana <{ANA}>")
    await world.sync()
    (message,) = await world.messages()
    assert (message.direction, message.state) == (Direction.IN, MessageState.PENDING)


async def test_our_own_notices_are_never_triaged(world: World) -> None:
    world.deliver("own-notice")
    await world.sync()
    assert [message.state for message in await world.messages()] == [MessageState.IGNORED]


async def test_drafts_are_not_mail_and_spam_is_not_triaged(world: World) -> None:
    await world.sync()
    world.deliver("a draft", labels=("DRAFT",))
    world.deliver("spam", labels=("SPAM",))
    await world.sync()
    assert [(message.subject, message.state) for message in await world.messages()] == [("spam", MessageState.IGNORED)]


async def test_what_the_user_takes_out_of_spam_is_looked_at(world: World, published: list[Job]) -> None:
    """Whether it was there before the first sync, which lists no spam, or came later."""
    early = world.deliver("early", labels=("SPAM",))
    await world.sync()
    late, ours = world.deliver("late", labels=("SPAM",)), world.deliver("own-notice", labels=("SPAM",))
    await world.sync()
    published.clear()
    for one in (early, late, ours):
        await world.gmail.modify(one, add=["INBOX"], remove=["SPAM"])
    await world.sync()
    states = {message.subject: message.state for message in await world.messages()}
    assert states == {"early": "pending", "late": "pending", "own-notice": "ignored"}
    assert [job.task for job in published] == [TaskName.PROCESS_SINGLE_EMAIL] * 2


async def test_what_the_user_does_in_gmail_is_followed(world: World) -> None:
    kept, deleted = world.deliver("kept"), world.deliver("deleted")
    await world.sync()
    await world.gmail.modify(kept, add=["STARRED"], remove=["INBOX"])
    world.simulator.mailbox(ANA).remove(deleted)
    await world.sync()
    states = {message.subject: (set(message.labels), message.state) for message in await world.messages()}
    assert states == {"kept": ({"STARRED", "UNREAD"}, "pending"), "deleted": (set(), "ignored")}


async def test_a_message_that_vanished_is_passed_over(world: World) -> None:
    await world.sync()
    gone, stays = world.deliver("gone"), world.deliver("stays")
    world.simulator.faults.add(Fault(kind=FaultKind.ERROR, method="messages.get", status=404, reason="notFound"))
    await world.sync()
    assert set(await world.stored_ids()) in ({gone}, {stays})
    assert (await world.row()).history_id == world.simulator.mailbox(ANA).history_id


FAULTS = {
    "500": Fault(kind=FaultKind.ERROR, status=500, reason="backendError", times=50),
    "429": Fault(kind=FaultKind.ERROR, status=429, reason="rateLimitExceeded", times=2),
    "403 rate": Fault(kind=FaultKind.ERROR, status=403, reason="userRateLimitExceeded", times=2),
    "reset": Fault(kind=FaultKind.RESET, times=50),
    "malformed": Fault(kind=FaultKind.MALFORMED, times=50),
}


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("method", ["getProfile", "messages.list", "messages.get", "history.list"])
async def test_every_fault_at_every_step_ends_with_everything_stored_once(
    world: World, name: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.mail.gmail.FIRST_PAUSE_SECONDS", 0.001)
    if method == "history.list":
        await world.sync()
    for number in range(5):
        world.deliver(f"mail {number}")
    fault = FAULTS[name]
    world.simulator.faults.add(
        Fault(kind=fault.kind, status=fault.status, reason=fault.reason, times=fault.times, method=method)
    )
    try:
        await world.sync()
    except RetryableError:
        pass
    else:
        assert (await world.row()).not_before is not None, "the fault was not even noticed"
    assert (await world.row()).lease_id is None
    world.simulator.faults.clear()
    world.now += timedelta(minutes=5)
    await world.sync()
    await world.sync()
    assert await world.stored_ids() == world.gmail_ids()
    assert (await world.row()).state == MailboxState.ACTIVE


async def test_a_dead_grant_stops_the_sync_and_tells_the_user(world: World, published: list[Job]) -> None:
    world.deliver("mail")
    world.simulator.grants.revoke_mailbox(ANA)
    await world.sync()
    row = await world.row()
    assert row.state == MailboxState.NEEDS_RECONNECT
    assert "Testing" in (row.state_reason or "")
    assert [job.task for job in published] == [TaskName.SEND_RECONNECT_NOTIFICATION]
    await world.sync()
    assert len(published) == 1


async def test_a_mailbox_that_has_to_wait_is_due_again_on_time(world: World, published: list[Job]) -> None:
    world.deliver("mail")
    refusal = Fault(FaultKind.ERROR, "getProfile", status=429, reason="rateLimitExceeded", retry_after="40")
    world.simulator.faults.add(refusal)
    await world.sync()
    [job] = published
    assert (job.task, job.after) == (TaskName.SYNC_USER_EMAILS, timedelta(seconds=40))
    published.clear()
    for seconds, tasks in ((39, []), (7, [TaskName.SYNC_USER_EMAILS]), (1, [])):
        world.now += timedelta(seconds=seconds)
        await sweep(database=world.database, clock=world.clock)  # for when that job was lost
        assert [job.task for job in published] == tasks
        published.clear()
    await world.sync()
    assert await world.stored_ids() == world.gmail_ids()


async def test_an_expired_access_token_is_renewed_once(world: World) -> None:
    await world.sync()
    world.simulator.grants.expire_access_tokens(ANA)
    world.deliver("mail")
    await world.sync()
    assert await world.stored_ids() == world.gmail_ids()


async def test_two_syncs_at_once_do_the_work_of_one(world: World) -> None:
    for number in range(30):
        world.deliver(f"mail {number}")
    await asyncio.gather(world.sync(), world.sync())
    assert await world.stored_ids() == world.gmail_ids()
    assert world.simulator.meter.usage[ANA].calls["messages.get"] == 30


async def test_a_sync_whose_time_is_over_goes_on_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3 * CHUNK):
        world.deliver(f"mail {number}")
    monkeypatch.setattr(sync, "TIME_SLICE", timedelta(0))
    for part in range(1, 3):
        await world.sync()
        assert len(await world.stored_ids()) == part * CHUNK
        assert (await world.row()).history_id is None
    monkeypatch.undo()
    await world.sync()
    assert await world.stored_ids() == world.gmail_ids()
    assert world.simulator.meter.usage[ANA].calls["messages.get"] == 3 * CHUNK


async def test_a_lease_that_was_lost_changes_nothing_more(world: World) -> None:
    for number in range(50):
        world.deliver(f"mail {number}")
    first = asyncio.create_task(world.sync())
    while not await world.stored_ids():
        await asyncio.sleep(0)
    world.now += LEASE + timedelta(seconds=1)
    await asyncio.gather(first, world.sync())
    assert await world.stored_ids() == world.gmail_ids()
    assert (await world.row()).lease_id is None


async def test_mail_that_cannot_be_read_is_put_aside_with_its_reason(world: World) -> None:
    bad = world.simulator.deliver(ANA, b"\x00\xff\xfe rubbish \x80\x81 without any header").id
    world.deliver("good")
    await world.sync()
    states = {message.provider_message_id: (message.state, message.error) for message in await world.messages()}
    assert len(states) == 2
    state, error = states[bad]
    assert state in {MessageState.QUARANTINED, MessageState.PENDING}
    assert error or state == MessageState.PENDING


async def test_claiming_finds_what_is_due_and_shares_it(world: World, published: list[Job]) -> None:
    async with world.database.transaction(SYSTEM) as session:
        for _ in range(3):
            await add_mailbox(session, await add_user(session), next_sync_at=world.now)
        later = await add_user(session)
        await add_mailbox(session, later, next_sync_at=world.now + timedelta(minutes=1))
        dead = await add_user(session)
        await add_mailbox(session, dead, next_sync_at=world.now, state=MailboxState.NEEDS_RECONNECT)
    counts = await asyncio.gather(claim_due(world.database, now=world.now), claim_due(world.database, now=world.now))
    assert sum(counts) == 4
    users = [job.ids[0] for job in published]
    assert len(users) == len(set(users)) == 4
    assert later.id not in users
    assert dead.id not in users
    assert await claim_due(world.database, now=world.now) == 0
    assert await claim_due(world.database, now=world.now + timedelta(minutes=5)) == 5


async def test_a_message_with_every_byte_reaches_the_database(world: World) -> None:
    world.simulator.deliver(ANA, mail("nul") + b"\x00\x01\xff\n")
    await world.sync()
    assert len(await world.messages()) == 1

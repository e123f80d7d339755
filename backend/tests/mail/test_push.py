"""Notices of new mail: each makes a mailbox due at most, whatever it says, however often it comes."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from app.db.models import Mailbox, MailboxState
from app.db.session import SYSTEM, Database
from app.jobs import Job, TaskName
from app.mail.push import TOGETHER, Outcome, read_notification, take_notifications
from app.mail.push_repository import counts_since
from tests.factories import NOON, add_mailbox, add_user

ANA = "ana@example.org"


def notice(address: object = ANA, *, seconds: float = 0, **news: Any) -> dict[str, Any]:
    """What Pub/Sub hands out, published so many seconds after noon."""
    content = json.dumps({"emailAddress": address, "historyId": 7} | news).encode()
    return {
        "data": base64.b64encode(content).decode(),
        "messageId": "1",
        "publishTime": (NOON + timedelta(seconds=seconds)).isoformat(),
    }


@pytest.fixture
async def mailbox(database: Database) -> Mailbox:
    async with database.transaction(SYSTEM) as session:
        user = await add_user(session, email=ANA)
        return await add_mailbox(session, user, next_sync_at=NOON + timedelta(minutes=50))


async def change(database: Database, mailbox: Mailbox, **values: Any) -> None:
    async with database.transaction(SYSTEM) as session:
        row = await session.get_one(Mailbox, mailbox.id)
        for name, value in values.items():
            setattr(row, name, value)


async def take(database: Database, *messages: object, seconds: float = 0) -> dict[Outcome, int]:
    return dict(+await take_notifications(database, messages, now=NOON + timedelta(seconds=seconds)))


async def row_of(database: Database, mailbox: Mailbox) -> Mailbox:
    async with database.transaction(SYSTEM) as session:
        return await session.get_one(Mailbox, mailbox.id)


async def test_a_notice_makes_the_mailbox_due_and_enqueues_its_sync(
    database: Database, mailbox: Mailbox, published: list[Job]
) -> None:
    assert await take(database, notice("Ana@Example.org"), seconds=1) == {Outcome.MARKED: 1}
    row = await row_of(database, mailbox)
    assert row.next_sync_at == row.pushed_at == NOON + timedelta(seconds=1)
    assert row.history_id is None
    assert published == [Job(TaskName.SYNC_USER_EMAILS, (mailbox.user_id,))]


async def test_several_notices_before_the_sync_ask_for_one_sync(
    database: Database, mailbox: Mailbox, published: list[Job]
) -> None:
    assert await take(database, notice(), notice(seconds=1), seconds=1) == {Outcome.MARKED: 1, Outcome.JOINED: 1}
    assert await take(database, notice(seconds=2), seconds=2) == {Outcome.JOINED: 1}
    assert len(published) == 1
    assert (await row_of(database, mailbox)).pushed_at == NOON + timedelta(seconds=2)


async def test_a_sync_whose_job_was_lost_is_asked_for_again(
    database: Database, mailbox: Mailbox, published: list[Job]
) -> None:
    later = TOGETHER.total_seconds() + 1
    await take(database, notice())
    assert await take(database, notice(seconds=later), seconds=later) == {Outcome.MARKED: 1}
    assert len(published) == 2


async def test_what_comes_again_or_late_does_nothing(
    database: Database, mailbox: Mailbox, published: list[Job]
) -> None:
    await take(database, notice(seconds=10), seconds=10)
    await change(database, mailbox, next_sync_at=NOON + timedelta(hours=1))
    again, late = notice(seconds=10), notice(seconds=3)
    assert await take(database, again, late, seconds=60) == {Outcome.REPEATED: 2}
    assert (await row_of(database, mailbox)).next_sync_at == NOON + timedelta(hours=1)
    assert len(published) == 1


async def test_what_is_told_is_counted_for_the_mailbox_but_not_what_comes_again(
    database: Database, mailbox: Mailbox
) -> None:
    await take(database, notice(seconds=10), notice(seconds=11), seconds=11)
    await take(database, notice(seconds=11), notice(seconds=3), notice("nobody@example.org"), MALFORMED[2], seconds=12)
    assert (await row_of(database, mailbox)).push_count == 2
    await take(database, notice(seconds=90), seconds=90)
    row = await row_of(database, mailbox)
    assert (row.push_count, row.pushed_at) == (3, NOON + timedelta(seconds=90))


async def test_a_notice_from_the_future_does_not_silence_the_next_one(database: Database, mailbox: Mailbox) -> None:
    await take(database, notice(seconds=10**8))
    assert await take(database, notice(seconds=100), seconds=100) == {Outcome.MARKED: 1}


@pytest.mark.parametrize("state", [MailboxState.PAUSED, MailboxState.NEEDS_RECONNECT])
async def test_mailboxes_that_are_not_read_and_strangers_are_unknown(
    database: Database, mailbox: Mailbox, published: list[Job], state: MailboxState
) -> None:
    await change(database, mailbox, state=state)
    assert await take(database, notice(), notice("nobody@example.org")) == {Outcome.UNKNOWN: 2}
    assert published == []


async def test_where_gmail_asked_for_patience_the_mailbox_is_due_but_no_job_goes_out(
    database: Database, mailbox: Mailbox, published: list[Job]
) -> None:
    await change(database, mailbox, not_before=NOON + timedelta(minutes=2))
    assert await take(database, notice()) == {Outcome.MARKED: 1}
    assert (await row_of(database, mailbox)).next_sync_at == NOON
    assert published == []


async def test_two_users_with_the_same_gmail_are_both_told(
    database: Database, mailbox: Mailbox, published: list[Job]
) -> None:
    async with database.transaction(SYSTEM) as session:
        other = await add_user(session)
        await add_mailbox(session, other, address=ANA)
    assert await take(database, notice()) == {Outcome.MARKED: 2}
    assert {job.ids[0] for job in published} == {mailbox.user_id, other.id}


MALFORMED: tuple[object, ...] = (
    None,
    17,
    "text",
    [],
    {},
    {"data": None},
    {"data": "%%%"},
    {"data": base64.b64encode(b"\xff\xfe").decode()},
    {"data": base64.b64encode(b"[" * 2000).decode()},
    {"data": base64.b64encode(b'{"historyId": 3}').decode()},
    {"data": "A" * 10_000},
    notice(17),
    notice("no address"),
    notice("a@" + "b" * 400),
    notice() | {"publishTime": "yesterday"},
)


@pytest.mark.parametrize("message", MALFORMED)
def test_what_gmail_would_not_write_is_no_notice(message: object) -> None:
    assert read_notification(message) is None


async def test_each_outcome_is_counted(database: Database, mailbox: Mailbox) -> None:
    good = notice(seconds=-1)
    for _ in range(2):
        await take(database, *MALFORMED[:3], good, notice("nobody@example.org"))
    async with database.transaction(SYSTEM) as session:
        counted = {one.outcome: one.count for one in await counts_since(session, NOON.date())}
    assert counted == {"malformed": 6, "marked": 1, "repeated": 1, "unknown": 2}


@pytest.mark.parametrize("history_id", [0, -1, 2**70, "x", None])
async def test_the_history_id_of_a_notice_is_not_believed(
    database: Database, mailbox: Mailbox, history_id: object
) -> None:
    await change(database, mailbox, history_id=5)
    assert await take(database, notice(historyId=history_id)) == {Outcome.MARKED: 1}
    assert (await row_of(database, mailbox)).history_id == 5

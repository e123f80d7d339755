"""A digest tells one person's one day, in numbers that are the rows', and at most once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import DeliveryState, Digest, Mailbox, MailboxState, Message, MessageState, ModelUsage, Notice, User
from app.db.session import SYSTEM, Database
from app.errors import NotFoundError
from app.jobs import Job, TaskName
from app.notify.day_repository import SHOWN
from app.notify.digest import enqueue_digests, send_digest, users_due_for_digest
from app.simulator.mail_sink import Refusal
from tests.factories import add_action, add_mailbox, add_message, add_user, add_verdict
from tests.notify.conftest import BASE_URL, Desk

DAY = date(2026, 11, 22)
START = datetime(2026, 11, 22, tzinfo=UTC)
NEXT_MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LAST_MOMENT = START + timedelta(days=1, microseconds=-1)
LONG_AGO = datetime(2026, 10, 1, tzinfo=UTC)


@dataclass
class Household:
    user: User
    mailbox: Mailbox


@pytest.fixture
def clocked(desk: Desk) -> Desk:
    desk.clock.now = NEXT_MORNING
    return desk


async def household(database: Database, **user: Any) -> Household:
    async with database.transaction(SYSTEM) as session:
        person = await add_user(session, **user)
        return Household(person, await add_mailbox(session, person, created_at=LONG_AGO, last_synced_at=NEXT_MORNING))


async def digests(database: Database) -> Sequence[Digest]:
    async with database.transaction(SYSTEM) as session:
        return (await session.scalars(select(Digest).order_by(Digest.day))).all()


async def arrive(
    session: AsyncSession,
    home: Household,
    category: str | None,
    received_at: datetime = START,
    *,
    verdict: dict[str, Any] | None = None,
    **over: Any,
) -> Message:
    row = await add_message(session, home.mailbox, received_at=received_at, state="triaged", **over)
    if category:
        await add_verdict(session, row, **({"category": category, "needs_reply": False} | (verdict or {})))
    return row


async def fill(database: Database, home: Household) -> None:
    """A day with something of everything, and beside it what belongs to no day or to another."""
    async with database.transaction(SYSTEM) as session:
        bill = await arrive(
            session, home, "invoice", subject="Bill of November", verdict={"deadline": DAY + timedelta(days=3)}
        )
        await arrive(session, home, "personal", LAST_MOMENT, subject="Lunch?", verdict={"needs_reply": True})
        await arrive(session, home, "newsletter", verdict={"engine": "pattern", "created_at": START})
        await arrive(session, home, "newsletter", verdict={"engine": "offline", "created_at": START})
        await arrive(session, home, None, subject="Just arrived")
        await arrive(session, home, "personal", START - timedelta(microseconds=1), subject="The day before")
        await arrive(session, home, "personal", LAST_MOMENT + timedelta(microseconds=1), subject="The day after")
        await arrive(session, home, "invoice", LONG_AGO, verdict={"deadline": DAY}, subject="Past its date")
        await arrive(session, home, None, direction="out", subject="My own")
        garbled: dict[str, Any] = {"error": "Its text cannot be decoded.", "subject": "Garbled"}
        broken = await add_message(session, home.mailbox, received_at=START, state=MessageState.QUARANTINED, **garbled)
        await add_message(session, home.mailbox, received_at=START, state=MessageState.IGNORED, subject="Spam")

        done: dict[str, Any] = {"state": "done", "decision": "act", "resolved_at": LAST_MOMENT}
        labels = {"add": ["GetAnswers/Invoice"], "remove": []}
        await add_action(
            session, bill, kind="label", payload=labels, reasons=["It is a bill."], confidence=0.97, **done
        )
        await add_action(session, bill, kind="archive", **(done | {"resolved_at": START - timedelta(seconds=1)}))
        await add_action(session, bill, kind="mark_read", **(done | {"decision": "ask"}))
        await add_action(session, bill, kind="reply", risk="high", expires_at=NEXT_MORNING + timedelta(days=2))
        await add_action(session, bill, kind="draft", expires_at=NEXT_MORNING)
        await add_action(session, broken, state="failed", error="Gmail refused it.", resolved_at=START)
        await add_action(session, broken, kind="reply", state="unknown", updated_at=START)

        note: dict[str, Any] = {"user_id": home.user.id, "kind": "action", "mail_message_id": "<x@example.org>"}
        session.add(
            Notice(**note, subject_id=uuid4(), state="failed", error="The mail server is full.", created_at=START)
        )
        session.add(Notice(**note, subject_id=uuid4(), state="sending", created_at=START))
        session.add(Notice(**note, subject_id=uuid4(), state="sent", created_at=START))
        usage: dict[str, Any] = {
            "user_id": home.user.id, "engine": "e", "purpose": "analyse", "input_tokens": 10, "output_tokens": 1,
        }  # fmt: skip
        session.add(ModelUsage(**usage, cost_microdollars=1_250_000, created_at=START))
        session.add(ModelUsage(**usage, cost_microdollars=None, created_at=START))
        session.add(ModelUsage(**usage, cost_microdollars=9_000_000, created_at=LONG_AGO))


EXPECTED = {
    "incoming": 6,
    "by_category": {"newsletter": 2, "invoice": 1, "personal": 1, "quarantined": 1, "unread": 1},
    "important": 1,
    "done_unasked": 1,
    "done_approved": 1,
    "waiting": 1,
    "deadlines": 1,
    "failed": 2,
    "quarantined": 1,
    "undelivered": 2,
    "by_habit": 1,
    "model_calls": 2,
    "cost_microdollars": 1_250_000,
}


async def test_its_numbers_are_the_rows(clocked: Desk) -> None:
    home, neighbour = await household(clocked.database), await household(clocked.database, email="bo@example.org")
    await fill(clocked.database, home)
    await fill(clocked.database, neighbour)
    await send_digest(**clocked.pieces, user_id=home.user.id)
    (row,) = await digests(clocked.database)
    assert (row.user_id, row.day, row.state, row.sent_at) == (home.user.id, DAY, DeliveryState.SENT, NEXT_MORNING)
    assert row.counts == EXPECTED


async def test_it_tells_what_and_why_in_both_forms(clocked: Desk) -> None:
    home = await household(clocked.database)
    await fill(clocked.database, home)
    await send_digest(**clocked.pieces, user_id=home.user.id)
    (mail,) = clocked.mails()
    assert mail["To"] == home.user.email
    assert mail["Subject"] == "Sunday: 1 waits for you, 3 went wrong, 6 new messages"
    for part in mail.iter_parts():
        words = " ".join(LexborHTMLParser(part.get_content()).text(separator=" ").split())  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType] - EmailMessage's
        for told in (
            "Sunday 22 November",
            "Hello Ana Lindqvist,",
            "newsletters (2)",
            "Labelled it GetAnswers/Invoice",
            "It is a bill. Very sure, 97 %.",
            "Fairly sure, 80 %. Dropped if undecided",
            "Lunch?",
            "Send a reply",
            "Wednesday 25 November",
            "Gmail refused it.",
            "The outcome is not known.",
            "Its text cannot be decoded.",
            "The mail server is full.",
            "may or may not have reached you",
            "2 model calls, $1.25 (1 of them at a price not known to us)",
            "was last read on Mon 23 Nov, 08:00",
            "1 thing was done after your approval.",
            "1 message was judged without a model, by what you always do",
        ):
            assert told in words
        for untold in ("The day before", "The day after", "My own", "Spam", "Past its date"):
            assert untold not in words


async def test_another_tenant_s_rows_never_appear(clocked: Desk) -> None:
    home, neighbour = await household(clocked.database), await household(clocked.database)
    await fill(clocked.database, neighbour)
    await send_digest(**clocked.pieces, user_id=home.user.id)
    (mail,) = clocked.mails()
    assert "quiet day" in mail["Subject"]
    assert "Bill of November" not in mail.as_string()
    (row,) = await digests(clocked.database)
    assert not any(number for name, number in row.counts.items() if name != "by_category")


async def test_a_quiet_day_is_told_in_a_line(clocked: Desk) -> None:
    home = await household(clocked.database)
    await send_digest(**clocked.pieces, user_id=home.user.id)
    (mail,) = clocked.mails()
    assert mail["Subject"] == "Sunday: a quiet day"
    assert "nothing waits for you" in mail.as_string()
    assert "was last read on Mon 23 Nov, 08:00" in mail.as_string()


async def test_a_mailbox_that_is_not_read_is_no_quiet_day(clocked: Desk) -> None:
    home = await household(clocked.database)
    async with clocked.database.transaction(SYSTEM) as session:
        (await session.get_one(Mailbox, home.mailbox.id)).state = MailboxState.NEEDS_RECONNECT
    await send_digest(**clocked.pieces, user_id=home.user.id)
    (mail,) = clocked.mails()
    assert mail["Subject"] == "Sunday: 1 mailbox to reconnect"
    assert "quiet day" not in mail.as_string()


async def test_two_at_once_tell_once(clocked: Desk) -> None:
    home = await household(clocked.database)
    await asyncio.gather(*(send_digest(**clocked.pieces, user_id=home.user.id) for _ in range(5)))
    await send_digest(**clocked.pieces, user_id=home.user.id, day=DAY)
    assert len(clocked.mails()) == 1
    assert len(await digests(clocked.database)) == 1


async def test_the_next_day_is_told_again_and_tells_of_the_one_that_failed(clocked: Desk) -> None:
    home = await household(clocked.database)
    clocked.sink.refuse(Refusal("452 4.2.2 full"))
    await send_digest(**clocked.pieces, user_id=home.user.id)
    (row,) = await digests(clocked.database)
    assert row.state == DeliveryState.FAILED
    assert row.error is not None
    assert "(code 452)" in row.error
    clocked.clock.advance(timedelta(days=1))
    await send_digest(**clocked.pieces, user_id=home.user.id)
    (mail,) = clocked.mails()
    assert "did not go out" in mail.as_string()
    assert [row.state for row in await digests(clocked.database)] == [DeliveryState.FAILED, DeliveryState.SENT]


async def test_only_the_first_few_are_shown_and_all_are_counted(clocked: Desk) -> None:
    home = await household(clocked.database)
    async with clocked.database.transaction(SYSTEM) as session:
        for _ in range(SHOWN + 3):
            message = await add_message(session, home.mailbox, received_at=START, state="triaged")
            await add_action(session, message, expires_at=NEXT_MORNING + timedelta(days=1))
    await send_digest(**clocked.pieces, user_id=home.user.id)
    (mail,) = clocked.mails()
    html = mail.get_body(("html",)).get_content()  # pyright: ignore[reportOptionalMemberAccess, reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] - EmailMessage's
    links = [link.attributes["href"] for link in LexborHTMLParser(html).css("a")]  # pyright: ignore[reportUnknownArgumentType]
    assert sum((link or "").startswith(f"{BASE_URL}/messages/") for link in links) == SHOWN
    assert "and 3 more" in html
    assert (await digests(clocked.database))[0].counts["waiting"] == SHOWN + 3


async def test_a_day_in_auckland(clocked: Desk) -> None:
    """Midnight there is 11:00 UTC; mail of the evening before and of the morning after is another day's."""
    home = await household(clocked.database, timezone="Pacific/Auckland")
    first, last = datetime(2026, 11, 21, 11, 0, tzinfo=UTC), datetime(2026, 11, 22, 10, 59, 59, tzinfo=UTC)
    async with clocked.database.transaction(SYSTEM) as session:
        for received_at in (first, last, first - timedelta(seconds=1), last + timedelta(seconds=1)):
            await add_message(session, home.mailbox, received_at=received_at, state="triaged")
    clocked.clock.now = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)  # eight in the morning of the 23rd
    await send_digest(**clocked.pieces, user_id=home.user.id)
    (row,) = await digests(clocked.database)
    assert (row.day, row.counts["incoming"]) == (DAY, 2)


@pytest.mark.parametrize("over", [{"digest_enabled": False}, {}])
async def test_who_wants_none_or_has_no_mailbox_gets_none(clocked: Desk, over: dict[str, Any]) -> None:
    async with clocked.database.transaction(SYSTEM) as session:
        user = await add_user(session, **over)
        if over:
            await add_mailbox(session, user, created_at=LONG_AGO)
        else:
            await add_mailbox(session, user, created_at=NEXT_MORNING - timedelta(hours=1))  # connected after that day
    await send_digest(**clocked.pieces, user_id=user.id)
    assert await due(clocked) == []
    assert clocked.mails() == []
    assert await digests(clocked.database) == []


async def test_nobody(clocked: Desk) -> None:
    with pytest.raises(NotFoundError):
        await send_digest(**clocked.pieces, user_id=uuid4())


async def due(desk: Desk, **over: Any) -> list[UUID]:
    async with desk.database.transaction(SYSTEM) as session:
        return await users_due_for_digest(session, now=desk.clock(), **over)


async def test_each_person_is_due_when_the_persons_own_day_is_over(clocked: Desk) -> None:
    auckland = (await household(clocked.database, timezone="Pacific/Auckland")).user.id
    berlin = (await household(clocked.database, timezone="Europe/Berlin")).user.id
    nowhere = (await household(clocked.database, timezone="Not/AZone")).user.id
    clocked.clock.now = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
    assert set(await due(clocked)) == {auckland, berlin, nowhere}
    for user_id in (auckland, berlin, nowhere):
        await send_digest(**clocked.pieces, user_id=user_id)
    assert await due(clocked) == []
    clocked.clock.now = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
    assert await due(clocked) == [berlin]
    clocked.clock.now = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    assert set(await due(clocked)) == {berlin, nowhere}


async def test_pages_lose_and_repeat_nobody(clocked: Desk) -> None:
    people = sorted([(await household(clocked.database)).user.id for _ in range(7)])
    pages: list[list[UUID]] = []
    while not pages or pages[-1]:
        pages.append(await due(clocked, after=pages[-1][-1] if pages else None, limit=3))
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert [user_id for page in pages for user_id in page] == people


async def test_a_job_for_everybody_who_is_owed_one(clocked: Desk, published: list[Job]) -> None:
    first, second = await household(clocked.database), await household(clocked.database)
    await send_digest(**clocked.pieces, user_id=first.user.id)
    published.clear()
    assert await enqueue_digests(clocked.database, now=clocked.clock()) == 1
    assert published == [Job(TaskName.SEND_DAILY_DIGEST, (second.user.id,))]

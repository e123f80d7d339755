"""A habit, end to end: a real worker sees what the user does in Gmail, and asks no engine once it is a habit."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select, update

from app.db.models import Action, Mailbox, MailboxEvent, Message, MessageState, SenderPattern, Verdict, utc_now
from app.db.session import SYSTEM
from app.jobs import Job, TaskName
from app.policy.general_rules import SHADOW
from app.simulator.model import StoredMessage
from app.triage.patterns.evidence import ENOUGH
from app.triage.patterns.keeping import judge_again
from tests.workers.conftest import ANA, Fleet, until

LETTER = (
    b"From: Letters <news@letters.example>\nTo: ana@example.org\nSubject: The week in letters %d\n"
    b"Date: Fri, 20 Nov 2026 09:00:00 +0000\nMessage-ID: <week%d@letters.example>\n"
    b"List-Unsubscribe: <https://letters.example/u/1>\nList-Id: <week.letters.example>\nPrecedence: bulk\n"
    b"Authentication-Results: mx.google.com; spf=pass; dkim=pass; dmarc=pass\n"
    b"\nHere is what happened this week in the world of letters.\nUnsubscribe at any time.\n"
)


async def _engines(fleet: Fleet) -> list[str]:
    """Who has judged each message, the oldest first."""
    async with fleet.database.transaction(SYSTEM) as session:
        query = select(Verdict.engine).join(Message, Message.id == Verdict.message_id).order_by(Message.received_at)
        pending = select(func.count()).where(Message.state != MessageState.TRIAGED)
        return [] if await session.scalar(pending) else list(await session.scalars(query))


async def _sync(fleet: Fleet) -> None:
    async with fleet.database.transaction(SYSTEM) as session:
        await session.execute(update(Mailbox).values(not_before=None))
    await fleet.publish(Job(TaskName.SYNC_USER_EMAILS, (fleet.user.id,)))


async def _archived_in_gmail(fleet: Fleet, letters: Sequence[StoredMessage]) -> None:
    """By the user, one on each of the last days."""
    for letter in letters:
        fleet.simulator.mailbox(ANA).relabel(letter.id, add=[], remove=["INBOX"])
    await _sync(fleet)

    async def told() -> bool:
        async with fleet.database.transaction(SYSTEM) as session:
            return await session.scalar(select(func.count()).select_from(MailboxEvent)) == len(letters)

    await until(told)
    # By the owner of the tables: we ourselves may not change what happened.
    async with fleet.database.engine.begin() as connection:
        ids = list(await connection.scalars(select(Message.id).order_by(Message.received_at.desc())))
        for number, message_id in enumerate(ids, start=1):
            earlier = timedelta(days=number)
            for of_it in (
                update(Message).where(Message.id == message_id).values(received_at=Message.received_at - earlier),
                update(MailboxEvent).where(MailboxEvent.message_id == message_id).values(at=MailboxEvent.at - earlier),
            ):
                await connection.execute(of_it)


async def test_a_habit_is_learnt_used_shown_and_taken_back(fleet: Fleet) -> None:
    async with fleet.database.transaction(SYSTEM) as session:
        await session.execute(update(Mailbox).values(live_kinds=[]))
    letters = [fleet.simulator.deliver(ANA, LETTER % (number, number)) for number in range(ENOUGH)]
    with fleet.worker():
        await _sync(fleet)

        async def judged(*engines: str) -> bool:
            return await _engines(fleet) == list(engines)

        offline = ["offline"] * ENOUGH
        await until(lambda: judged(*offline))
        await _archived_in_gmail(fleet, letters)
        fleet.simulator.deliver(ANA, LETTER % (99, 99))
        await _sync(fleet)
        await until(lambda: judged(*offline, "pattern"))
        async with fleet.database.transaction(SYSTEM) as session:
            pattern = (await session.scalars(select(SenderPattern))).one()
            message_id, reasons = (
                await session.execute(select(Verdict.message_id, Verdict.reasons).where(Verdict.engine == "pattern"))
            ).one()
            steps = dict(
                (await session.execute(select(Action.kind, Action.rule).where(Action.message_id == message_id))).all()
            )
        assert (pattern.kind, pattern.mails, pattern.skipped) == ("put_away", ENOUGH, 1)
        assert f"the last {ENOUGH} of {ENOUGH} mails from the list week.letters.example" in reasons[0]
        assert steps["archive"] == SHADOW, "as far as shadow mode lets it"

        await judge_again(fleet.database, message_id, user_id=fleet.user.id, clock=utc_now)
        await fleet.publish(Job(TaskName.PROCESS_SINGLE_EMAIL, (message_id,)))
        await until(lambda: judged(*offline, "offline"))
        fleet.simulator.deliver(ANA, LETTER % (100, 100))
        await _sync(fleet)
        await until(lambda: judged(*offline, "offline", "offline"))

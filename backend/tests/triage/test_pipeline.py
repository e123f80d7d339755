"""The way of one message through claim, judgement, decision and saving, on a real database."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.db.models import Action, ActionState, Mailbox, Message, MessageState, User, Verdict
from app.db.session import SYSTEM, Database
from app.errors import NotFoundError
from app.jobs import Job, TaskName
from app.triage.engines import Engine
from app.triage.engines.offline import OfflineEngine
from app.triage.pipeline import MAX_ATTEMPTS, triage_message, triage_messages
from app.triage.signals import Signals
from app.triage.snapshot import Snapshot
from app.triage.sweep import sweep
from app.triage.verdict import Verdict as VerdictValue
from tests.factories import add_mailbox, add_message, add_user

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BULK = {
    "list-unsubscribe": ["<https://letters.example/u>"],
    "list-id": ["<week.letters.example>"],
    "precedence": ["bulk"],
    "authentication-results": ["mx.google.com; spf=pass; dkim=pass; dmarc=pass"],
}

ASKS = (
    "Hi Ana,\n\nit was good to see you yesterday, and thank you for the coffee. We have talked it over here and like "
    "the second variant better.\n\nCould you send me the offer by Monday?\n\nBest regards\nErik Holm"
)


class StandIn:
    name = "offline"
    lease = timedelta(seconds=30)

    async def close(self) -> None:
        """Holds nothing open."""


class BrokenEngine(StandIn):
    """Fails on every message, as a fault of ours would."""

    async def judge(self, snapshot: Snapshot, signals: Signals) -> VerdictValue:
        raise RuntimeError("secret words of the mail")


class WaitingEngine(StandIn):
    """Judges when it is told to."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def judge(self, snapshot: Snapshot, signals: Signals) -> VerdictValue:
        self.asked.set()
        await self.go_on.wait()
        return await OfflineEngine().judge(snapshot, signals)


@pytest.fixture
async def people(database: Database) -> tuple[User, Mailbox]:
    async with database.transaction(SYSTEM) as session:
        user = await add_user(session)
        return user, await add_mailbox(session, user)


async def _message(database: Database, mailbox: Mailbox, **over: object) -> UUID:
    async with database.transaction(SYSTEM) as session:
        return (await add_message(session, mailbox, **over)).id


async def _triage(database: Database, message_id: UUID, engine: Engine | None = None) -> None:
    await triage_message(message_id, database=database, engine=engine or OfflineEngine(), clock=lambda: NOW)


async def _outcome(database: Database, message_id: UUID) -> tuple[Message, Verdict | None, list[Action]]:
    async with database.transaction(SYSTEM) as session:
        message = await session.get_one(Message, message_id)
        verdict = await session.scalar(select(Verdict).where(Verdict.message_id == message_id))
        actions = await session.scalars(select(Action).where(Action.message_id == message_id).order_by(Action.kind))
        return message, verdict, list(actions)


async def test_a_question_gets_a_verdict_and_a_reply_that_waits(
    database: Database, people: tuple[User, Mailbox], published: list[Job]
) -> None:
    message_id = await _message(database, people[1], text=ASKS)
    await _triage(database, message_id)
    message, verdict, actions = await _outcome(database, message_id)
    assert message.state == MessageState.TRIAGED
    assert verdict is not None
    assert (verdict.category, verdict.needs_reply, str(verdict.deadline)) == ("personal", True, "2026-11-23")
    by_kind = {action.kind: action for action in actions}
    reply = by_kind["reply"]
    assert (reply.state, reply.decision) == (ActionState.PROPOSED, "ask")
    assert reply.payload["to"] == ["erik@example.com"]
    assert by_kind["label"].state == ActionState.APPROVED
    assert Job(TaskName.EXECUTE_ACTION, (people[0].id, by_kind["label"].id)) in published
    assert Job(TaskName.SEND_ACTION_NOTIFICATION, (people[0].id, reply.id)) in published


async def test_a_newsletter_is_put_away_unasked(database: Database, people: tuple[User, Mailbox]) -> None:
    message_id = await _message(
        database,
        people[1],
        sender_address="news@letters.example",
        sender_name="Letters",
        subject="The week in letters",
        text="Here is what happened this week. Read on our site. Unsubscribe at any time.",
        headers=BULK,
    )
    await _triage(database, message_id)
    _, _, actions = await _outcome(database, message_id)
    assert {action.kind: (action.state, action.decided_by) for action in actions} == {
        "archive": ("approved", "policy"),
        "label": ("approved", "policy"),
        "mark_read": ("approved", "policy"),
    }


async def test_with_low_autonomy_nothing_is_done_unasked(database: Database, people: tuple[User, Mailbox]) -> None:
    async with database.transaction(people[0].id) as session:
        (await session.get_one(User, people[0].id)).autonomy = "low"
    message_id = await _message(database, people[1], headers=BULK, text="This week in letters. Unsubscribe.")
    await _triage(database, message_id)
    _, _, actions = await _outcome(database, message_id)
    assert actions
    assert {action.state for action in actions} == {ActionState.PROPOSED}


async def test_doing_it_again_changes_nothing(
    database: Database, people: tuple[User, Mailbox], published: list[Job]
) -> None:
    message_id = await _message(database, people[1])
    await _triage(database, message_id)
    before, jobs = await _outcome(database, message_id), len(published)
    await _triage(database, message_id)
    after = await _outcome(database, message_id)
    assert [action.id for action in after[2]] == [action.id for action in before[2]]
    assert after[0].attempts == 1
    assert len(published) == jobs


async def test_two_at_once_do_the_work_of_one(database: Database, people: tuple[User, Mailbox]) -> None:
    message_id = await _message(database, people[1])
    await asyncio.gather(*(_triage(database, message_id) for _ in range(4)))
    message, _, actions = await _outcome(database, message_id)
    assert message.attempts == 1
    assert len({action.kind for action in actions}) == len(actions)


async def test_an_unknown_id_is_said_to_be_unknown(database: Database) -> None:
    with pytest.raises(NotFoundError):
        await _triage(database, uuid4())


async def test_a_message_that_always_fails_is_put_aside_with_its_reason(
    database: Database, people: tuple[User, Mailbox]
) -> None:
    message_id = await _message(database, people[1])
    message, verdict, actions = await _outcome(database, message_id)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        with pytest.raises(RuntimeError):
            await _triage(database, message_id, BrokenEngine())
        message, verdict, actions = await _outcome(database, message_id)
        assert message.attempts == attempt
        assert (verdict, actions) == (None, [])
        assert message.state == (MessageState.QUARANTINED if attempt == MAX_ATTEMPTS else MessageState.PENDING)
    assert "RuntimeError" in (message.error or "")
    assert "secret words" not in (message.error or "")


async def test_one_that_fails_does_not_stop_the_others(database: Database, people: tuple[User, Mailbox]) -> None:
    good = [await _message(database, people[1]) for _ in range(3)]
    await triage_messages([good[0], uuid4(), *good[1:]], database=database, engine=OfflineEngine(), clock=lambda: NOW)
    assert {(await _outcome(database, one))[0].state for one in good} == {MessageState.TRIAGED}


async def test_a_worker_that_was_given_up_writes_nothing(database: Database, people: tuple[User, Mailbox]) -> None:
    message_id = await _message(database, people[1])
    engine = WaitingEngine()
    slow = asyncio.create_task(_triage(database, message_id, engine))
    await engine.asked.wait()
    late = NOW + engine.lease + timedelta(seconds=1)
    await triage_message(message_id, database=database, engine=OfflineEngine(), clock=lambda: late)
    before = await _outcome(database, message_id)
    engine.go_on.set()
    await slow
    after = await _outcome(database, message_id)
    assert before[0].attempts == after[0].attempts == 2
    assert [action.id for action in before[2]] == [action.id for action in after[2]]


async def test_one_that_kills_its_worker_each_time_is_put_aside(
    database: Database, people: tuple[User, Mailbox]
) -> None:
    message_id = await _message(
        database, people[1], state=MessageState.TRIAGING, attempts=MAX_ATTEMPTS, lease_until=NOW - timedelta(seconds=1)
    )
    await _triage(database, message_id)
    message, _, _ = await _outcome(database, message_id)
    assert message.state == MessageState.QUARANTINED
    assert message.error


async def test_mail_the_user_has_answered_already_gets_no_reply(
    database: Database, people: tuple[User, Mailbox]
) -> None:
    async with database.transaction(SYSTEM) as session:
        question = await add_message(session, people[1])
        await add_message(
            session,
            people[1],
            conversation_id=question.conversation_id,
            direction="out",
            state="ignored",
            sender_address=people[1].address,
            received_at=question.received_at + timedelta(hours=1),
        )
    await _triage(database, question.id)
    _, verdict, actions = await _outcome(database, question.id)
    assert verdict is not None
    assert verdict.signals["role"] == "answered"
    assert "reply" not in {action.kind for action in actions}


async def test_the_sweeper_hands_over_what_nobody_works_on(
    database: Database, people: tuple[User, Mailbox], published: list[Job]
) -> None:
    old, soon = NOW - timedelta(minutes=5), NOW + timedelta(minutes=5)
    dropped = await _message(database, people[1], created_at=old)
    dead = await _message(database, people[1], state="triaging", lease_until=NOW - timedelta(seconds=1), created_at=old)
    waiting = await _message(database, people[1], not_before=soon, created_at=old)
    busy = await _message(database, people[1], state="triaging", lease_until=soon, created_at=old)
    fresh = await _message(database, people[1], created_at=NOW)
    published.clear()
    await sweep(database=database, clock=lambda: NOW)
    assert {job.ids[0] for job in published} == {dropped, dead}
    assert not {waiting, busy, fresh} & {job.ids[0] for job in published}
    published.clear()
    await sweep(database=database, clock=lambda: NOW)
    assert {job.ids[0] for job in published} <= {dead}, "what was handed over waits for its turn first"


async def test_the_verdict_keeps_nothing_of_the_mail_in_its_signals(
    database: Database, people: tuple[User, Mailbox]
) -> None:
    message_id = await _message(database, people[1], text="Hi Ana, could you send the zanzibar report?")
    await _triage(database, message_id)
    _, verdict, _ = await _outcome(database, message_id)
    assert verdict is not None
    assert "zanzibar" not in str(verdict.signals)

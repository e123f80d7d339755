"""The life of a pattern: learnt, used, contradicted, forgotten, wanted again; and a skip that is taken back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.repository import record, user_by_id
from app.actions.replacing import replace_proposals
from app.db.models import ForgottenBy, Message, MessageState, PatternKind, PatternState, SenderPattern
from app.db.session import Database, enqueue
from app.errors import ConflictError, NotFoundError
from app.jobs import Job, TaskName
from app.settings import PATTERN_ENGINE
from app.triage.patterns import repository
from app.triage.patterns.evidence import Past, habit_in, has_changed
from app.triage.patterns.senders import Sender, sender_of
from app.triage.verdict import Verdict

log = structlog.get_logger(__name__)

NOTHING: Final = "There is no such pattern."
REMEMBERED: Final = timedelta(days=1)
"""So long a sweeper may have stood still without anything being missed."""


@dataclass(frozen=True, slots=True)
class Known:
    """A pattern that is in force."""

    sender: Sender
    kind: PatternKind
    mails: int

    @property
    def reason(self) -> str:
        return f"{in_words(self.sender, self.kind, self.mails)} No model was asked."


def in_words(sender: Sender, kind: PatternKind, mails: int) -> str:
    if kind is PatternKind.PUT_AWAY:
        return f"You put away the last {mails} of {mails} mails from {sender.name} without opening them."
    return f"You opened the last {mails} of {mails} mails from {sender.name} and answered none."


def words_of(pattern: SenderPattern) -> str:
    return in_words(Sender(pattern.sender, pattern.list_id), PatternKind(pattern.kind), pattern.mails)


def outcome_of(pattern: SenderPattern) -> str:
    if pattern.kind == PatternKind.PUT_AWAY:
        return "The next one is put away, as far as the safety rules allow; else you are asked."
    return "The next one stays where it is, for you to read."


async def known_pattern(session: AsyncSession, message: Message, *, now: datetime) -> Known | None:
    """The pattern that holds for this message, learnt at this moment if it has become one.

    One that the user has contradicted since it was learnt is forgotten here, whether or not the sweeper was quicker.
    """
    sender = sender_of(message)
    if sender is None or not await repository.is_enabled(session, message.user_id):
        return None
    row = await repository.pattern_of(session, message.user_id, sender)
    if row is not None and row.state == PatternState.FORGOTTEN:
        return None
    past = await repository.latest_mails(session, message, sender)
    if row is not None:
        holds = await _still_holds(session, row, past, now)
        return Known(sender, PatternKind(row.kind), row.mails) if holds else None
    habit = habit_in(past, now=now)
    if habit is None:
        return None
    await repository.learn(session, message.user_id, sender, habit, now=now)
    return Known(sender, habit.kind, habit.mails)


async def _still_holds(session: AsyncSession, row: SenderPattern, past: Sequence[Past], now: datetime) -> bool:
    if await repository.is_contradicted(session, row):
        _forget(row, ForgottenBy.DEED, now)
        return False
    if has_changed(past, PatternKind(row.kind), since=row.learned_at, now=now):
        await session.delete(row)  # what they do now may become a habit of its own
        return False
    return True


async def count_skip(session: AsyncSession, message: Message, verdict: Verdict, *, now: datetime) -> None:
    sender = sender_of(message) if verdict.engine == PATTERN_ENGINE else None
    if sender is not None:
        await repository.count_skip(session, message.user_id, sender, now=now)


async def forget_contradicted(session: AsyncSession, *, now: datetime, limit: int) -> int:
    """For the sweeper, over all users; returns how many there were."""
    count = await repository.forget_contradicted(session, since=now - REMEMBERED, now=now, limit=limit)
    if count:
        log.info("patterns.contradicted", count=count)
    return count


async def forget(database: Database, pattern_id: UUID, *, user_id: UUID, now: datetime) -> SenderPattern:
    """It is not learnt again before the user wants it. Raises NotFoundError."""
    async with database.transaction(user_id) as session:
        row = await _existing(session, pattern_id, user_id)
        if row.state == PatternState.LEARNED:
            _forget(row, ForgottenBy.USER, now)
            _record(session, "pattern.forgotten", row)
    return row


async def want_again(database: Database, pattern_id: UUID, *, user_id: UUID, now: datetime) -> SenderPattern:
    """In force at once; what the user did before that no longer contradicts it. Raises NotFoundError."""
    async with database.transaction(user_id) as session:
        row = await _existing(session, pattern_id, user_id)
        if row.state == PatternState.FORGOTTEN:
            row.state, row.learned_at = PatternState.LEARNED, now
            row.forgotten_at = row.forgotten_by = None
            _record(session, "pattern.wanted_again", row)
    return row


async def switch(database: Database, *, user_id: UUID, on: bool) -> None:
    """All of them; while they are off nothing is learnt and every message goes to the engine."""
    async with database.transaction(user_id) as session:
        user = await user_by_id(session, user_id, lock=True)
        if user is None:
            raise NotFoundError("There is no such user.")
        user.patterns_enabled = on
        event = "patterns.switched_on" if on else "patterns.switched_off"
        record(session, event, user_id=user_id, subject_type="user", subject_id=user_id)


async def judge_again(database: Database, message_id: UUID, *, user_id: UUID, clock: Callable[[], datetime]) -> None:
    """Take a skip back: the pattern is forgotten, what it proposed is withdrawn, and the engine judges the message.

    Raises NotFoundError, and ConflictError for a message that the engine has judged already.
    """
    now = clock()
    async with database.transaction(user_id) as session:
        found = await repository.skipped_message(session, user_id, message_id)
        if found is None:
            raise NotFoundError("There is no such message.")
        message, engine = found
        if engine != PATTERN_ENGINE or message.state != MessageState.TRIAGED:
            raise ConflictError("This message was not skipped, or is being judged again already.")
        sender = sender_of(message)
        row = await repository.pattern_of(session, user_id, sender) if sender is not None else None
        if row is not None and row.state == PatternState.LEARNED:
            _forget(row, ForgottenBy.USER, now)
        await replace_proposals(session, message, now=now)
        message.state, message.attempts, message.error = MessageState.PENDING, 0, None
        message.not_before, message.lease_until = now, None
        record(session, "message.judged_again", user_id=user_id, subject_type="message", subject_id=message_id)
        enqueue(session, Job(TaskName.PROCESS_SINGLE_EMAIL, (message_id,)))


async def _existing(session: AsyncSession, pattern_id: UUID, user_id: UUID) -> SenderPattern:
    row = await repository.pattern_by_id(session, user_id, pattern_id)
    if row is None:
        raise NotFoundError(NOTHING)
    return row


def _forget(row: SenderPattern, by: ForgottenBy, now: datetime) -> None:
    row.state, row.forgotten_by, row.forgotten_at = PatternState.FORGOTTEN, by, now


def _record(session: AsyncSession, event: str, row: SenderPattern) -> None:
    record(session, event, user_id=row.user_id, subject_type="pattern", subject_id=row.id)

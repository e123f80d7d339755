"""Queries of triage: claiming a message, reading what an engine may see, saving the verdict."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Select, and_, cast, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import (
    Direction,
    Mailbox,
    Message,
    MessageState,
    ModelUsage,
    User,
    Verdict,
)
from app.triage.verdict import Usage
from app.triage.verdict import Verdict as VerdictValue

OWN_TEXTS: Final = 200
"""The user's own latest mails that a draft is compared with."""
OTHER_TEXTS: Final = 100
OWN_TEXT_LENGTH: Final = 5000
OTHER_TEXT_LENGTH: Final = 2000


@dataclass(frozen=True, slots=True)
class Claim:
    """A message taken for triage; `attempt` is the fence: a later claim has a higher one."""

    message_id: UUID
    user_id: UUID
    attempt: int


async def claim(session: AsyncSession, message_id: UUID, *, now: datetime, lease: timedelta) -> Claim | None:
    """Take a pending message, or one whose triage died. The attempt is counted before the work."""
    taken = (
        update(Message)
        .where(
            Message.id == message_id,
            or_(
                Message.state == MessageState.PENDING,
                and_(Message.state == MessageState.TRIAGING, Message.lease_until <= now),
            ),
        )
        .values(state=MessageState.TRIAGING, attempts=Message.attempts + 1, lease_until=now + lease)
        .returning(Message.user_id, Message.attempts)
    )
    row = (await session.execute(taken)).one_or_none()
    return None if row is None else Claim(message_id, row[0], row[1])


async def exists(session: AsyncSession, message_id: UUID) -> bool:
    return await session.scalar(select(Message.id).where(Message.id == message_id)) is not None


async def finish(session: AsyncSession, claim: Claim, **values: object) -> bool:
    """Write the outcome if the claim is still ours; False means that somebody else has taken over."""
    done = (
        update(Message)
        .where(
            Message.id == claim.message_id,
            Message.state == MessageState.TRIAGING,
            Message.attempts == claim.attempt,
        )
        .values(lease_until=None, **values)
        .returning(Message.id)
    )
    return await session.scalar(done) is not None


@dataclass(frozen=True, slots=True)
class Open:
    """A message that nobody works on although it is time."""

    message_id: UUID
    received_at: datetime
    stored_at: datetime


async def open_messages(session: AsyncSession, *, now: datetime, grace: timedelta, limit: int) -> list[Open]:
    """For the sweeper, the newest first."""
    waiting = and_(
        Message.state == MessageState.PENDING,
        func.coalesce(Message.not_before, Message.created_at) <= now - grace,
    )
    dead = and_(Message.state == MessageState.TRIAGING, Message.lease_until <= now)
    found = (
        update(Message)
        .where(
            Message.id.in_(
                select(Message.id)
                .where(or_(waiting, dead))
                .order_by(Message.received_at.desc())
                .limit(limit)
                .with_for_update(skip_locked=True)
                .scalar_subquery()
            )
        )
        # Not handed over again until the grace has passed once more, or a long queue would be filled again and again.
        .values(not_before=now)
        .returning(Message.id, Message.received_at, Message.created_at)
    )
    return [Open(*row) for row in await session.execute(found)]


async def message_with_mailbox(session: AsyncSession, message_id: UUID) -> tuple[Message, Mailbox, User]:
    found = await session.execute(
        select(Message, Mailbox, User)
        .join(Mailbox, Mailbox.id == Message.mailbox_id)
        .join(User, User.id == Message.user_id)
        .where(Message.id == message_id)
    )
    row = found.one()
    return row[0], row[1], row[2]


async def others_in_conversation(session: AsyncSession, message: Message) -> list[Message]:
    """The other messages of its conversation, oldest first."""
    found = await session.scalars(
        select(Message)
        .where(Message.conversation_id == message.conversation_id, Message.id != message.id)
        .order_by(Message.received_at)
    )
    return list(found)


async def sent_to(session: AsyncSession, message: Message, address: str) -> int:
    """How often the user wrote to this address before the message came."""
    return await _count(
        session,
        select(func.count())
        .where(Message.recipients.contains([address]))
        .where(Message.direction == Direction.OUT, Message.received_at < message.received_at),
    )


async def received_from(session: AsyncSession, message: Message, address: str) -> int:
    return await _count(
        session,
        select(func.count())
        .where(Message.sender_address == address, Message.direction == Direction.IN)
        .where(Message.received_at < message.received_at),
    )


async def _count(session: AsyncSession, query: Select[int]) -> int:
    return (await session.execute(query)).scalar_one()


async def own_texts(session: AsyncSession, user_id: UUID, *, before: datetime) -> Sequence[str]:
    found = await session.scalars(
        select(func.left(Message.text, OWN_TEXT_LENGTH))
        .where(Message.user_id == user_id, Message.direction == Direction.OUT, Message.received_at < before)
        .order_by(Message.received_at.desc())
        .limit(OWN_TEXTS)
    )
    return list(found)


async def texts_elsewhere(session: AsyncSession, message: Message, *, answered: Iterable[str]) -> Sequence[str]:
    """What a reply to `answered` must not repeat, the latest first, each cut.

    These are the messages of other conversations, and those of this one that not all of them have seen.
    """
    seen = func.array_append(Message.recipients, Message.sender_address).op("@>")(
        cast(list(answered), Message.recipients.type)
    )
    here = Message.conversation_id == message.conversation_id
    found = await session.scalars(
        select(func.left(Message.text, OTHER_TEXT_LENGTH))
        .where(Message.user_id == message.user_id, Message.id != message.id, or_(~here, ~seen))
        # This conversation first: its private parts are the nearest booty, and must not fall to the limit.
        .order_by(here.desc(), Message.received_at.desc())
        .limit(OTHER_TEXTS)
    )
    return list(found)


async def save_verdict(
    session: AsyncSession, claim: Claim, verdict: VerdictValue, *, risk: str, signals: dict[str, object]
) -> None:
    """Store the verdict; one that is retried replaces the older."""
    values = {
        "user_id": claim.user_id,
        "message_id": claim.message_id,
        "category": verdict.category.value,
        "needs_reply": verdict.needs_reply,
        "urgency": verdict.urgency.value,
        "deadline": verdict.deadline,
        "summary": verdict.summary,
        "asks": list(verdict.asks),
        "signals": signals,
        "reasons": list(verdict.reasons),
        "confidence": verdict.confidence,
        "risk": risk,
        "engine": verdict.engine,
        "prompt_version": verdict.prompt_version,
        "draft": verdict.draft,
        "learned_at": None,
    }
    made = insert(Verdict).values(**values)
    await session.execute(made.on_conflict_do_update(index_elements=[Verdict.message_id], set_=values))
    for usage in verdict.usage:
        session.add(_usage_row(claim, verdict.engine, usage))


def _usage_row(claim: Claim, engine: str, usage: Usage) -> ModelUsage:
    return ModelUsage(
        user_id=claim.user_id,
        message_id=claim.message_id,
        engine=usage.model or engine,
        purpose=usage.purpose,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cached_tokens=usage.cached_tokens,
        cost_microdollars=usage.cost_microdollars,
    )

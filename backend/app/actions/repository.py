"""Queries over actions; each names its user, whatever the database would hide anyway."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.db.models import Action, ActionKind, ActionState, Conversation, Mailbox, Message, User, Verdict

TEXT_KINDS: Final = (ActionKind.REPLY, ActionKind.DRAFT)
NOT_PART_OF_A_TALK: Final = ("DRAFT", "SPAM", "TRASH", "CHAT")
"""Our own stored draft must not count as "the conversation went on", nor must what the user never sees."""
HAND_OVER_GRACE: Final = timedelta(minutes=2)
"""A job published with its row has this long before the sweeper publishes it again."""


@dataclass(frozen=True, slots=True)
class QueueItem:
    action: Action
    message: Message
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Subject:
    """An action under lock, with the rows it is about."""

    action: Action
    message: Message
    conversation: Conversation
    mailbox: Mailbox
    user: User


async def queue(
    session: AsyncSession,
    user_id: UUID,
    *,
    states: Collection[ActionState] = (ActionState.PROPOSED,),
    limit: int = 50,
    before: UUID | None = None,
) -> list[QueueItem]:
    """Newest first; `before` is the id of the last one seen (ids rise with time)."""
    statement = (
        _with_message_and_verdict()
        .where(Action.user_id == user_id, Action.state.in_(states))
        .order_by(Action.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(Action.id < before)
    return [QueueItem(action, message, verdict) for action, message, verdict in await session.execute(statement)]


async def queue_item(session: AsyncSession, user_id: UUID, action_id: UUID) -> QueueItem | None:
    statement = _with_message_and_verdict().where(Action.user_id == user_id, Action.id == action_id)
    row = (await session.execute(statement)).one_or_none()
    return QueueItem(row[0], row[1], row[2]) if row else None


def _with_message_and_verdict() -> Select[Action, Message, Verdict]:
    return (
        select(Action, Message, Verdict)
        .join(Message, Message.id == Action.message_id)
        .outerjoin(Verdict, Verdict.message_id == Action.message_id)
    )


async def counts(session: AsyncSession, user_id: UUID) -> dict[ActionState, int]:
    rows = await session.execute(
        select(Action.state, func.count()).where(Action.user_id == user_id).group_by(Action.state)
    )
    return {ActionState(state): count for state, count in rows}


async def locked(session: AsyncSession, user_id: UUID, action_id: UUID) -> Action | None:
    return await session.scalar(
        select(Action).where(Action.user_id == user_id, Action.id == action_id).with_for_update()
    )


async def locked_subject(session: AsyncSession, user_id: UUID, action_id: UUID) -> Subject | None:
    """Only the action is locked; somebody who holds it already is waited for."""
    row = (
        await session.execute(
            select(Action, Message, Conversation, Mailbox, User)
            .join(Message, Message.id == Action.message_id)
            .join(Conversation, Conversation.id == Action.conversation_id)
            .join(Mailbox, Mailbox.id == Action.mailbox_id)
            .join(User, User.id == Action.user_id)
            .where(Action.user_id == user_id, Action.id == action_id)
            .with_for_update(of=Action)
        )
    ).one_or_none()
    return Subject(*row) if row else None


async def lock_user(session: AsyncSession, user_id: UUID) -> User:
    """Budgets are counted and spent by one transaction of a user at a time."""
    return (await session.scalars(select(User).where(User.id == user_id).with_for_update(key_share=True))).one()


async def lock_conversation(session: AsyncSession, conversation_id: UUID) -> None:
    await session.execute(
        select(Conversation.id).where(Conversation.id == conversation_id).with_for_update(key_share=True)
    )


async def insert_new(session: AsyncSession, values: dict[str, Any]) -> Action | None:
    """Add the row, or return None when this message has an action of this kind already."""
    statement = insert(Action).values(values).on_conflict_do_nothing().returning(Action)
    return await session.scalar(statement)


async def has_newer(session: AsyncSession, message: Message) -> bool:
    """Whether anybody, the user included, wrote in the conversation after this message."""
    return bool(
        await session.scalar(
            select(
                exists().where(
                    Message.user_id == message.user_id,
                    Message.conversation_id == message.conversation_id,
                    _came_after(Message, message.received_at, message.id),
                )
            )
        )
    )


def _came_after(newer: Any, received_at: Any, message_id: Any) -> ColumnElement[bool]:
    return and_(
        newer.id != message_id,
        or_(newer.received_at > received_at, and_(newer.received_at == received_at, newer.id > message_id)),
        ~newer.labels.overlap(NOT_PART_OF_A_TALK),
    )


async def open_of_conversation(
    session: AsyncSession, user_id: UUID, conversation_id: UUID, *, older_than: datetime
) -> Sequence[Action]:
    """Locked: what waits for the person, and texts that are not under way yet, for messages older than that."""
    return (
        await session.scalars(
            select(Action)
            .join(Message, Message.id == Action.message_id)
            .where(
                Action.user_id == user_id,
                Action.conversation_id == conversation_id,
                Message.received_at < older_than,
                _can_be_superseded(),
            )
            .order_by(Action.id)
            .with_for_update(of=Action)
        )
    ).all()


async def outdated(session: AsyncSession, *, limit: int) -> Sequence[Action]:
    """Locked: open actions whose conversation has gone on, e.g. because the user answered by other means."""
    newer = aliased(Message)
    went_on = exists().where(
        newer.conversation_id == Action.conversation_id, _came_after(newer, Message.received_at, Message.id)
    )
    return (
        await session.scalars(
            select(Action)
            .join(Message, Message.id == Action.message_id)
            .where(_can_be_superseded(), went_on)
            .order_by(Action.id)
            .limit(limit)
            .with_for_update(of=Action, skip_locked=True)
        )
    ).all()


def _can_be_superseded() -> ColumnElement[bool]:
    # An attempt may have left its mark at the provider: only execution, which looks there first, may end those.
    untouched_text = and_(Action.state == ActionState.APPROVED, Action.kind.in_(TEXT_KINDS), Action.attempts == 0)
    return or_(Action.state == ActionState.PROPOSED, untouched_text)


async def due_to_expire(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[Action]:
    untouched = and_(Action.state == ActionState.APPROVED, Action.attempts == 0)
    return (
        await session.scalars(
            select(Action)
            .where(Action.expires_at <= now, or_(Action.state == ActionState.PROPOSED, untouched))
            .order_by(Action.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ).all()


async def stuck_actions(session: AsyncSession, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """(user, action) of what nobody works on although it is due: a lost job, or a worker that died.

    Each is handed over once and then has its grace again, or a long queue would be filled with the same over and over.
    """
    not_handed_over = or_(Action.updated_at < Action.not_before, Action.updated_at <= now - HAND_OVER_GRACE)
    waiting = and_(
        Action.state == ActionState.APPROVED,
        or_(Action.not_before.is_(None), Action.not_before <= now),
        not_handed_over,
    )
    abandoned = and_(
        Action.state == ActionState.EXECUTING,
        Action.lease_until <= now,
        or_(Action.updated_at < Action.lease_until, Action.updated_at <= now - HAND_OVER_GRACE),
    )
    found = (
        select(Action.id)
        .where(or_(waiting, abandoned))
        .order_by(Action.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = await session.execute(
        update(Action)
        .where(Action.id.in_(found.scalar_subquery()))
        .values(updated_at=now)
        .returning(Action.user_id, Action.id)
    )
    return [(user_id, action_id) for user_id, action_id in rows]


@dataclass(frozen=True, slots=True)
class Spent:
    """What happened unasked since some time."""

    sends: int
    changes: int


async def spent_since(session: AsyncSession, user_id: UUID, since: datetime) -> Spent:
    is_send = Action.kind == ActionKind.REPLY
    sends, changes = (
        await session.execute(
            select(func.count().filter(is_send), func.count().filter(~is_send)).where(
                Action.user_id == user_id,
                Action.decided_by == "policy",
                Action.decided_at >= since,
                _took_effect(),
            )
        )
    ).one()
    return Spent(sends=sends, changes=changes)


async def auto_replied_since(session: AsyncSession, user_id: UUID, addresses: Collection[str], since: datetime) -> bool:
    """Whether one of the addresses got, or is about to get, a reply that nobody approved."""
    if not addresses:
        return False
    to_one_of_them = or_(*(Action.payload["to"].contains([address]) for address in addresses))
    return bool(
        await session.scalar(
            select(
                exists().where(
                    Action.user_id == user_id,
                    Action.kind == ActionKind.REPLY,
                    Action.decided_by == "policy",
                    Action.decided_at >= since,
                    _took_effect(),
                    to_one_of_them,
                )
            )
        )
    )


def _took_effect() -> ColumnElement[bool]:
    # What may still happen and what may have happened counts as well.
    return Action.state.in_((ActionState.APPROVED, ActionState.EXECUTING, ActionState.DONE, ActionState.UNKNOWN))

"""Queries over actions; each names its user, whatever the database would hide anyway."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, distinct, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.kinds import SENT
from app.actions.transitions import WAITING
from app.db.models import Action, ActionKind, ActionState, Conversation, Mailbox, Message, User
from app.policy.decide import ONLY_SHOWN
from app.policy.general_rules import SHADOW

TEXT_KINDS: Final = (ActionKind.REPLY, ActionKind.DRAFT)
UNNOTICED_KINDS: Final = (ActionKind.LABEL,)
"""However many happen at once, nobody misses anything."""
NOT_PART_OF_A_TALK: Final = ("DRAFT", "SPAM", "TRASH", "CHAT")
"""Our own stored draft must not count as "the conversation went on", nor must what the user never sees."""
HAND_OVER_GRACE: Final = timedelta(minutes=2)
"""A job published with its row has this long before the sweeper publishes it again."""


def asks_now(now: datetime) -> ColumnElement[bool]:
    """What a person is to decide at this moment."""
    asked = or_(Action.not_before.is_(None), Action.not_before <= now)
    # What they have changed is theirs to decide, also where shadow mode alone had held it.
    theirs = or_(Action.state == ActionState.EDITED, Action.rule.not_in(ONLY_SHOWN))
    return and_(Action.state.in_(WAITING), Action.expires_at > now, asked, theirs)


def only_shown(now: datetime) -> ColumnElement[bool]:
    """What would have been done unasked were it not for shadow mode."""
    return and_(Action.state == ActionState.PROPOSED, Action.expires_at > now, Action.rule == SHADOW)


def can_still_be_stopped(now: datetime) -> ColumnElement[bool]:
    """What nobody approved and goes out by itself when its delay is over."""
    waits = and_(Action.state == ActionState.APPROVED, Action.attempts == 0, Action.not_before > now)
    return and_(waits, Action.decided_by == "policy", Action.kind.in_(SENT))


@dataclass(frozen=True, slots=True)
class Subject:
    """An action under lock, with the rows it is about."""

    action: Action
    message: Message
    conversation: Conversation
    mailbox: Mailbox
    user: User


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


async def has_newer(session: AsyncSession, message: Message, *, stored_since: datetime | None = None) -> bool:
    """Whether anybody, the user included, wrote in the conversation after this message; or what we learnt of since."""
    newer = and_(
        Message.user_id == message.user_id,
        Message.conversation_id == message.conversation_id,
        came_after(Message, message.received_at, message.id),
    )
    if stored_since is not None:
        newer = and_(newer, Message.created_at > stored_since)
    return bool(await session.scalar(select(exists().where(newer))))


def came_after(newer: Any, received_at: Any, message_id: Any) -> ColumnElement[bool]:
    return and_(
        newer.id != message_id,
        or_(newer.received_at > received_at, and_(newer.received_at == received_at, newer.id > message_id)),
        ~newer.labels.overlap(NOT_PART_OF_A_TALK),
    )


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
    to_put_back = and_(
        Action.state == ActionState.UNDOING,
        Action.lease_until.is_(None),
        or_(Action.not_before.is_(None), Action.not_before <= now),
        not_handed_over,
    )
    abandoned = and_(
        Action.state.in_((ActionState.EXECUTING, ActionState.UNDOING)),
        Action.lease_until <= now,
        or_(Action.updated_at < Action.lease_until, Action.updated_at <= now - HAND_OVER_GRACE),
    )
    found = (
        select(Action.id)
        .where(or_(waiting, to_put_back, abandoned))
        # By the id alone it would look through all that ever was.
        .order_by(Action.not_before.nulls_first(), Action.id)
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


async def put_away_since(session: AsyncSession, user_id: UUID, since: datetime, *, but_not: UUID) -> int:
    """How many other messages were changed unasked since then, so that a person could miss them."""
    query = select(func.count(distinct(Action.message_id))).where(
        Action.user_id == user_id,
        Action.message_id != but_not,
        Action.kind.not_in((*TEXT_KINDS, *UNNOTICED_KINDS)),
        Action.decided_by == "policy",
        Action.decided_at > since,
        _took_effect(),
    )
    return await session.scalar(query) or 0


async def live_kinds(session: AsyncSession, mailbox_id: UUID) -> Collection[str]:
    return await session.scalar(select(Mailbox.live_kinds).where(Mailbox.id == mailbox_id)) or ()


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

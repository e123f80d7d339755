"""Queries behind what is offered to the person."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import Action, ActionKind, Direction, Message

UNREAD = "UNREAD"


@dataclass(frozen=True, slots=True)
class Habit:
    """What the user does with the mails of one sender."""

    mails: int
    """This one included."""
    read: int
    offered: bool
    """Leaving was offered or asked for since."""


async def habit(session: AsyncSession, message: Message, *, since: datetime) -> Habit:
    """Over the mails that came in since then, up to this one, however they were read: the label tells."""
    mine = (
        Message.user_id == message.user_id,
        Message.sender_address == message.sender_address,
        Message.direction == Direction.IN,
        Message.received_at >= since,
        Message.received_at <= message.received_at,
    )
    # A mail that we marked as read ourselves was not read by anybody.
    ours = exists().where(Action.message_id == Message.id, Action.kind == ActionKind.MARK_READ, Action.state == "done")
    is_read = ~Message.labels.contains([UNREAD]) & ~ours
    mails, read = (await session.execute(select(func.count(), func.count().filter(is_read)).where(*mine))).one()
    offered = exists().where(
        Action.user_id == message.user_id,
        Action.kind == ActionKind.UNSUBSCRIBE,
        Action.created_at >= since,
        Action.message_id == Message.id,
        Message.sender_address == message.sender_address,
    )
    return Habit(mails, read, offered=bool(await session.scalar(select(offered))))

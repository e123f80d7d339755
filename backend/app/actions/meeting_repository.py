"""Queries over the calendar parts of a user's mail, and over the answers that are open for them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.transitions import WAITING
from app.db.models import Action, ActionKind, Message

UID_START: Final = 30
"""Longer lines are folded, so only the beginning of an id surely stands in one piece."""
OUT_OF_ORDER: Final = timedelta(days=2)
"""An update may have arrived before what it updates."""
MOST: Final = 50


async def calendars_with(session: AsyncSession, message: Message, *, uid: str) -> Sequence[str | None]:
    """The calendar parts of other messages that speak of this meeting, the newest first."""
    query = (
        select(Message.calendar)
        .where(
            Message.user_id == message.user_id,
            Message.id != message.id,
            Message.calendar.is_not(None),
            Message.received_at >= message.received_at - OUT_OF_ORDER,
            Message.calendar.contains(uid[:UID_START], autoescape=True),
        )
        .order_by(Message.received_at.desc())
        .limit(MOST)
    )
    return (await session.scalars(query)).all()


async def open_answers(session: AsyncSession, message: Message) -> Sequence[tuple[Action, Message]]:
    """Locked: answers to invitations in other messages that wait for the person."""
    query = (
        select(Action, Message)
        .join(Message, Message.id == Action.message_id)
        .where(
            Action.user_id == message.user_id,
            Action.kind == ActionKind.RSVP,
            Action.state.in_(WAITING),
            Action.message_id != message.id,
        )
        .order_by(Action.id)
        .limit(MOST)
        .with_for_update(of=Action)
    )
    return [(action, about) for action, about in await session.execute(query)]

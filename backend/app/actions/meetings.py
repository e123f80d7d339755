"""Whether an invitation can still be answered: the organiser may have moved or cancelled it, or it is over."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.actions import meeting_repository
from app.actions.transitions import Actor, move
from app.db.models import Action, ActionKind, ActionState, Message
from app.mail.invitations import meeting_in

IS_OVER: Final = "This meeting is over, so there is nothing left to answer."


async def has_moved_on(session: AsyncSession, message: Message) -> bool:
    """False for a message without a meeting that can be read."""
    meeting = meeting_in(message.calendar)
    if meeting is None or not meeting.uid:
        return False
    others = await meeting_repository.calendars_with(session, message, uid=meeting.uid)
    return any(other.overtakes(meeting) for other in map(meeting_in, others) if other is not None)


def is_over(message: Message, now: datetime) -> bool:
    """False for a message without a meeting that can be read."""
    meeting = meeting_in(message.calendar)
    return meeting is not None and meeting.is_over(now)


def comes_too_late(action: Action, message: Message, now: datetime) -> bool:
    """Whether it answers an invitation to what is over."""
    return action.kind == ActionKind.RSVP and is_over(message, now)


async def close_overtaken(session: AsyncSession, message: Message, *, now: datetime) -> None:
    """Close the open answers to what this message moves or cancels."""
    meeting = meeting_in(message.calendar)
    if meeting is None or not meeting.uid:
        return
    for action, about in await meeting_repository.open_answers(session, message):
        older = meeting_in(about.calendar)
        if older is not None and meeting.overtakes(older):
            move(session, action, ActionState.SUPERSEDED, actor=Actor.WORKER, now=now)

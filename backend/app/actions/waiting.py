"""A proposal under lock: whether it can still be decided, and in which words it cannot."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.actions import meetings, repository
from app.actions.kinds import ASKED_FOR
from app.actions.repository import Subject
from app.actions.transitions import WAITING, Actor, move
from app.db.models import Action, ActionState, Message
from app.errors import ConflictError, NotFoundError

CHANGED: Final = "This has changed since you looked at it. Look again before you approve it."
SAVED_INSTEAD: Final = "You had this saved as a draft in Gmail instead."
ASK_AGAIN: Final = "Ask for it again beside the message, if you still want it."
IN_WORDS: Final[dict[ActionState, str]] = {
    ActionState.PROPOSED: "This still waits for you.",
    ActionState.EDITED: "You have changed this, and it still waits for you.",
    ActionState.APPROVED: "This was already approved.",
    ActionState.EXECUTING: "This is being done at this moment.",
    ActionState.DONE: "This is already done.",
    ActionState.REJECTED: "This was already rejected.",
    ActionState.EXPIRED: "This has expired; nothing was done.",
    ActionState.SUPERSEDED: "The conversation has gone on since; this no longer fits.",
    ActionState.FAILED: "This was tried and failed.",
    ActionState.UNKNOWN: "This was tried, and it is not known whether it happened.",
    ActionState.UNDOING: "This is being undone at this moment.",
    ActionState.UNDONE: "This was undone.",
}


def in_words(action: Action, now: datetime) -> str:
    """Why it is too late to decide about an action."""
    state = state_at(action, now)
    if action.error in {SAVED_INSTEAD, meetings.IS_OVER}:
        return action.error
    if state is ActionState.EXPIRED and action.kind in ASKED_FOR:
        return f"{IN_WORDS[state]} {ASK_AGAIN}"
    return IN_WORDS[state]


def state_at(action: Action, now: datetime) -> ActionState:
    """The state as it counts: what nobody decided in time is over, also before the sweeper has come by."""
    if action.state in WAITING and action.expires_at <= now:
        return ActionState.EXPIRED
    return ActionState(action.state)


async def locked(session: AsyncSession, user_id: UUID, action_id: UUID) -> Subject:
    subject = await repository.locked_subject(session, user_id, action_id)
    if subject is None:
        raise NotFoundError("There is no such action.")
    return subject


async def still_waiting(session: AsyncSession, user_id: UUID, action_id: UUID, now: datetime) -> Subject:
    """Raises NotFoundError, and ConflictError when it was decided or has expired."""
    subject = await locked(session, user_id, action_id)
    if state_at(subject.action, now) not in WAITING:
        raise ConflictError(in_words(subject.action, now))
    return subject


async def void(session: AsyncSession, action: Action, message: Message, now: datetime) -> str | None:
    """Close an action that can no longer be approved, and say why."""
    # A person may ask for something on an older message: they have seen what was there by then.
    seen_until = action.created_at if action.requested else None
    if meetings.comes_too_late(action, message, now):
        move(session, action, ActionState.EXPIRED, actor=Actor.WORKER, now=now, error=meetings.IS_OVER)
    elif action.expires_at <= now:
        move(session, action, ActionState.EXPIRED, actor=Actor.WORKER, now=now)
    elif await repository.has_newer(session, message, stored_since=seen_until):
        move(session, action, ActionState.SUPERSEDED, actor=Actor.WORKER, now=now)
    else:
        return None
    return in_words(action, now)

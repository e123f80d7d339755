"""Asking for an effect to be put back; `putting_back` does it, claimed and recorded like the effect itself."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.actions import repository
from app.actions.hand_over import hand_to_workers
from app.actions.kinds import REVERSIBLE
from app.actions.transitions import Actor, move
from app.db.models import Action, ActionState, MailboxState, utc_now
from app.db.session import Database
from app.errors import ConflictError, NotFoundError

SENT_IS_SENT: Final = "What was sent cannot be taken back."
CANNOT_BE_UNDONE: Final = "Only what is done can be undone."
ALREADY: Final = frozenset({ActionState.UNDOING, ActionState.UNDONE})


async def undo(
    database: Database, *, user_id: UUID, action_id: UUID, clock: Callable[[], datetime] = utc_now
) -> Action:
    """Have the effect of a done action put back, also while everything is paused; again it changes nothing.

    Possible as long as the action is kept, which is far longer than 30 days. Raises NotFoundError, ConflictError.
    """
    async with database.transaction(user_id) as session:
        subject = await repository.locked_subject(session, user_id, action_id)
        if subject is None:
            raise NotFoundError("There is no such action.")
        action = subject.action
        if action.state in ALREADY:
            return action
        if action.state != ActionState.DONE:
            raise ConflictError(CANNOT_BE_UNDONE)
        if not is_reversible(action):
            raise ConflictError(SENT_IS_SENT)
        if subject.mailbox.state != MailboxState.ACTIVE:
            raise ConflictError("This mailbox is not connected. Connect it again, then undo.")
        begin_undo(session, action, actor=Actor.USER, now=clock())
    return action


def is_reversible(action: Action) -> bool:
    """Whether Undo is offered: it is done, and what would put it back is known."""
    known = bool(action.undo) or action.provider_draft_id is not None
    return action.state == ActionState.DONE and action.kind in REVERSIBLE and known


def begin_undo(session: AsyncSession, action: Action, *, actor: Actor, now: datetime) -> None:
    """Take a locked, done, reversible action on its way back."""
    changes = {"undone_by": actor, "error": None, "not_before": None, "tries_before": action.attempts}
    move(session, action, ActionState.UNDOING, actor=actor, now=now, **changes)
    hand_to_workers(session, action)
